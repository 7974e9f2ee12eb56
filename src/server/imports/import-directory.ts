/** The files of a folder as an import takes them: every `.csv` in it, whatever its name, so that none is left out unseen. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ProductError } from '#contract/errors.ts';
import type { ImportResult } from '#contract/imports.ts';
import { type ImportRequest, runImport } from './run-import.ts';
import type { ImportFile } from './stage-files.ts';

export interface CsvFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

/** Files of the folder that an import does not read, by name: a workbook beside good files is not to be overlooked. */
export async function filesNotTaken(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .flatMap(({ name }) => (name.toLowerCase().endsWith('.csv') || name.startsWith('.') ? [] : [name]))
    .sort();
}

/** Sorted by name; sub-folders and other files are left alone. @throws ProductError if there is none */
export async function csvFilesIn(folder: string): Promise<CsvFile[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    throw new ProductError('invalid_input', `There is no folder ${folder}.`, { cause: error });
  });
  const files = await Promise.all(
    names
      .filter((name) => name.toLowerCase().endsWith('.csv'))
      .sort()
      .map(async (name): Promise<CsvFile[]> => {
        const path = join(folder, name);
        const found = await stat(path);
        return found.isFile() ? [{ name, path, bytes: found.size }] : [];
      }),
  );
  const found = files.flat();
  if (found.length === 0) throw new ProductError('invalid_input', `There is no CSV file in ${folder}.`);
  return found;
}

/** @throws as `csvFilesIn` and `runImport` */
export async function importDirectory(folder: string, request: Omit<ImportRequest, 'files'>): Promise<ImportResult> {
  const files = await csvFilesIn(folder);
  return runImport({ ...request, files: filesFrom(files) });
}

function* filesFrom(files: readonly CsvFile[]): Generator<ImportFile> {
  for (const { name, path } of files) yield { name, content: createReadStream(path, { highWaterMark: 256 * 1024 }) };
}
