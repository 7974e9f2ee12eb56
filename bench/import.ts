/**
 * Imports measured: `node bench/import.ts [receipt lines] [address of a migrated database]`. Prints rows a second of every
 * file beside two plain COPYs of the same receipt lines in the same minute (into a bare table, and into the fact table
 * with its keys and indexes), processor seconds of this process and of the database server (where it runs on this machine),
 * and the peak memory of this process. Every file is imported again: what was there already must not cost more than it did
 * when it was new. IMPORT_BENCH=quick leaves out all but orders, receipts, movements and their second time.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PgBoss } from 'pg-boss';
import type { ImportProgress } from '#contract/imports.ts';
import { connectAlone } from '#server/database/connection.ts';
import { DatabasePool } from '#server/database/database.ts';
import { copyInto } from '#server/database/copy-in.ts';
import { startEmbeddedPostgres } from '#server/database/embedded/embedded.ts';
import { migrateDatabase } from '#server/database/migrate.ts';
import { usualOptions } from '#server/imports/kind.ts';
import { type ImportRequest, runImport } from '#server/imports/run-import.ts';

const lines = Number(process.argv[2] ?? 200_000);
const isQuick = process.env['IMPORT_BENCH'] === 'quick';
const linesPerOrder = 10;
const locations = 20;
const vendors = 10;
const articles = 400;

function* chunked(header: string, count: number, row: (index: number) => string): Generator<Buffer> {
  let text = `${header}\n`;
  for (let index = 0; index < count; index += 1) {
    text += `${row(index)}\n`;
    if (text.length < 65_536) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}

const two = (n: number): string => String(n).padStart(2, '0');
const order = (index: number): number => Math.floor(index / linesPerOrder);
const orderNumber = (n: number): string => `PO-26-${String(n).padStart(6, '0')}`;
const dayOf = (n: number): string => `2026-${two(1 + (n % 9))}-${two(1 + (Math.floor(n / 9) % 28))}`;
/** What came into the first storage unit before all else and is told last: every later issue of it costs something else. */
const backDated = (): Generator<Buffer> =>
  chunked(
    'movement_id,storage_unit_code,item_code,kind,occurred_at,qty,unit,unit_cost',
    articles,
    (index) => `EARLY-${index},S0,I${index},RECEIPT,2025-12-31,40,kg,7.5`,
  );
/** Deterministic and uneven. */
const mix = (n: number): number => (Math.imul(n + 1, 2_654_435_761) >>> 8) / 2 ** 24;

const files: Record<string, () => Generator<Buffer>> = {
  'storage_units.csv': () => chunked('code,name', locations, (n) => `S${n},Store ${n}`),
  'delivery_locations.csv': () =>
    chunked('code,name,storage_unit_code', locations, (n) => `L${n},"Kitchen ${n}, main",S${n}`),
  'vendors.csv': () => chunked('code,name,currency', vendors, (n) => `V${n},Vendor ${n},EUR`),
  'items.csv': () => chunked('code,name,category,base_unit', articles, (n) => `I${n},Item ${n},Group ${n % 12},kg`),
  'vendor_items.csv': () =>
    chunked(
      'vendor_code,article_number,item_code,name,order_unit,units_per_order_unit,tax_rate',
      vendors * articles,
      (n) => `V${n % vendors},0${n},I${n % articles},"Article ""${n}""",box,${1 + (n % 6)},0.07`,
    ),
  'purchase_orders.csv': () =>
    chunked(
      'po_number,vendor_code,delivery_location_code,status,ordered_at,expected_on,currency,line_no,line_type,' +
        'article_number,description,order_unit,ordered_qty,unit_price,tax_rate',
      lines,
      (index) => {
        const n = order(index);
        const article = Math.floor(mix(index) * articles) * vendors + (n % vendors);
        const head = `${orderNumber(n)},V${n % vendors},L${n % locations},received,${dayOf(n)}T17:30:00+02:00,${dayOf(n)},EUR`;
        return `${head},${1 + (index % linesPerOrder)},item,0${article},Article ${article} as ordered,box,${1 + (index % 40)},${(mix(index) * 90).toFixed(2)},0.07`;
      },
    ),
  'receipts.csv': () =>
    chunked(
      'receipt_number,kind,po_number,line_no,received_at,posted_at,document_number,storage_unit_code,received_qty,' +
        'rejected_qty,unit_price,net_amount,tax_amount,note',
      lines,
      (index) => {
        const n = order(index);
        const refused = index % 50 === 0 ? '1' : '';
        const note = index % 50 === 0 ? '"Crushed, sent back"' : '';
        const price = index % 3 === 0 ? (mix(index) * 90).toFixed(2) : '';
        return `LS-${n},receipt,${orderNumber(n)},${1 + (index % linesPerOrder)},${dayOf(n)}T07:${two(n % 60)}:00+02:00,${dayOf(n)},INV-${n},S${n % locations},${1 + (index % 40)},${refused},${price},,,${note}`;
      },
    ),
  'stock_movements.csv': () =>
    chunked('movement_id,storage_unit_code,item_code,kind,occurred_at,qty,unit,unit_cost', lines, (index) => {
      const kind = index % 4 === 0 ? 'RECEIPT' : 'ISSUE';
      const qty = kind === 'RECEIPT' ? 30 : -10;
      return `M${index},S${index % locations},I${Math.floor(index / locations) % articles},${kind},${dayOf(Math.floor(index / 997))},${qty},kg,${kind === 'RECEIPT' ? (1 + mix(index)).toFixed(4) : ''}`;
    }),
  'stock_counts.csv': () =>
    chunked('count_ref,storage_unit_code,item_code,counted_at,counted_qty,unit', locations * articles, (index) => {
      return `C-09,S${index % locations},I${Math.floor(index / locations)},2026-09-28,${index % 50},kg`;
    }),
};

