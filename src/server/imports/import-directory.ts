/**
 * The files of a folder as an import takes them: every table and ZIP in it, whatever its name, so that none is left out
 * unseen. Or one file by itself.
 */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ProductError } from '#contract/errors.ts';
import type { ImportResult } from '#contract/imports.ts';
import { type ImportRequest, runImport } from './run-import.ts';
import type { ImportFile } from './stage-files.ts';

export interface TableFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

const ofOurs = /\.(?:csv|xlsx|zip)$/i;
/** A profile says what a file is, whatever its name; beside tables nothing is called so. */
const ofAny = /\.(?:csv|xlsx|zip|txt|tsv|tab|asc|dat)$/i;
const taken = (withProfile: boolean): RegExp => (withProfile ? ofAny : ofOurs);

/** Files of the folder that an import does not read, by name: a letter beside good files is not to be overlooked. */
export async function filesNotTaken(path: string, withProfile = false): Promise<string[]> {
  const found = await stat(path).catch(() => null);
  if (!found?.isDirectory()) return [];
  const entries = await readdir(path, { withFileTypes: true });
  return entries.flatMap(({ name }) => (taken(withProfile).test(name) || name.startsWith('.') ? [] : [name])).sort();
}

/** Sorted by name; sub-folders and other files are left alone. @throws ProductError if there is none */
export async function filesAt(path: string, withProfile = false): Promise<TableFile[]> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    throw new ProductError('invalid_input', `There is no folder or file ${path}.`, { cause: error });
  });
  if (found.isFile()) return [{ name: basename(path), path, bytes: found.size }];
  const names = (await readdir(path)).filter((name) => taken(withProfile).test(name) && !name.startsWith('.')).sort();
  const files = await Promise.all(
    names.map(async (name): Promise<TableFile[]> => {
      const one = await stat(join(path, name));
      return one.isFile() ? [{ name, path: join(path, name), bytes: one.size }] : [];
    }),
  );
  if (files.flat().length === 0) {
    throw new ProductError('invalid_input', `There is no CSV, .xlsx or ZIP file in ${path}.`);
  }
  return files.flat();
}

/** @throws as `filesAt` and `runImport` */
export async function importDirectory(path: string, request: Omit<ImportRequest, 'files'>): Promise<ImportResult> {
  const files = await filesAt(path, (request.profiles ?? []).length > 0);
  return runImport({ ...request, files: filesFrom(files) });
}

function* filesFrom(files: readonly TableFile[]): Generator<ImportFile> {
  for (const { name, path } of files) yield { name, content: createReadStream(path, { highWaterMark: 256 * 1024 }) };
}
