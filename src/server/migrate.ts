/** The whole schema, engine and product, brought to the newest version. */
import { migrateDatabase } from '#server/database/migrate.ts';
import { installEngine } from '#server/exports/queue.ts';

export const migrate = (options: { url: string; log?: (line: string) => void }): Promise<void> =>
  migrateDatabase({ ...options, installEngine });
