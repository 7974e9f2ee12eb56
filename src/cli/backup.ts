/**
 * `mathership backup`: the embedded installation in one file, taken while it runs. Never replaces a file. The secret goes
 * only into one that is sealed: beside the rows that it protects it would protect nothing.
 */
import { access, link, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { seal } from '#server/backup/sealed.ts';
import { type BackupSummary, writeBackup } from '#server/backup/write-backup.ts';
import { readSettings, type Settings } from '#server/config/settings.ts';
import { StartupError } from '#server/config/startup-error.ts';
import { authSecretName, readSecret } from '#server/config/state-files.ts';
import { findEmbeddedPostgres, startEmbeddedPostgres } from '#server/database/embedded/embedded.ts';
import { storePlanOf } from '#server/installation.ts';
import { storeOf } from '#server/storage/store-plan.ts';
import { complain, say, UsageError } from './output.ts';
import { passphraseOf, type SealOptions } from './passphrase.ts';

const sealedEnding = '.sealed';

/** Found by `restore` in a folder, the newest last. */
export const backupName = (now: Date): string =>
  `mathership-${now.toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-')}.tar.gz`;

export async function runBackup(to: string, options: SealOptions): Promise<void> {
  const settings = readSettings();
  const passphrase = await passphraseOf(options);
  if (settings.databaseUrl !== undefined) {
    throw new UsageError(
      'DATABASE_URL is set: back up that database and its bucket by their own means (docs/operations.md, Backups).',
    );
  }
  const target = await newFile(to, passphrase !== null);
  const { url, end } = await database(settings);
  try {
    const secret = settings.authSecret ?? (await readSecret(settings.dataDir, authSecretName));
    const summary: BackupSummary = { rows: 0, files: 0, bytes: 0, missing: [] };
    const store = settings.s3 ? null : await storeOf(storePlanOf(settings, secret), () => '');
    const authSecret = settings.authSecret === undefined && passphrase !== null ? secret : null;
    await writeWhole(target, writeBackup({ url, store, authSecret }, summary), passphrase);
    const files = settings.s3
      ? 'the files are in the bucket, whose versioning is their backup'
      : `${summary.files} files, ${(summary.bytes / 1e6).toFixed(1)} MB`;
    say(`${target}: ${summary.rows.toLocaleString('en')} rows; ${files}`);
    if (settings.authSecret !== undefined) say('AUTH_SECRET comes from the environment and is not in it: keep it too.');
    else if (passphrase === null) {
      say(
        `It is not sealed, so ${authSecretName} is not in it: keep a copy of that elsewhere, or seal the backup (--passphrase-file FILE). ` +
          'Without it second factors must be set up again, and new manifests have another key.',
      );
    }
    for (const key of summary.missing)
      complain(`${key} is not in the store as it was made, so it is not in the backup; see mathership doctor --deep`);
  } finally {
    await end();
  }
}

/** The running one, or one of our own for as long as this takes. */
async function database({ dataDir }: Settings): Promise<{ url: string; end: () => Promise<void> }> {
  const running = await findEmbeddedPostgres(dataDir);
  if (running) return { url: running.url, end: async () => undefined };
  await access(join(dataDir, 'postgres', 'data', 'PG_VERSION')).catch(() => {
    throw new StartupError(`There is no installation in ${dataDir}. Set DATA_DIR to the folder of one.`);
  });
  const own = await startEmbeddedPostgres({ dataDir, log: complain });
  return { url: own.url, end: () => own.stop() };
}

async function newFile(to: string, isSealed: boolean): Promise<string> {
  const folder = await stat(to).then(
    (found) => found.isDirectory(),
    () => to.endsWith('/'),
  );
  const target = folder ? join(to, `${backupName(new Date())}${isSealed ? sealedEnding : ''}`) : to;
  const taken = await access(target).then(
    () => true,
    () => false,
  );
  if (taken) throw new StartupError(`${target} exists already; a backup never replaces one.`);
  return target;
}

/** Under its name only when it is whole and on the disk. */
async function writeWhole(target: string, content: AsyncIterable<Buffer>, passphrase: string | null): Promise<void> {
  const unfinished = `${target}.unfinished-${process.pid}`;
  const file = await open(unfinished, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new StartupError(`${target} cannot be written (${error.code ?? error.message}).`);
  });
  try {
    const out = file.createWriteStream({ flush: true });
    const isPacked = /\.t?gz(?:\.sealed)?$/.test(target);
    const close = (bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer> =>
      passphrase === null ? bytes : seal(bytes, passphrase);
    if (isPacked) await pipeline(content, createGzip({ level: 1 }), close, out);
    else await pipeline(content, close, out);
    // unlike a rename, a link does not replace what has come to be there meanwhile
    await link(unfinished, target);
  } finally {
    await rm(unfinished, { force: true });
  }
}
