/**
 * `node bench/growth.ts [--lines 1000000] [--ten-million]`: what size costs. CSV and XLSX of 10k, 100k and 1M rows (10M
 * with the flag: some 12 GB of disk and an hour on a busy machine), how long a small export waits behind 1, 10 and 100
 * companies, exports a second with 1, 2 and 4 workers. Keeps tables, dated, and draws docs/growth-*.svg.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { once } from './export-speed.ts';
import { type Plot, plotSvg } from './plot.ts';
import { measureQueue } from './queue-wait.ts';
import { daysFor, openScaleDatabase } from './scale-database.ts';

const { values } = parseArgs({
  options: { lines: { type: 'string', default: '1000000' }, 'ten-million': { type: 'boolean', default: false } },
});
const results = join(import.meta.dirname, 'results');
const docs = join(import.meta.dirname, '..', 'docs');
const label = (rows: number): string => (rows >= 1e6 ? `${Math.round(rows / 1e6)}M` : `${Math.round(rows / 1e3)}k`);

interface Size {
  readonly rows: number;
  readonly format: string;
  readonly microseconds: number;
  readonly megabytes: number;
}

async function sizesUpTo(lines: number, sizes: readonly number[]): Promise<Size[]> {
  const database = await openScaleDatabase(lines);
  const folder = mkdtempSync(join(database.dataDir, 'objects-'));
  const measured: Size[] = [];
  try {
    for (const format of ['csv', 'xlsx']) {
      for (const wanted of sizes) {
        const period = await daysFor(database, wanted);
        // the best of three: what other work on the machine adds is no cost of a row
        const runs = Array.from({ length: wanted < 1e6 ? 3 : 1 }, () => once(format, database, period, folder));
        const best = runs.toSorted((a, b) => a.seconds - b.seconds)[0];
        if (!best) continue;
        const megabytes = Math.max(...runs.map((run) => run.peakMegabytes));
        measured.push({ rows: best.rows, format, microseconds: (best.seconds * 1e6) / best.rows, megabytes });
        console.log(measured.at(-1));
      }
    }
    return measured;
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await database.stop();
  }
}

const lines = Number(values.lines);
const sizes = await sizesUpTo(
  lines,
  [10_000, 100_000, 1_000_000].filter((rows) => rows <= lines),
);
if (values['ten-million']) sizes.push(...(await sizesUpTo(10_000_000, [10_000_000])));
const ofFormat = (format: string): Size[] => sizes.filter((size) => size.format === format);
const sizePlots: Plot[] = ['csv', 'xlsx'].flatMap((format) => [
  {
    title: `${format.toUpperCase()}: time per row`,
    unit: 'microseconds',
    points: ofFormat(format).map((size) => ({ label: label(size.rows), value: size.microseconds })),
  },
  {
    title: `${format.toUpperCase()}: peak memory of the process`,
    unit: 'MB',
    points: ofFormat(format).map((size) => ({ label: label(size.rows), value: size.megabytes })),
  },
]);
writeFileSync(join(docs, 'growth-rows.svg'), plotSvg(sizePlots, 'Time per row and peak memory by rows'));

const queue = await measureQueue([1, 10, 100]);
const queuePlots: Plot[] = [
  {
    title: 'A small export behind N busy companies',
    unit: 'seconds from click to file',
    points: queue.map((one) => ({ label: String(one.companies), value: one.seconds })),
  },
];
const workers = lastWorkers();
if (workers.length > 0) {
  queuePlots.push({ title: 'Exports a second by workers', unit: 'exports/s', points: workers });
}
writeFileSync(join(docs, 'growth-queue.svg'), plotSvg(queuePlots, 'Waiting by companies, throughput by workers'));

const today = new Date().toISOString().slice(0, 10);
mkdirSync(results, { recursive: true });
const text = [
  `# ${today}: what size costs`,
  '',
  '| format | rows | time per row | peak memory |',
  '|---|---|---|---|',
  ...sizes.map(
    (size) =>
      `| ${size.format.toUpperCase()} | ${size.rows.toLocaleString('en')} | ${size.microseconds.toFixed(1)} µs | ${size.megabytes} MB |`,
  ),
  '',
  '| companies with 10 exports each in the queue | a small export of another company: click to file |',
  '|---|---|',
  ...queue.map((one) => `| ${one.companies} | ${one.seconds.toFixed(2)} s |`),
  '',
].join('\n');
writeFileSync(join(results, `${today}-growth.md`), text);
console.log(text);

/** From the last run of `node bench/processes.ts`; none when there was none. */
function lastWorkers(): { label: string; value: number }[] {
  const file = readdirSync(results)
    .filter((name) => name.endsWith('-processes.md'))
    .toSorted()
    .at(-1);
  if (!file) return [];
  const found = readFileSync(join(results, file), 'utf8').matchAll(/\| (\d) workers \| ([\d.]+) exports\/s/g);
  return [...found].map(([, count = '', rate]) => ({ label: count, value: Number(rate) }));
}
