/**
 * Writing business data: one writer of a company at a time, who says who writes. Versions themselves are the database's
 * (migration 0026): whatever writes has one, also where it says nothing.
 */
import { sql } from 'kysely';
import { ProductError } from '#contract/errors.ts';
import type { Connection } from './connection.ts';
import type { DatabaseTransaction } from './database.ts';

export interface DataWriter {
  /** Null: the operator. */
  readonly userId: string | null;
  readonly kind: 'import' | 'hand' | 'undo';
  /** Of the import, or the version that is undone. */
  readonly id?: string;
}

const lockNotAvailable = '55P03';

const busy = (): ProductError =>
  new ProductError('conflict', 'Something is being imported into this company. Try again when it has finished.', {
    retryAfterSeconds: 10,
  });

const namedWriter = ({ userId, kind, id }: DataWriter): string => JSON.stringify({ user: userId, kind, id });

/**
 * Before anything else of the company is locked; until the transaction ends, nobody else writes its data.
 * @throws ProductError conflict, with when to try again, while an import takes longer than a moment.
 */
export async function holdData(tx: DatabaseTransaction, companyId: string, writer: DataWriter): Promise<void> {
  try {
    await sql`SELECT reserve_version(${companyId}), set_config('mathership.writer', ${namedWriter(writer)}, true)`.execute(
      tx,
    );
  } catch (error) {
    throw (error as { code?: string } | null)?.code === lockNotAvailable ? busy() : error;
  }
}

/** For others to end: a change by hand takes a moment, an import longer than anybody would wait. */
export const waitMilliseconds = { import: 500, hand: 5_000 } as const;

/** The same for a connection that writes several transactions, until it ends. */
export async function holdDataAlone(
  client: Connection,
  companyId: string,
  kind: keyof typeof waitMilliseconds,
): Promise<void> {
  await client.query(`SET lock_timeout = ${waitMilliseconds[kind]}`);
  try {
    await client.query('SELECT pg_advisory_lock(data_lock($1))', [companyId]);
  } catch (error) {
    throw (error as { code?: string } | null)?.code === lockNotAvailable ? busy() : error;
  }
  await client.query('RESET lock_timeout');
}

/** Who writes what follows in this transaction. */
export async function sayWhoWrites(client: Connection, writer: DataWriter): Promise<void> {
  await client.query(`SELECT set_config('mathership.writer', $1, true)`, [namedWriter(writer)]);
}

/**
 * The version of what this transaction writes, reserved where nothing was written yet. A bulk insert gives it to its rows
 * as `born_version`, which spares the server a call for each; the server refuses any other (migration 0039).
 */
export async function versionToWrite(client: Connection, companyId: string): Promise<string> {
  const { rows } = await client.query<{ version: string }>(
    `SELECT coalesce(nullif(current_setting('mathership.v' || $1::text, true), '')::bigint, reserve_version($1::bigint)) AS version`,
    [companyId],
  );
  return rows[0]?.version ?? '';
}
