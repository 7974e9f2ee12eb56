/**
 * The engine behind five verbs: enqueue, work, cancel, handBack, stats. The only file that imports pg-boss; its job table is known to triggers too.
 * Two lanes, so that a small export never waits behind a huge one, and one for packs, which wait for their members first. A company has a fixed number of slots in each lane
 * (the engine's singleton policy, key `company#slot`: a hard cap that holds under any herd). Inside a company first come,
 * first served; companies take turns, which the database gives as slots become free (`export_turns`).
 */
import { sql } from 'kysely';
import { PgBoss, fromKysely, getConstructionPlans } from 'pg-boss';
import type { Database, DatabaseTransaction } from '#server/database/database.ts';
import { EngineConnections } from './engine-connections.ts';

/** The payload's version is part of the queue's name: a worker never sees a payload it does not know. */
export const lanes = { quick: 'exports-quick-1', bulk: 'exports-bulk-1', packs: 'exports-packs-1' } as const;
export type Lane = keyof typeof lanes;

/** Exports of one company that may run at once in a lane, whatever the number of workers; as `export_slots` has it. */
export const slotsPerCompany: Readonly<Record<Lane, number>> = { quick: 2, bulk: 1, packs: 2 };

/** pg-boss's defaults notice a dead worker after 95 s; these do in about 10. */
const lease = { heartbeatSeconds: 10, heartbeatRefreshSeconds: 3, superviseSeconds: 1 } as const;
/** Runs of one job at most: the first and five more, so that neither a minute without storage nor bad luck with machines ends it. */
export const runsMax = 6;
/** No run takes longer. The worker ends it by itself; the engine's own limit is for a worker that does not. */
export const runSecondsMax = 4 * 3600;
const engineGraceSeconds = 300;

const schema = 'pgboss';
/** Priority of what has no turn yet; the database's `held_back()`. */
const heldBack = -2_000_000_000;

/** The engine's schema as this release makes it in an empty database, as SQL. */
export const engineSchema = (): string => getConstructionPlans(schema);

/** Creates the engine's schema and our queues in it; safe to run any number of times. */
export async function installEngine(url: string): Promise<void> {
  const boss = new PgBoss({
    connectionString: url,
    schema,
    max: 2,
    supervise: false,
    schedule: false,
    registerInstance: false,
  });
  await boss.start();
  try {
    for (const name of Object.values(lanes)) {
      const options = {
        heartbeatSeconds: lease.heartbeatSeconds,
        retryLimit: runsMax - 1,
        retryDelay: 1,
        retryBackoff: true,
        retryDelayMax: 30,
        expireInSeconds: runSecondsMax + engineGraceSeconds,
        retentionSeconds: 14 * 24 * 3600,
        deleteAfterSeconds: 24 * 3600,
        notify: true,
      };
      await boss.createQueue(name, { ...options, policy: 'singleton' });
      await boss.updateQueue(name, options);
    }
  } finally {
    await boss.stop({ graceful: false });
  }
}

/** One claim on one job. `signal` aborts when the claim is lost or the worker shuts down. */
export interface Claim {
  readonly jobId: string;
  /** From 1; also the fence: nothing a lost claim writes is accepted. */
  readonly attempt: number;
  readonly lane: Lane;
  readonly signal: AbortSignal;
}

export type Outcome =
  | { readonly kind: 'completed'; readonly output: Record<string, unknown> }
  /** Try again while runs are left. */
  | { readonly kind: 'retry'; readonly code: string; readonly message: string }
  /** Failed for good: another run would end the same. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

export interface QueueOptions {
  readonly url: string;
  /** Shown by `doctor`. */
  readonly name: string;
  readonly onError: (error: Error) => void;
}

export class ExportQueue {
  private readonly boss: PgBoss;
  private readonly connections: EngineConnections;

  constructor({ url, name, onError }: QueueOptions) {
    this.connections = new EngineConnections(url, onError);
    this.boss = new PgBoss({
      db: this.connections,
      schema,
      migrate: false,
      createSchema: false,
      instanceName: name,
      instanceHeartbeatSeconds: 5,
      useListenNotify: true,
      schedule: false,
      supervise: true,
      superviseIntervalSeconds: lease.superviseSeconds,
      monitorIntervalSeconds: lease.superviseSeconds,
      maintenanceIntervalSeconds: 300,
      warningQueueSize: 1_000_000,
    });
    this.boss.on('error', onError);
  }

  async start(): Promise<void> {
    await this.boss.start();
  }

  /** Ends every connection of the engine at once; it goes on over others. */
  cut(): void {
    this.connections.cut();
  }

  /** Puts the job into its lane, in the caller's transaction: it is queued exactly if that commits. */
  async enqueue(
    tx: DatabaseTransaction,
    job: { readonly id: string; readonly companyId: string; readonly lane: Lane },
  ): Promise<void> {
    await this.boss.send(
      lanes[job.lane],
      { job: job.id },
      {
        id: job.id,
        // its slot and its turn are given when one is free, by trigger
        singletonKey: `${job.companyId}#0`,
        group: { id: job.companyId },
        priority: heldBack,
        db: fromKysely(tx),
        // due in the statement that ends the last member, by trigger
        ...(job.lane === 'packs' && { startAfter: new Date(Date.UTC(2999, 0, 1)) }),
      },
    );
  }

