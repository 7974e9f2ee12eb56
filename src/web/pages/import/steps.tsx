/** Files, Check, Import: where one is. */
import { Icon } from '#web/parts/icon.tsx';
import type { Stage } from './import-session.ts';

const names = ['Files', 'Check', 'Import'];
const at: Readonly<Record<Stage['name'], number>> = {
  files: 0,
  looking: 0,
  mapping: 0,
  checking: 1,
  ready: 1,
  refused: 1,
  failed: 1,
  importing: 2,
  done: 3,
};

export function Steps({ stage }: { stage: Stage['name'] }) {
  const current = at[stage];
  return (
    <ol className="steps" aria-label="Steps">
      {names.map((name, step) =>
        step < current ? (
          <li key={name} className="done">
            <i>
              <Icon name="check" />
            </i>
            {name}
            <span className="vh">, done</span>
          </li>
        ) : (
          <li key={name} aria-current={step === current ? 'step' : undefined}>
            <i>{step + 1}</i>
            {name}
          </li>
        ),
      )}
    </ol>
  );
}
