/** `mathership start`: everything in one process, with the embedded database and object store where none is configured. */
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashPassword } from '#server/access/passwords.ts';
import { type Settings, readSettings } from '#server/config/settings.ts';
import { StartupError } from '#server/config/startup-error.ts';
import {
  authSecretName,
  keptSecret,
  operatorTokenName,
  removeInstance,
  writeInstance,
} from '#server/config/state-files.ts';
import { startEmbeddedPostgres } from '#server/database/embedded/embedded.ts';
import { DatabasePool } from '#server/database/database.ts';
import { reachDatabase } from '#server/database/reach.ts';
import { checkAddress, type Installation, openInstallation, storePlanOf } from '#server/installation.ts';
import { migrate } from '#server/migrate.ts';
import { demoAccounts, demoPassword } from '#demo/accounts.ts';
import { loadDemo } from '#demo/load-demo.ts';
import { loadPastExports } from '#demo/past-exports.ts';
import { ExportQueue } from '#server/exports/queue.ts';
import { ManifestSigner, signingSeedOf } from '#server/proof/signing-key.ts';
import { storeOf } from '#server/storage/store-plan.ts';
import { isLoopback, refuseDemoPasswords } from './demo-passwords.ts';
import { signalled } from './signals.ts';
import { webFolder } from './web-folder.ts';
import { progressBar } from './progress-bar.ts';
import { complain, say, timed } from './output.ts';

export async function start(options: { demo: boolean }): Promise<void> {
  const began = performance.now();
  const read = readSettings();
  // `npm start` shows the demo company unless the environment says otherwise
  const settings: Settings = { ...read, demo: options.demo || read.demo };
  if (settings.demo && !isLoopback(settings.host)) {
    throw new StartupError(
      `Demo mode has public passwords and listens on this machine only; HOST is ${settings.host}. Set DEMO=false and use mathership start, or leave HOST out.`,
    );
  }
  const { dataDir } = settings;
  await mkdir(dataDir, { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    throw new StartupError(
      `DATA_DIR ${dataDir} cannot be made (${error.code ?? error.message}). Set DATA_DIR to a folder you may write to.`,
    );
  });
  await checkAddress(settings);
  const ends: (() => Promise<unknown>)[] = [];
  const end = async (): Promise<void> => {
    while (ends.length > 0) await ends.pop()?.();
  };
  try {
    let databaseUrl = settings.databaseUrl;
    if (databaseUrl === undefined) {
      const postgres = await timed('Database', () => startEmbeddedPostgres({ dataDir, log: complain }));
      ends.push(() => postgres.stop());
      databaseUrl = postgres.url;
      void postgres.exited.then(async ({ code, signal }) => {
        complain(
          `The embedded database ended unexpectedly (${signal ?? code}); stopping. Start again to go on: nothing is lost.`,
        );
        process.exit(1);
      });
    }
    const url = databaseUrl;
    await reachDatabase(url);
    await timed('Schema', () => migrate({ url }));
    await refuseDemoPasswords(url, settings.host);
    const authSecret = settings.authSecret ?? (await keptSecret(dataDir, authSecretName));
    if (settings.demo) await loadDemoOnce(settings, url, authSecret);
    const log = createWriteStream(join(dataDir, 'mathership.log'), { flags: 'a', mode: 0o600 });
    const installation = await timed('Server and worker', async () =>
      openInstallation({
        settings,
        databaseUrl: url,
        authSecret,
        operatorToken: await keptSecret(dataDir, operatorTokenName),
        ...(settings.demo && {
          demo: {
            password: demoPassword,
            accounts: demoAccounts.map(({ email, name, companyRole, organizationRole }) => ({
              email,
              name,
              role: organizationRole === 'owner' ? 'owner' : companyRole,
            })),
          },
        }),
        ...(existsSync(webFolder) && { webFolder: fileURLToPath(webFolder) }),
        logStream: log,
        roles: { serve: true, work: true },
      }),
    );
    ends.push(() => installation.stop());
    await writeInstance(dataDir, { pid: process.pid, address: installation.address ?? '', databaseUrl: url });
    ends.push(() => removeInstance(dataDir));
    const ending = signalled();
    announce(installation, settings, performance.now() - began);
    await ending;
    say('Stopping …');
  } finally {
    await end();
  }
}

/** Only into a database that has nobody in it: the company first, then its history of exports. */
async function loadDemoOnce(settings: Settings, url: string, authSecret: string): Promise<void> {
  const pool = new DatabasePool({ url, connectionsMax: 4 });
  try {
    if (await pool.db.selectFrom('users').select('id').limit(1).executeTakeFirst()) return;
    const bar = progressBar('Demo company');
    await timed('Demo company', async () => {
      await loadDemo({
        url,
        passwordHash: await hashPassword(demoPassword),
        onProgress: ({ step, done, total }) => bar.update(done, total, step),
      });
      bar.stop();
    });
    await timed('Its past exports', async () => {
      const queue = new ExportQueue({ url, name: 'demo', onError: (error) => complain(error.message) });
      await queue.start();
      await loadPastExports({
        db: pool.db,
        databaseUrl: url,
        store: await storeOf(storePlanOf(settings, authSecret), () => ''),
        signer: new ManifestSigner(signingSeedOf(authSecret)),
        queue,
        retentionDays: settings.exportRetentionDays,
        onProgress: (done, total) => bar.update(done, total, 'exports'),
      });
      bar.stop();
      await queue.stop();
    });
  } finally {
    await pool.close();
  }
}

function announce(installation: Installation, settings: Settings, milliseconds: number): void {
  say(`\nReady in ${(milliseconds / 1000).toFixed(1)} s:  ${installation.address}\n`);
  if (!settings.demo) return;
  say(`Sign in with one of these, password ${demoPassword}:`);
  for (const account of demoAccounts) {
    const role = account.organizationRole === 'owner' ? 'owner' : account.companyRole;
    say(
      `  ${account.email.padEnd(34)} ${role}${role === 'buyer' || role === 'viewer' ? ' (no financial viewing)' : ''}`,
    );
  }
  say('\nCtrl+C stops it; everything is kept in ' + settings.dataDir);
}
