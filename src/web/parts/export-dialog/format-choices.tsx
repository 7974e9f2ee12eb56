/** The format, and for CSV for whom. A format that cannot hold the rows says so before anything is asked. */
import { useQuery } from '@tanstack/react-query';
import { fileFormats, type FileFormat } from '#contract/reports.ts';
import { reportListQuery } from '#web/api/reports.ts';
import { FormatBadge } from '#web/parts/badges.tsx';
import { count } from '#web/words/figures.ts';
import { FieldMessage } from './field-message.tsx';

const uses: Readonly<Record<FileFormat, string>> = {
  csv: 'Data, opens anywhere',
  xlsx: 'Typed cells, two sheets',
  pdf: 'For reading and printing',
};
const order: readonly FileFormat[] = ['csv', 'xlsx', 'pdf', ...fileFormats].filter(
  (format, at, all) => all.indexOf(format) === at,
) as FileFormat[];

interface FormatChoicesProps {
  readonly format: FileFormat;
  readonly rows: number | undefined;
  readonly limits: RowLimits;
  readonly message: string | undefined;
  readonly onChange: (format: FileFormat) => void;
}

export type RowLimits = Partial<Record<FileFormat, number>>;

/** Rows a background export may have, by format; absent: any number. */
export function useRowLimits(): RowLimits {
  const { data } = useQuery(reportListQuery);
  return Object.fromEntries(
    Object.entries(data?.row_limits ?? {}).map(([format, limit]) => [format, limit.background]),
  );
}

export const isTooLong = (format: FileFormat, rows: number | undefined, limits: RowLimits): boolean =>
  rows !== undefined && rows > (limits[format] ?? Infinity);

export function FormatChoices({ format, rows, limits, message, onChange }: FormatChoicesProps) {
  return (
    <fieldset className="f" aria-describedby={message && 'export-format-message'}>
      <legend>Format</legend>
      <div className="choices">
        {order.map((each) => (
          <label key={each} className="choice">
            <input
              type="radio"
              name="file_format"
              value={each}
              checked={each === format}
              disabled={isTooLong(each, rows, limits)}
              onChange={() => onChange(each)}
            />
            <FormatBadge format={each} />
            <small>{isTooLong(each, rows, limits) ? `Not above ${count(limits[each] ?? 0)} rows` : uses[each]}</small>
          </label>
        ))}
      </div>
      <FieldMessage id="export-format-message" message={message} />
    </fieldset>
  );
}

interface DialectProps {
  readonly dialect: 'systems' | 'spreadsheets';
  readonly onChange: (dialect: 'systems' | 'spreadsheets') => void;
}

export function DialectChoices({ dialect, onChange }: DialectProps) {
  return (
    <fieldset className="f">
      <legend>CSV dialect</legend>
      <div className="opts">
        <label className="opt-row">
          <input type="radio" name="csv_dialect" checked={dialect === 'systems'} onChange={() => onChange('systems')} />
          <span>
            For systems<span className="sub">Comma, 1234.50, 2026-10-31, UTF-8</span>
          </span>
        </label>
        <label className="opt-row">
          <input
            type="radio"
            name="csv_dialect"
            checked={dialect === 'spreadsheets'}
            onChange={() => onChange('spreadsheets')}
          />
          <span>
            For spreadsheets<span className="sub">Separators of the company’s country, opens right in its Excel</span>
          </span>
        </label>
      </div>
    </fieldset>
  );
}
