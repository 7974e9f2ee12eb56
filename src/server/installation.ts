/**
 * One installation, opened: secrets, database, store, queue, live feed, and the roles a process plays in it.
 * `start` plays all of them, `serve` only answers, `worker` only renders.
 */
import type { ExportJob } from '#contract/export-jobs.ts';
import type { AccessRoutesOptions } from '#server/access/routes.ts';
import { SecretKeys } from '#server/access/secret-keys.ts';
import { product } from '#server/config/product.ts';
import type { Settings } from '#server/config/settings.ts';
import { StartupError } from '#server/config/startup-error.ts';
import { DatabasePool, idleTransactionSeconds } from '#server/database/database.ts';
import { Pulse } from '#server/database/pulse.ts';
import { ReadingPool } from '#server/database/replica.ts';
import { reachDatabase } from '#server/database/reach.ts';
import { DeliveryRunner } from '#server/delivery/runner.ts';
import type { SendParts } from '#server/delivery/sender.ts';
import { exportJobChanges } from '#server/exports/changes.ts';
import { startChores } from '#server/exports/chores.ts';
import { ExportQueue } from '#server/exports/queue.ts';
import type { App } from '#server/http/app-type.ts';
import { ChangeFeed } from '#server/live/change-feed.ts';
import { openMailRoom } from '#server/mail/mail-room.ts';
import { sealAuditLog } from '#server/proof/audit-chain.ts';
import { rememberKey } from '#server/proof/known-keys.ts';
import { ManifestSigner, signingSeedOf } from '#server/proof/signing-key.ts';
import { downloadsMax } from '#server/reports/direct-download.ts';
import { type StorePlan, storeOf } from '#server/storage/store-plan.ts';
import { startTracing } from '#server/telemetry/tracing.ts';
import { ExportWorker } from '#server/worker/worker.ts';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openLog } from './log.ts';

export interface InstallationOptions {
  readonly settings: Settings;
  readonly databaseUrl: string;
  /** Signs links of the embedded store; the key of manifests is derived from it. */
  readonly authSecret: string;
  readonly operatorToken?: string;
  readonly demo?: AccessRoutesOptions['demo'];
  readonly webFolder?: string;
  readonly logStream?: { write(line: string): void };
  /** `serve` answers HTTP, `work` renders exports. */
  readonly roles: { readonly serve: boolean; readonly work: boolean };
}

export interface Installation {
  /** Where it answers; null for a worker alone. */
  readonly address: string | null;
  readonly app: App | null;
  readonly pool: DatabasePool;
  stop(): Promise<void>;
}

/** For one part to end: longer than a worker gives its exports to finish and the engine its last statements. */
const endSecondsMax = 20;

/** @throws whatever the end does, or an error when it takes longer; it then goes on by itself. */
async function endWithin(seconds: number, end: () => Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const late = delay(seconds * 1000, undefined, { signal: over.signal }).then(() => {
    throw new Error(`a part has not ended within ${seconds} s and is left behind`);
  });
  await Promise.race([end(), late]).finally(() => {
    over.abort();
    late.catch(() => undefined);
  });
}

/** Of a statement behind a file that is downloaded at once; a client that reads slowly holds it. */
const downloadSecondsMax = 3600;
/** Of any other statement of a report that somebody waits for. */
const pageSecondsMax = 120;

export const storePlanOf = (settings: Settings, authSecret: string): StorePlan =>
  settings.s3
    ? { kind: 's3', ...settings.s3 }
    : { kind: 'embedded', folder: join(settings.dataDir, 'objects'), secret: authSecret };

