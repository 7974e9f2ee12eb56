/** Format and status badges: icon and word together, never colour alone. */
import type { ExportJob } from '#contract/export-jobs.ts';
import type { FileFormat } from '#contract/reports.ts';
import { formatName } from '#web/words/reports.ts';
import { allRowsSentence, hasAllRows, statusIcons, statusNames, type ShownStatus } from '#web/words/jobs.ts';
import { Icon, type IconName } from './icon.tsx';

const formatIcons: Readonly<Record<FileFormat, IconName>> = { csv: 'csv', pdf: 'pdf', xlsx: 'xlsx' };

export function FormatBadge({ format }: { format: FileFormat }) {
  return (
    <span className={`fmt ${format}`}>
      <Icon name={formatIcons[format] ?? 'file'} small />
      {formatName(format)}
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
