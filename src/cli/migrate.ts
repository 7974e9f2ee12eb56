/** `mathership migrate`: for installations with a database of their own. */
import { readSettings } from '#server/config/settings.ts';
import { migrate } from '#server/migrate.ts';
import { UsageError, say } from './output.ts';

export async function runMigrate(): Promise<void> {
  const { databaseUrl } = readSettings();
  if (databaseUrl === undefined)
    throw new UsageError('Set DATABASE_URL: the embedded database migrates itself at every start.');
  await migrate({ url: databaseUrl, log: say });
  say('The schema is at the newest version.');
}