const peak = (): number => Math.round(process.resourceUsage().maxRSS / 1024);

/** Processor seconds of a server and of all that it started; 0 where it is not on this machine. */
function serverSeconds(postmaster: string): number {
  let ticks = 0;
  for (const id of readdirSync('/proc')) {
    if (!/^\d+$/.test(id)) continue;
    try {
      const [, parent, ...rest] = statOf(id);
      if (id !== postmaster && parent !== postmaster) continue;
      // user, system; of the server itself also those of its children that ended
      const times = rest.slice(9, id === postmaster ? 13 : 11);
      ticks += times.reduce((sum, time) => sum + Number(time), 0);
    } catch {
      // it ended meanwhile, and is counted with the server
    }
  }
  return ticks / 100;
}

/** Of /proc/ID/stat, from the state on: state, parent, and so on. */
const statOf = (id: string): string[] => (readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1] ?? '').split(' ');

const perSecond = (rows: number, milliseconds: number): string =>
  `${Math.round((rows / milliseconds) * 1000).toLocaleString('en')} rows/s`;

async function measure(url: string): Promise<void> {
  const pool = new DatabasePool({ url });
  const { rows } = await pool.pool.query(
    `WITH o AS (INSERT INTO organizations (name) VALUES ('Bench') RETURNING id)
     INSERT INTO companies (organization_id, name, currency, time_zone) SELECT id, 'Bench', 'EUR', 'Europe/Berlin' FROM o
     RETURNING id`,
  );
  const companyId: string = rows[0].id;
  const { rows: backends } = await pool.pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const postmaster = (() => {
    try {
      return statOf(String(backends[0]?.pid))[1] ?? '';
    } catch {
      return '';
    }
  })();
  const run = async (
    label: string,
    names: readonly string[],
    options: Partial<ImportRequest['options']> = {},
    contents: typeof files = files,
  ) => {
    const server = serverSeconds(postmaster);
    const own = process.cpuUsage();
    const start = performance.now();
    let read = start;
    const onProgress = ({ phase }: ImportProgress): void => {
      if (phase === 'reading') read = performance.now();
    };
    const result = await runImport({
      pool,
      companyId,
      files: names.map((name) => ({ name, content: asynchronously(contents[name]?.() ?? []) })),
      options: { ...usualOptions, ...options },
      principal: null,
      origin: { address: null, requestId: null },
      onProgress,
    });
    const milliseconds = performance.now() - start;
    const { user, system } = process.cpuUsage(own);
    // a connection's processor time is counted when it has ended
    await new Promise((resolve) => setTimeout(resolve, 300));
    const ownSeconds = (user + system) / 1e6;
    const ofServer = serverSeconds(postmaster) - server;
    const count = result.files.reduce((sum, file) => sum + file.rows, 0);
    const updated = result.files.reduce((sum, file) => sum + file.updated, 0);
    console.log(
      `${label.padEnd(34)} ${perSecond(count, milliseconds).padStart(16)}  read ${Math.round(read - start)} ms, ` +
        `write ${Math.round(milliseconds - (read - start))} ms, ` +
        `processor ${ownSeconds.toFixed(1)} + server ${ofServer.toFixed(1)} s, ${updated} updated, peak memory ${peak()} MiB`,
    );
  };
  await run('master data', [
    'storage_units.csv',
    'delivery_locations.csv',
    'vendors.csv',
    'items.csv',
    'vendor_items.csv',
  ]);
  await run('purchase_orders.csv', ['purchase_orders.csv']);
  if (!isQuick) await run('receipts.csv, dry run', ['receipts.csv'], { dryRun: true });
  await run('receipts.csv', ['receipts.csv']);
  // holds its rows in memory, unlike the import
  if (!isQuick && lines <= 300_000) await plainCopies(url, companyId);
  await run('receipts.csv again', ['receipts.csv']);
  await run('purchase_orders.csv again', ['purchase_orders.csv']);
  await run('stock_movements.csv and counts', ['stock_movements.csv', 'stock_counts.csv']);
  await run('stock_movements.csv again', ['stock_movements.csv', 'stock_counts.csv']);
  await run('400 receipts of stock, back-dated', ['stock_movements.csv'], {}, { 'stock_movements.csv': backDated });
  await tellVersions(pool, companyId);
  if (!isQuick) {
    await run('every file again', Object.keys(files));
    await run('receipts.csv moving stock', ['receipts.csv'], { receiptsMoveStock: true });
  }
  await pool.close();
}

