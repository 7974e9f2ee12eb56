/** Warm render threads: one run each at a time, replaced when one had to be killed. */
import { Worker } from 'node:worker_threads';
import { ProductError } from '#contract/errors.ts';
import type { FromThread, RenderTask, RenderedExport, ThreadSettings, ToThread } from './render-task.ts';

export interface RunCallbacks {
  readonly signal: AbortSignal;
  readonly onCounted: (rows: number) => void;
  readonly onRows: (rows: number) => void;
}

/** How long a stopped thread may take to clean up after itself before it is killed. */
const graceMilliseconds = 1500;
/** Rows live for a moment only: a small young generation keeps their garbage from piling up to hundreds of megabytes. */
const heap = { maxYoungGenerationSizeMb: 12, maxOldGenerationSizeMb: 512 };
const threadFile = new URL('./render-thread.ts', import.meta.url);

export class ThreadPool {
  private readonly settings: ThreadSettings;
  private readonly idle: Worker[] = [];
  private readonly all = new Set<Worker>();

  constructor(settings: ThreadSettings) {
    this.settings = settings;
  }

  /** Starts threads ahead of the first job, so that it need not wait for one. */
  warm(count: number): void {
    while (this.all.size < count) this.idle.push(this.spawn());
  }

  private spawn(): Worker {
    const thread = new Worker(threadFile, { workerData: this.settings, resourceLimits: heap });
    thread.unref();
    this.all.add(thread);
    thread.on('exit', () => {
      this.all.delete(thread);
      const at = this.idle.indexOf(thread);
      if (at !== -1) this.idle.splice(at, 1);
    });
    thread.on('error', () => undefined);
    return thread;
  }

  /** @throws ProductError with the thread's code, or worker_lost when the thread died. */
  async run(task: RenderTask, { signal, onCounted, onRows }: RunCallbacks): Promise<RenderedExport> {
    const thread = this.idle.pop() ?? this.spawn();
    let killer: NodeJS.Timeout | undefined;
    const stop = (): void => {
      thread.postMessage({ kind: 'stop' } satisfies ToThread);
      killer = setTimeout(() => void thread.terminate(), graceMilliseconds);
    };
    try {
      return await new Promise<RenderedExport>((resolve, reject) => {
        const died = (): void =>
          reject(new ProductError('worker_lost', 'The export was interrupted. It is run again.'));
        const heard = (message: FromThread): void => {
          if (message.kind === 'counted') return onCounted(message.rows);
          if (message.kind === 'rows') return onRows(message.rows);
          thread.off('message', heard);
          thread.off('exit', died);
          if (message.kind === 'done') resolve(message.result);
          else reject(new ProductError(message.code, message.message, { cause: message.reason }));
          this.idle.push(thread);
        };
        thread.on('message', heard);
        thread.once('exit', died);
        signal.addEventListener('abort', stop, { once: true });
        thread.postMessage({ kind: 'run', task } satisfies ToThread);
        if (signal.aborted) stop();
      });
    } finally {
      clearTimeout(killer);
      signal.removeEventListener('abort', stop);
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.all].map((thread) => thread.terminate()));
  }
}
