/** The one polite live region. What is said is said once; progress is never said. */
import { useSyncExternalStore } from 'react';

let sentence = '';
const listeners = new Set<() => void>();

/** Has a screen reader say `text` when it next has time. The same sentence twice in a row is said twice. */
export function announce(text: string): void {
  sentence = text === sentence ? `${text}\u00A0` : text;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Announcer() {
  const text = useSyncExternalStore(subscribe, () => sentence);
  return (
    <output className="vh" aria-live="polite" data-react-aria-top-layer="true">
      {text}
    </output>
  );
}
