/** Several statements that see one moment: what an answer counts and what it shows cannot disagree. */
import type { Database, DatabaseTransaction } from './database.ts';

export const inOneSnapshot = <T>(db: Database, read: (tx: DatabaseTransaction) => Promise<T>): Promise<T> =>
  db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(read);
