/** What the nine files look like: their columns in words, and a CSV of each to start from. */
import { fileNameOf, type ImportKind, type KindName } from './kind.ts';
import { importKinds } from './kinds.ts';

export interface ImportTemplate {
  readonly kind: KindName;
  readonly file: string;
  readonly label: string;
  readonly columns: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly type: string;
    readonly description: string;
    readonly example: string;
  }[];
}

export const importTemplates = (): ImportTemplate[] =>
  importKinds.map((kind) => ({
    kind: kind.name,
    file: fileNameOf(kind.name),
    label: kind.label,
    columns: kind.columns.map(({ name, required, cell, about, example }) => ({
      name,
      required: required ?? false,
      type: cell.type,
      description: about,
      example,
    })),
  }));

const cell = (value: string): string => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

/** Header and one example row; the nine together are one set that imports without errors. */
export const templateCsv = ({ columns }: ImportKind): string =>
  [columns.map(({ name }) => name), columns.map(({ example }) => example)]
    .map((row) => `${row.map(cell).join(',')}\n`)
    .join('');
