/**
 * A warm thread that renders one export at a time, with connections of its own: whatever it does, the worker's event
 * loop, and with it the heartbeat of every claim, goes on. It can be stopped, or killed, at any moment.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { ProductError } from '#contract/errors.ts';
import { connectAlone, type Connection, cutConnection, endConnection } from '#server/database/connection.ts';
import { loadAllFormats } from '#server/renderers/formats.ts';
import { storeOf } from '#server/storage/store-plan.ts';
import { ManifestSigner } from '#server/proof/signing-key.ts';
import { wordsFor } from './failure-words.ts';
import type { FromThread, RenderTask, ThreadSettings, ToThread } from './render-task.ts';
import { writeExport } from './write-export.ts';

if (!parentPort) throw new Error('this file is a worker thread');
const port = parentPort;
const settings = workerData as ThreadSettings;
// links are made where they are asked for, never here
const opening = storeOf(settings.store, () => 'http://localhost');
const signer = new ManifestSigner(settings.signingSeed);

/** No statement may outlive the longest run. */
const statementSecondsMax = 4 * 3600;

const tell = (message: FromThread): void => port.postMessage(message);

/** Two connections, kept open between exports; one that broke is replaced. A failed run's are never used again. */
let connections: (Connection | null)[] = [null, null];

async function connection(at: number): Promise<Connection> {
  const ours = connections;
  const kept = ours[at];
  if (kept) return kept;
  const fresh = await connectAlone({
    url: settings.databaseUrl,
    applicationName: 'mathership render',
    statementTimeoutSeconds: statementSecondsMax,
  });
  // the run that wanted it has ended meanwhile
  if (ours !== connections) cutConnection(fresh);
  fresh.on('end', () => {
    if (ours[at] === fresh) ours[at] = null;
  });
  ours[at] = fresh;
  return fresh;
}

async function dropConnections(): Promise<void> {
  const dropped = connections;
  connections = [null, null];
  await Promise.all(dropped.filter((each) => each !== null).map(endConnection));
}

/** Ends the queries of an abandoned run with their connections, without waiting for the server. */
function cutConnections(): void {
  const dropped = connections;
  connections = [null, null];
  for (const each of dropped) if (each) cutConnection(each);
}

let current: AbortController | null = null;

async function run(task: RenderTask): Promise<void> {
  const abort = new AbortController();
  current = abort;
  abort.signal.addEventListener('abort', cutConnections, { once: true });
  let told = 0;
  try {
    const result = await writeExport(task, {
      store: await opening,
      signer,
      client: await connection(0),
      beside: () => connection(1),
      signal: abort.signal,
      ...(settings.pdfRowsMax !== undefined && { pdfRowsMax: settings.pdfRowsMax }),
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
  return { kind: 'failed', ...wordsFor(error), reason };
}

// while nothing is asked yet: the first PDF need not wait for its library
void loadAllFormats();

port.on('message', (message: ToThread) => {
  if (message.kind === 'run') void run(message.task);
  else current?.abort(new ProductError('internal', 'The export was stopped.'));
});
