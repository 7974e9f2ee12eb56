/**
 * One import: every file staged as it comes, then checked and written in one transaction, all or nothing. Memory does
 * not grow with the files; one import runs per company at a time.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProductError } from '#contract/errors.ts';
import type { ImportProfile } from '#contract/import-profiles.ts';
import type { ImportedFile, ImportKindName, ImportProgress, ImportResult } from '#contract/imports.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import type { Principal } from '#server/access/decide.ts';
import { type Connection, connectAlone } from '#server/database/connection.ts';
import { holdDataAlone, sayWhoWrites } from '#server/database/data-versions.ts';
import { type DatabasePool } from '#server/database/database.ts';
import { queryBuilderOn } from '#server/database/query-builder.ts';
import { judgeClosedDays, noteClosedDays, noteKind } from './closed-rows.ts';
import { databaseRefusal } from './database-refusal.ts';
import { listOfEdits } from './edits.ts';
import type { OpenLimits } from './files/opened-file.ts';
import { refuseImport } from './import-refused.ts';
import { ImportUnderWay } from './imports-under-way.ts';
import { fileNameOf, type ImportKind, type ImportOptions, type ImportRun, type Outcome } from './kind.ts';
import { importKinds } from './kinds.ts';
import { linkStorageUnits } from './location-links.ts';
import { refreshStatistics } from './refresh-statistics.ts';
import type { SaidOrder } from './mapping/days-of-file.ts';
import { type ImportFile, type StagedFiles, stageFiles } from './stage-files.ts';
import { refuseLinesWithReceipts } from './receipt-orders.ts';
import { createTouchedNumbers, settleInvoices } from './settle-invoices.ts';
import { warnOfSuspicions } from './suspicions.ts';
import { createLedgerChanges, settleLedger } from './stock-ledger.ts';
import { type ImportKey, UnderAKey } from './under-a-key.ts';

export interface ImportRequest {
  readonly pool: DatabasePool;
  readonly companyId: string;
  /** Each is read to its end before the next is asked for. */
  readonly files: AsyncIterable<ImportFile> | Iterable<ImportFile>;
  readonly options: ImportOptions;
  /** By which files are read that are not ours. */
  readonly profiles?: readonly ImportProfile[];
  /** In which order the days of those are, where somebody says so. */
  readonly dateOrder?: SaidOrder | undefined;
  /** For workbooks and ZIPs; the system's folder and 1 GB unless given. */
  readonly limits?: OpenLimits;
  /** Who is written down as having imported. */
  readonly principal: Principal | null;
  readonly origin: Origin;
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Stops it; nothing stays. */
  readonly signal?: AbortSignal;
  /** One document that somebody changes on a page: the same checks, kept with why. */
  readonly byHand?: { readonly reason: string };
  /** Why closed days may be changed, where the company lets that through with a reason. */
  readonly closedReason?: string | undefined;
  /** The same key and files answer what the first answered. */
  readonly once?: ImportKey | undefined;
}

/**
 * @throws ProductError import_refused with every error; period_closed with every row of a closed day; conflict if another
 *   import of the company goes on running or the import
 *   was stopped; invalid_input without any file; under a key also in_progress, idempotency_key_reused and
 *   idempotency_result_deleted. Nothing was changed then.
 */
