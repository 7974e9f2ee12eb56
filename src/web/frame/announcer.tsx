/** The one polite live region. Each sentence is an addition of its own, so that none is lost when several come at once. */
import { useSyncExternalStore } from 'react';

/** Long enough to be read out, short enough not to be found later by somebody who walks the page. */
const keptForMs = 10_000;

interface Sentence {
  readonly id: number;
  readonly text: string;
}

let sentences: readonly Sentence[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function change(next: readonly Sentence[]): void {
  sentences = next;
  for (const listener of listeners) listener();
}

/** Has a screen reader say `text` when it next has time. */
export function announce(text: string): void {
  const id = nextId++;
  change([...sentences, { id, text }]);
  setTimeout(() => change(sentences.filter((sentence) => sentence.id !== id)), keptForMs);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Announcer() {
  const said = useSyncExternalStore(subscribe, () => sentences);
  return (
    <output className="vh" aria-live="polite" aria-atomic="false" data-react-aria-top-layer="true">
      {said.map(({ id, text }) => (
        <span key={id}>{text} </span>
      ))}
    </output>
  );
}
