/**
 * A warm thread that renders one export at a time, with connections of its own: whatever it does, the worker's event
 * loop, and with it the heartbeat of every claim, goes on. It can be stopped, or killed, at any moment.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { ProductError } from '#contract/errors.ts';
import { Follower, type ReadFrom } from '#server/database/replica.ts';
import { loadAllFormats } from '#server/renderers/formats.ts';
import { storeOf } from '#server/storage/store-plan.ts';
import { ManifestSigner } from '#server/proof/signing-key.ts';
import { KeptConnections } from './kept-connections.ts';
import { wordsFor } from './failure-words.ts';
import type { FromThread, RenderTask, ThreadSettings, ToThread } from './render-task.ts';
import type { PackTask } from './pack-task.ts';
import { writeExport } from './write-export.ts';
import { writePack } from './write-pack.ts';

if (!parentPort) throw new Error('this file is a worker thread');
const port = parentPort;
const settings = workerData as ThreadSettings;
// links are made where they are asked for, never here
const opening = storeOf(settings.store, () => 'http://localhost');
const signer = new ManifestSigner(settings.signingSeed);

const tell = (message: FromThread): void => port.postMessage(message);

const primary = new KeptConnections(settings.databaseUrl);
const replica = settings.replicaUrl === undefined ? null : new KeptConnections(settings.replicaUrl);
/** An export can wait longer than a person before a page. */
const follower = new Follower(10_000);

const cutConnections = (): void => {
  primary.cut();
  replica?.cut();
};

/** A first run reads from the replica if that holds what it must, or comes to in time; every other from the primary. */
async function sourceOf(
  { asked, attempt }: RenderTask,
  signal: AbortSignal,
): Promise<{ from: KeptConnections; readFrom: ReadFrom | null }> {
  if (!asked || !replica) return { from: primary, readFrom: null };
  if (attempt === 1) {
    try {
      const found = await follower.reach(await replica.take(0), asked, signal);
      if (found) {
        const readFrom: ReadFrom | null = found.isStandby ? { server: 'replica', position: found.position } : null;
        return { from: replica, readFrom };
      }
    } catch {
      signal.throwIfAborted();
      // it does not answer, or may not say where it stands
      await replica.drop();
    }
  }
  return { from: primary, readFrom: { server: 'primary', position: asked.position } };
}

let current: AbortController | null = null;

async function run(task: RenderTask): Promise<void> {
  const abort = new AbortController();
  current = abort;
  abort.signal.addEventListener('abort', cutConnections, { once: true });
  let told = 0;
  try {
    const { from, readFrom } = await sourceOf(task, abort.signal);
    const result = await writeExport(task, {
      store: await opening,
      signer,
      client: await from.take(0),
      beside: () => from.take(1),
      readFrom,
      signal: abort.signal,
      ...(settings.rowsMax && { rowsMax: settings.rowsMax }),
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
    await Promise.all([primary.drop(), replica?.drop()]);
    tell(failure(error));
  } finally {
    current = null;
  }
}

/** From the primary alone: it is of versions, and no replica is waited for. */
async function pack(task: PackTask): Promise<void> {
  const abort = new AbortController();
  current = abort;
  abort.signal.addEventListener('abort', cutConnections, { once: true });
  try {
    const result = await writePack(task, {
      store: await opening,
      signer,
      client: await primary.take(0),
      signal: abort.signal,
      onRows: (rows) => tell({ kind: 'rows', rows }),
    });
    tell({ kind: 'done', result });
  } catch (error) {
    await primary.drop();
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
  else if (message.kind === 'pack') void pack(message.task);
  else current?.abort(new ProductError('internal', 'The export was stopped.'));
});