export async function runImport(request: ImportRequest): Promise<ImportResult> {
  const { pool } = request;
  const client = await connectAlone({ url: pool.url, applicationName: 'mathership import' });
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const stop = (): void => void pool.pool.query('SELECT pg_cancel_backend($1)', [rows[0]?.pid]).catch(() => undefined);
  let signal = request.signal;
  signal?.addEventListener('abort', stop, { once: true });
  let underWay: ImportUnderWay | undefined;
  let isCommitting = false;
  const key = request.once && new UnderAKey(request.once);
  try {
    const first = await key?.before(client, request.files);
    if (first) return first;
    const company = await companyToImportInto(client, request);
    if (!request.byHand) {
      underWay = await ImportUnderWay.begin(pool, client, company.id);
      underWay.signal.addEventListener('abort', stop, { once: true });
      signal = AbortSignal.any([underWay.signal, ...(signal ? [signal] : [])]);
    }
    const watched = { ...request, ...(signal && { signal }), onProgress: toldTo(underWay?.report, request.onProgress) };
    // hashes and sorts of one import; what does not fit goes to the server's disk
    await client.query(
      `SET work_mem = '64MB'; SET temp_buffers = '64MB'; SET default_statistics_target = 10; SET jit = off; SET statement_timeout = 0`,
    );
    const staged = await stageFiles(client, {
      ...watched,
      files: key?.watched(request.files) ?? request.files,
      profiles: request.profiles ?? [],
      limits: request.limits ?? { folder: join(tmpdir(), 'mathership-imports'), bytesMax: 1_000_000_000 },
      timeZone: company.timeZone,
    });
    return await applyFiles(client, company, watched, staged, key, async () => {
      if (underWay && !(await underWay.conclude(client))) throw new ProductError('conflict', stopped);
      // from here on nobody can say that nothing was imported
      isCommitting = !request.options.dryRun;
      request.signal?.removeEventListener('abort', stop);
    });
  } catch (error) {
    if (isCommitting) throw new ProductError('database_unavailable', unknownOutcome, { cause: error });
    if (signal?.aborted) throw new ProductError('conflict', stopped);
    throw databaseRefusal(error);
  } finally {
    request.signal?.removeEventListener('abort', stop);
    await client.end().catch(() => undefined);
    await underWay?.end().catch(() => undefined);
  }
}

const stopped = 'The import was stopped; nothing was imported.';

const unknownOutcome =
  'The database went away while the import was being finished, so it is not known whether it stands. Import the files again: what is there already stays unchanged.';

interface Company {
  readonly id: string;
  readonly organizationId: string;
  readonly currency: string;
  readonly timeZone: string;
}

/** Also makes sure that no other import of this company runs, until the connection ends. */
async function companyToImportInto(client: Connection, { companyId, byHand }: ImportRequest): Promise<Company> {
  await holdDataAlone(client, companyId, byHand ? 'hand' : 'import');
  const { rows } = await client.query<Company>(
    `SELECT id, organization_id AS "organizationId", currency, time_zone AS "timeZone" FROM companies WHERE id = $1`,
    [companyId],
  );
  const [company] = rows;
  if (!company) throw new ProductError('not_found', 'There is no such company.');
  return company;
}

