/**
 * The worker: takes jobs from both lanes, renders them in threads, stops at once what is canceled, and gives back what
 * it holds when it is told to end.
 */
import { hostname } from 'node:os';
import { connectAlone, type Connection, type Database } from '#server/database/database.ts';
import { type Claim, type ExportQueue, type Outcome } from '#server/exports/queue.ts';
import { stopChannel } from '#server/exports/verbs.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import { type RunDependencies, runExport } from './run-export.ts';
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
  readonly log: RunDependencies['log'];
}

interface Running {
  readonly claim: Claim;
  readonly abort: AbortController;
}

const relistenMilliseconds = 500;
const drainMilliseconds = 10_000;

export class ExportWorker {
  private readonly options: WorkerOptions;
  private readonly pool: ThreadPool;
  private readonly running = new Map<string, Running>();
  private listener: Connection | null = null;
  private stopping = false;

  constructor(options: WorkerOptions) {
    this.options = options;
    this.pool = new ThreadPool(options.threads);
  }

  get runningCount(): number {
    return this.running.size;
  }

  async start(): Promise<void> {
    const { queue, concurrency } = this.options;
    this.pool.warm(concurrency);
    await this.listen();
    await queue.work('quick', concurrency, (claim) => this.run(claim));
    await queue.work('bulk', Math.max(1, Math.floor(concurrency / 2)), (claim) => this.run(claim));
  }

  /**
   * Ends without losing anything: what is running may finish for ten seconds, the rest is handed back unspent.
   */
  async stop(): Promise<void> {
    this.stopping = true;
    const deadline = Date.now() + drainMilliseconds;
    while (this.running.size > 0 && Date.now() < deadline) {
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    }
    for (const { claim, abort } of this.running.values()) {
      await this.options.queue.handBack(this.options.db, claim).catch(() => false);
      abort.abort();
    }
    await this.listener?.end().catch(() => undefined);
    await this.pool.stop();
  }

  private async run(claim: Claim): Promise<Outcome> {
    const abort = new AbortController();
    const lost = (): void => abort.abort();
    claim.signal.addEventListener('abort', lost, { once: true });
    this.running.set(claim.jobId, { claim, abort });
    try {
      return await runExport(
        {
          db: this.options.db,
          threads: this.pool,
          store: this.options.store,
          retentionDays: this.options.retentionDays,
          workerName: `${hostname()}:${process.pid}`,
          log: this.options.log,
        },
        { ...claim, signal: abort.signal },
      );
    } finally {
      // the engine aborts its signal after a normal end too
      claim.signal.removeEventListener('abort', lost);
      this.running.delete(claim.jobId);
    }
  }

  /** Cancellations arrive here in milliseconds; the heartbeat would notice them only seconds later. */
  private async listen(): Promise<void> {
    const { databaseUrl, log } = this.options;
    const listener = await connectAlone({
      url: databaseUrl,
      applicationName: 'mathership worker',
      onError: (error) => log.error({ err: error }, 'listener'),
    });
    listener.on('notification', (message) => this.running.get(message.payload ?? '')?.abort.abort());
    listener.on('end', () => {
      if (!this.stopping) setTimeout(() => void this.relisten(), relistenMilliseconds);
    });
    await listener.query(`LISTEN ${stopChannel}`);
    this.listener = listener;
  }

  private async relisten(): Promise<void> {
    if (this.stopping) return;
    await this.listen().catch(() => setTimeout(() => void this.relisten(), relistenMilliseconds));
  }
}
