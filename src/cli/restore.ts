/** `mathership restore`: a backup into an empty DATA_DIR, checked before it is put in place. Never replaces anything. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { restoreBackup } from '#server/backup/restore-backup.ts';
import { unseal } from '#server/backup/sealed.ts';
import { readSettings } from '#server/config/settings.ts';
import { StartupError } from '#server/config/startup-error.ts';
import { authSecretName } from '#server/config/state-files.ts';
import { sayHeld } from './hold-deliveries.ts';
import { complain, say, UsageError } from './output.ts';
import { passphraseOf, type SealOptions } from './passphrase.ts';

export async function runRestore(from: string, options: SealOptions): Promise<void> {
  const settings = readSettings();
  const passphrase = await passphraseOf(options);
  if (settings.databaseUrl !== undefined) {
    throw new UsageError('DATABASE_URL is set: restore that database by its own means (docs/operations.md, Backups).');
  }
  const file = await backupAt(from);
  const content = contentOf(file, passphrase);
  const { createdAt, rows, files, missing, hasSecret, held } = await restoreBackup(content, settings.dataDir);
  say(`${settings.dataDir}: ${rows.toLocaleString('en')} rows and ${files} files as of ${createdAt}, all checked`);
  for (const key of missing) complain(`${key} was missing already when the backup was made`);
  if (!hasSecret && settings.authSecret === undefined) {
    say(
      `There is no ${authSecretName} in it. Put the old one into ${settings.dataDir} before the first start if you have it; ` +
        'otherwise a new one is made, second factors must be removed and set up again, and new manifests have another key.',
    );
  }
  say('Everybody signs in again. API keys that were deleted since the backup work again: look through them.');
  sayHeld(held);
  say('Start it (npm start, mathership start); mathership doctor --deep looks once more.');
}

async function backupAt(from: string): Promise<string> {
  const found = await stat(from).catch(() => {
    throw new StartupError(`There is no backup at ${from}.`);
  });
  if (!found.isDirectory()) return from;
  const newest = (await readdir(from))
    .filter((name) => /^mathership-[\d-]+\.tar\.gz(?:\.sealed)?$/.test(name))
    .toSorted()
    .at(-1);
  if (newest === undefined) throw new StartupError(`There is no backup (mathership-….tar.gz) in ${from}.`);
  return join(from, newest);
}

/** Sealed or not is seen by its first bytes; packed or not by its name. */
async function* contentOf(file: string, passphrase: string | null): AsyncGenerator<Buffer> {
  const opened = unseal(createReadStream(file), passphrase);
  if (!/\.t?gz(?:\.sealed)?$/.test(file)) return yield* opened;
  const unpacked = createGunzip();
  // what fails in it is heard by whoever reads what comes out
  const feeding = pipeline(opened, unpacked).catch(() => undefined);
  yield* unpacked;
  return await feeding;
}
