/** A render thread that begins to store its file and then hangs in a loop: nothing but being killed ends it. */
import { parentPort, workerData } from 'node:worker_threads';
import { storeOf } from '#server/storage/store-plan.ts';
import type { ThreadSettings, ToThread } from '#server/worker/render-task.ts';

const store = await storeOf((workerData as ThreadSettings).store, () => 'http://localhost');

parentPort?.on('message', (message: ToThread) => {
  if (message.kind !== 'run') return;
  const body = async function* (): AsyncGenerator<Buffer> {
    for (let written = 0; written < 8; written += 1) yield Buffer.alloc(1024 * 1024);
    parentPort?.postMessage({ kind: 'counted', rows: 8 });
    // the message leaves first
    await new Promise((resolve) => void setImmediate(resolve));
    for (;;);
  };
  void store.put(message.task.fileKey, body(), { contentType: 'application/zip' });
});
