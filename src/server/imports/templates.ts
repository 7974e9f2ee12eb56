/** What the files look like: their columns in words, and a CSV of each to start from. */
import type { ImportTemplate } from '#contract/imports.ts';
import { ZipWriter } from '#server/zip/zip.ts';
import { fileNameOf, type ImportKind } from './kind.ts';
import { importKinds } from './kinds.ts';

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

export const csvOf = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map(cell).join(',')}\n`).join('');

/** Header and one example row; all together are one set that imports without errors. */
export const templateCsv = ({ columns }: ImportKind): string =>
  csvOf([columns.map(({ name }) => name), columns.map(({ example }) => example)]);

/** All of them. */
export async function* templatesZip(): AsyncGenerator<Buffer> {
  const zip = new ZipWriter();
  for (const kind of importKinds) yield* zip.entry(fileNameOf(kind.name), asContent(templateCsv(kind)));
  yield* zip.finish();
}

async function* asContent(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}
