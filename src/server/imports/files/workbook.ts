/**
 * An Excel workbook (.xlsx, ECMA-376) as rows of text, in constant memory: shared texts by number, days by the format of
 * their cell, numbers as written, of formulas what was last computed. Nothing in it is executed or fetched.
 */
import type { ByteSource } from '#server/zip/byte-source.ts';
import type { ZipEntryRecord } from '#server/zip/zip-directory.ts';
import { UnreadableEntry, unpacked, wholeEntry } from '#server/zip/zip-entry.ts';
import type { Row } from '../read-rows.ts';
import { instantOfSerial, type NumberForm, plainNumber, readNumberForms } from './cell-styles.ts';
import { SharedTexts } from './shared-texts.ts';
import { attribute, elementsOf, runsText, UnreadableWorkbook, xmlText } from './sheet-xml.ts';

export { UnreadableWorkbook } from './sheet-xml.ts';

export interface Workbook {
  /** In their order; hidden ones are not among them. */
  readonly sheets: readonly string[];
  /** Rows with something in them, in batches. A sheet that breaks off ends with a row that says so. */
  rows(sheet: string): AsyncGenerator<Row[]>;
  /** Of the file that were read. */
  close(): void;
}

const partMax = 16 * 1024 * 1024;
/** Unpacked: more than a million rows of forty cells. */
const unpackedMax = 4 * 1024 * 1024 * 1024;
const columnsMax = 500;

