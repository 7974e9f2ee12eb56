/**
 * What versions cost and give: `node bench/versions.ts [receipt lines]`. Writing with and without them, one after the other
 * in one session; then 6,000 lines are changed and the year is compared, and read as it was.
 */
import type pg from 'pg';
import { type ComparedJob, sidesOf } from '#server/exports/compared-jobs.ts';
import { readDifference } from '#server/exports/difference-page.ts';
import { selectTotalsOfDifference } from '#server/reports/difference.ts';
import { sql } from 'kysely';
import { openScaleDatabase } from './scale-database.ts';

const lines = Number(process.argv[2] ?? 1_000_000);
const rounds = 3;
const median = (all: readonly number[]): number => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;

const database = await openScaleDatabase(lines);
const { pool, companyId } = database;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** As an import writes: references are proven before, and not looked at row by row. */
async function beside(label: string, table: string, statement: string): Promise<void> {
  const client: pg.PoolClient = await pool.pool.connect();
  const taken: Record<'with' | 'without', number[]> = { with: [], without: [] };
  const { rows } = await client.query<{ name: string }>(
    `SELECT quote_ident(tgname) AS name FROM pg_trigger WHERE tgrelid = '${table}'::regclass AND tgname LIKE 'version_%'`,
  );
  for (let round = 0; round < rounds; round += 1) {
    for (const how of ['without', 'with'] as const) {
      await client.query(`BEGIN; SET LOCAL session_replication_role = 'replica'; SET LOCAL work_mem = '64MB'`);
      if (how === 'without')
        for (const { name } of rows) await client.query(`ALTER TABLE ${table} DISABLE TRIGGER ${name}`);
      taken[how].push(await timed(() => client.query(statement)));
      await client.query('ROLLBACK');
    }
  }
  client.release();
  const [plain, versioned] = [median(taken.without), median(taken.with)];
  console.log(
    `${label.padEnd(44)} ${plain.toFixed(0)} ms without, ${versioned.toFixed(0)} ms with: ${(versioned / plain).toFixed(2)}`,
  );
}

const columnsOf = async (table: string, without: readonly string[]): Promise<string> => {
  const { rows } = await pool.pool.query<{ all: string }>(
    `SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS all FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0
       AND NOT attisdropped AND attgenerated = '' AND attname <> ALL ($2)`,
    [table, ['id', 'born_version', ...without]],
  );
  return rows[0]?.all ?? '';
};
const copied = async (table: string, key: string, company: string, count: number): Promise<string> => {
  const columns = await columnsOf(table, [key]);
  const again = table === 'stock_movements' ? `'again' || g || ':' || id` : `'again' || id`;
  return `INSERT INTO ${table} (${columns}, ${key}) SELECT ${columns}, ${again} FROM ${table}, generate_series(1, ${table === 'stock_movements' ? 10 : 1}) g
    WHERE company_id = ${company} ORDER BY id LIMIT ${count}`;
};

try {
  await beside(
    '80,000 receipt lines inserted',
    'receipt_lines',
    await copied('receipt_lines', 'lot', companyId, 80_000),
  );
  await beside(
    '20,000 receipt lines updated',
    'receipt_lines',
    `UPDATE receipt_lines SET net_amount = net_amount + 1 WHERE id IN (SELECT id FROM receipt_lines WHERE company_id = ${companyId} ORDER BY id LIMIT 20000)`,
  );
  const { rows: stocked } = await pool.pool.query<{ id: string }>(
    'SELECT company_id AS id FROM stock_movements LIMIT 1',
  );
  await beside(
    '400,000 movements inserted',
    'stock_movements',
    await copied('stock_movements', 'movement_ref', stocked[0]?.id ?? '0', 400_000),
  );

  const { rows: span } = await pool.pool.query<{ from: string; to: string; version: string }>(
    `SELECT min(received_on)::text AS from, max(received_on)::text AS to, (SELECT data_version FROM companies WHERE id = $1) AS version
     FROM receipt_lines WHERE company_id = $1`,
    [companyId],
  );
  const [{ from, to, version } = { from: '', to: '', version: '1' }] = span;
  await pool.pool.query(
    `UPDATE receipt_lines SET net_amount = net_amount + 1 WHERE id IN (SELECT id FROM receipt_lines WHERE company_id = ${companyId} ORDER BY id LIMIT 1000)`,
  );
  await pool.pool.query(await copied('receipt_lines', 'lot', companyId, 5_000));
  const jobOf = (report_type: ComparedJob['report_type']): ComparedJob => ({
    id: '',
    company_id: companyId,
    report_type,
    date_from: from,
    date_to: to,
    filters: {},
    options: {},
    data_version: version,
    snapshot_at: new Date().toISOString(),
    as_of_instant: null,
  });
  for (const report of ['delivery_location', 'order_lines', 'vendor'] as const) {
    const drift = async (): Promise<void> => {
      await pool.db.transaction().execute(async (tx) => {
        const { difference } = await sidesOf(tx, jobOf(report));
        await sql.raw(selectTotalsOfDifference(difference)).execute(tx);
      });
    };
    await drift();
    const taken = [await timed(drift), await timed(drift), await timed(drift)];
    const page = await timed(() => readDifference(pool.db, jobOf(report), undefined, { page: 0, page_size: 50 }));
    console.log(
      `${`${report}: 6,000 of ${lines.toLocaleString('en')} changed`.padEnd(44)} drift ${median(taken).toFixed(0)} ms, first page ${page.toFixed(0)} ms`,
    );
  }
  const year = `SELECT count(*), sum(net_amount) FROM receipt_lines r WHERE company_id = ${companyId} AND void_id IS NULL`;
  const client = await pool.pool.connect();
  const now = [1, 2, 3].map(() => timed(() => client.query(year)));
  const asNow = median(await Promise.all(now));
  await client.query(`BEGIN; SET LOCAL search_path = as_of, public; SET LOCAL mathership.as_of = ${version}`);
  const then: number[] = [];
  for (let round = 0; round < rounds; round += 1) then.push(await timed(() => client.query(year)));
  await client.query('ROLLBACK');
  client.release();
  console.log(
    `${'all lines, count and sum'.padEnd(44)} now ${asNow.toFixed(0)} ms, as of version ${version} ${median(then).toFixed(0)} ms`,
  );
} finally {
  await database.stop();
}