/** What the last version changed, and what versions take on disk: a number in each row, and its place in an index. */
async function tellVersions({ pool }: DatabasePool, companyId: string): Promise<void> {
  const { rows: last } = await pool.query<{ changed: string }>(
    `SELECT tables ->> 'stock_movements' AS changed FROM data_versions WHERE company_id = $1 ORDER BY version DESC LIMIT 1`,
    [companyId],
  );
  console.log(`its version: ${last[0]?.changed}`);
  for (const table of ['purchase_order_lines', 'receipt_lines', 'stock_movements']) {
    const { rows } = await pool.query<{ rows: number; index: number; whole: number; past: number }>(
      `SELECT (SELECT count(*)::integer FROM ${table}) AS rows, pg_relation_size('${table}_born')::float AS index,
         pg_total_relation_size('${table}')::float AS whole, pg_total_relation_size('${table}_past')::float AS past`,
    );
    const [size] = rows;
    if (!size) continue;
    const million = (bytes: number): string => `${(((bytes / size.rows) * 1e6) / 2 ** 20).toFixed(1)} MiB`;
    console.log(
      `${table.padEnd(34)} per million lines: ${million(size.index + size.rows * 8)} for versions (${million(size.index)} of it the index), of ${million(size.whole)}; past ${Math.round(size.past / 1024)} KiB`,
    );
  }
}

async function* asynchronously(chunks: Iterable<Buffer>): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield chunk;
}

/** The same receipt lines through COPY alone: out to a buffer first, then in, rolled back. */
async function plainCopies(url: string, companyId: string): Promise<void> {
  const client = await connectAlone({ url });
  const { rows } = await client.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = 'receipt_lines'::regclass AND attnum > 0
       AND attgenerated = '' AND attidentity = '' ORDER BY attnum`,
  );
  const columns = rows.map((row) => row.name);
  const made = await client.query({
    text: `SELECT concat_ws(E'\\t', ${columns.map((name) => `coalesce(${name}::text, '\\N')`).join(', ')})
      FROM receipt_lines WHERE company_id = $1 ORDER BY delivery_location_id, received_on, po_number, line_no`,
    values: [companyId],
    rowMode: 'array',
  });
  const text = made.rows.map(([row]) => `${row}\n`);
  for (const [label, prepare, table] of [
    ['COPY into a bare table', 'CREATE TEMP TABLE bare (LIKE receipt_lines INCLUDING GENERATED)', 'bare'],
    ['COPY into receipt_lines', 'DELETE FROM receipt_lines', 'receipt_lines'],
  ] as const) {
    await client.query('BEGIN');
    await client.query(prepare);
    if (table === 'bare') await client.query('ALTER TABLE bare ALTER COLUMN id DROP NOT NULL');
    const start = performance.now();
    const copied = await copyInto(client, table, columns, text);
    console.log(`${label.padEnd(34)} ${perSecond(copied, performance.now() - start).padStart(16)}`);
    await client.query('ROLLBACK');
  }
  await client.end();
}

if (process.argv[3] !== undefined) await measure(process.argv[3]);
else await measureEmbedded();

async function measureEmbedded(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mathership-bench-'));
  const server = await startEmbeddedPostgres({ dataDir });
  try {
    await migrateDatabase({
      url: server.url,
      installEngine: async (connectionString) => {
        const boss = new PgBoss({ connectionString, schedule: false, supervise: false });
        await boss.start();
        await boss.stop({ graceful: false });
      },
    });
    await measure(server.url);
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
