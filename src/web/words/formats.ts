/**
 * The one table of file formats on the page, beside what they are (contract/formats): icons, what each is for, the ways to take it, and how large it gets. A
 * format this page does not know yet is shown by its own name. Sizes were measured on the demo company.
 */
import { formats, type FormatTraits } from '#contract/formats.ts';
import { type JobFormat, packFormat } from '#contract/export-jobs.ts';
import type { ExportOptions, FileFormat } from '#contract/reports.ts';
import type { IconName } from '#web/parts/icon.tsx';
import { formatWords as t } from './en/formats.ts';
import { bytes, count, counted } from './figures.ts';

export interface Way {
  readonly label: string;
  /** Where there is a choice: what it means. */
  readonly detail?: string;
  readonly options: ExportOptions;
}

interface Format extends FormatTraits {
  readonly icon: IconName;
  readonly use: string;
  /** A direct download offers each; the first is what an export starts with. */
  readonly ways: readonly [Way, ...Way[]];
  /** `≈ 25 KB`, `≈ 8 pages`. */
  readonly sizeText: (rows: number) => string;
}

const sized =
  (bytesPerRow: number) =>
  (rows: number): string =>
    `≈ ${bytes(Math.max(1000, rows * bytesPerRow))}`;

const rowsPerPage = 43;

/** In the order in which they are offered. */
const offered: Readonly<Record<FileFormat, Format>> = {
  csv: {
    ...formats.csv,
    icon: 'csv',
    use: t('csvUse'),
    ways: [
      { label: t('forSystems'), detail: t('systemsDetail'), options: {} },
      { label: t('forSpreadsheets'), detail: t('spreadsheetsDetail'), options: { csv_dialect: 'spreadsheets' } },
    ],
    sizeText: sized(130),
  },
  xlsx: {
    ...formats.xlsx,
    icon: 'xlsx',
    use: t('xlsxUse'),
    ways: [{ label: t('forExcel'), options: {} }],
    sizeText: sized(108),
  },
  pdf: {
    ...formats.pdf,
    icon: 'pdf',
    use: t('pdfUse'),
    ways: [{ label: t('forReading'), options: {} }],
    sizeText: (rows) => `≈ ${counted(Math.ceil(rows / rowsPerPage) + 1, 'page')}`,
  },
};

export const offeredFormats = Object.keys(offered) as FileFormat[];

export const formatOf = (format: JobFormat): Format =>
  offered[format as FileFormat] ?? {
    ...formats.csv,
    name: format.toUpperCase(),
    icon: format === packFormat ? 'zip' : 'file',
    use: '',
    ways: [{ label: '', options: {} }],
    sizeText: (rows) => counted(rows, 'row'),
    isAddedUp: false,
  };

export const formatName = (format: JobFormat): string => formatOf(format).name;

/** `Not above 100,000 rows`. */
export const tooLongText = (rowsMax: number): string => t('notAbove', { rows: count(rowsMax) });

/** Which of several ways an export was made; null where there is but one. */
export function wayOf(format: JobFormat, options: ExportOptions): Way | null {
  const { ways } = formatOf(format);
  if (ways.length < 2) return null;
  return ways.find((way) => way.options.csv_dialect === options.csv_dialect) ?? ways[0];
}
