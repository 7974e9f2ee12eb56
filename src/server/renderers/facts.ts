/**
 * What a file says about itself before its first row: the same facts, in the same order and words, in every format
 * that has room for them. The formats only decide how a day looks.
 */
import type { Column, FilterInWords, ReportDocument } from '#contract/reports.ts';

/** `day`: YYYY-MM-DD. `count`: digits. `text`: as it is printed. */
export interface Fact {
  readonly label: string;
  readonly kind: 'text' | 'day' | 'count';
  readonly value: string;
}

interface LocalTime {
  /** YYYY-MM-DD. */
  readonly day: string;
  /** HH:MM:SS, 24 hours. */
  readonly time: string;
  /** `UTC+01:00`. */
  readonly offset: string;
}

/** The wall clock of an IANA zone at an RFC 3339 instant. */
export const localTime = (instant: string, timeZone: string): LocalTime => {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'longOffset',
  }).formatToParts(new Date(instant));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)?.value ?? '';
  const offset = part('timeZoneName').replace('GMT', 'UTC');
  return {
    day: `${part('year')}-${part('month')}-${part('day')}`,
    time: `${part('hour')}:${part('minute')}:${part('second')}`,
    offset: offset === 'UTC' ? 'UTC+00:00' : offset,
  };
};

/** "02.11.2026 09:15:30 (UTC+01:00)": an instant by the clocks of a zone. */
export const momentText = (instant: string, timeZone: string, formatDay: (day: string) => string): string => {
  const { day, time, offset } = localTime(instant, timeZone);
  return `${formatDay(day)} ${time} (${offset})`;
};

/** What narrowed a report or has to be said beside it, with its instant where it has one. */
export const filterText = (
  { value, at }: FilterInWords,
  timeZone: string,
  formatDay: (day: string) => string = (day) => day,
): string => (at === undefined ? value : `${value}, ${momentText(at, timeZone, formatDay)}`);

/** `formatDay` turns YYYY-MM-DD into what the format prints inside a text. */
export const documentFacts = (document: ReportDocument, formatDay: (day: string) => string): readonly Fact[] => {
  const { company } = document;
  return [
    { label: 'Company', kind: 'text', value: company.name },
    ...periodFacts(document),
    { label: 'Date basis', kind: 'text', value: document.dateBasis },
    { label: 'Time zone', kind: 'text', value: company.timeZone },
    ...document.filters.map((one): Fact => ({
      label: one.label,
      kind: 'text',
      value: filterText(one, company.timeZone, formatDay),
    })),
    { label: 'Requested by', kind: 'text', value: document.requestedBy },
    { label: 'Data as of', kind: 'text', value: momentText(document.snapshotAt, company.timeZone, formatDay) },
    { label: 'Rows', kind: 'count', value: String(document.totals.rows) },
  ];
};

const periodFacts = ({ period }: ReportDocument): readonly Fact[] =>
  period.isAsOf
    ? [{ label: 'As of', kind: 'day', value: period.to }]
    : [
        { label: 'From', kind: 'day', value: period.from },
        { label: 'To', kind: 'day', value: period.to },
      ];

/** The period as one text, for titles and page headers: "1.10.2026 – 31.10.2026", "as of 31.10.2026". */
export const periodText = ({ period }: ReportDocument, formatDay: (day: string) => string): string =>
  period.isAsOf ? `as of ${formatDay(period.to)}` : `${formatDay(period.from)} – ${formatDay(period.to)}`;

/** The columns that have totals, under the headings and of the types that these have: money, where the label says so. */
export const totalColumns = ({ columns, sumColumns }: ReportDocument): readonly Column[] =>
  columns
    .filter(({ key }) => sumColumns.includes(key))
    .map((column) =>
      column.total_label === undefined ? column : { key: column.key, label: column.total_label, type: 'money' },
    );

/** A group as headings, subtotals and bookmarks name it. */
export const groupName = (group: string): string => group || '(none)';

/** The labels of the report's group columns, joined as their cells are: "Vendor · Currency". Empty without groups. */
export const groupLabel = (document: ReportDocument): string =>
  document.groupColumns.map((index) => document.columns[index]?.label ?? '').join(' · ');
