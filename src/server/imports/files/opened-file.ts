/**
 * Any file that somebody sends, told by its first bytes and not by its name: text as it comes, a workbook, the files of a
 * ZIP; and for what cannot be read, what it is and what to do with it. What must be read from its end is spooled.
 */
import { ProductError } from '#contract/errors.ts';
import { spoolPieces, type SpoolLimits } from '#server/http/spool.ts';
import type { ByteSource } from '#server/zip/byte-source.ts';
import { readDirectory, type ZipEntryRecord } from '#server/zip/zip-directory.ts';
import { UnreadableEntry, unpacked } from '#server/zip/zip-entry.ts';
import type { ImportFile } from '../stage-files.ts';
import { isBinary } from './encodings.ts';
import { openWorkbook, UnreadableWorkbook, type Workbook } from './workbook.ts';

export type OpenedFile = { readonly name: string; readonly inZip: string | null } & (
  | { readonly is: 'text'; readonly head: Buffer; readonly content: AsyncIterable<Buffer> }
  | { readonly is: 'workbook'; readonly workbook: Workbook }
  | { readonly is: 'refused'; readonly reason: string }
);

export interface OpenLimits {
  /** Where what is read from its end waits. */
  readonly folder: string;
  /** Of one file, unpacked as well. */
  readonly bytesMax: number;
}

/** Enough to tell what it is, and how it is written. */
const headBytes = 64 * 1024;
const filesInZipMax = 100;

/** Each must be read to its end before the next is asked for. */
export async function* openFile(file: ImportFile, limits: OpenLimits): AsyncGenerator<OpenedFile> {
  yield* opened({ name: baseName(file.name), content: file.content }, limits, null);
}

export const baseName = (path: string): string =>
  path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

async function* opened(
  { name, content }: ImportFile,
  limits: OpenLimits,
  inZip: string | null,
): AsyncGenerator<OpenedFile> {
  const { head, all } = await peeked(content);
  if (isZip(head)) {
    yield* ofZip(name, all, limits, inZip);
    return;
  }
  const reason = whyNotText(head);
  if (reason === null) yield { name, inZip, is: 'text', head, content: all };
  else {
    for await (const piece of all) void piece;
    yield { name, inZip, is: 'refused', reason };
  }
}

const isZip = (head: Buffer): boolean => head.length >= 4 && [0x04034b50, 0x06054b50].includes(head.readUInt32LE(0));

async function peeked(content: AsyncIterable<Buffer>): Promise<{ head: Buffer; all: AsyncIterable<Buffer> }> {
  const pieces = content[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let bytes = 0;
  let next = await pieces.next();
  while (!next.done) {
    first.push(next.value);
    bytes += next.value.length;
    if (bytes >= headBytes) break;
    next = await pieces.next();
  }
  const head = first.length === 1 ? (first[0] as Buffer) : Buffer.concat(first);
  async function* all(): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    if (next.done) return;
    for (let more = await pieces.next(); !more.done; more = await pieces.next()) yield more.value;
  }
  return { head, all: all() };
}

/** Said of what is no text; null for text. */
function whyNotText(head: Buffer): string | null {
  const begins = (...bytes: number[]): boolean => bytes.every((byte, at) => head[at] === byte);
  if (begins(0xd0, 0xcf, 0x11, 0xe0)) {
    return 'An Excel file of the old form (.xls), or one with a password. Open it in Excel and save it as .xlsx without a password, or as CSV UTF-8';
  }
  if (begins(0x25, 0x50, 0x44, 0x46))
    return 'A PDF, which has no rows that can be read. Export the data as .xlsx or CSV';
  if (begins(0x1f, 0x8b)) return 'Packed with gzip. Unpack it and send the file in it';
  if (begins(0x52, 0x61, 0x72, 0x21) || begins(0x37, 0x7a, 0xbc, 0xaf)) {
    return 'Packed as RAR or 7z. Unpack it, and send the files or a ZIP of them';
  }
  const beginning = head.subarray(0, 2000).toString('latin1').trimStart().toLowerCase();
  if (/^(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|table|head|meta|style)/.test(beginning)) {
    return 'A web page that only has the name of a table. Open it in a spreadsheet program and save it as .xlsx or CSV UTF-8';
  }
  if (/^(?:\xef\xbb\xbf)?\s*<\?xml/.test(beginning)) {
    return 'XML, which cannot be read here. Open it in a spreadsheet program and save it as .xlsx or CSV UTF-8';
  }
  if (isBinary(head)) return 'Not a text file. Save it as .xlsx or CSV UTF-8 where it comes from';
  return null;
}

