/** The answer to files with errors: every one with its place, in one problem. */
import { ProductError } from '#contract/errors.ts';
import {
  type CheckedFile,
  findingsMax,
  type ImportFinding,
  type ImportKindName,
  type ImportRefusal,
} from '#contract/imports.ts';
import type { Findings } from './findings.ts';
import { kindOfFile } from './kinds.ts';

/**
 * A problem whose `errors` have `file`, `row`, `column`, `value` and `reason` beside the `field` and `message` that every
 * problem has; `error_count` counts also those beyond the first 1,000.
 */
export function refuseImport(
  findings: Findings,
  read: ReadonlyMap<ImportKindName, number>,
  names: readonly string[],
): never {
  const errors = findings.errors();
  const count = findings.errorCount();
  const files = [...new Set(names)].map((file): CheckedFile => {
    const kind = kindOfFile(file)?.name ?? null;
    return { file, kind, rows: (kind && read.get(kind)) ?? null, errors: findings.errorCount(file) };
  });
  const wrong = files.filter((file) => file.errors > 0).length;
  const counted = `${plural(count, 'error')} in ${plural(wrong, 'file')}`;
  const more = count > errors.length ? ` The first ${findingsMax} are listed.` : '';
  const refusal: ImportRefusal = {
    errors: errors.map((error) => ({ field: placeOf(error), message: error.reason, ...error })),
    error_count: count,
    files,
  };
  throw new ProductError('import_refused', `Nothing was imported: ${counted}.${more} First: ${sentence(errors[0])}`, {
    fields: refusal.errors,
    extra: { error_count: refusal.error_count, files: refusal.files },
  });
}

const plural = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
const placeOf = ({ file, row, column }: ImportFinding): string =>
  [file, row, column].filter((part) => part !== null).join(':');
const sentence = (error: ImportFinding | undefined): string =>
  error
    ? `${error.file}${error.row === null ? '' : ` row ${error.row}`}${error.column === null ? '' : `, ${error.column}`}: ${error.reason}`
    : '';
