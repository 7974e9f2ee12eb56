/** Files that are not ours: what is found in one, and the profile by which a company's files of that form are read. */
import type { ImportKindName } from './imports.ts';
import type { DateOrder, DecimalMark, TaxForm } from './import-reading.ts';

/** As `TextDecoder` calls them. */
export const fileEncodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'windows-1250', 'windows-1251'] as const;
export type FileEncoding = (typeof fileEncodings)[number];
export const fileDelimiters = [',', ';', '\t', '|'] as const;
export type FileDelimiter = (typeof fileDelimiters)[number];

/** Where a field's value comes from. */
export type FieldSource =
  | { readonly column: string }
  | { readonly constant: string }
  | { readonly generated: 'line_no' };

export interface ProfileSettings {
  readonly kind: ImportKindName;
  /** Null for a workbook. */
  readonly encoding: FileEncoding | null;
  readonly delimiter: FileDelimiter | null;
  /** Null for CSV, and for the only sheet of a workbook. */
  readonly sheet: string | null;
  /** Counted from 1; 0: there is none, and columns are called Column 1, Column 2, … */
  readonly header_row: number;
  /** Rows at the end that are sums. */
  readonly skip_last_rows: number;
  readonly decimal: DecimalMark;
  readonly date_order: DateOrder;
  readonly tax: TaxForm;
  readonly prices_include_tax: boolean;
  readonly fields: Readonly<Record<string, FieldSource>>;
  /** Values of the file by field: `{status: {Geliefert: "received"}}`. */
  readonly values: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly vendor_aliases: Readonly<Record<string, string>>;
  readonly unknown_vendors: 'error' | 'create';
}

export interface ImportProfile extends ProfileSettings {
  readonly id: string;
  readonly company_id: string;
  readonly name: string;
  /** Of `inspect`: the same for every file with this header. */
  readonly fingerprint: string;
  readonly created_by: { readonly id: string; readonly name: string } | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export type ProfileDraft = Omit<ImportProfile, 'id' | 'company_id' | 'created_by' | 'created_at' | 'updated_at'>;

/** What a person is asked, for two readings fit. Choices are values of the setting; of `values` and `vendor`, what may be meant. */
export interface Ambiguity {
  readonly about:
    | 'encoding' | 'delimiter' | 'sheet' | 'header_row' | 'date_order' | 'decimal' | 'tax' | 'kind' | 'profile' | 'field' | 'values' | 'vendor' | 'last_rows'; // prettier-ignore
  readonly choices: readonly string[];
  readonly question: string;
  readonly column?: string;
  readonly field?: string;
  /** The value of the file that it is about. */
  readonly value?: string;
}

export interface InspectedColumn {
  readonly name: string;
  /** The first different values, at most 5, as they are in the file. */
  readonly samples: readonly string[];
  /** The field it is most likely; null: nobody can tell. */
  readonly field: string | null;
  /** Why, as a sentence; empty without a field. */
  readonly because: string;
}

/** A row as it is in the file. */
export interface RawRow {
  /** As a spreadsheet counts. */
  readonly number: number;
  readonly cells: readonly string[];
  /** Above the header, the header itself, data, or a sum below. */
  readonly is: 'above' | 'header' | 'data' | 'below';
}

/** `POST /api/v1/imports/inspect`. */
export interface Inspection {
  readonly file: string;
  /** Files of a ZIP that can be read; `file` is one of them. Null for a file that is none. */
  readonly entries: readonly string[] | null;
  /** Null for a workbook. */
  readonly encoding: FileEncoding | null;
  readonly delimiter: FileDelimiter | null;
  readonly sheets: readonly string[];
  readonly sheet: string | null;
  readonly header_row: number;
  readonly row_count: number;
  readonly fingerprint: string;
  readonly profile_id: string | null;
  readonly profile_name: string | null;
  readonly kind: ImportKindName | null;
  readonly columns: readonly InspectedColumn[];
  readonly ambiguities: readonly Ambiguity[];
  /** A profile as it would be without anybody's word, but a name. */
  readonly suggestion: ProfileSettings;
  /** The first rows and the last. */
  readonly rows: readonly RawRow[];
  /** Vendors that the company does not have, by the name in the file; `like`: the known one that it may be. */
  readonly unknown_vendors: readonly { readonly name: string; readonly like: string | null }[];
}

/** A cell that was changed on the page before the import; `column` is a field. */
export interface EditedCell {
  readonly file: string;
  readonly row: number;
  readonly column: string;
  readonly value: string;
}
export const editedCellsMax = 1000;
