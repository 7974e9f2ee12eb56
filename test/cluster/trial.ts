/**
 * Two servers and two workers of the product on a cluster that loses its leader again and again, while people ask for
 * exports through TLS and a page follows the events. In the end every promise is counted: answers lost, jobs stuck,
 * events missed, files missing or wrong, and how long nothing went on.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import tls from 'node:tls';
import { sql } from 'kysely';
import type { ExportJob } from '#contract/export-jobs.ts';
import { Random } from '#demo/random.ts';
import { DatabasePool } from '#server/database/database.ts';
import { migrate } from '#server/migrate.ts';
import { makePeople } from '#test/faults/chaos/people.ts';
import { type ProductProcess, runCommand, startCommand } from '#test/faults/product-process.ts';
import { verifyFile } from '#test/faults/verify-file.ts';
import { unzip } from '#test/read-workbook.ts';
import { freePort } from '#test/real/daemon.ts';
import { startDebianSwift } from '#test/real/debian-swift.ts';
import { bucketOn } from '#test/s3-given.ts';
import { follow } from './follow.ts';
import { type Cluster, startCluster, until } from './patroni.ts';

export interface TrialOptions {
  readonly synchronous: boolean;
  /** Leaders killed; then one is frozen, then every part restarted in turn. */
  readonly kills: number;
  readonly seed: number;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

type End = () => Promise<unknown>;

export interface Outage {
  readonly what: string;
  /** Seconds of the longest silence: between two answers 201, and between two exports that completed. */
  readonly withoutCreate: number;
  readonly withoutExport: number;
}

export interface TrialReport {
  readonly asked: number;
  /** Answers other than 201 and 200, and no answers, by what they were; each was asked again. */
  readonly refused: Readonly<Record<string, number>>;
  /** Answered 201, and unknown afterwards. */
  readonly lost: number;
  readonly stuck: number;
  readonly failed: number;
  readonly completed: number;
  readonly filesVerified: number;
  readonly fromReplica: number;
  /** Jobs whose last state the follower of events does not know, `resync` obeyed. */
  readonly missed: number;
  readonly resyncs: number;
  readonly outages: readonly Outage[];
  readonly doctor: string;
  readonly well: boolean;
}

const patience = 240;
/** Milliseconds between two exports asked for. */
const pace = 400;

/** Everything it started has ended when it resolves or rejects, also when `signal` says that it is enough. */
export async function runTrial(options: TrialOptions): Promise<TrialReport> {
  const { say, signal } = options;
  const ends: End[] = [];
  const enough = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('interrupted')), { once: true });
  });
  try {
    return await Promise.race([trial(options, ends), enough]);
  } finally {
    for (const end of ends.toReversed()) await end().catch((error: Error) => say(`could not end: ${error.message}`));
  }
}

