/** `mathership verify OLD.zip CHANGES.zip NEW.zip`: old and changes make new, shown without server or database. */
import { open } from 'node:fs/promises';
import { proveChanges } from '#server/proof/prove-changes.ts';
import { type ByteSource, fileSource } from '#server/zip/byte-source.ts';
import { say, UsageError } from './output.ts';

/** Exit status 0: shown. 1: not. @throws UsageError (2) for what is no such file */
export async function runVerifyChanges(
  old: string,
  changes: string,
  next: string | undefined,
  { json = false }: { readonly json?: boolean },
): Promise<void> {
  if (next === undefined) throw new UsageError('Three files are needed: the old one, its changes, and the new one.');
  const closing: (() => Promise<void>)[] = [];
  const sourceOf = async (path: string): Promise<ByteSource> => {
    const file = await open(path).catch((error: NodeJS.ErrnoException) => {
      throw new UsageError(`${path} cannot be read (${error.code ?? error.message}).`);
    });
    closing.push(() => file.close());
    return fileSource(file, (await file.stat()).size);
  };
  try {
    const sources = { old: await sourceOf(old), changes: await sourceOf(changes), new: await sourceOf(next) };
    const { faults, rows } = await proveChanges(sources).catch((error: Error) => {
      throw new UsageError(error.message);
    });
    if (json) say(JSON.stringify({ proven: faults.length === 0, faults, rows }));
    else if (faults.length > 0) say(faults.join('\n'));
    else
      say(
        `${rows.old} rows and ${rows.changes} changes make the ${rows.new} rows of the new file. Verify each file alone for its signature.`,
      );
    if (faults.length > 0) process.exitCode = 1;
  } finally {
    await Promise.all(closing.map((close) => close()));
  }
}
