/** Format and status badges: icon and word together, never colour alone. */
import type { FileFormat } from '#contract/reports.ts';
import { formatName } from '#web/words/reports.ts';
import { statusIcons, statusNames, type ShownStatus } from '#web/words/jobs.ts';
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

/** Only where the control totals were compared and agree. */
export function BalancedMark() {
  return (
    <span className="sealed" title="Rows and totals were counted twice and agree">
      <Icon name="seal" />
      Balanced
    </span>
  );
}
