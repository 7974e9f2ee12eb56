/**
 * Rows per second and peak memory of one renderer: `node bench/renderers.ts pdf 100000 [groups] [file]`.
 * Rows come as COPY bytes in batches of some 2,000, decoded as in production; decoding is timed apart. Beyond 100,000
 * rows the same batches come round again, so that the input needs no memory (for XLSX; a PDF has its groups to keep).
 * With `--max-semi-space-size=4 --max-old-space-size=64` the heap is held as small as a worker's may be.
 */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { cellsOf } from '#server/database/copy-out.ts';
import { measureRows } from '#server/renderers/measured.ts';
import { loadFormat } from '#server/renderers/formats.ts';
import { sampleReport } from '#test/report-samples.ts';

const differentRowsMax = 100_000;
const [name = 'xlsx', rowsText = '100000', groupsText = '40', path = '/dev/null'] = process.argv.slice(2);
if (name !== 'pdf' && name !== 'xlsx') throw new Error('The first argument is pdf or xlsx.');
const format = await loadFormat(name);
const rowsWanted = Number(rowsText);
const different = name === 'pdf' ? rowsWanted : Math.min(rowsWanted, differentRowsMax);
const report = sampleReport({ rows: different, groups: Number(groupsText), currencies: ['EUR', 'USD'] });
const copied: { readonly count: number; readonly bytes: Buffer }[] = [];
for (const batch of report.batches()) {
  const lines = batch.cells().map((row) => `${row.join('\t')}\n`);
  copied.push({ count: batch.count, bytes: Buffer.from(lines.join('')) });
}
const document = { ...report.document, totals: { ...report.document.totals, rows: rowsWanted } };

const seconds = (from: number): number => (performance.now() - from) / 1000;
const megabytes = (bytes: number): number => Math.round(bytes / 1_048_576);
const file = createWriteStream(path);
let bytes = 0;
let decodingSeconds = 0;
let peakBytes = 0;
const write = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (!file.write(chunk)) await once(file, 'drain');
  }
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
};
function* batches(): Generator<(typeof copied)[number]> {
  let left = rowsWanted;
  while (left > 0) {
    for (const batch of copied) {
      if (left >= batch.count) yield batch;
      left -= batch.count;
    }
  }
}

// as many rows as a table is sampled for
const measured = measureRows(document.columns, [...report.batches(600)][0]?.cells() ?? []);
globalThis.gc?.();
const before = process.memoryUsage.rss();
const cpuBefore = process.cpuUsage();
const from = performance.now();
const renderer = format.create(document, measured);
await write(renderer.begin());
const firstSeconds = seconds(from);
for (const batch of batches()) {
  const cells = () => {
    const started = performance.now();
    const rows = cellsOf(batch.bytes);
    decodingSeconds += seconds(started);
    return rows;
  };
  await write(renderer.rows({ count: batch.count, csv: batch.bytes, cells }));
}
await write(renderer.finish());
const allSeconds = seconds(from);
const cpu = process.cpuUsage(cpuBefore);
file.end();

const figures = {
  format: name,
  rows: rowsWanted,
  rowsPerSecond: Math.round(rowsWanted / allSeconds),
  rowsPerSecondWithoutDecoding: Math.round(rowsWanted / (allSeconds - decodingSeconds)),
  // On a busy machine the steadier figure: all threads, garbage collection and deflate included.
  rowsPerCpuSecond: Math.round(rowsWanted / ((cpu.user + cpu.system) / 1e6)),
  firstBytesMilliseconds: Math.round(firstSeconds * 1000),
  megabytes: Number((bytes / 1e6).toFixed(1)),
  rssMegabytes: { before: megabytes(before), peak: megabytes(peakBytes) },
};
console.log(JSON.stringify(figures));