async function applyFiles(
  client: Connection,
  company: Company,
  request: ImportRequest,
  staged: StagedFiles,
  key: UnderAKey | undefined,
  onCommit: () => Promise<void>,
): Promise<ImportResult> {
  const { findings, read } = staged;
  const { dryRun, receiptsMoveStock } = request.options;
  const progress = progressOf(request, staged);
  await client.query('BEGIN');
  await client.query('SELECT FROM companies WHERE id = $1 FOR KEY SHARE', [company.id]);
  const run: ImportRun = {
    client,
    id: await registerImport(client, company, request, staged),
    company,
    options: request.options,
    findings,
    unreadable: staged.unreadable,
    closed: await noteClosedDays(client, company.id),
    received: null,
    corrected: null,
    moved: [],
    byHand: request.byHand !== undefined,
    progress: progress.report,
  };
  await sayWhoWrites(client, {
    userId: request.principal?.userId ?? null,
    kind: request.byHand ? 'hand' : 'import',
    id: run.id,
  });
  await createLedgerChanges(run);
  await createTouchedNumbers(run);
  const outcomes = new Map<ImportKindName, Outcome>();
  for (const kind of importKinds) {
    request.signal?.throwIfAborted();
    const rows = read.get(kind.name);
    if (rows !== undefined) {
      progress.begin(kind);
      await noteKind(run, kind.name);
      outcomes.set(kind.name, await kind.apply(run));
      progress.end(rows);
    }
    if (kind.name === 'delivery_locations') await linkUnits(run, outcomes);
  }
  await refuseLinesWithReceipts(run);
  await warnOfSuspicions(run, new Set(read.keys()));
  if (findings.errorCount() > 0) refuseImport(findings, read, staged.names);
  if (!dryRun || run.closed.until !== null) await settleInvoices(run);
  await settleLedger(run);
  const closedDays = await judgeClosedDays(run, request.closedReason);
  request.signal?.throwIfAborted();

  const files = importKinds.flatMap((kind) => importedFile(kind, read.get(kind.name), outcomes.get(kind.name)));
  if (!dryRun) {
    await client.query('UPDATE imports SET files = $2 WHERE id = $1', [run.id, JSON.stringify(files)]);
    await audit(queryBuilderOn(client), request.principal, request.origin, {
      action: 'import.completed',
      organizationId: company.organizationId,
      companyId: company.id,
      subjectType: 'import',
      subjectId: run.id,
      details: {
        files,
        receipts_move_stock: receiptsMoveStock,
        ...(request.byHand && { by_hand: true }),
        ...(closedDays && { closed_days: { ...closedDays, reason: request.closedReason } }),
        ...(request.profiles?.length && { profiles: request.profiles.map(({ id, name }) => ({ id, name })) }),
        ...(staged.edits.size > 0 && { edits: listOfEdits(staged.edits) }),
      },
    });
  }
  const result: ImportResult = {
    dry_run: dryRun,
    files,
    received: run.received,
    corrected: run.corrected,
    moved: run.moved,
    read_by_profile: staged.readByProfile,
    warnings: findings.warnings(),
    warning_count: findings.warningKinds().reduce((sum, { count }) => sum + count, 0),
    warning_kinds: findings.warningKinds(),
  };
  // of a dry run nothing but the answer under its key
  if (dryRun) await client.query('ROLLBACK AND CHAIN');
  await key?.keep(client, dryRun ? null : run.id, result);
  await onCommit();
  await client.query('COMMIT');
  if (!dryRun) await refreshStatistics(client, files);
  return result;
}

/** The rows it writes name it; of a dry run or a refused import it goes with them. */
async function registerImport(
  client: Connection,
  company: Company,
  request: ImportRequest,
  { edits }: StagedFiles,
): Promise<string> {
  const { receiptsMoveStock, otherVendor, changes } = request.options;
  const options = { receipts_move_stock: receiptsMoveStock, other_vendor: otherVendor, changes: [...changes] };
  const { rows } = await client.query<{ id: string }>(
    'INSERT INTO imports (company_id, user_id, source, reason, options, profile_ids, edits) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id',
    [
      company.id,
      request.principal?.userId ?? null,
      request.byHand ? 'hand' : 'files',
      request.byHand?.reason ?? null,
      JSON.stringify(options),
      (request.profiles ?? []).map(({ id }) => id),
      JSON.stringify(listOfEdits(edits)),
    ],
  );
  return rows[0]?.id ?? '';
}

/** Storage units that only changed the link of a location are changed rows as well. */
async function linkUnits(run: ImportRun, outcomes: Map<ImportKindName, Outcome>): Promise<void> {
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

type Told = ImportRequest['onProgress'];

const toldTo =
  (...listeners: Told[]): NonNullable<Told> =>
  (progress) => {
    for (const tell of listeners) tell?.(progress);
  };

/** Rows written over all files: those of the kinds that are done, and those of the one that is being written. */
function progressOf({ onProgress }: ImportRequest, { read, bytes }: StagedFiles) {
  const total = [...read.values()].reduce((sum, rows) => sum + rows, 0);
  let file = '';
  let before = 0;
  const report = (rows: number): void =>
    onProgress?.({ phase: 'writing', file, rows: before + rows, rows_total: total, bytes });
  return {
    report,
    begin: (kind: ImportKind): void => {
      file = fileNameOf(kind.name);
      report(0);
    },
    end: (rows: number): void => {
      before += rows;
      report(0);
    },
  };
}
