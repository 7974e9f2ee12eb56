/** What can wait comes when the page has its first answers and nothing else to do; never where data are to be saved. */
import { useSyncExternalStore } from 'react';
import type { QueryClient } from '@tanstack/react-query';

let isDone = false;
const waiting = new Set<() => void>();

/** Whether the person pays for what is loaded ahead of need. */
const savesData = (): boolean => (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;

/** Who is there, how much is under way, and what the page is about. */
const answersMin = 3;
const quietMs = 600;
/** A page that asks for less is ready by then. */
const patienceMs = 8000;

/** Watches until the page's own questions have been answered and nothing more is asked for a moment. */
export function watchFirstData(queryClient: QueryClient): void {
  const cache = queryClient.getQueryCache();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const finish = (): void => {
    stop();
    clearTimeout(timer);
    if (isDone) return;
    isDone = true;
    for (const run of waiting) run();
    waiting.clear();
  };
  const stop = cache.subscribe(() => {
    clearTimeout(timer);
    const answered = cache.getAll().filter(({ state }) => state.data !== undefined).length;
    if (queryClient.isFetching() === 0 && answered >= answersMin) timer = setTimeout(finish, quietMs);
  });
  addEventListener('load', () => setTimeout(finish, patienceMs));
}

/** Runs it then, or at once where that is past. */
export function afterFirstData(run: () => void, { ahead = false } = {}): void {
  const whenAllowed = (): void => {
    if (ahead && savesData()) return;
    if ('requestIdleCallback' in globalThis) requestIdleCallback(run);
    else setTimeout(run);
  };
  if (isDone) whenAllowed();
  else waiting.add(whenAllowed);
}

const subscribe = (listener: () => void): (() => void) => {
  if (!isDone) waiting.add(listener);
  return () => waiting.delete(listener);
};

export const useAfterFirstData = (): boolean => useSyncExternalStore(subscribe, () => isDone);
