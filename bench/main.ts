/**
 * `npm run bench [-- --lines 1000000 --runs 3]`: exports against COPY, and the latency of small ones. Prints a table and keeps
 * it, dated, in bench/results/.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exportHeader, measureExports } from './export-speed.ts';
import { measureLatency } from './latency.ts';
import { daysFor, openScaleDatabase } from './scale-database.ts';

const { values } = parseArgs({
  options: { lines: { type: 'string', default: '1000000' }, runs: { type: 'string', default: '3' } },
});
const lines = Number(values.lines);
const database = await openScaleDatabase(lines);
try {
  const { rows } = await database.pool.pool.query<{ from: string; to: string; month: string }>(
    `SELECT min(received_on)::text AS from, max(received_on)::text AS to, (max(received_on) - 6)::text AS month FROM receipt_lines WHERE company_id = $1`,
    [database.companyId],
  );
  const [span] = rows;
  if (!span) throw new Error('there are no lines');
  const all: [string, string] = [span.from, span.to];
  const hundredThousand = await daysFor(database, 100_000);
  const table = measureExports(
    database,
    [
      { format: 'csv', period: all, label: 'CSV' },
      { format: 'xlsx', period: all, label: 'XLSX' },
      { format: 'pdf', period: hundredThousand, label: 'PDF' },
      { format: 'csv', period: hundredThousand, label: 'CSV, the rows of the PDF' },
    ],
    Number(values.runs),
  );
  const latency = await measureLatency(database);
  const text = [
    `# ${new Date().toISOString().slice(0, 10)}: ${lines.toLocaleString('en')} receipt lines`,
    '',
    `${availableParallelism()} cores, Node ${process.version}; shared machine, medians of ${values.runs} paired runs.`,
    '',
    ...exportHeader,
    ...table,
    '',
    '| small exports | | |',
    '|---|---|---|',
    ...latency,
    '',
  ].join('\n');
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${new Date().toISOString().slice(0, 10)}-${lines}.md`), text);
  console.log(text);
} finally {
  await database.stop();
}
