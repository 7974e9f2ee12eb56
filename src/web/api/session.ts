/**
 * Whether the session of whoever is at the page is over. The page stays as it is until they have signed in again, here or in
 * another tab: a form that is open is not lost.
 */
import { useSyncExternalStore } from 'react';

interface Session {
  readonly isOver: boolean;
  /** Rises each time somebody signs in again. */
  readonly count: number;
}

let session: Session = { isOver: false, count: 0 };
const listeners = new Set<() => void>();

function change(next: Session): void {
  session = next;
  for (const listener of listeners) listener();
}

export const endSession = (): void => {
  if (!session.isOver) change({ ...session, isOver: true });
};

export const resumeSession = (): void => change({ isOver: false, count: session.count + 1 });

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useSession = (): Session => useSyncExternalStore(subscribe, () => session);

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('mathership.session') : null;

/** The other tabs of this browser go on as well. */
export const tellSignedIn = (): void => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of one origin by nature
  channel?.postMessage('signed-in');
};

/** @returns the function that stops listening */
export function onSignedInElsewhere(listener: () => void): () => void {
  channel?.addEventListener('message', listener);
  return () => channel?.removeEventListener('message', listener);
}
