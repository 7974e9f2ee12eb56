/** Keys that work on the row that has the focus: J and K move, X selects, D R C do what the menu does. */
import type { ExportJob } from '#contract/export-jobs.ts';
import type { Shortcuts } from '#web/frame/shortcuts.ts';
import { isUnfinished } from '#web/words/jobs.ts';
import type { Selection } from './use-selection.ts';
import type { JobVerb } from './verbs.ts';

const focusedId = (): string | undefined =>
  document.activeElement?.closest<HTMLElement>('tr[data-job]')?.dataset['job'];

export function rowShortcuts(
  jobs: readonly ExportJob[],
  onVerb: (verb: JobVerb, job: ExportJob) => void,
  onSelect: Selection['toggle'],
): Shortcuts {
  const move = (step: 1 | -1) => (): void => {
    const at = jobs.findIndex(({ id }) => id === focusedId());
    const next = jobs[at < 0 ? 0 : Math.min(Math.max(at + step, 0), jobs.length - 1)];
    if (next) document.getElementById(`job-${next.id}`)?.focus();
  };
  const act = (verb: JobVerb, isPossible: (job: ExportJob) => boolean) => (): void => {
    const job = jobs.find(({ id }) => id === focusedId());
    if (job && isPossible(job)) onVerb(verb, job);
  };
  const select = (isRange: boolean) => (): void => {
    const job = jobs.find(({ id }) => id === focusedId());
    if (job) onSelect(job, isRange);
  };
  return {
    x: select(false),
    'shift+x': select(true),
    j: move(1),
    k: move(-1),
    d: act('download', (job) => job.is_downloadable),
    r: act('again', (job) => !isUnfinished(job)),
    c: act('copy', () => true),
  };
}
