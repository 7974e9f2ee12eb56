/** Format and status badges: icon and word together, never colour alone. */
import type { ExportJob, JobFormat } from '#contract/export-jobs.ts';
import { formatOf } from '#web/words/formats.ts';
import { allRowsSentence, hasAllRows, statusIcons, statusNames, type ShownStatus } from '#web/words/jobs.ts';
import { Icon } from './icon.tsx';

export function FormatBadge({ format }: { format: JobFormat }) {
  const { icon, name } = formatOf(format);
  return (
    <span className={`fmt ${format}`}>
      <Icon name={icon} small />
      {name}
    </span>
  );
}

export function StatusBadge({ status }: { status: ShownStatus }) {
  return (
    <span className={`badge ${status}`}>
      <Icon name={statusIcons[status]} />
      {statusNames[status]}
    </span>
  );
}

/** Only where the rows of database and file were compared and agree; nothing else was. */
export function AllRowsMark({ job }: { job: ExportJob }) {
  if (!hasAllRows(job)) return null;
  return (
    <span className="sealed" title={allRowsSentence(job)}>
      <Icon name="seal" />
      All rows
    </span>
  );
}
