/** Which exports are marked as new at the moment; the mark fades after ten seconds. */
import { useSyncExternalStore } from 'react';

const freshForMs = 10_000;

let fresh: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();

function change(next: ReadonlySet<string>): void {
  fresh = next;
  for (const listener of listeners) listener();
}

export function markFresh(id: string): void {
  if (fresh.has(id)) return;
  change(new Set([...fresh, id]));
  setTimeout(() => change(new Set([...fresh].filter((other) => other !== id))), freshForMs);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useFresh = (): ReadonlySet<string> => useSyncExternalStore(subscribe, () => fresh);