async function trial({ synchronous, kills, seed, say }: TrialOptions, ends: End[]): Promise<TrialReport> {
  const serverPorts = [await freePort(), await freePort()];
  const cluster = await startCluster({ synchronous, serverPorts });
  ends.push(() => cluster.stop());
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), cluster.certificate]);
  const swift = await startDebianSwift();
  ends.push(() => swift.stop());
  const peer = await bucketOn(swift);
  const dataDir = await mkdtemp(join(tmpdir(), 'mathership-cluster-product-'));
  ends.push(() => rm(dataDir, { recursive: true, force: true }));
  await migrate({ url: cluster.writeUrl });
  const pool = new DatabasePool({ url: cluster.writeUrl, connectionsMax: 4 });
  ends.push(() => pool.close());
  const { key, companies } = await makePeople(pool);
  const environment = {
    DATABASE_URL: cluster.writeUrl,
    REPORTS_DATABASE_URL: cluster.readUrl,
    PUBLIC_URL: cluster.address,
    DATA_DIR: dataDir,
    AUTH_SECRET: 'cluster'.repeat(8),
    S3_BUCKET: peer.bucket,
    S3_ENDPOINT: peer.endpoint,
    S3_REGION: peer.region,
    AWS_ACCESS_KEY_ID: peer.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: peer.credentials.secretAccessKey,
    LOG_LEVEL: 'warn',
  };
  const product = new Map<string, () => Promise<ProductProcess>>([
    ...serverPorts.map(
      (port, at) =>
        [
          `server ${at + 1}`,
          () => startCommand(['serve'], { ...environment, PORT: String(port) }, /Serving at/),
        ] as const,
    ),
    ...[1, 2].map((at) => [`worker ${at}`, () => startCommand(['worker'], environment, /Working, /)] as const),
  ]);
  const running = new Map<string, ProductProcess>();
  ends.push(() => Promise.all([...running.values()].map((each) => each.kill())));
  for (const [name, start] of product) running.set(name, await start());
  await until('the product behind TLS', async () => (await fetch(`${cluster.address}/readyz`)).ok);
  say(
    `${cluster.address}: 3 PostgreSQL, 3 etcd, HAProxy, 2 servers, 2 workers, Swift; commits ${synchronous ? 'wait for a standby' : 'do not wait'}`,
  );

  const follower = follow(cluster.address, key);
  ends.push(() => follower.stop());
  const crowd = new Crowd(cluster.address, key, companies, new Random(`cluster/${seed}`));
  const asking = crowd.ask();
  ends.push(() => crowd.stop(asking));
  await until('a first export', async () => follower.completed().length > 0);

  const outages: Outage[] = [];
  const harms: { what: string; at: number }[] = [];
  const harm = async (what: string, act: () => Promise<unknown>, settled?: () => Promise<boolean>): Promise<void> => {
    const at = Date.now();
    harms.push({ what, at });
    await act();
    if (settled) await until(`another leader after "${what}"`, settled, patience);
    const over = Date.now();
    const [created, completed] = await Promise.all([
      until(`a create after "${what}"`, async () => crowd.made().find((made) => made > over), patience),
      until(`an export after "${what}"`, async () => follower.completed().find((heard) => heard > over), patience),
    ]);
    const outage = {
      what,
      withoutCreate: longestGap(crowd.made(), at, created),
      withoutExport: longestGap(follower.completed(), at, completed),
    };
    outages.push(outage);
    say(
      `${what}: no create for ${outage.withoutCreate.toFixed(1)} s, no export for ${outage.withoutExport.toFixed(1)} s`,
    );
  };
  const another = (than: string) => async (): Promise<boolean> => ![than, null].includes(await cluster.leader());
  for (let n = 1; n <= kills; n += 1) {
    const victim = await until('a leader with two standbys', () => whole(cluster));
    await harm(`leader ${victim} killed (${n})`, () => cluster.kill(victim), another(victim));
    await cluster.start(victim);
  }
  const frozen = await until('a leader with two standbys', () => whole(cluster));
  await harm(`leader ${frozen} frozen`, () => cluster.freeze(frozen), another(frozen));
  await cluster.thaw(frozen);
  await until('a whole cluster after the thaw', () => whole(cluster));
  for (const part of cluster.parts) {
    await harm(`${part} restarted`, () => cluster.restart(part));
    await until(`a whole cluster after ${part}`, () => whole(cluster));
  }
  for (const [name, start] of product)
    await harm(`${name} restarted`, async () => {
      await running.get(name)?.end();
      running.set(name, await start());
    });

  await crowd.stop(asking);
  say(`${crowd.madeAt.size} exports asked for; waiting for them to finish`);
  const stuck = await unfinished(pool);
  const { rows } = await sql<{ id: string; status: string }>`SELECT id, status FROM export_jobs`.execute(pool.db);
  const known = new Map(rows.map(({ id, status }) => [id, status]));
  const lost = [...crowd.madeAt].filter(([id]) => !known.has(id));
  for (const [id, at] of lost) say(`lost: ${id}, ${crowd.answeredAs.get(id)}, ${during(harms, at)}`);
  const missed = await follower.behind(known);
  const files = await verifyAll({ pool, address: cluster.address, key, say });
  const doctor = await runCommand(['doctor', '--deep'], environment);
  const count = (status: string): number => rows.filter((row) => row.status === status).length;
  return {
    asked: crowd.madeAt.size,
    refused: Object.fromEntries(crowd.refused),
    lost: lost.length,
    stuck,
    failed: count('failed'),
    completed: count('completed'),
    ...files,
    missed,
    resyncs: follower.resyncs(),
    outages,
    doctor: doctor.output,
    well: doctor.status === 0,
  };
}

/** Seconds of the longest silence from `from` to `to`, both milliseconds since 1970. */
function longestGap(times: readonly number[], from: number, to: number): number {
  const within = [from, ...times.filter((time) => time > from && time <= to), to];
  return Math.max(...within.slice(1).map((time, at) => time - (within[at] ?? time))) / 1000;
}

/** Between which of the harms something was, for whoever looks for its cause. */
function during(harms: readonly { what: string; at: number }[], at: number): string {
  const seconds = (from: number): string => `${((at - from) / 1000).toFixed(1)} s`;
  const before = harms.findLast((harm) => harm.at <= at);
  const after = harms.find((harm) => harm.at > at);
  return [
    before ? `${seconds(before.at)} after "${before.what}"` : 'before any harm',
    after && `${seconds(after.at).replace('-', '')} before "${after.what}"`,
  ]
    .filter(Boolean)
    .join(', ');
}

