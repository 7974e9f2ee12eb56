/** The status cell: badge, and under it what follows. */
import { lazy, Suspense, useState } from 'react';
import type { ExportJob } from '#contract/export-jobs.ts';
import { AllRowsMark, StatusBadge } from '#web/parts/badges.tsx';
import { PackStatusNote } from '#web/parts/packs/pack-progress.tsx';
import { ordinal } from '#web/words/figures.ts';
import { jobName, shownStatus } from '#web/words/jobs.ts';
import { ChangedChip } from './changed-chip.tsx';
import {
  canceledLine,
  completedLine,
  expiredLine,
  pendingLine,
  processingLine,
  type StatusLine,
} from './status-line.ts';

const PackAgreement = lazy(() =>
  import('#web/parts/packs/pack-members.tsx').then(({ PackAgreement: shown }) => ({ default: shown })),
);

interface JobStatusProps {
  readonly job: ExportJob;
  /** Milliseconds by the server's clock; matters to unfinished jobs only. */
  readonly now: number;
  readonly timeZone: string;
  readonly today: string;
}

export function JobStatus({ job, now, timeZone, today }: JobStatusProps) {
  const status = shownStatus(job);
  return (
    <>
      <div className="line">
        <StatusBadge status={status} />
        {status === 'completed' && <AllRowsMark job={job} />}
        {status === 'processing' && job.attempt > 1 && <span className="sub">{ordinal(job.attempt)} attempt</span>}
      </div>
      {status === 'failed' && <p className="err">{job.error?.message ?? 'No reason was given. Run it again.'}</p>}
      {status === 'pending' && <Line line={pendingLine(job, now)} />}
      {status === 'processing' && !job.pack && <Progress job={job} now={now} />}
      {status === 'processing' && job.pack && (
        <PackStatusNote members={job.pack.members} ended={job.pack.members_ended} isRunning name={jobName(job)} />
      )}
      {status === 'completed' && <Line line={completedLine(job, timeZone, today)} />}
      {status === 'canceled' && <Line line={canceledLine(job)} />}
      {status === 'expired' && <Line line={expiredLine(job, timeZone, today)} />}
      {job.pack && job.status === 'completed' && (
        <Suspense>
          <PackAgreement job={job} />
        </Suspense>
      )}
      <ChangedChip job={job} />
    </>
  );
}

const Line = ({ line }: { line: StatusLine }) => (
  <span className={line.isWarning ? 'sub warn-t' : 'sub'}>{line.text}</span>
);

function Progress({ job, now }: { job: ExportJob; now: number }) {
  const { progress } = job;
  const mark = `${job.attempt}/${progress?.rows_done ?? -1}`;
  const [last, setLast] = useState({ mark, at: now });
  if (last.mark !== mark) setLast({ mark, at: now });
  const stillFor = last.mark === mark ? now - last.at : 0;
  return (
    <>
      {progress ? (
        <progress max={Math.max(progress.rows_total, 1)} value={progress.rows_done} aria-label={jobName(job)} />
      ) : (
        <progress aria-label={`${jobName(job)}: counting rows`} />
      )}
      <Line line={processingLine(job, now, stillFor)} />
    </>
  );
}
