/**
 * The life of one export as steps a person can follow: asked for, each attempt that stopped and the pause after it,
 * the last attempt, the end.
 */
import type { ExportJob } from '#contract/export-jobs.ts';
import { errorKinds, type ErrorCode } from '#contract/errors.ts';
import type { JobActivity } from '#web/api/export-jobs.ts';
import { counted, duration, wholeDuration } from '#web/words/figures.ts';
import { isUnfinished } from '#web/words/jobs.ts';

export interface Step {
  readonly at: string | null;
  readonly text: string;
  readonly detail?: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'grey';
}

type Attempt = JobActivity['attempts'][number];

export function stepsOf(job: ExportJob, attempts: readonly Attempt[]): Step[] {
  const stopped = attempts.filter(({ attempt }) => attempt < job.attempt);
  return [
    { at: job.created_at, text: `Requested by ${job.created_by.name}`, tone: isUnfinished(job) ? 'grey' : 'good' },
    ...stopped.map((one) =>
      stoppedStep(
        one,
        attempts.find(({ attempt }) => attempt === one.attempt + 1),
      ),
    ),
    ...lastSteps(job),
  ];
}

/** When a killed worker stopped is noted only later, by the sweep: then it stopped before the next attempt started. */
function stoppedStep({ attempt, started_at, ended_at, outcome }: Attempt, next: Attempt | undefined): Step {
  const nextAt = next ? Date.parse(next.started_at) : null;
  const pause = ended_at !== null && nextAt !== null ? nextAt - Date.parse(ended_at) : null;
  const isKnown = pause === null || pause >= 0;
  return {
    at: isKnown ? (ended_at ?? next?.started_at ?? started_at) : (next?.started_at ?? started_at),
    text: `Attempt ${attempt} stopped: ${reasonOf(outcome)}`,
    ...(pause !== null &&
      isKnown && { detail: pause < 1000 ? 'Tried again at once' : `Tried again after ${wholeDuration(pause)}` }),
    tone: 'warn',
  };
}

function lastSteps(job: ExportJob): Step[] {
  const started: Step[] = job.started_at
    ? [
        {
          at: job.started_at,
          text: job.attempt > 1 ? `Attempt ${job.attempt} started` : 'Started',
          tone: isUnfinished(job) ? 'grey' : 'good',
        },
      ]
    : [];
  const took = job.started_at && job.completed_at ? Date.parse(job.completed_at) - Date.parse(job.started_at) : null;
  const endedAt = job.completed_at ?? job.updated_at;
  switch (job.status) {
    case 'completed':
      return [
        ...started,
        {
          at: job.completed_at,
          text: `Wrote ${counted(job.row_count ?? 0, 'row')}, counted them, stored the file`,
          ...(took !== null && { detail: `${duration(took)}, one snapshot of the data` }),
          tone: 'good',
        },
        ...(job.is_downloadable ? [] : [{ at: job.expires_at, text: 'File removed', tone: 'grey' } as const]),
      ];
    case 'failed':
      return [
        ...started,
        {
          at: endedAt,
          text: job.attempt > 1 ? `Failed after ${counted(job.attempt, 'attempt')}` : 'Failed',
          ...(job.error && job.error.code in errorKinds && { detail: errorKinds[job.error.code].title }),
          tone: 'bad',
        },
      ];
    case 'canceled':
      return [...started, { at: endedAt, text: 'Canceled', tone: 'grey' }];
    default:
      return started;
  }
}

/** Why a run ended without its work being done; codes of failures, and what is no failure. */
const reasons: Readonly<Record<string, string>> = {
  worker_lost: 'its worker went away',
  handed_back: 'its worker was restarted',
  claim_lost: 'another worker had taken over',
};

function reasonOf(outcome: string | null): string {
  if (outcome === null) return 'its worker went away';
  const title = outcome in errorKinds ? errorKinds[outcome as ErrorCode].title : 'another worker has taken over';
  return reasons[outcome] ?? title.charAt(0).toLowerCase() + title.slice(1);
}