/** @throws StartupError, in one sentence, for a port in use and the like. */
export async function openInstallation(options: InstallationOptions): Promise<Installation> {
  const { settings, databaseUrl, roles } = options;
  const replicaUrl = settings.reportsDatabaseUrl;
  await reachDatabase(databaseUrl);
  const stopTracing = settings.traces
    ? await startTracing({ ...settings.traces, serviceVersion: product.version })
    : async (): Promise<void> => undefined;
  const log = openLog({ level: settings.logLevel, stream: options.logStream });
  const onError = (error: Error): void => log.error({ err: error }, 'background');
  const pool = new DatabasePool({ url: databaseUrl, connectionsMax: 20, idleTransactionSeconds, onError });
  const reportsPool = new ReadingPool({
    primary: pool,
    replicaUrl,
    connectionsMax: 10,
    applicationName: 'mathership reports',
    statementTimeoutSeconds: pageSecondsMax,
    onError,
  });
  // apart, so that pages never wait for whoever reads a file slowly
  const downloadsPool = new ReadingPool({
    primary: pool,
    replicaUrl,
    connectionsMax: downloadsMax,
    applicationName: 'mathership downloads',
    statementTimeoutSeconds: downloadSecondsMax,
    onError,
  });
  const plan = storePlanOf(settings, options.authSecret);
  const signingSeed = signingSeedOf(options.authSecret);
  const signer = new ManifestSigner(signingSeed);
  let address: string | null = null;
  // of a worker alone: where a server with the same settings answers
  const site = (): string => address ?? settings.publicUrl ?? addressAt(settings, settings.port);
  const mailRoom = openMailRoom(settings.mail, site);
  const store = await storeOf(plan, site);
  const queue = new ExportQueue({ url: databaseUrl, name: roles.work ? 'worker' : 'api', onError });
  const feed = new ChangeFeed<ExportJob>({ url: databaseUrl, log: exportJobChanges(pool.db), onError });
  const delivery: SendParts = {
    db: pool.db,
    store,
    mailRoom,
    keys: new SecretKeys(options.authSecret),
    allowPrivate: settings.delivery.privateNetworks,
    mailBytesMax: settings.delivery.mailBytesMax,
  };
  // a worker answers nothing: what answers is not even loaded
  const createApp = roles.serve ? (await import('./app.ts')).createApp : null;
  const app = await createApp?.({
    settings,
    pool,
    reportsPool,
    downloadsPool,
    queue,
    feed,
    store,
    signer,
    mailRoom,
    delivery,
    authSecret: options.authSecret,
    operatorToken: options.operatorToken,
    demo: options.demo ?? null,
    webFolder: options.webFolder,
    log,
  });
  const sealAudit = async (): Promise<void> => {
    // a copy of each end where the database's own keeper cannot change it
    for (const { chain, position, hash } of await sealAuditLog(pool.db, signer))
      log.info({ chain, position, hash: hash.toString('hex') }, 'audit log sealed');
  };
  const ends: (() => Promise<unknown>)[] = [
    stopTracing,
    () => reportsPool.close(),
    () => downloadsPool.close(),
    () => pool.close(),
    async () => mailRoom.close(),
  ];
  const stop = async (): Promise<void> => {
    // in the order opposite to the beginning; one part that cannot end does not keep the others from it
    for (const end of ends.splice(0).toReversed()) await endWithin(endSecondsMax, end).catch(onError);
  };
  try {
    await rememberKey(pool.db, signer);
    const connected: Connected[] = [
      { url: databaseUrl, part: pool },
      { url: databaseUrl, part: queue },
      { url: databaseUrl, part: feed },
    ];
    for (const { own, replica } of [reportsPool, downloadsPool]) {
      connected.push({ url: databaseUrl, part: own });
      if (replica) connected.push({ url: replica.url, part: replica });
    }
    // ended after the queue: it may be a silent database that the queue waits for
    ends.push(watchDatabases(connected, onError));
    await queue.start();
    ends.push(() => queue.stop());
    if (roles.work) {
      const worker = new ExportWorker({
        db: pool.db,
        databaseUrl,
        queue,
        store,
        threads: { databaseUrl, replicaUrl, store: plan, signingSeed, rowsMax: settings.rowLimits.background },
        concurrency: settings.workerConcurrency,
        retentionDays: settings.exportRetentionDays,
        log,
      });
      await worker.start();
      ends.push(() => worker.stop());
      connected.push({ url: databaseUrl, part: worker });
      if (replicaUrl !== undefined) connected.push({ url: replicaUrl, part: { cut: () => worker.cutReplica() } });
      const runner = new DeliveryRunner({
        create: {
          db: pool.db,
          queue,
          limits: { unfinishedMax: settings.exportUnfinishedMax, rowsMax: settings.rowLimits.background },
        },
        send: delivery,
        onError: (error) => log.error({ err: error }, 'deliveries'),
      });
      runner.start();
      ends.push(() => runner.stop());
    }
    ends.push(
      startChores({
        pool,
        store,
        rowsRetentionDays: settings.exportRowsRetentionDays,
        onError: (error, chore) => log.error({ err: error, chore }, 'chore failed'),
        more: { sealAudit },
      }),
    );
    if (app) {
      await feed.start();
      const listening = await listen(app, settings);
      address = settings.publicUrl ?? listening;
      ends.push(
        () => closeServer(app),
        () => feed.stop(),
      );
    }
    return { address, app: app ?? null, pool, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Something with connections to the database at `url`. */
interface Connected {
  readonly url: string;
  readonly part: { cut(): void };
}

/** Cuts what hangs on a silent database, also what is added later; returns the function that stops watching. */
function watchDatabases(connected: readonly Connected[], onError: (error: Error) => void): () => Promise<void> {
  const pulses = [...new Set(connected.map(({ url }) => url))].map((url) => {
    const onSilence = (): void => {
      for (const each of connected) if (each.url === url) each.part.cut();
    };
    return new Pulse({ url, onSilence, onError });
  });
  for (const pulse of pulses) pulse.start();
  return async () => {
    await Promise.all(pulses.map((pulse) => pulse.stop()));
  };
}

async function listen(app: App, settings: Settings): Promise<string> {
  await app.listen({ host: settings.host, port: settings.port }).catch(refusedAddress(settings));
  const bound = app.server.address();
  return addressAt(settings, typeof bound === 'object' && bound ? bound.port : settings.port);
}

function addressAt({ host }: Settings, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://localhost:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Looks before anything is started or loaded whether the address can be had. @throws StartupError */
export async function checkAddress(settings: Settings): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(settings.port, settings.host, resolve);
  }).catch(refusedAddress(settings));
  await new Promise((resolve) => {
    probe.close(resolve);
  });
}

const refusedAddress =
  (settings: Settings) =>
  (error: NodeJS.ErrnoException): never => {
    switch (error.code) {
      case 'EADDRINUSE':
        throw new StartupError(
          `Port ${settings.port} is in use. Set PORT to another one, for example PORT=${settings.port + 1} npm start.`,
        );
      case 'EACCES':
        throw new StartupError(`Port ${settings.port} may not be used by this user. Set PORT to one above 1023.`);
      case 'EADDRNOTAVAIL':
      case 'ENOTFOUND':
        throw new StartupError(`HOST ${settings.host} is not an address of this machine.`);
      default:
        throw error;
    }
  };

/** Requests under way may end; what is left after three seconds is cut. */
async function closeServer(app: App): Promise<void> {
  const force = setTimeout(() => app.server.closeAllConnections(), 3_000);
  await app.close();
  clearTimeout(force);
}
