/**
 * What is particular of each file format, as browser, server and command agree on it. Nothing else asks which format it
 * has before it; the renderers add how the bytes are made (`server/renderers`), the page how it is offered (`web/words`).
 */
import { type ExportOptions, type FileFormat, fileFormats } from './reports.ts';

export interface FormatTraits {
  readonly name: string;
  /** Totals stand before the first row, so that no row is written before they are known. */
  readonly totalsFirst: boolean;
  /** Rows it holds unless the installation sets others; null: any number. Downloaded at once, and made in the background. */
  readonly rowsMax: { readonly direct: number; readonly background: number } | null;
  /** What it holds can be read as it is. */
  readonly isText: boolean;
  /** Days are written as the company's locale writes them; otherwise YYYY-MM-DD. */
  readonly localDays: boolean;
  readonly percentSigns: boolean;
  /** Its figures are read back and added up again when a file is verified. */
  readonly isAddedUp: boolean;
  /** What tells two forms of one question apart in the name of a file. */
  readonly nameEnd: (options: ExportOptions) => string;
}

const plain = (): string => '';

export const formats: Readonly<Record<FileFormat, FormatTraits>> = {
  csv: {
    name: 'CSV',
    totalsFirst: false,
    rowsMax: null,
    isText: true,
    localDays: false,
    percentSigns: false,
    isAddedUp: true,
    nameEnd: ({ csv_dialect }) => (csv_dialect === 'spreadsheets' ? '-for-spreadsheets' : ''),
  },
  pdf: {
    name: 'PDF',
    totalsFirst: true,
    rowsMax: { direct: 10_000, background: 100_000 },
    isText: false,
    localDays: true,
    percentSigns: false,
    isAddedUp: false,
    nameEnd: plain,
  },
  xlsx: {
    name: 'XLSX',
    totalsFirst: true,
    rowsMax: null,
    isText: false,
    localDays: false,
    percentSigns: true,
    isAddedUp: false,
    nameEnd: plain,
  },
};

export type Making = 'direct' | 'background';

/** Rows that a format holds in one installation; those not named hold any number. */
export type RowLimits = Readonly<Partial<Record<FileFormat, number>>>;

/** Formats that hold any number of rows, in words: `CSV or XLSX`. */
const unlimited = fileFormats
  .filter((format) => formats[format].rowsMax === null)
  .map((format) => formats[format].name)
  .join(' or ');

/** Why a report is not made in this format, and what to do. */
export function overLimitSentence(format: FileFormat, rowsMax: number, making: Making): string {
  const { name } = formats[format];
  const rows = rowsMax.toLocaleString('en');
  return making === 'direct'
    ? `A ${name} downloaded at once holds at most ${rows} rows. Export it in the background, choose a shorter period, or download ${unlimited}.`
    : `A ${name} holds at most ${rows} rows and this one would have more. Choose a shorter period or fewer locations, or export ${unlimited}.`;
}
