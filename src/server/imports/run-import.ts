/**
 * One import: every file staged as it comes, then checked and written in one transaction, all or nothing. Memory does
 * not grow with the files; one import runs per company at a time.
 */
import { ProductError } from '#contract/errors.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import type { Principal } from '#server/access/decide.ts';
import { type Connection, connectAlone, type DatabasePool } from '#server/database/database.ts';
import { queryBuilderOn } from '#server/database/query-builder.ts';
import { type Finding, Findings } from './findings.ts';
import { refuseImport } from './import-refused.ts';
import {
  fileNameOf,
  type ImportKind,
  type ImportOptions,
  type ImportRun,
  type KindName,
  type Outcome,
  type ReceivedTotals,
} from './kind.ts';
import { importKinds, kindOfFile } from './kinds.ts';
import { linkStorageUnits } from './location-links.ts';
import { databaseRefusal } from './database-refusal.ts';
import { createStagingTables, stageFile } from './stage-file.ts';
import { createLedgerChanges, settleLedger } from './stock-ledger.ts';
import { ZoneClock } from './zone-clock.ts';

export interface ImportFile {
  /** Tells the kind: `receipts.csv`. A path before it is not looked at. */
  readonly name: string;
  readonly content: AsyncIterable<Buffer>;
}

export interface ImportProgress {
  readonly phase: 'reading' | 'writing';
  readonly file: string;
  /** Over all files: read so far, or written so far. */
  readonly rows: number;
  /** How many there will be; null while files are still read. */
  readonly rows_total: number | null;
  readonly bytes: number;
}

export interface ImportRequest {
  readonly pool: DatabasePool;
  readonly companyId: string;
  /** Each is read to its end before the next is asked for. */
  readonly files: AsyncIterable<ImportFile> | Iterable<ImportFile>;
  readonly options: ImportOptions;
  /** Who is written down as having imported. */
  readonly principal: Principal | null;
  readonly origin: Origin;
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Stops it; nothing stays. */
  readonly signal?: AbortSignal;
}

export interface ImportedFile {
  readonly file: string;
  readonly kind: KindName;
  /** Without the header. */
  readonly rows: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

export interface ImportResult {
  readonly dry_run: boolean;
  readonly files: readonly ImportedFile[];
  /** What receipts.csv amounts to, per currency; null without that file. */
  readonly received: ReceivedTotals | null;
  /** The first 1,000. */
  readonly warnings: readonly Finding[];
  readonly warning_count: number;
}

/**
 * @throws ProductError import_refused with every error; conflict if another import of the company runs or the import
 *   was stopped; invalid_input without any file. Nothing was changed then.
 */
export async function runImport(request: ImportRequest): Promise<ImportResult> {
  const client = await connectAlone({ url: request.pool.url, applicationName: 'mathership import' });
  const { signal } = request;
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const stop = (): void => void request.pool.pool.query('SELECT pg_cancel_backend($1)', [rows[0]?.pid]).catch(() => {});
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await importOn(client, request);
  } catch (error) {
    if (signal?.aborted) throw new ProductError('conflict', 'The import was stopped; nothing was imported.');
    throw databaseRefusal(error);
  } finally {
    signal?.removeEventListener('abort', stop);
    await client.end().catch(() => undefined);
  }
}

async function importOn(client: Connection, request: ImportRequest): Promise<ImportResult> {
  const company = await companyToImportInto(client, request.companyId);
  // hashes and sorts of one import; what does not fit goes to the server's disk
  await client.query(`SET work_mem = '64MB'; SET temp_buffers = '64MB'; SET jit = off; SET statement_timeout = 0;
    SET default_statistics_target = 10`);
  const staged = await stageFiles(client, request, company.timeZone);
  const { findings, read } = staged;

  await client.query('BEGIN');
  const total = [...read.values()].reduce((sum, rowCount) => sum + rowCount, 0);
  let before = 0;
  let current = '';
  const run: ImportRun = {
    client,
    company,
    options: request.options,
    findings,
    rows: read,
    unreadable: staged.unreadable,
    received: null,
    progress: (done) =>
      request.onProgress?.({
        phase: 'writing',
        file: current,
        rows: before + done,
        rows_total: total,
        bytes: staged.bytes,
      }),
  };
  await client.query('SELECT FROM companies WHERE id = $1 FOR KEY SHARE', [company.id]);
  await createLedgerChanges(run);
  const outcomes = new Map<KindName, Outcome>();
  for (const kind of importKinds) {
    request.signal?.throwIfAborted();
    const count = read.get(kind.name);
    if (count !== undefined) {
      current = fileNameOf(kind.name);
      run.progress(0);
      outcomes.set(kind.name, await kind.apply(run));
      before += count;
      run.progress(0);
    }
    if (kind.name === 'delivery_locations') await countLinks(run, outcomes);
  }
  if (findings.count('error') === 0) await settleLedger(run);
  request.signal?.throwIfAborted();
  if (findings.count('error') > 0) refuseImport(findings, read, staged.names);

  const files = importKinds.flatMap((kind) => importedFile(kind, read.get(kind.name), outcomes.get(kind.name)));
  if (!request.options.dryRun) {
    await audit(queryBuilderOn(client), request.principal, request.origin, {
      action: 'import.completed',
      organizationId: company.organizationId,
      companyId: company.id,
      details: { files, receipts_move_stock: request.options.receiptsMoveStock },
    });
  }
  await client.query(request.options.dryRun ? 'ROLLBACK' : 'COMMIT');
  if (!request.options.dryRun) await refreshStatistics(client, files);
  return {
    dry_run: request.options.dryRun,
    files,
    received: run.received,
    warnings: findings.list('warning'),
    warning_count: findings.count('warning'),
  };
}

