/** A failed export: what happened, what it means, the way on from there, and the lines an operator needs. */
import type { ExportJob } from '#contract/export-jobs.ts';
import { Icon } from '#web/parts/icon.tsx';
import type { JobVerb } from '../verbs.ts';
import { failureWords } from './failure-words.ts';

interface FailureProps {
  readonly job: ExportJob;
  readonly onVerb: (verb: JobVerb, job: ExportJob) => void;
}

export function Failure({ job, onVerb }: FailureProps) {
  const { means, isToBeChanged } = failureWords(job.error?.code);
  const again = (
    <button
      key="again"
      type="button"
      className={isToBeChanged ? 'btn' : 'btn primary'}
      onClick={() => onVerb('again', job)}
    >
      <Icon name="again" />
      Run again
    </button>
  );
  const change = (
    <button
      key="change"
      type="button"
      className={isToBeChanged ? 'btn primary' : 'btn'}
      onClick={() => onVerb('change', job)}
    >
      Run with changes…
    </button>
  );
  return (
    <>
      <section>
        <h3 className="h4">What happened</h3>
        <p className="bad-t med">{job.error?.message ?? 'No reason was given.'}</p>
      </section>
      <section>
        <h3 className="h4">What it means</h3>
        <p>{means}</p>
        <div className="d-acts">{isToBeChanged ? [change, again] : [again, change]}</div>
      </section>
    </>
  );
}

export function ForOperator({ job }: { job: ExportJob }) {
  return (
    <section>
      <h3 className="h4">For the operator</h3>
      <dl className="kv">
        <dt>Code</dt>
        <dd className="mono">{job.error?.code ?? 'unknown'}</dd>
        <dt>Job</dt>
        <dd className="mono wraps">{job.id}</dd>
        <dt>Ended</dt>
        <dd className="mono">{job.completed_at ?? job.updated_at}</dd>
      </dl>
    </section>
  );
}

export const operatorLines = (job: ExportJob): string =>
  [
    `code ${job.error?.code ?? 'unknown'}`,
    `job ${job.id}`,
    `ended ${job.completed_at ?? job.updated_at}`,
    job.error?.message ?? '',
  ].join('\n');
