/** The answer to files with errors: every one with its place, in one problem. */
import { ProductError } from '#contract/errors.ts';
import { type Finding, type Findings, findingsMax } from './findings.ts';
import type { KindName } from './kind.ts';
import { kindOfFile } from './kinds.ts';

export interface CheckedFile {
  readonly file: string;
  readonly kind: KindName | null;
  /** Null for a file that was not read. */
  readonly rows: number | null;
  readonly errors: number;
}

/**
 * A problem whose `errors` have `file`, `row`, `column`, `value` and `reason` beside the `field` and `message` that every
 * problem has; `error_count` counts also those beyond the first 1,000.
 */
export function refuseImport(findings: Findings, read: ReadonlyMap<KindName, number>, names: readonly string[]): never {
  const errors = findings.list('error');
  const count = findings.count('error');
  const files = [...new Set(names)].map((file): CheckedFile => {
    const kind = kindOfFile(file)?.name ?? null;
    return { file, kind, rows: (kind && read.get(kind)) ?? null, errors: findings.count('error', file) };
  });
  const wrong = files.filter((file) => file.errors > 0).length;
  const counted = `${plural(count, 'error')} in ${plural(wrong, 'file')}`;
  const more = count > errors.length ? ` The first ${findingsMax} are listed.` : '';
  throw new ProductError('import_refused', `Nothing was imported: ${counted}.${more} First: ${sentence(errors[0])}`, {
    fields: errors.map((error) => Object.assign({ field: placeOf(error), message: error.reason }, error)),
    extra: { error_count: count, files },
  });
}

const plural = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
const placeOf = ({ file, row, column }: Finding): string =>
  [file, row, column].filter((part) => part !== null).join(':');
const sentence = (error: Finding | undefined): string =>
  error
    ? `${error.file}${error.row === null ? '' : ` row ${error.row}`}${error.column === null ? '' : `, ${error.column}`}: ${error.reason}`
    : '';
