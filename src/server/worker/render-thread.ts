/**
 * A warm thread that renders one export at a time, with connections of its own: whatever it does, the worker's event
 * loop, and with it the heartbeat of every claim, goes on. It can be stopped, or killed, at any moment.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type ErrorCode, ProductError } from '#contract/errors.ts';
import { connectAlone, type Connection } from '#server/database/database.ts';
import { storeOf } from '#server/storage/store-plan.ts';
import { ManifestSigner } from '#server/proof/signing-key.ts';
import type { FromThread, RenderTask, ThreadSettings, ToThread } from './render-task.ts';
import { writeExport } from './write-export.ts';

if (!parentPort) throw new Error('this file is a worker thread');
const port = parentPort;
const settings = workerData as ThreadSettings;
// links are made where they are asked for, never here
const store = storeOf(settings.store, () => 'http://localhost');
const signer = new ManifestSigner(settings.signingSeed);

const tell = (message: FromThread): void => port.postMessage(message);

/** Two connections, kept open between exports; one that broke is replaced. */
const connections: (Connection | null)[] = [null, null];

async function connection(at: number): Promise<Connection> {
  const kept = connections[at];
  if (kept) return kept;
  const fresh = await connectAlone({ url: settings.databaseUrl, applicationName: 'mathership render' });
  fresh.on('end', () => {
    if (connections[at] === fresh) connections[at] = null;
  });
  connections[at] = fresh;
  return fresh;
}

async function dropConnections(): Promise<void> {
  const dropped = connections.splice(0, connections.length, null, null);
  await Promise.all(dropped.map(async (each) => each?.end().catch(() => undefined)));
}

/** Ends the queries of an abandoned run with their connections, without waiting for the server. */
function cutConnections(): void {
  for (const each of connections.splice(0, connections.length, null, null)) {
    (each as unknown as { connection: { stream: { destroy(): void } } } | null)?.connection.stream.destroy();
  }
}

let current: AbortController | null = null;

async function run(task: RenderTask): Promise<void> {
  const abort = new AbortController();
  current = abort;
  abort.signal.addEventListener('abort', cutConnections, { once: true });
  let told = 0;
  try {
    const result = await writeExport(task, {
      store,
      signer,
      client: await connection(0),
      beside: () => connection(1),
      signal: abort.signal,
      onCounted: (rows) => tell({ kind: 'counted', rows }),
      onRows: (rows) => {
        const now = performance.now();
        if (now - told < 200) return;
        told = now;
        tell({ kind: 'rows', rows });
      },
    });
    tell({ kind: 'done', result });
  } catch (error) {
    await dropConnections();
    tell(failure(error));
  } finally {
    current = null;
  }
}

function failure(error: unknown): FromThread {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const { code, message } = inWords(error as Error & { code?: string });
  return { kind: 'failed', code, message, reason };
}

/** Database errors by SQLSTATE class; everything else is the renderer's. */
function inWords(error: Error & { code?: string }): { code: ErrorCode; message: string } {
  if (error instanceof ProductError) return { code: error.code, message: error.message };
  const state = error.code ?? '';
  if (state === '57014') {
    return {
      code: 'timed_out',
      message:
        'The report took longer than is allowed and was stopped. Choose a shorter period or fewer locations and run it again.',
    };
  }
  if (state === '53100' || state === 'ENOSPC') {
    return {
      code: 'disk_full',
      message:
        'There was no space left to make the file. Tell whoever runs this installation, then run the export again.',
    };
  }
  if (/^(08|57P|53)/.test(state) || state.startsWith('ECONN') || state === 'ENOENT' || state === 'ETIMEDOUT') {
    return {
      code: 'database_unavailable',
      message: 'The database did not answer while the file was made. Nothing is wrong with the report: run it again.',
    };
  }
  if (/^[0-9A-Z]{5}$/.test(state)) {
    return {
      code: 'query_failed',
      message:
        'The report could not be read: a record in this period has a value that cannot be computed with. Run it for a shorter period to find it, or tell whoever runs this installation.',
    };
  }
  return {
    code: 'render_failed',
    message:
      'The file could not be written. Run the export again; if it fails again, tell whoever runs this installation.',
  };
}

port.on('message', (message: ToThread) => {
  if (message.kind === 'run') void run(message.task);
  else current?.abort(new ProductError('internal', 'The export was stopped.'));
});