  /**
   * A pack whose run has ended waits for its members again, in the caller's transaction. Its runs go on being counted, so
   * that none of them takes the number, or the file, of an earlier one.
   */
  async enqueueAgain(
    tx: DatabaseTransaction,
    pack: { readonly id: string; readonly companyId: string; readonly attempt: number },
  ): Promise<void> {
    await sql`DELETE FROM pgboss.job WHERE name = ${lanes.packs} AND id = ${pack.id} AND state >= 'completed'`.execute(
      tx,
    );
    await this.enqueue(tx, { ...pack, lane: 'packs' });
    await sql`UPDATE pgboss.job SET retry_count = ${pack.attempt}, retry_limit = retry_limit + ${pack.attempt}
      WHERE name = ${lanes.packs} AND id = ${pack.id}`.execute(tx);
  }

  /** Nothing is waited for any more: the pack is due now. */
  async makeDue(tx: DatabaseTransaction, pack: { readonly id: string; readonly companyId: string }): Promise<void> {
    await sql`UPDATE pgboss.job SET start_after = clock_timestamp() WHERE name = ${lanes.packs} AND id = ${pack.id} AND state < 'active'`.execute(
      tx,
    );
    await sql`SELECT give_turns(${lanes.packs}, ${pack.companyId})`.execute(tx);
  }

  /**
   * Takes jobs of a lane, `concurrency` at a time, each by a loop of its own: a loop that sleeps between jobs, as the
   * engine's own concurrency does, would leave a backlog waiting.
   */
  async work(lane: Lane, concurrency: number, run: (claim: Claim) => Promise<Outcome>): Promise<void> {
    for (let loop = 0; loop < concurrency; loop += 1) {
      const id = await this.boss.work<
        { job: string },
        unknown,
        {
          perJobResults: true;
          batchSize: 1;
          pollingIntervalSeconds: number;
          notifyPollingIntervalSeconds: number;
          heartbeatRefreshSeconds: number;
        }
      >(
        lanes[lane],
        {
          perJobResults: true,
          batchSize: 1,
          pollingIntervalSeconds: 1,
          // recovered and retried jobs are not notified
          notifyPollingIntervalSeconds: 1,
          heartbeatRefreshSeconds: lease.heartbeatRefreshSeconds,
        },
        async ([job]) => {
          if (!job) return [];
          try {
            const outcome = await run({ jobId: job.id, attempt: job.retryCount + 1, lane, signal: job.signal });
            return [settled(job.id, outcome)];
          } finally {
            this.boss.notifyWorker(id);
          }
        },
      );
    }
  }

  /** In the caller's transaction. False when the engine had already finished it. */
  async cancel(tx: DatabaseTransaction, queue: string, jobId: string): Promise<boolean> {
    const before =
      await sql`SELECT FROM pgboss.job WHERE name = ${queue} AND id = ${jobId} AND state < 'completed' FOR UPDATE`.execute(
        tx,
      );
    if (before.rows.length === 0) return false;
    await this.boss.cancel(queue, jobId, { db: fromKysely(tx) });
    return true;
  }

  /** Takes no more jobs; what runs goes on. */
  async stopTaking(): Promise<void> {
    await Promise.all(Object.values(lanes).map((name) => this.boss.offWork(name, { wait: false })));
  }

  /**
   * Gives a claim back (a shutdown): the next worker takes the job at once, as one more run that is not counted. The
   * number moves on, so that nothing this claim may still write, not even its failure, can hit the next one.
   */
  async handBack(db: Database, claim: Claim): Promise<boolean> {
    const { numAffectedRows } = await sql`
      UPDATE pgboss.job SET state = 'retry', heartbeat_on = NULL, start_after = now(), retry_limit = retry_limit + 1
      WHERE name = ${lanes[claim.lane]} AND id = ${claim.jobId} AND state = 'active' AND retry_count = ${claim.attempt - 1}`.execute(
      db,
    );
    return numAffectedRows === 1n;
  }

  async stop(): Promise<void> {
    await this.boss.stop({ graceful: true, timeout: 15_000 });
    await this.connections.close();
  }
}

function settled(
  id: string,
  outcome: Outcome,
): { id: string; status: 'completed' | 'failed' | 'deadletter'; output: Record<string, unknown> } {
  if (outcome.kind === 'completed') return { id, status: 'completed', output: outcome.output };
  const output = { code: outcome.code, message: outcome.message };
  return { id, status: outcome.kind === 'retry' ? 'failed' : 'deadletter', output };
}

export interface LaneStats {
  readonly lane: Lane;
  readonly waiting: number;
  readonly running: number;
  /** Of the one waiting longest; null when none waits. */
  readonly oldestWaitingSeconds: number | null;
}

/** Waits for a worker, not for members. */
const isDue = sql`state < 'active' AND start_after < now() + interval '1 day'`;

export async function laneStats(db: Database): Promise<LaneStats[]> {
  const { rows } = await sql<{ name: string; waiting: number; running: number; oldest: number | null }>`
    SELECT name, count(*) FILTER (WHERE ${isDue})::int AS waiting, count(*) FILTER (WHERE state = 'active')::int AS running,
      extract(epoch FROM now() - min(greatest(created_on, start_after)) FILTER (WHERE ${isDue}))::float8 AS oldest
    FROM pgboss.job WHERE name IN (${sql.join(Object.values(lanes))}) AND state < 'completed' GROUP BY name`.execute(
    db,
  );
  return (Object.keys(lanes) as Lane[]).map((lane) => {
    const row = rows.find((each) => each.name === lanes[lane]);
    return { lane, waiting: row?.waiting ?? 0, running: row?.running ?? 0, oldestWaitingSeconds: row?.oldest ?? null };
  });
}
