/**
 * The files in a ZIP against those that were made. Nothing is unpacked that could not be one of them: what is much
 * larger than its original is another file by its size alone, and what was added is not opened.
 */
import { createHash } from 'node:crypto';
import type { FileChecksum, VerifiedFile } from '#contract/verification.ts';
import type { ByteSource } from '#server/zip/byte-source.ts';
import type { ZipEntryRecord } from '#server/zip/zip-directory.ts';
import { UnreadableEntry, unpacked } from '#server/zip/zip-entry.ts';

export interface Comparison {
  /** Those that were made, in their order. */
  readonly files: readonly VerifiedFile[];
  readonly added: readonly VerifiedFile[];
}

/** Is given the content of a file beside its checksum being made; must read all of it. */
export type Reader = (name: string, content: AsyncIterable<Buffer>) => Promise<void> | null;

/** An edited file is a little larger than its original. */
const readBytesMax = (expected: FileChecksum): number => expected.bytes * 2 + 16 * 1024 * 1024;
const renamedTriesMax = 3;

export async function compareFiles(
  source: ByteSource,
  entries: readonly ZipEntryRecord[],
  folder: string,
  expected: readonly FileChecksum[],
  reader: Reader,
): Promise<Comparison> {
  const byName = Map.groupBy(entries, ({ name }) => name);
  // folders themselves are no files
  const added = new Set(entries.filter(({ name }) => !name.endsWith('/')));
  const files: VerifiedFile[] = [];
  for (const one of expected) {
    const [entry, ...more] = byName.get(folder + one.name) ?? [];
    if (!entry) {
      files.push({ name: one.name, state: 'missing', expected: checksum(one), found: null });
      continue;
    }
    for (const each of [entry, ...more]) added.delete(each);
    const file = await compared(source, entry, one, reader);
    files.push(more.length > 0 ? { ...file, state: 'repeated' } : file);
  }
  for (const [at, file] of files.entries()) {
    const found = file.state === 'missing' ? await underAnotherName(source, added, file) : null;
    if (found) files[at] = found;
  }
  return {
    files,
    added: [...added].map(({ name, bytes }) => ({
      name,
      state: 'added',
      expected: null,
      found: { name, sha256: null, bytes },
    })),
  };
}

const checksum = ({ sha256, bytes }: FileChecksum): { sha256: string; bytes: number } => ({ sha256, bytes });

async function compared(
  source: ByteSource,
  entry: ZipEntryRecord,
  one: FileChecksum,
  reader: Reader,
): Promise<VerifiedFile> {
  const found = { name: entry.name, bytes: entry.bytes };
  const file = { name: one.name, expected: checksum(one) };
  if (entry.bytes > readBytesMax(one)) return { ...file, state: 'changed', found: { ...found, sha256: null } };
  try {
    const sha256 = await contentChecksum(source, entry, (content) => reader(one.name, content));
    return { ...file, state: sha256 === one.sha256 ? 'unchanged' : 'changed', found: { ...found, sha256 } };
  } catch (error) {
    if (!(error instanceof UnreadableEntry)) throw error;
    return { ...file, state: 'unreadable', found: { ...found, sha256: null } };
  }
}

async function contentChecksum(
  source: ByteSource,
  entry: ZipEntryRecord,
  reader: (content: AsyncIterable<Buffer>) => Promise<void> | null,
): Promise<string> {
  const hash = createHash('sha256');
  async function* hashed(): AsyncGenerator<Buffer> {
    for await (const piece of unpacked(source, entry)) {
      hash.update(piece);
      yield piece;
    }
  }
  const content = hashed();
  await reader(content);
  // what a reader left, or everything when nobody reads
  for await (const piece of content) void piece;
  return hash.digest('hex');
}

async function underAnotherName(
  source: ByteSource,
  added: Set<ZipEntryRecord>,
  file: VerifiedFile,
): Promise<VerifiedFile | null> {
  const sameSize = [...added].filter((entry) => entry.bytes === file.expected?.bytes);
  for (const entry of sameSize.slice(0, renamedTriesMax)) {
    const sha256 = await contentChecksum(source, entry, () => null).catch((error: unknown) => {
      if (error instanceof UnreadableEntry) return null;
      throw error;
    });
    if (sha256 !== file.expected?.sha256) continue;
    added.delete(entry);
    return { ...file, state: 'renamed', found: { name: entry.name, sha256, bytes: entry.bytes } };
  }
  return null;
}
