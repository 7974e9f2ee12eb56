/** What happened to an export, in order: asked, each attempt, the end; and who has downloaded it. */
import { useQuery } from '@tanstack/react-query';
import type { ExportJob } from '#contract/export-jobs.ts';
import { jobActivityQuery, type JobActivity } from '#web/api/export-jobs.ts';
import { errorKinds, type ErrorCode } from '#contract/errors.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { Avatar } from '#web/parts/avatar.tsx';
import { useToday } from '#web/parts/use-clock.ts';
import { counted, duration } from '#web/words/figures.ts';
import { dayAndTime, fullInstant, localSecond } from '#web/words/instants.ts';
import { isUnfinished } from '#web/words/jobs.ts';

interface Step {
  readonly at: string | null;
  readonly text: string;
  readonly detail?: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'grey';
}

export function Timeline({ job }: { job: ExportJob }) {
  const { id, time_zone } = useCompany();
  const { data: activity } = useQuery(jobActivityQuery(id, job.id));
  const steps = stepsOf(job, activity);
  return (
    <>
      <section>
        <h3 className="h4">Timeline</h3>
        <ol className="time">
          {steps.map((step) => (
            <li key={`${step.text} ${step.at}`} className={step.tone}>
              <span>
                {step.text}
                {step.detail && <small>{step.detail}</small>}
              </span>
              {step.at && (
                <time dateTime={step.at} title={fullInstant(step.at, time_zone)}>
                  {localSecond(step.at, time_zone)}
                </time>
              )}
            </li>
          ))}
        </ol>
      </section>
      {activity && (job.is_downloadable || activity.downloads.length > 0) && (
        <Downloads downloads={activity.downloads} />
      )}
    </>
  );
}

function Downloads({ downloads }: { downloads: JobActivity['downloads'] }) {
  const { time_zone } = useCompany();
  const today = useToday();
  return (
    <section>
      <h3 className="h4">Downloads</h3>
      {downloads.length === 0 && <p className="muted">Nobody has downloaded it yet.</p>}
      <ul className="log">
        {downloads.map(({ at, user }) => (
          <li key={`${at} ${user?.id}`}>
            <span className="by">
              <Avatar name={user?.name ?? '?'} />
              <span className="trunc">{user?.name ?? 'The operator'}</span>
            </span>
            <time dateTime={at} title={fullInstant(at, time_zone)}>
              {dayAndTime(at, time_zone, today)}
            </time>
          </li>
        ))}
      </ul>
    </section>
  );
}

function stepsOf(job: ExportJob, activity: JobActivity | undefined): Step[] {
  const attempts = activity?.attempts ?? [];
  const lostOnes = attempts.filter(({ attempt }) => attempt < job.attempt);
  return [
    { at: job.created_at, text: `Requested by ${job.created_by.name}`, tone: isUnfinished(job) ? 'grey' : 'good' },
    ...lostOnes.map(({ attempt, started_at, ended_at, outcome }): Step => ({
      at: ended_at ?? started_at,
      text: `Attempt ${attempt} stopped`,
      detail: outcomeText(outcome),
      tone: 'warn',
    })),
    ...lastSteps(job),
  ];
}

function lastSteps(job: ExportJob): Step[] {
  const attempt = job.attempt > 1 ? `Attempt ${job.attempt}` : 'A worker';
  const started: Step[] = job.started_at
    ? [{ at: job.started_at, text: `${attempt} took it up`, tone: isUnfinished(job) ? 'grey' : 'good' }]
    : [];
  const took = job.started_at && job.completed_at ? Date.parse(job.completed_at) - Date.parse(job.started_at) : null;
  switch (job.status) {
    case 'completed':
      return [
        ...started,
        {
          at: job.completed_at,
          text: `Wrote ${counted(job.row_count ?? 0, 'row')}, checked, stored`,
          ...(took !== null && { detail: `${duration(took)}, one snapshot of the data` }),
          tone: 'good',
        },
        ...(job.is_downloadable ? [] : [{ at: job.expires_at, text: 'File removed', tone: 'grey' } as const]),
      ];
    case 'failed':
      return [...started, { at: job.completed_at ?? job.updated_at, text: 'Failed, given up', tone: 'bad' }];
    case 'canceled':
      return [...started, { at: job.completed_at ?? job.updated_at, text: 'Canceled', tone: 'grey' }];
    default:
      return started;
  }
}

const outcomeText = (outcome: string | null): string =>
  outcome !== null && outcome in errorKinds ? errorKinds[outcome as ErrorCode].title : 'Taken over by another worker';
