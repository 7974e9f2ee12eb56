/**
 * One REPEATABLE READ snapshot for everything that one file says: rows, counts and totals are of the same instant,
 * also when they are read over several connections.
 */
import type pg from 'pg';
import { ProductError } from '#contract/errors.ts';
import { parseInstant } from '#server/database/connection.ts';
import { isPassing } from '#server/database/connection-loss.ts';
import type { Lender } from '#server/database/database.ts';
import type { AsOf, PartSource, Sql } from './definition.ts';

export interface Snapshot {
  readonly client: pg.ClientBase;
  /** RFC 3339: its instant; of a version, what was the present then. */
  readonly at: string;
  readonly read: PartSource;
  /** The name under which other connections can join. */
  share(): Promise<string>;
  end(): Promise<void>;
}

export interface SnapshotOptions {
  /** The name another connection shares its snapshot under. */
  readonly join?: string;
  /** No statement in it may take longer; the database ends it. Absent: what the connection was opened with. */
  readonly statementSeconds?: number;
  /** Every table is read as it was then. */
  readonly asOf?: AsOf | undefined;
  /** Whose version that is. While it is the newest that the snapshot sees, the tables themselves are read: they are that. */
  readonly companyId?: string;
}

const begin = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

/**
 * Reports are read with the rights of a role that can read their tables and nothing else, until the transaction ends.
 * Where the connection's user may not take it on (a user of its own at REPORTS_DATABASE_URL), with that user's rights.
 */
const takeRole = `SELECT now()::text AS at, (SELECT set_config('role', rolname, true) FROM pg_roles
  WHERE rolname = 'mathership_reports' AND has_table_privilege(oid, 'receipt_lines', 'SELECT')
    AND pg_has_role(oid, CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END)) AS role`;

/** Undefined object, in PostgreSQL 15 invalid parameter value: no such snapshot (any more). Not in prerequisite state: its process has just ended. */
const snapshotGoneStates = new Set(['42704', '22023', '55000']);
const isSnapshotGone = (error: unknown): boolean =>
  snapshotGoneStates.has((error as { code?: string } | null)?.code ?? '');
const sharerGone = (cause: unknown): ProductError =>
  new ProductError(
    'database_unavailable',
    'The connection to the database broke while the report was read. Nothing is wrong with the report: run it again.',
    { cause },
  );

/** @throws ProductError database_unavailable when the connection whose snapshot is joined has gone. */
export async function openSnapshot(client: pg.ClientBase, options: SnapshotOptions = {}): Promise<Snapshot> {
  await client.query(begin);
  if (options.join !== undefined) {
    await client.query(`SET TRANSACTION SNAPSHOT ${client.escapeLiteral(options.join)}`).catch((error: unknown) => {
      throw isSnapshotGone(error) ? sharerGone(error) : error;
    });
  }
  if (options.statementSeconds !== undefined) {
    await client.query(`SET LOCAL statement_timeout = '${options.statementSeconds}s'`);
  }
  const read: PartSource = async (select: Sql) => (await client.query({ text: select, types: textOnly })).rows;
  const [first] = await read(takeRole);
  const { asOf, companyId } = options;
  const isNewest = asOf && companyId !== undefined && (await versionsIn(read, companyId)).newest === asOf.version;
  if (asOf && !isNewest) await readAsOf(client, asOf.version);
  return {
    client,
    at: options.asOf?.now ?? parseInstant(first?.['at'] ?? ''),
    read,
    share: async () => {
      const [shared] = await read('SELECT pg_export_snapshot() AS name');
      return shared?.['name'] ?? '';
    },
    end: async () => {
      await client.query('COMMIT');
    },
  };
}

/** Views of the same names stand before the tables: the statements of a report find them, and are the same. */
async function readAsOf(client: pg.ClientBase, version: number): Promise<void> {
  await client.query(`SET LOCAL search_path = as_of, public; SET LOCAL mathership.as_of = ${Math.trunc(version)}`);
}

/** The newest version that the snapshot sees, and the oldest that can still be read. */
export async function versionsIn(read: PartSource, companyId: string): Promise<{ newest: number; oldest: number }> {
  const [found] = await read(`SELECT newest, oldest FROM public.data_version_of(${BigInt(companyId)})`);
  return { newest: Number(found?.['newest'] ?? 0), oldest: Number(found?.['oldest'] ?? 0) };
}

/** Of a page, its totals and its figures: whoever waits for them in a browser has left by then. */
const pageSecondsMax = 60;

/**
 * `work` in a snapshot on a connection of its own; a connection on which something failed is not used again. What a replica
 * gave up (its replay goes before what reads there) is done once more on the primary.
 * @throws ProductError report_too_slow when the database ended a statement for its time.
 */
export async function inSnapshot<T>(
  lender: Lender,
  work: (snapshot: Snapshot) => Promise<T>,
  from?: 'primary',
): Promise<T> {
  const { client, isReplica } = await lender.lend(from);
  try {
    const snapshot = await openSnapshot(client, { statementSeconds: pageSecondsMax });
    const found = await work(snapshot);
    await snapshot.end();
    client.release();
    return found;
  } catch (error) {
    client.release(true);
    if (isReplica && isPassing(error)) return inSnapshot(lender, work, 'primary');
    throw isStatementTimeout(error) ? tooSlow(error) : error;
  }
}

const queryCanceled = '57014';
const isStatementTimeout = (error: unknown): boolean => (error as { code?: string } | null)?.code === queryCanceled;
const tooSlow = (cause: unknown): ProductError =>
  new ProductError(
    'report_too_slow',
    `The report took longer than ${pageSecondsMax} seconds and was stopped. Choose a shorter period or fewer locations, or export it in the background.`,
    { cause },
  );

/** Every value as the text the database prints. */
const textOnly: pg.CustomTypesConfig = { getTypeParser: () => (text: string) => text };
