/**
 * The memory of an import by the rows it reads: `node bench/import-memory.ts`. A dry run of 1,000,000 stock movements as CSV
 * and of 200,000 as a workbook, each in a process of its own; prints the peak of what that process held (RSS), and of one that
 * imports ten rows.
 */
import { execFileSync } from 'node:child_process';
import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PgBoss } from 'pg-boss';
import { DatabasePool } from '#server/database/database.ts';
import { startEmbeddedPostgres } from '#server/database/embedded/embedded.ts';
import { migrateDatabase } from '#server/database/migrate.ts';
import { usualOptions } from '#server/imports/kind.ts';
import { runImport } from '#server/imports/run-import.ts';
import { workbookOf } from '#test/small-workbook.ts';

const header = ['movement_id', 'storage_unit_code', 'item_code', 'kind', 'occurred_at', 'qty', 'unit', 'unit_cost'];
const movement = (n: number): string[] => [
  `M${n}`,
  'S1',
  `I${n % 400}`,
  n % 4 === 0 ? 'RECEIPT' : 'ISSUE',
  `2026-0${1 + (n % 9)}-15`,
  n % 4 === 0 ? '30' : '-10',
  'kg',
  n % 4 === 0 ? '1.25' : '',
];

function* csv(rows: number): Generator<Buffer> {
  let text = `${header.join(',')}\n`;
  for (let n = 0; n < rows; n += 1) {
    text += `${movement(n).join(',')}\n`;
    if (text.length < 65_536) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}

async function* of(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

const [step, file = '', url = ''] = process.argv.slice(2);
if (step === 'write') await write(file, Number(url));
else if (step === 'import') await imported(file, url);
else await measure();

async function write(path: string, rows: number): Promise<void> {
  if (path.endsWith('.csv')) await pipeline(Readable.from(csv(rows)), createWriteStream(path));
  else {
    const lines = Array.from({ length: rows }, (_, n) => movement(n));
    await pipeline(
      Readable.from([await workbookOf([{ name: 'Movements', rows: [header, ...lines] }])]),
      createWriteStream(path),
    );
  }
}

async function imported(path: string, address: string): Promise<void> {
  const pool = new DatabasePool({ url: address });
  const { rows } = await pool.pool.query<{ id: string }>(
    `WITH o AS (INSERT INTO organizations (name) VALUES ('Memory') RETURNING id)
     INSERT INTO companies (organization_id, name, currency, time_zone) SELECT id, 'Memory', 'EUR', 'Europe/Berlin' FROM o RETURNING id`,
  );
  const start = performance.now();
  const result = await runImport({
    pool,
    companyId: rows[0]?.id ?? '',
    files: [
      { name: 'storage_units.csv', content: of('code,name\nS1,Store\n') },
      {
        name: 'items.csv',
        content: of(
          `code,name,category,base_unit\n${Array.from({ length: 400 }, (_, n) => `I${n},Item,Group,kg\n`).join('')}`,
        ),
      },
      { name: `stock_movements${path.slice(path.lastIndexOf('.'))}`, content: createReadStream(path) },
    ],
    options: { ...usualOptions, dryRun: true },
    principal: null,
    origin: { address: null, requestId: null },
  });
  const read = result.files.find(({ kind }) => kind === 'stock_movements')?.rows;
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  const mebibytes = (statSync(path).size / 2 ** 20).toFixed(1);
  console.log(
    `${path.slice(path.lastIndexOf('/') + 1).padEnd(16)} ${read} rows, ${mebibytes} MiB: peak ${peak} MiB, ${seconds} s`,
  );
  await pool.close();
}

async function measure(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mathership-memory-'));
  const server = await startEmbeddedPostgres({ dataDir: folder });
  try {
    await migrateDatabase({
      url: server.url,
      installEngine: async (connectionString) => {
        const boss = new PgBoss({ connectionString, schedule: false, supervise: false });
        await boss.start();
        await boss.stop({ graceful: false });
      },
    });
    const node = (...args: string[]): string =>
      execFileSync(process.execPath, [import.meta.filename, ...args], { encoding: 'utf8' });
    for (const [name, rows] of [
      ['ten.csv', 10],
      ['hundred.csv', 100_000],
      ['million.csv', 1_000_000],
      ['ten.xlsx', 10],
      ['two.xlsx', 200_000],
    ] as const) {
      const path = join(folder, name);
      node('write', path, String(rows));
      process.stdout.write(node('import', path, server.url));
    }
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