interface Company {
  readonly id: string;
  readonly organizationId: string;
  readonly currency: string;
  readonly timeZone: string;
}

/** Also makes sure that no other import of this company runs, until the connection ends. */
async function companyToImportInto(client: Connection, companyId: string): Promise<Company> {
  const { rows } = await client.query<Company & { free: boolean }>(
    `SELECT id, organization_id AS "organizationId", currency, time_zone AS "timeZone",
       pg_try_advisory_lock(hashtextextended('import into company', id)) AS free
     FROM companies WHERE id = $1`,
    [companyId],
  );
  const [company] = rows;
  if (!company) throw new ProductError('not_found', 'There is no such company.');
  if (!company.free) {
    throw new ProductError('conflict', 'Another import into this company is running. Try again when it has finished.');
  }
  return company;
}

interface StagedFiles {
  readonly findings: Findings;
  readonly read: Map<KindName, number>;
  readonly unreadable: Set<KindName>;
  /** Of every file that came, also of those that are none of ours. */
  readonly names: readonly string[];
  readonly bytes: number;
}

async function stageFiles(client: Connection, request: ImportRequest, timeZone: string): Promise<StagedFiles> {
  const findings = new Findings(importKinds);
  const clock = new ZoneClock(timeZone);
  const read = new Map<KindName, number>();
  const unreadable = new Set<KindName>();
  const names: string[] = [];
  let [rowsBefore, bytesBefore] = [0, 0];
  await createStagingTables(client, importKinds);
  for await (const { name: path, content } of request.files) {
    request.signal?.throwIfAborted();
    const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    const kind = kindOfFile(name);
    const refused = refusedFile(name, kind, read);
    if (!kind || refused !== null) {
      names.push(name);
      findings.add('error', { file: name, row: null, column: null, value: null, reason: refused ?? '' });
      for await (const chunk of content) void chunk;
      continue;
    }
    const file = fileNameOf(kind.name);
    names.push(file);
    let bytes = 0;
    const staged = await stageFile(kind, content, {
      client,
      clock,
      findings,
      ignoreExtra: request.options.ignoreExtra,
      onProgress: (rows, bytesOfFile) => {
        bytes = bytesOfFile;
        const progress = { rows: rowsBefore + rows, rows_total: null, bytes: bytesBefore + bytes };
        request.onProgress?.({ phase: 'reading', file, ...progress });
      },
    });
    read.set(kind.name, staged.rows);
    if (!staged.readable) unreadable.add(kind.name);
    rowsBefore += staged.rows;
    bytesBefore += bytes;
  }
  if (names.length === 0) {
    throw new ProductError('invalid_input', 'No file was sent. Send at least one, for instance vendors.csv.', {
      fields: [{ field: 'files', message: 'is required' }],
    });
  }
  return { findings, read, unreadable, names, bytes: bytesBefore };
}

function refusedFile(name: string, kind: ImportKind | undefined, read: ReadonlyMap<KindName, number>): string | null {
  if (kind) return read.has(kind.name) ? 'This file was sent twice' : null;
  if (/\.zip$/i.test(name)) return 'Unpack the ZIP and send the CSV files in it';
  return `Not one of the nine names: ${importKinds.map((known) => fileNameOf(known.name)).join(', ')}`;
}

async function countLinks(run: ImportRun, outcomes: Map<KindName, Outcome>): Promise<void> {
  const units = outcomes.get('storage_units');
  if (!units) return;
  const linked = await linkStorageUnits(run);
  outcomes.set('storage_units', { created: units.created, updated: units.updated + linked });
}

function importedFile(kind: ImportKind, rows: number | undefined, outcome: Outcome | undefined): ImportedFile[] {
  if (rows === undefined || !outcome) return [];
  const { created, updated } = outcome;
  return [
    { file: fileNameOf(kind.name), kind: kind.name, rows, created, updated, unchanged: rows - created - updated },
  ];
}

const statisticsWorthIt = 10_000;
const tablesOf: Partial<Record<KindName, readonly string[]>> = {
  vendor_items: ['vendor_items'],
  purchase_orders: ['purchase_orders', 'purchase_order_lines'],
  receipts: ['receipts', 'receipt_lines'],
  stock_movements: ['stock_movements'],
};

/** After an import that makes tables another size, the planner must not wait for autovacuum to notice. */
async function refreshStatistics(client: Connection, files: readonly ImportedFile[]): Promise<void> {
  const added = files.filter(({ created }) => created >= statisticsWorthIt);
  const tables = added.flatMap(({ kind }) => tablesOf[kind] ?? []);
  if (tables.length === 0) return;
  const most = Math.max(...added.map(({ created }) => created));
  const { rows } = await client.query<{ name: string }>(
    'SELECT relname AS name FROM pg_class WHERE oid = ANY ($1::regclass[]) AND reltuples < $2',
    [tables, most * 5],
  );
  if (rows.length === 0) return;
  // the import stands, whatever becomes of this
  await client.query('RESET default_statistics_target');
  await client.query(`ANALYZE ${rows.map(({ name }) => name).join(', ')}`).catch(() => undefined);
}
