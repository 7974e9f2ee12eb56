/**
 * The worker: takes jobs from all lanes, renders them in threads, stops at once what is canceled, and gives back what
 * it holds when it is told to end.
 */
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '#server/database/database.ts';
import { Listener } from '#server/database/listener.ts';
import { type Claim, type ExportQueue, type Outcome, runSecondsMax } from '#server/exports/queue.ts';
import { stopChannel } from '#server/exports/verbs.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import { type RunDependencies, runExport } from './run-export.ts';
import { RunStopped } from './run-stopped.ts';
import type { ThreadSettings } from './render-task.ts';
import { ThreadPool } from './thread-pool.ts';

export interface WorkerOptions {
  readonly db: Database;
  readonly databaseUrl: string;
  readonly queue: ExportQueue;
  readonly store: ObjectStore;
  readonly threads: ThreadSettings;
  /** Exports at once in the lane for small ones; half as many, at least one, in the lane for large ones. */
  readonly concurrency: number;
  readonly retentionDays: number;
  /** A run that takes longer fails. */
  readonly runSecondsMax?: number;
  readonly log: RunDependencies['log'];
}

interface Running {
  readonly claim: Claim;
  readonly abort: AbortController;
  readonly ended: Promise<Outcome>;
}

const drainMilliseconds = 10_000;

export class ExportWorker {
  private readonly options: WorkerOptions;
  private readonly pool: ThreadPool;
  private readonly listener: Listener;
  private readonly running = new Set<Running>();
  private drained = false;

  constructor(options: WorkerOptions) {
    this.options = options;
    this.pool = new ThreadPool({ settings: options.threads, store: options.store });
    // cancellations arrive here in milliseconds; the heartbeat would notice them only seconds later
    this.listener = new Listener({
      url: options.databaseUrl,
      applicationName: 'mathership worker',
      channels: [stopChannel],
      onNotification: (_, jobId) => {
        for (const { claim, abort } of this.running) {
          if (claim.jobId === jobId) abort.abort(new RunStopped('canceled'));
        }
      },
      onRestored: () => undefined,
      onError: (error) => options.log.error({ err: error }, 'listener'),
    });
  }

  async start(): Promise<void> {
    const { queue, concurrency } = this.options;
    this.pool.warm(concurrency);
    await this.listener.start();
    await queue.work('quick', concurrency, (claim) => this.take(claim));
    await queue.work('bulk', Math.max(1, Math.floor(concurrency / 2)), (claim) => this.take(claim));
    await queue.work('packs', 1, (claim) => this.take(claim));
  }

  /** The database has fallen silent: what waits for it would wait for ever. */
  cut(): void {
    this.listener.cut();
    for (const { abort } of this.running) abort.abort(new RunStopped('database_silent'));
  }

  /** The same of the replica: only first runs read from one, and the next reads from the primary. */
  cutReplica(): void {
    for (const { claim, abort } of this.running)
      if (claim.attempt === 1) abort.abort(new RunStopped('database_silent'));
  }

  /** Ends without losing anything: what is running may finish for ten seconds, the rest is handed back unspent. */
  async stop(): Promise<void> {
    const { queue, db, log } = this.options;
    await queue.stopTaking();
    await Promise.race([this.allEnded(), delay(drainMilliseconds, undefined, { ref: false })]);
    this.drained = true;
    for (const { claim, abort } of this.running) {
      const accepted = await queue.handBack(db, claim).catch(() => false);
      log.info({ job_id: claim.jobId, attempt: claim.attempt, accepted }, 'export handed back');
      abort.abort(new RunStopped('handed_back'));
    }
    await this.allEnded();
    await this.listener.stop();
    await this.pool.stop();
  }

  private allEnded(): Promise<unknown> {
    return Promise.allSettled([...this.running].map(({ ended }) => ended));
  }

  private async take(claim: Claim): Promise<Outcome> {
    const abort = new AbortController();
    const lost = (): void => abort.abort(new RunStopped('claim_lost'));
    claim.signal.addEventListener('abort', lost, { once: true });
    const limit = setTimeout(
      () => abort.abort(new RunStopped('timed_out')),
      (this.options.runSecondsMax ?? runSecondsMax) * 1000,
    );
    if (this.drained) {
      // claimed while the worker was ending
      await this.options.queue.handBack(this.options.db, claim).catch(() => false);
      abort.abort(new RunStopped('handed_back'));
    }
    const running: Running = { claim, abort, ended: this.run({ ...claim, signal: abort.signal }) };
    this.running.add(running);
    try {
      return await running.ended;
    } finally {
      clearTimeout(limit);
      // the engine aborts its signal after a normal end too
      claim.signal.removeEventListener('abort', lost);
      this.running.delete(running);
    }
  }

  private run(claim: Claim): Promise<Outcome> {
    const { db, store, retentionDays, log } = this.options;
    const workerName = `${hostname()}:${process.pid}`;
    return runExport({ db, threads: this.pool, store, retentionDays, workerName, log }, claim);
  }
}
