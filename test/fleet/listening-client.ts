/**
 * A client of the live stream as the page is one: it comes back with the last event id it has seen, and looks at the list
 * when it is told to. It remembers the last state it knows of every export, and when it came to know it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { ExportJob } from '#contract/export-jobs.ts';

export interface Known {
  readonly status: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface ListeningClient {
  readonly known: ReadonlyMap<string, Known>;
  readonly reconnects: () => number;
  readonly resyncs: () => number;
  /** Connected, and told what "now" is. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

const retryMilliseconds = 200;

export function listen(address: string, key: string, companyId: string): ListeningClient {
  const ending = new AbortController();
  const known = new Map<string, Known>();
  const ready = Promise.withResolvers<void>();
  const headers = { authorization: `Bearer ${key}` };
  let [connections, resyncs, lastEventId] = [0, 0, ''];

  const learn = ({ id, status }: ExportJob): void => {
    if (known.get(id)?.status !== status) known.set(id, { status, at: Date.now() });
  };

  const lookAtList = async (): Promise<void> => {
    for (let page = 1; ; page += 1) {
      const answer = await fetch(
        `${address}/api/v1/export-jobs?company_id=${companyId}&page_size=100&page_number=${page}`,
        { headers, signal: ending.signal },
      );
      if (!answer.ok) throw new Error(`${answer.status}`);
      const { results } = (await answer.json()) as { results: ExportJob[] };
      for (const job of results) learn(job);
      if (results.length < 100) return;
    }
  };

  const connect = async (): Promise<void> => {
    const answer = await fetch(`${address}/api/v1/export-jobs/events?company_id=${companyId}`, {
      headers: { ...headers, ...(lastEventId !== '' && { 'last-event-id': lastEventId }) },
      signal: ending.signal,
    });
    if (!answer.ok || !answer.body) throw new Error(`${answer.status}`);
    connections += 1;
    ready.resolve();
    let rest = '';
    for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
      const events = `${rest}${text}`.split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(event)?.[1];
        lastEventId = field('id') ?? lastEventId;
        if (field('event') === 'job') learn(JSON.parse(field('data') ?? '{}') as ExportJob);
        if (field('event') === 'resync') {
          resyncs += 1;
          await lookAtList();
        }
      }
    }
  };

  const run = (async () => {
    while (!ending.signal.aborted) {
      await connect().catch(() => undefined);
      await delay(retryMilliseconds, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  })();

  return {
    known,
    ready: ready.promise,
    reconnects: () => connections - 1,
    resyncs: () => resyncs,
    async close() {
      ending.abort();
      await run;
    },
  };
}
