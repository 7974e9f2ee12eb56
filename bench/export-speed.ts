/** Exports beside their reference, `COPY` of the same rows read and thrown away, in turns within the same minutes. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ScaleDatabase } from './scale-database.ts';

export interface Measured {
  readonly what: string;
  readonly rows: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
}

export const once = (what: string, database: ScaleDatabase, period: [string, string], folder: string): Measured =>
  JSON.parse(
    execFileSync(
      process.execPath,
      // the young generation of a worker's thread is held small: rows live for a moment only
      [
        '--max-semi-space-size=4',
        join(import.meta.dirname, 'run-once.ts'),
        what,
        database.postgres.url,
        database.companyId,
        ...period,
        folder,
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    ),
  ) as Measured;

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Pairs of reference and export, `runs` times; the ratio is of the medians, 1 is the speed of COPY itself. */
export function measureExports(
  database: ScaleDatabase,
  formats: readonly { format: string; period: [string, string]; label: string }[],
  runs: number,
): string[] {
  const folder = mkdtempSync(join(database.dataDir, 'objects-'));
  const lines: string[] = [];
  try {
    for (const { format, period, label } of formats) {
      const references: Measured[] = [];
      const exports: Measured[] = [];
      for (let run = 0; run < runs; run += 1) {
        references.push(once('copy', database, period, folder));
        exports.push(once(format, database, period, folder));
      }
      const [copy, ours] = [
        median(references.map((each) => each.seconds)),
        median(exports.map((each) => each.seconds)),
      ];
      const [first] = exports;
      const rows = first?.rows ?? 0;
      lines.push(
        `| ${label} | ${rows.toLocaleString('en')} | ${copy.toFixed(2)} s | ${ours.toFixed(2)} s | ${(copy / ours).toFixed(2)} | ${Math.round(rows / ours).toLocaleString('en')} | ${Math.max(...exports.map((each) => each.peakMegabytes))} MB | ${((first?.bytes ?? 0) / 1e6).toFixed(1)} MB |`,
      );
      console.log(lines.at(-1));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return lines;
}

export const exportHeader = [
  '| export (into the store) | rows | COPY thrown away | export | ratio | rows/s | peak memory | ZIP |',
  '|---|---|---|---|---|---|---|---|',
];
