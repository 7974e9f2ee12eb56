/** Render threads that hang or die, at any moment: the run ends, the next one works, nothing is left in the store. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storeOf } from '#server/storage/store-plan.ts';
import type { RenderTask } from '#server/worker/render-task.ts';
import { RunStopped } from '#server/worker/run-stopped.ts';
import { ThreadPool } from '#server/worker/thread-pool.ts';

const task = { jobId: 'j', attempt: 1, fileKey: 'exports/1/j/1.zip' } as RenderTask;
let folder: string;
let pool: ThreadPool;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mathership-threads-'));
  const plan = { kind: 'embedded' as const, folder, secret: 's'.repeat(40) };
  pool = new ThreadPool({
    settings: { databaseUrl: '', store: plan, signingSeed: '' },
    store: await storeOf(plan, () => ''),
    threadFile: new URL('./spinning-thread.ts', import.meta.url),
  });
});
afterEach(async () => {
  await pool.stop();
  await rm(folder, { recursive: true, force: true });
});

const partials = (): Promise<string[]> => readdir(join(folder, 'partial'));

describe('a thread that hangs in a loop', () => {
  it('is killed soon after the run is stopped, which ends with the reason; what it had begun to store is gone', async () => {
    const abort = new AbortController();
    const counted = Promise.withResolvers<void>();
    const run = pool.run(task, { signal: abort.signal, onCounted: () => counted.resolve(), onRows: () => undefined });
    await counted.promise;
    expect((await partials()).length).toBe(1);
    const stopped = performance.now();
    const reason = new RunStopped('timed_out');
    abort.abort(reason);
    await expect(run).rejects.toBe(reason);
    expect(performance.now() - stopped).toBeLessThan(3000);
    await pool.stop();
    expect(await partials()).toEqual([]);
  });

  it('that dies by itself ends its run as worker_lost, and another takes its place', async () => {
    for (let round = 0; round < 2; round += 1) {
      const counted = Promise.withResolvers<void>();
      const run = pool.run(task, {
        signal: new AbortController().signal,
        onCounted: () => counted.resolve(),
        onRows: () => undefined,
      });
      await counted.promise;
      await Promise.all([pool.stop(), expect(run).rejects.toMatchObject({ code: 'worker_lost' })]);
      expect(await partials()).toEqual([]);
    }
  });
});
