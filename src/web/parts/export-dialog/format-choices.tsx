/** The format, and for CSV for whom. A format that cannot hold the rows says so before anything is asked. */
import { useQuery } from '@tanstack/react-query';
import type { FileFormat } from '#contract/reports.ts';
import { reportListQuery } from '#web/api/reports.ts';
import { FormatBadge } from '#web/parts/badges.tsx';
import { formatWords as t } from '#web/words/en/formats.ts';
import { formatOf, offeredFormats, tooLongText } from '#web/words/formats.ts';
import { FieldMessage } from './field-message.tsx';

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
      <legend>{t('format')}</legend>
      <div className="choices">
        {offeredFormats.map((each) => (
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
            <small>{isTooLong(each, rows, limits) ? tooLongText(limits[each] ?? 0) : formatOf(each).use}</small>
          </label>
        ))}
      </div>
      <FieldMessage id="export-format-message" message={message} />
    </fieldset>
  );
}

interface DialectProps {
  readonly format: FileFormat;
  readonly dialect: 'systems' | 'spreadsheets';
  readonly onChange: (dialect: 'systems' | 'spreadsheets') => void;
}

/** Where a format can be made in several ways. */
export function DialectChoices({ format, dialect, onChange }: DialectProps) {
  return (
    <fieldset className="f">
      <legend>{t('dialect', { format: formatOf(format).name })}</legend>
      <div className="opts">
        {formatOf(format).ways.map(({ label, detail, options: { csv_dialect = 'systems' } }) => (
          <label key={label} className="opt-row">
            <input
              type="radio"
              name="csv_dialect"
              checked={dialect === csv_dialect}
              onChange={() => onChange(csv_dialect)}
            />
            <span>
              {label}
              <span className="sub">{detail}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
