/**
 * Warm render threads: one run each at a time, replaced when one had to be killed. What a killed one left in the store
 * is removed here, because it cannot do so itself.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { ProductError } from '#contract/errors.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import type { PackTask, RenderedPack } from './pack-task.ts';
import type { FromThread, RenderTask, RenderedExport, RenderedFile, ThreadSettings, ToThread } from './render-task.ts';

export interface RunCallbacks {
  /** Ends the run, which then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  readonly onCounted: (rows: number) => void;
  readonly onRows: (rows: number) => void;
}

export interface ThreadPoolOptions {
  readonly settings: ThreadSettings;
  readonly store: ObjectStore;
  readonly threadFile?: URL;
}

/** How long a stopped thread may take to clean up after itself before it is killed. */
const graceMilliseconds = 1500;
/** Rows live for a moment only: a small young generation keeps their garbage from piling up to hundreds of megabytes. */
const heap = { maxYoungGenerationSizeMb: 12, maxOldGenerationSizeMb: 512 };
// JavaScript in the installed package, where this file is part of a bundle
const renderThread = new URL(
  import.meta.url.endsWith('.ts') ? './render-thread.ts' : './render-thread.js',
  import.meta.url,
);

export class ThreadPool {
  private readonly options: ThreadPoolOptions;
  private readonly idle: Worker[] = [];
  private readonly all = new Set<Worker>();
  private readonly cleanings = new Set<Promise<void>>();

  constructor(options: ThreadPoolOptions) {
    this.options = options;
  }

  get readsReplica(): boolean {
    return this.options.settings.replicaUrl !== undefined;
  }

  /** Starts threads ahead of the first job, so that it need not wait for one. */
  warm(count: number): void {
    while (this.all.size < count) this.idle.push(this.spawn());
  }

  private spawn(): Worker {
    const { settings, threadFile = renderThread } = this.options;
    const thread = new Worker(threadFile, { workerData: settings, resourceLimits: heap });
    thread.unref();
    this.all.add(thread);
    thread.on('exit', () => {
      this.all.delete(thread);
      const at = this.idle.indexOf(thread);
      if (at !== -1) this.idle.splice(at, 1);
    });
    // told to the run, if there is one; "exit" follows
    thread.on('error', () => undefined);
    return thread;
  }

  /** @throws ProductError with the thread's code, worker_lost when the thread died, the signal's reason when it aborts. */
  run(task: RenderTask, callbacks: RunCallbacks): Promise<RenderedExport> {
    return this.within<RenderedExport>({ kind: 'run', task }, callbacks);
  }

  /** @throws as `run` */
  pack(task: PackTask, callbacks: RunCallbacks): Promise<RenderedPack> {
    return this.within<RenderedPack>({ kind: 'pack', task }, callbacks);
  }

  private async within<T extends RenderedFile>(
    message: Exclude<ToThread, { readonly kind: 'stop' }>,
    { signal, onCounted, onRows }: RunCallbacks,
  ): Promise<T> {
    signal.throwIfAborted();
    const thread = this.idle.pop() ?? this.spawn();
    let killer: NodeJS.Timeout | undefined;
    const stop = (): void => {
      thread.postMessage({ kind: 'stop' } satisfies ToThread);
      killer = setTimeout(() => void thread.terminate(), graceMilliseconds);
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await this.result<T>(thread, message, { signal, onCounted, onRows });
    } finally {
      clearTimeout(killer);
      signal.removeEventListener('abort', stop);
    }
  }

  private result<T extends RenderedFile>(
    thread: Worker,
    asked: Exclude<ToThread, { readonly kind: 'stop' }>,
    { signal, onCounted, onRows }: RunCallbacks,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      let cause: unknown;
      const fail = (error: ProductError): void => reject(signal.aborted ? (signal.reason as Error) : error);
      const failed = (error: unknown): void => {
        cause = error;
      };
      const died = (): void => {
        this.discard(asked.task.fileKey);
        fail(new ProductError('worker_lost', 'The export was interrupted. It is run again.', { cause }));
      };
      const heard = (message: FromThread): void => {
        if (message.kind === 'counted') return onCounted(message.rows);
        if (message.kind === 'rows') return onRows(message.rows);
        thread.off('message', heard).off('exit', died).off('error', failed);
        this.idle.push(thread);
        // what is asked is what is answered
        if (message.kind === 'done') resolve(message.result as RenderedFile as T);
        else fail(new ProductError(message.code, message.message, { cause: message.reason }));
      };
      thread.on('message', heard).once('exit', died).once('error', failed);
      thread.postMessage(asked);
    });
  }

  /** What cannot be removed now, the sweep removes. */
  private discard(key: string): void {
    const cleaning = this.options.store.discard(key).catch(() => undefined);
    this.cleanings.add(cleaning);
    void cleaning.then(() => this.cleanings.delete(cleaning));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.all].map((thread) => thread.terminate()));
    // a store that does not answer keeps nobody from ending: the sweep removes what is left
    await Promise.race([Promise.all(this.cleanings), delay(graceMilliseconds, undefined, { ref: false })]);
  }
}