const tooLarge = (name: string) => (): ProductError =>
  new ProductError('too_large', `${name} is larger than this installation takes. Split it.`);

async function* ofZip(
  name: string,
  content: AsyncIterable<Buffer>,
  limits: OpenLimits,
  inZip: string | null,
): AsyncGenerator<OpenedFile> {
  const spoolLimits: SpoolLimits = { bytesMax: limits.bytesMax, tooLarge: tooLarge(name) };
  const spooled = await spoolPieces(content, limits.folder, spoolLimits);
  try {
    const directory = await readDirectory(spooled.source);
    if (directory.kind !== 'read') {
      const reason =
        directory.kind === 'none'
          ? 'A ZIP of more than 1,000 files'
          : 'A ZIP or workbook that is cut off or damaged. Send it again from where it comes';
      yield { name, inZip, is: 'refused', reason };
      return;
    }
    const { entries } = directory;
    const names = new Set(entries.map((entry) => entry.name));
    if (names.has('xl/workbook.xml')) yield* asWorkbook(name, inZip, spooled.source, entries, limits);
    else if (otherOffice(names) !== null) yield { name, inZip, is: 'refused', reason: otherOffice(names) ?? '' };
    else if (inZip !== null)
      yield { name, inZip, is: 'refused', reason: 'A ZIP within a ZIP. Unpack it and send the files in it' };
    else yield* filesOf(name, spooled.source, entries, limits);
  } finally {
    await spooled.close();
  }
}

function otherOffice(names: ReadonlySet<string>): string | null {
  const save = 'Open it where it was made and save it as .xlsx or CSV UTF-8';
  if (names.has('xl/workbook.bin')) return `A binary Excel workbook (.xlsb). ${save}`;
  if (names.has('content.xml')) return `An OpenDocument file (.ods). ${save}`;
  if (names.has('word/document.xml') || names.has('ppt/presentation.xml')) return 'A text or presentation, not a table';
  if ([...names].some((name) => name.endsWith('.iwa'))) return `A Numbers document. ${save}`;
  return null;
}

async function* asWorkbook(
  name: string,
  inZip: string | null,
  source: ByteSource,
  entries: readonly ZipEntryRecord[],
  limits: OpenLimits,
): AsyncGenerator<OpenedFile> {
  let workbook: Workbook;
  try {
    workbook = await openWorkbook(source, entries, limits);
  } catch (error) {
    if (!(error instanceof UnreadableWorkbook || error instanceof UnreadableEntry)) throw error;
    yield { name, inZip, is: 'refused', reason: whyNotWorkbook(error) };
    return;
  }
  try {
    yield { name, inZip, is: 'workbook', workbook };
  } finally {
    workbook.close();
  }
}

export const whyNotWorkbook = (error: Error): string =>
  error instanceof UnreadableWorkbook
    ? error.message
    : 'A workbook that is damaged. Open it in a spreadsheet program and save it again';

const isNoise = (name: string): boolean => name.endsWith('/') || /(?:^|\/)(?:__MACOSX\/|\.)/.test(name);

async function* filesOf(
  zip: string,
  source: ByteSource,
  entries: readonly ZipEntryRecord[],
  limits: OpenLimits,
): AsyncGenerator<OpenedFile> {
  const files = entries.filter((entry) => !isNoise(entry.name));
  const refuse = (reason: string): OpenedFile => ({ name: zip, inZip: null, is: 'refused', reason });
  if (files.length === 0) yield refuse('A ZIP with no file in it');
  else if (files.length > filesInZipMax) yield refuse(`A ZIP of more than ${filesInZipMax} files`);
  else if (files.reduce((sum, { bytes }) => sum + bytes, 0) > limits.bytesMax) {
    yield refuse('Its files are larger than this installation takes. Split it');
  } else {
    for (const entry of files) {
      if (entry.isReadable)
        yield* opened({ name: baseName(entry.name), content: whole(source, entry, zip) }, limits, zip);
      else
        yield {
          name: baseName(entry.name),
          inZip: zip,
          is: 'refused',
          reason: 'Encrypted, or packed in a way that cannot be read here. Send it unpacked',
        };
    }
  }
}

/** @throws ProductError invalid_input for an entry that is damaged */
async function* whole(source: ByteSource, entry: ZipEntryRecord, zip: string): AsyncGenerator<Buffer> {
  try {
    yield* unpacked(source, entry);
  } catch (error) {
    if (!(error instanceof UnreadableEntry)) throw error;
    const detail = `${zip} is damaged: ${baseName(entry.name)} cannot be unpacked. Send it again from where it comes.`;
    throw new ProductError('invalid_input', detail, { fields: [{ field: zip, message: 'is damaged' }], cause: error });
  }
}
