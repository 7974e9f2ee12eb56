/** What happened to an export, in order: asked, each attempt, the end; and who has downloaded it. */
import { useQuery } from '@tanstack/react-query';
import type { ExportJob } from '#contract/export-jobs.ts';
import { jobActivityQuery, type JobActivity } from '#web/api/export-jobs.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { Avatar } from '#web/parts/avatar.tsx';
import { useToday } from '#web/parts/use-clock.ts';
import { dayAndTime, fullInstant, secondBeside } from '#web/words/instants.ts';
import { stepsOf } from './steps.ts';

export function Timeline({ job }: { job: ExportJob }) {
  const { id, time_zone } = useCompany();
  const { data: activity } = useQuery(jobActivityQuery(id, job.id));
  const steps = stepsOf(job, activity?.attempts ?? []);
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
                  {secondBeside(job.created_at, step.at, time_zone)}
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
