/** What the fault tests measured, printed as one table when they are done: the figures of docs/reliability.md. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    figures: string;
    /** Every fault many times, and the long ones. */
    thorough: boolean;
  }
}

export interface Figure {
  readonly fault: string;
  readonly seconds: number;
}

export const figuresFile = (): { folder: string; file: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'mathership-figures-'));
  return { folder, file: join(folder, 'figures.jsonl') };
};

export const addFigure = (file: string, figure: Figure): void => appendFileSync(file, `${JSON.stringify(figure)}\n`);

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

export function tableOf(figures: readonly Figure[]): string {
  const faults = [...new Set(figures.map(({ fault }) => fault))];
  const lines = faults.map((fault) => {
    const seconds = figures.filter((each) => each.fault === fault).map((each) => each.seconds);
    const sorted = seconds.toSorted((a, b) => a - b);
    const [p50, max] = [quantile(sorted, 0.5), quantile(sorted, 1)].map((each) =>
      each.toFixed(each < 1 ? 3 : 1).padStart(7),
    );
    return `${fault.padEnd(64)} ${String(sorted.length).padStart(5)} ${p50} ${max}`;
  });
  return [`${'fault'.padEnd(64)} times p50 (s) max (s)`, ...lines].join('\n');
}

export default function setUp(project: TestProject): () => void {
  const { folder, file } = figuresFile();
  project.provide('figures', file);
  return () => {
    try {
      const figures = readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Figure);
      process.stdout.write(`\n${tableOf(figures)}\n\n`);
    } catch {
      // nothing was measured
    }
    rmSync(folder, { recursive: true, force: true });
  };
}
