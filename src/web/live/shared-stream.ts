/**
 * One stream of all companies a person may see, for all tabs of this browser: the tab that holds the lock reads it and tells the others.
 * When that tab goes, the lock passes on and the next one continues from the last event id. Without locks or channels
 * (plain http on another host) every tab reads its own.
 */
import { apiUrl } from '#web/api/client.ts';
import { isNoAccess, isProblem } from '#web/api/problem.ts';
import { readEventStream, type StreamEvent } from './event-stream.ts';

/** `down`: not connected, trying again. `denied`: may not (any more); not tried again. */
export type StreamState = 'connecting' | 'open' | 'down' | 'denied';

type Message =
  | { readonly kind: 'hello' }
  | { readonly kind: 'state'; readonly state: StreamState; readonly lastEventId: string | null }
  | { readonly kind: 'event'; readonly event: StreamEvent };

interface Listener {
  readonly onState: (state: StreamState) => void;
  readonly onEvent: (event: StreamEvent) => void;
}

const pauseMaxMs = 15_000;

/** Follows the exports of every company of this person until the returned function is called. */
export function followAll(userId: string, listener: Listener): () => void {
  const name = `mathership.live.${userId}`;
  const stop = new AbortController();
  const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(name) : null;
  let isLeader = false;
  let state: StreamState = 'connecting';
  let lastEventId: string | null = null;

  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of one origin by nature
  const send = (message: Message): void => channel?.postMessage(message);
  const enter = (next: StreamState): void => {
    state = next;
    if (isLeader) send({ kind: 'state', state, lastEventId });
    listener.onState(state);
  };
  const take = (event: StreamEvent): void => {
    lastEventId = event.id ?? lastEventId;
    if (isLeader) send({ kind: 'event', event });
    listener.onEvent(event);
  };
  const hear = (message: Message): void => {
    if (message.kind === 'hello') {
      if (isLeader) send({ kind: 'state', state, lastEventId });
    } else if (!isLeader && message.kind === 'event') {
      take(message.event);
    } else if (!isLeader && message.kind === 'state') {
      lastEventId = message.lastEventId ?? lastEventId;
      enter(message.state);
    }
  };

  const lead = async (): Promise<void> => {
    isLeader = true;
    let failures = 0;
    while (!stop.signal.aborted) {
      const ended = await readEventStream({
        url: apiUrl('/export-jobs/events'),
        lastEventId,
        signal: stop.signal,
        onOpen: () => {
          failures = 0;
          enter('open');
        },
        onEvent: take,
      });
      if (stop.signal.aborted) return;
      if (isNoAccess(ended) || isProblem(ended, 'not_signed_in')) return enter('denied');
      enter('down');
      await pause(Math.min(500 * 2 ** failures, pauseMaxMs), stop.signal);
      failures += 1;
    }
  };

  if (channel && 'locks' in navigator) {
    channel.addEventListener('message', ({ data }: MessageEvent<Message>) => hear(data));
    send({ kind: 'hello' });
    // rejects only by our own abort: the tab went before it was its turn
    void navigator.locks.request(name, { signal: stop.signal }, lead).catch(() => undefined);
  } else {
    void lead();
  }
  return () => {
    stop.abort();
    channel?.close();
  };
}

/** Ends early when the browser says that the network is back. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      globalThis.removeEventListener('online', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    globalThis.addEventListener('online', done);
    signal.addEventListener('abort', done);
  });
}
