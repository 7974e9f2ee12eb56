/** A page's way of following jobs: the list once, then events from the last id heard, and the list again when told to. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ExportJob } from '#contract/export-jobs.ts';

export interface Follower {
  /** When each completed job was first heard of as such, in order, in milliseconds since 1970. */
  completed(): number[];
  resyncs(): number;
  /** Jobs whose state it does not know in the end, after it had ten seconds to hear of them. */
  behind(known: ReadonlyMap<string, string>): Promise<number>;
  stop(): Promise<void>;
}

export function follow(address: string, key: string): Follower {
  const ending = new AbortController();
  const states = new Map<string, string>();
  const completedAt = new Map<string, number>();
  const headers = { authorization: `Bearer ${key}` };
  let [lastEventId, resyncs] = ['', 0];

  const learn = ({ id, status }: Pick<ExportJob, 'id' | 'status'>): void => {
    states.set(id, status);
    if (status === 'completed' && !completedAt.has(id)) completedAt.set(id, Date.now());
  };
  const readList = async (): Promise<void> => {
    for (let page = 1; ; page += 1) {
      const answer = await fetch(`${address}/api/v1/export-jobs?page_size=200&page=${page}`, {
        headers,
        signal: ending.signal,
      });
      if (!answer.ok) throw new Error(`the list answered ${answer.status}`);
      const { results } = (await answer.json()) as { results: ExportJob[] };
      results.forEach(learn);
      if (results.length < 200) return;
    }
  };
  const readStream = async (): Promise<void> => {
    const answer = await fetch(`${address}/api/v1/export-jobs/events`, {
      headers: { ...headers, ...(lastEventId && { 'last-event-id': lastEventId }) },
      signal: ending.signal,
    });
    if (!answer.ok || !answer.body) throw new Error(`the stream answered ${answer.status}`);
    // a first connection has a past that only the list knows
    if (lastEventId === '') await readList();
    let rest = '';
    for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
      const events = `${rest}${text}`.split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(event)?.[1];
        if (field('event') === 'job') learn(JSON.parse(field('data') ?? '{}') as ExportJob);
        if (field('event') === 'resync') {
          resyncs += 1;
          await readList();
        }
        lastEventId = field('id') ?? lastEventId;
      }
    }
  };
  const following = (async () => {
    while (!ending.signal.aborted) {
      await readStream().catch(() => undefined);
      await delay(500, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  })();

  return {
    completed: () => [...completedAt.values()],
    resyncs: () => resyncs,
    async behind(known) {
      const count = (): number => [...known].filter(([id, status]) => states.get(id) !== status).length;
      const end = performance.now() + 10_000;
      while (count() > 0 && performance.now() < end) await delay(100);
      return count();
    },
    async stop() {
      ending.abort();
      await following;
    },
  };
}
