/** A text file as a table, in the letters and with the delimiter it is written in. */
import { fileDelimiters, type FileDelimiter, type FileEncoding } from '#contract/import-profiles.ts';
import { delimiterOf, endsInReturns, statedDelimiter } from './files/delimiters.ts';
import { surelyEncodedAs, textOf } from './files/encodings.ts';
import { type Row, RowReader, type RowSource } from './read-rows.ts';

export interface TextForm {
  readonly encoding: FileEncoding;
  readonly delimiter: FileDelimiter;
  /** Lines end in CR alone. */
  readonly returns: boolean;
  /** The first line is `sep=;`, for a spreadsheet program and not part of the table. */
  readonly stated: boolean;
}

interface KnownForm {
  readonly encoding?: FileEncoding | null;
  readonly delimiter?: FileDelimiter | null;
  /** Columns that its header may have. */
  readonly names?: readonly string[];
}

/**
 * What the first bytes say of a file of ours: letters that cannot be mistaken, how lines end, and the delimiter that its
 * header is parted by. What is known of it already counts, but for a byte order mark.
 */
export async function formOfText(head: Buffer, known: KnownForm): Promise<TextForm> {
  const encoding = surelyEncodedAs(head) ?? known.encoding ?? 'utf-8';
  const text = await beginningOf(head, encoding);
  const stated = statedDelimiter(text);
  return {
    encoding,
    delimiter: stated ?? known.delimiter ?? byNames(text, known.names ?? []) ?? (await delimiterOf(text)).delimiter,
    returns: endsInReturns(text),
    stated: stated !== null,
  };
}

/** The delimiter by which the first line has these names; null where it has none of them. */
function byNames(text: string, names: readonly string[]): FileDelimiter | null {
  const [line = ''] = text.split(/[\r\n]/, 1);
  const known = new Set(names);
  let best: FileDelimiter | null = null;
  let most = 0;
  for (const delimiter of fileDelimiters) {
    const found = line.split(delimiter).filter((name) => known.has(name.replaceAll('"', ''))).length;
    if (found > most) [best, most] = [delimiter, found];
  }
  return best;
}

export async function beginningOf(head: Buffer, encoding: FileEncoding): Promise<string> {
  let text = '';
  for await (const piece of textOf(once(head), encoding)) text += piece;
  return text;
}

async function* once(piece: Buffer): AsyncGenerator<Buffer> {
  yield piece;
}

export function textTable(
  content: AsyncIterable<Buffer>,
  { encoding, delimiter, returns, stated }: TextForm,
): RowSource {
  const reader = new RowReader({ separator: delimiter, encoding, returns });
  return {
    get damaged() {
      return reader.damaged;
    },
    get bytes() {
      return reader.bytes;
    },
    rows: () => (stated ? afterFirst(reader.read(content)) : reader.read(content)),
  };
}

/** The header of a file that states its delimiter is its first row all the same. */
async function* afterFirst(batches: AsyncIterable<readonly Row[]>): AsyncGenerator<Row[]> {
  for await (const rows of batches) {
    const rest = rows.filter(({ number }) => number > 1);
    if (rest.length > 0) yield rest;
  }
}