const whole = async (cluster: Cluster): Promise<string | null> => {
  const [leader, standbys] = await Promise.all([cluster.leader(), cluster.standbys()]);
  return standbys.length === 2 ? leader : null;
};

/** Somebody who asks for one export after the other, again where there was no answer, under one key each. */
class Crowd {
  /** By job: when its 201 came, in milliseconds since 1970. */
  readonly madeAt = new Map<string, number>();
  /** By job: how it was answered, and how often it had been asked for in vain. */
  readonly answeredAs = new Map<string, string>();
  readonly refused = new Map<string, number>();
  readonly #address: string;
  readonly #key: string;
  readonly #companies: readonly string[];
  readonly #random: Random;
  readonly #ending = new AbortController();

  constructor(address: string, key: string, companies: readonly string[], random: Random) {
    this.#address = address;
    this.#key = key;
    this.#companies = companies;
    this.#random = random;
  }

  /** When each 201 came, in order. */
  made(): number[] {
    return [...this.madeAt.values()];
  }

  async ask(): Promise<void> {
    const { signal } = this.#ending;
    for (let n = 0; !signal.aborted; n += 1) {
      await this.#one(n, signal);
      await delay(this.#random.next() * 2 * pace, undefined, { signal }).catch(() => undefined);
    }
  }

  async stop(asking: Promise<void>): Promise<void> {
    this.#ending.abort();
    await asking;
  }

  async #one(n: number, signal: AbortSignal): Promise<void> {
    const chance = this.#random.next();
    const body = JSON.stringify({
      company_id: this.#companies[Math.floor(this.#random.next() * this.#companies.length)],
      date_from: new Date(Date.UTC(2026, 0, 1 + (n % 150))).toISOString().slice(0, 10),
      date_to: new Date(Date.UTC(2026, 6, 1 + Math.floor(n / 150))).toISOString().slice(0, 10),
      file_format: chance < 0.7 ? 'csv' : chance < 0.9 ? 'xlsx' : 'pdf',
    });
    const headers = {
      authorization: `Bearer ${this.#key}`,
      'content-type': 'application/json',
      'idempotency-key': `cluster-${n}`,
    };
    for (let vain = 0; !signal.aborted; vain += 1) {
      const answer = await fetch(`${this.#address}/api/v1/export-jobs`, {
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.timeout(15_000),
      }).catch(() => null);
      const job = answer?.ok ? ((await answer.json().catch(() => null)) as ExportJob | null) : null;
      if (job) {
        this.answeredAs.set(job.id, `${answer?.status} after ${vain} in vain`);
        return void this.madeAt.set(job.id, Date.now());
      }
      if (answer && answer.status < 500) throw new Error(`${answer.status}: ${await answer.text()}`);
      const what = answer ? String(answer.status) : 'no answer';
      this.refused.set(what, (this.refused.get(what) ?? 0) + 1);
      await delay(100);
    }
  }
}

/** Jobs that have not ended after all patience. */
async function unfinished({ db }: DatabasePool): Promise<number> {
  const look = async (): Promise<number> =>
    (
      await sql<{
        n: number;
      }>`SELECT count(*)::int AS n FROM export_jobs WHERE status IN ('pending', 'processing')`.execute(db)
    ).rows[0]?.n ?? 0;
  await until('every export ended', async () => (await look()) === 0, patience).catch(() => undefined);
  return look();
}

interface Verifying {
  readonly pool: DatabasePool;
  readonly address: string;
  readonly key: string;
  readonly say: (line: string) => void;
}

async function verifyAll({
  pool,
  address,
  key,
  say,
}: Verifying): Promise<{ filesVerified: number; fromReplica: number }> {
  const headers = { authorization: `Bearer ${key}` };
  const ask = async <T>(path: string): Promise<T> =>
    (await (await fetch(`${address}/api/v1/export-jobs/${path}`, { headers })).json()) as T;
  const { rows } = await sql<{ id: string }>`SELECT id FROM export_jobs WHERE status = 'completed'`.execute(pool.db);
  let [filesVerified, fromReplica] = [0, 0];
  for (const { id } of rows) {
    try {
      const { download_url } = await ask<{ download_url: string }>(`${id}/download`);
      const zip = Buffer.from(await (await fetch(download_url)).arrayBuffer());
      await verifyFile(pool.db, await ask<ExportJob>(id), zip);
      filesVerified += 1;
      const manifest = (await unzip(zip)).get('manifest.json')?.toString() ?? '{}';
      if ((JSON.parse(manifest) as { read_from?: string }).read_from === 'replica') fromReplica += 1;
    } catch (error) {
      say(`${id}: ${(error as Error).message}`);
    }
  }
  return { filesVerified, fromReplica };
}