export async function openWorkbook(
  source: ByteSource,
  entries: readonly ZipEntryRecord[],
  { folder }: { readonly folder: string },
): Promise<Workbook> {
  const byName = new Map(entries.map((entry) => [entry.name.toLowerCase(), entry]));
  const part = (name: string): ZipEntryRecord | undefined => byName.get(name.toLowerCase());
  const text = async (name: string): Promise<string> => {
    const entry = part(name);
    return entry ? (await wholeEntry(source, entry, partMax)).toString('utf8') : '';
  };
  const book = await text('xl/workbook.xml');
  if (/<!(?:DOCTYPE|ENTITY)/i.test(book))
    throw new UnreadableWorkbook('A workbook with declarations that no spreadsheet program writes');
  const sheets = sheetsOf(book, await text('xl/_rels/workbook.xml.rels'));
  if (sheets.size === 0) throw new UnreadableWorkbook('A workbook without a sheet that shows');
  if (entries.reduce((sum, { bytes }) => sum + bytes, 0) > unpackedMax) {
    throw new UnreadableWorkbook('A workbook that unpacks to more than any has. Save it again, or as CSV UTF-8');
  }
  const from1904 = /<(?:[\w.-]+:)?workbookPr\s[^>]*date1904\s*=\s*["'](?:1|true)["']/.test(book);
  const styles = part('xl/styles.xml');
  const forms = styles && styles.bytes <= partMax ? await readNumberForms(unpacked(source, styles)) : [];
  const texts = new SharedTexts(folder);
  const shared = part('xl/sharedStrings.xml');
  if (shared) {
    for await (const items of elementsOf(unpacked(source, shared), 'si'))
      for (const { body } of items) texts.add(runsText(body));
  }
  return {
    sheets: [...sheets.keys()],
    async *rows(sheet) {
      const entry = part(sheets.get(sheet) ?? '');
      let number = 0;
      try {
        if (!entry) throw new UnreadableEntry('is not there');
        for await (const found of elementsOf(unpacked(source, entry), 'row')) {
          const rows: Row[] = [];
          for (const { attributes, body } of found) {
            number = numberOf(attribute(attributes, 'r'), number);
            const row = rowOf(number, body, { forms, texts, from1904 });
            if (row) rows.push(row);
          }
          if (rows.length > 0) yield rows;
        }
      } catch (error) {
        if (!(error instanceof UnreadableEntry || error instanceof UnreadableWorkbook)) throw error;
        yield [
          {
            number: number + 1,
            cells: [],
            problem: `The sheet is damaged from here on. Open the workbook and save it again`,
          },
        ];
      }
    },
    close: () => texts.close(),
  };
}

/** Where each visible sheet's part is, by its name. */
function sheetsOf(book: string, relations: string): Map<string, string> {
  const targets = new Map<string, string>();
  for (const [, attributes = ''] of relations.matchAll(/<(?:[\w.-]+:)?Relationship(\s[^>]*)>/g)) {
    const target = attribute(attributes, 'Target') ?? '';
    if (!attribute(attributes, 'Type')?.endsWith('/worksheet')) continue;
    targets.set(attribute(attributes, 'Id') ?? '', target.startsWith('/') ? target.slice(1) : `xl/${target}`);
  }
  const sheets = new Map<string, string>();
  for (const [, attributes = ''] of book.matchAll(/<(?:[\w.-]+:)?sheet(\s[^>]*)>/g)) {
    const target = targets.get(attribute(attributes, '[\\w.-]+:id') ?? '');
    if (target === undefined || /hidden/i.test(attribute(attributes, 'state') ?? '')) continue;
    sheets.set(attribute(attributes, 'name') ?? '', target);
  }
  return sheets;
}

function numberOf(written: string | undefined, before: number): number {
  const number = Number(written);
  return Number.isInteger(number) && number > before && number <= 1_048_576 ? number : before + 1;
}

interface Reading {
  readonly forms: readonly NumberForm[];
  readonly texts: SharedTexts;
  readonly from1904: boolean;
}

const cellPattern = /<((?:[\w.-]+:)?)c(\s[^>]*?)?(?:\/>|>([\s\S]*?)<\/\1c>)/g;
const valuePattern = /<(?:[\w.-]+:)?v(?:\s[^>]*)?>([\s\S]*?)<\/(?:[\w.-]+:)?v>/;

/** Null for a row with nothing in it. */
function rowOf(number: number, body: string, reading: Reading): Row | null {
  const cells: string[] = [];
  let at = -1;
  let isEmpty = true;
  for (const [, , attributes = '', inside] of body.matchAll(cellPattern)) {
    at = columnOf(attribute(attributes, 'r')) ?? at + 1;
    if (inside === undefined || inside === '') continue;
    const value = cellText(attributes, inside, reading);
    if (value === null) {
      return {
        number,
        cells: [],
        problem: `${attribute(attributes, 'r') ?? 'A cell'} is a formula without its result. Open the workbook, save it, and send it again`,
      };
    }
    if (value === '') continue;
    if (at >= columnsMax) return { number, cells: [], problem: `Has a cell beyond column ${columnsMax}` };
    while (cells.length < at) cells.push('');
    cells[at] = value;
    isEmpty = false;
  }
  return isEmpty ? null : { number, cells };
}

/** From 0; undefined for a cell that does not say where it is. */
function columnOf(place: string | undefined): number | undefined {
  const letters = /^[A-Z]{1,3}(?=\d)/.exec(place ?? '')?.[0];
  if (letters === undefined) return undefined;
  let column = 0;
  for (let index = 0; index < letters.length; index += 1) column = column * 26 + letters.charCodeAt(index) - 64;
  return column - 1;
}

/** Null for a formula whose result was not saved. */
function cellText(attributes: string, inside: string, { forms, texts, from1904 }: Reading): string | null {
  const type = attribute(attributes, 't') ?? 'n';
  if (type === 'inlineStr') return runsText(inside);
  const written = valuePattern.exec(inside)?.[1];
  if (written === undefined) return /<(?:[\w.-]+:)?f[\s>/]/.test(inside) ? null : '';
  if (type === 's') return texts.get(Number(written)) ?? '';
  if (type === 'b') return written === '1' ? 'true' : 'false';
  if (type !== 'n') return xmlText(written);
  const form = forms[Number(attribute(attributes, 's') ?? 0)] ?? 'plain';
  if (form === 'instant') return instantOfSerial(Number(written), from1904) ?? written;
  const plain = plainNumber(written);
  if (plain === null) return written;
  if (form === 'percent') return `${plainNumber(String(Number((Number(plain) * 100).toPrecision(15)))) ?? plain}%`;
  return typeof form === 'number' && /^\d+$/.test(plain) ? plain.padStart(form, '0') : plain;
}
