/** Whether something answers, and how fast; what has not answered after three seconds counts as gone. */
import { setTimeout as delay } from 'node:timers/promises';

export interface Probe {
  readonly ok: boolean;
  readonly seconds: number;
}

const deadlineMilliseconds = 3_000;

export async function probe(ask: () => Promise<unknown>): Promise<Probe> {
  const began = performance.now();
  const over = new AbortController();
  const ok = await Promise.race([
    ask().then(
      () => true,
      () => false,
    ),
    delay(deadlineMilliseconds, false, { signal: over.signal, ref: false }).catch(() => false),
  ]);
  over.abort();
  return { ok, seconds: (performance.now() - began) / 1000 };
}
