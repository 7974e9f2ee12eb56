/**
 * `node bench/compare/main.ts [--lines 1000000]`: the same rows, the same minute, the same machine: our export beside
 * what people use instead. CSV of all rows, XLSX of about 100,000, PDF of about 10,000. Prints one table and keeps it, dated.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Principal, requireCapability } from '#server/access/decide.ts';
import { deliveryLocation } from '#server/reports/delivery-location.ts';
import { resolveScope } from '#server/reports/scope.ts';
import { selectPart } from '#server/reports/statement.ts';
import { once } from '../export-speed.ts';
import { daysFor, openScaleDatabase } from '../scale-database.ts';
import { findPeers, type Table } from './peers.ts';

const { values } = parseArgs({ options: { lines: { type: 'string', default: '1000000' } } });
const lines = Number(values.lines);
const rowsOf: Record<Table, number> = { csv: lines, xlsx: 100_000, pdf: 10_000 };
const peers = findPeers();
const database = await openScaleDatabase(lines);
const folder = mkdtempSync(join(tmpdir(), 'mathership-compared-'));
const operator: Principal = { userId: null, name: 'Bench', email: '', via: 'operator', credentialId: null };
const table = ['| | rows | seconds | rows/s | beside ours | peak memory |', '|---|---|---|---|---|---|'];
const add = (name: string, rows: number, seconds: number, ours: number, megabytes: number | null): void => {
  const beside = (ours / seconds).toFixed(2);
  const memory = megabytes === null ? 'not counted' : `${Math.round(megabytes)} MB`;
  const rate = Math.round(rows / seconds).toLocaleString('en');
  table.push(`| ${name} | ${rows.toLocaleString('en')} | ${seconds.toFixed(2)} | ${rate} | ${beside} | ${memory} |`);
  console.log(table.at(-1));
};
try {
  const { company } = await requireCapability(database.pool.db, operator, 'view_financials', database.companyId);
  for (const kind of ['csv', 'xlsx', 'pdf'] as const) {
    const [from, to] = await daysFor(database, rowsOf[kind]);
    const scope = await resolveScope(database.pool.db, company, {
      definition: deliveryLocation,
      from,
      to,
      filters: {},
    });
    const statementFile = join(folder, `${kind}.sql`);
    writeFileSync(statementFile, selectPart(deliveryLocation, scope, deliveryLocation.table(scope)));
    const ours = once(kind, database, [from, to], folder);
    add(
      `**this product, ${kind.toUpperCase()}**, with counts, sums and proof`,
      ours.rows,
      ours.seconds,
      ours.seconds,
      ours.peakMegabytes,
    );
    for (const { name, command, why } of peers.filter((peer) => peer.table === kind)) {
      const [program = '', ...words] = command ?? [];
      const started = performance.now();
      const file = join(folder, `peer.${kind}`);
      const run =
        command && spawnSync(program, [...words, database.postgres.url, statementFile, file], { encoding: 'utf8' });
      if (run?.status !== 0) {
        console.log(`${name}: did not run, ${run ? run.stderr.slice(-300) : why}`);
        continue;
      }
      const told = run.stdout.trim() ? JSON.parse(run.stdout) : { rows: ours.rows, peakMegabytes: null };
      add(name, told.rows, told.seconds ?? (performance.now() - started) / 1000, ours.seconds, told.peakMegabytes);
    }
  }
  const today = new Date().toISOString().slice(0, 10);
  const results = join(import.meta.dirname, '..', 'results');
  mkdirSync(results, { recursive: true });
  writeFileSync(
    join(results, `${today}-compare.md`),
    [`# ${today}: beside what people use instead`, '', ...table, ''].join('\n'),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
  await database.stop();
}
