/** While a backup reads files, nobody removes one: what is deleted meanwhile is swept afterwards. */
import { sql } from 'kysely';
import type { Connection } from '#server/database/connection.ts';
import type { Database } from '#server/database/database.ts';
import { choresLock } from './chore-rounds.ts';

const filesLock = 7_263_118;

/** Until the connection ends. Waits for a round of chores to be over. */
export async function holdFiles(client: Connection): Promise<void> {
  await client.query('SELECT pg_advisory_lock($1), pg_advisory_lock($2)', [choresLock, filesLock]);
}

export async function filesAreHeld(db: Database): Promise<boolean> {
  const { rows } = await sql<{ free: boolean }>`SELECT pg_try_advisory_xact_lock_shared(${filesLock}) AS free`.execute(
    db,
  );
  return rows[0]?.free === false;
}
