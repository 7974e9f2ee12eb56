/**
 * An installation of three processes (the API and two workers) on one database and one S3, killed again and again while
 * people ask for exports; then everything that was promised is checked. The same seed asks and kills the same.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { Random } from '#demo/random.ts';
import { DatabasePool } from '#server/database/database.ts';
import { startEmbeddedPostgres } from '#server/database/embedded/embedded.ts';
import { migrate } from '#server/migrate.ts';
import {
  type Kill,
  allFinished,
  holdsSomething,
  takeovers,
  unfinishedBusiness,
  verifyAll,
  watchProjection,
} from './checks.ts';
import { askAgain, askForExport, makePeople } from './people.ts';
import { startS3Peer } from '../../s3-peer.ts';
import { type ProductProcess, runCommand, startCommand } from '../product-process.ts';

export interface ChaosOptions {
  /** So many of each, or as many as fit into so long a time. */
  readonly extent: { readonly jobs: number; readonly kills: number } | { readonly minutes: number };
  readonly seed: number;
  /** Not only kill -9: also SIGTERM, SIGSTOP beyond the lease, and every connection of the database dropped. */
  readonly allFaults?: boolean;
  readonly say: (line: string) => void;
}

export interface ChaosReport {
  readonly jobs: number;
  readonly completed: number;
  /** Jobs that took more than one run. */
  readonly takenOver: number;
  /** Exports that lost a worker in every run they had, ended failed, and were asked for again as their row offers. */
  readonly askedAgain: number;
  readonly kills: Readonly<Record<string, number>>;
  /** Looks at engine and projection in one snapshot, and the jobs on which they disagreed. */
  readonly samples: number;
  readonly disagreements: number;
  readonly filesVerified: number;
  readonly takeoverSeconds: readonly number[];
  readonly seconds: number;
  /** What doctor --deep printed; it ended with 0 if `well`. */
  readonly doctor: string;
  readonly well: boolean;
}

/** Longer than a worker may be silent before its jobs are taken away. */
const frozenMilliseconds = 12_000;

