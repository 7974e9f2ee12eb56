/** `mathership restore`: a backup into an empty DATA_DIR, checked before it is put in place. Never replaces anything. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { restoreBackup } from '#server/backup/restore-backup.ts';
import { readSettings } from '#server/config/settings.ts';
import { StartupError } from '#server/config/startup-error.ts';
import { complain, say, UsageError } from './output.ts';

export async function runRestore(from: string): Promise<void> {
  const settings = readSettings();
  if (settings.databaseUrl !== undefined) {
    throw new UsageError('DATABASE_URL is set: restore that database by its own means (docs/operations.md, Backups).');
  }
  const file = await backupAt(from);
  const { createdAt, rows, files, missing } = await restoreBackup(contentOf(file), settings.dataDir);
  say(`${settings.dataDir}: ${rows.toLocaleString('en')} rows and ${files} files as of ${createdAt}, all checked`);
  for (const key of missing) complain(`${key} was missing already when the backup was made`);
  say('Start it (npm start, mathership start); mathership doctor --deep looks once more.');
}

async function backupAt(from: string): Promise<string> {
  const found = await stat(from).catch(() => {
    throw new StartupError(`There is no backup at ${from}.`);
  });
  if (!found.isDirectory()) return from;
  const newest = (await readdir(from))
    .filter((name) => /^mathership-[\d-]+\.tar\.gz$/.test(name))
    .toSorted()
    .at(-1);
  if (newest === undefined) throw new StartupError(`There is no backup (mathership-….tar.gz) in ${from}.`);
  return join(from, newest);
}

function contentOf(file: string): Readable {
  const source = createReadStream(file);
  if (!/\.t?gz$/.test(file)) return source;
  const unpacked = createGunzip();
  source.on('error', (error) => unpacked.destroy(error));
  return source.pipe(unpacked);
}