const harm = {
  killed: (victim: ProductProcess): Promise<unknown> => victim.kill(),
  'told to end': (victim: ProductProcess): Promise<unknown> => victim.end(),
  frozen: async (victim: ProductProcess): Promise<unknown> => {
    victim.freeze();
    await delay(frozenMilliseconds);
    return victim.thaw();
  },
  'cut off': (_victim: ProductProcess, pool: DatabasePool): Promise<unknown> =>
    sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name LIKE 'mathership %' AND pid <> pg_backend_pid()`.execute(pool.db),
} as const;
type Manner = keyof typeof harm;
const manners: readonly Manner[] = ['killed', 'killed', 'killed', 'told to end', 'frozen', 'cut off'];

const roles = ['api', 'worker 1', 'worker 2'] as const;
type Role = (typeof roles)[number];

/** Milliseconds between two exports asked for, on average, when the time is what is given. */
const pace = 750;

export async function runChaos({ extent, seed, say, allFaults = false }: ChaosOptions): Promise<ChaosReport> {
  const [chance, taste] = ['kills', 'wishes'].map((part) => new Random(`chaos/${seed}/${part}`)) as [Random, Random];
  const ends: (() => Promise<unknown>)[] = [];
  try {
    const dataDir = await mkdtemp(join(tmpdir(), 'mathership-chaos-'));
    ends.push(() => rm(dataDir, { recursive: true, force: true }));
    const postgres = await startEmbeddedPostgres({ dataDir });
    ends.push(() => postgres.stop());
    await migrate({ url: postgres.url });
    const pool = new DatabasePool({ url: postgres.url, connectionsMax: 4 });
    ends.push(() => pool.close());
    const peer = await startS3Peer();
    ends.push(() => peer.close());
    const { key, companies } = await makePeople(pool);
    const port = await freePort();
    const environment = {
      DATABASE_URL: postgres.url,
      DATA_DIR: dataDir,
      AUTH_SECRET: 'chaos'.repeat(8),
      PORT: String(port),
      S3_BUCKET: peer.bucket,
      S3_ENDPOINT: peer.endpoint,
      S3_REGION: peer.region,
      AWS_ACCESS_KEY_ID: peer.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: peer.credentials.secretAccessKey,
      LOG_LEVEL: 'warn',
    };
    const start = (role: Role): Promise<ProductProcess> =>
      role === 'api'
        ? startCommand(['serve'], environment, /Serving at/)
        : startCommand(['worker'], environment, /Working, /);
    const processes = new Map<Role, ProductProcess>();
    ends.push(() => Promise.all([...processes.values()].map((each) => each.kill())));
    for (const role of roles) processes.set(role, await start(role));

    const began = performance.now();
    const isOver = (done: number, of: 'jobs' | 'kills'): boolean =>
      'minutes' in extent ? performance.now() - began > extent.minutes * 60_000 : done >= extent[of];
    const askEvery = 'minutes' in extent ? pace : (extent.kills * 2000) / extent.jobs;
    const watch = watchProjection(pool);
    ends.push(() => watch.stop());
    const killed: Kill[] = [];
    const killedByRole: Record<string, number> = {};
    const ids: string[] = [];
    const killing = (async () => {
      for (let kills = 0; !isOver(kills, 'kills'); kills += 1) {
        await delay(500 + chance.next() * 2500);
        const role = roles[Math.floor(chance.next() * roles.length)] as Role;
        const victim = processes.get(role) as ProductProcess;
        const manner = allFaults ? (manners[Math.floor(chance.next() * manners.length)] as Manner) : 'killed';
        if (role !== 'api') await holdsSomething(pool, victim.name);
        await delay(chance.next() * 300);
        await harm[manner](victim, pool);
        if (manner === 'killed') killed.push({ worker: victim.name, at: Date.now() });
        const what = manner === 'killed' ? role : `${role} ${manner}`;
        killedByRole[what] = (killedByRole[what] ?? 0) + 1;
        say(`${manner} ${role} (${kills + 1} so far)`);
        if (manner === 'killed' || manner === 'told to end') processes.set(role, await start(role));
      }
    })();
    const asking = (async () => {
      for (let at = 0; !isOver(at, 'jobs'); at += 1) {
        ids.push(
          await askForExport({
            port,
            key,
            at,
            company: companies[Math.floor(taste.next() * companies.length)] ?? '',
            random: taste,
          }),
        );
        // as long as there are kills to come there is something to kill
        await delay(taste.next() * 2 * askEvery);
      }
    })();
    await Promise.all([killing, asking]);
    say(`all ${ids.length} exports asked for; waiting for them to finish`);
    await allFinished(pool);
    for (const line of await unfinishedBusiness(pool)) say(line);
    const askedAgain = await askAgain(pool, key, port);
    await allFinished(pool);
    const seconds = (performance.now() - began) / 1000;
    await watch.stop();
    const filesVerified = await verifyAll(pool, key, port, say);
    const { status, output } = await runCommand(['doctor', '--deep'], environment);
    const { rows } = await sql<{ completed: number; taken: number }>`
      SELECT count(*) FILTER (WHERE status = 'completed')::int AS completed, count(*) FILTER (WHERE attempt > 1)::int AS taken
      FROM export_jobs`.execute(pool.db);
    return {
      jobs: new Set(ids).size,
      completed: rows[0]?.completed ?? 0,
      takenOver: rows[0]?.taken ?? 0,
      askedAgain,
      kills: killedByRole,
      ...watch.result(),
      filesVerified,
      takeoverSeconds: await takeovers(pool, killed),
      seconds,
      doctor: output,
      well: status === 0,
    };
  } finally {
    for (const end of ends.toReversed()) await end().catch((error: Error) => say(`could not end: ${error.message}`));
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}
