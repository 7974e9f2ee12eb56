/** What the formats of a workbook make of its numbers: days, percent, numbers with zeros in front. */
import { attribute, elementsOf } from './sheet-xml.ts';

/** `plain`: as written. `padded`: a number of so many digits. */
export type NumberForm = 'plain' | 'instant' | 'percent' | number;

/** ECMA-376 18.8.30, and those of East Asian calendars beside them. */
const builtInDays = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);

export function formOf(id: number, code: string | undefined): NumberForm {
  if (code === undefined) return id === 9 || id === 10 ? 'percent' : builtInDays(id) ? 'instant' : 'plain';
  // the first section is that of positive numbers; texts, colours and conditions say nothing
  const bare = (code.split(';')[0] ?? '').replaceAll(/"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi, '');
  if (/\[(?:h+|m+|s+)\]/i.test(bare) || /^general$/i.test(bare)) return 'plain';
  if (bare.includes('%')) return 'percent';
  if (/^0{2,}$/.test(bare)) return bare.length;
  return /[ymdhs]/i.test(bare.replaceAll(/e[+-]/gi, '')) ? 'instant' : 'plain';
}

/** By the index that a cell names as its style. */
export async function readNumberForms(styles: AsyncIterable<Buffer>): Promise<NumberForm[]> {
  const pieces: Buffer[] = [];
  for await (const piece of styles) pieces.push(piece);
  const again = async function* (): AsyncGenerator<Buffer> {
    yield* pieces;
  };
  const codes = new Map<number, string>();
  for await (const found of elementsOf(again(), 'numFmt')) {
    for (const { attributes } of found)
      codes.set(Number(attribute(attributes, 'numFmtId')), attribute(attributes, 'formatCode') ?? '');
  }
  const forms: NumberForm[] = [];
  for await (const [cellFormats] of elementsOf(again(), 'cellXfs')) {
    for (const [, attributes = ''] of cellFormats?.body.matchAll(/<(?:[\w.-]+:)?xf(\s[^>]*)?>/g) ?? []) {
      const id = Number(attribute(attributes, 'numFmtId') ?? 0);
      forms.push(formOf(id, codes.get(id)));
    }
  }
  return forms;
}

const dayMs = 86_400_000;
const epoch1900 = Date.UTC(1899, 11, 30);
const epoch1904 = Date.UTC(1904, 0, 1);
const serialMax = 2_958_466;

/** `YYYY-MM-DD`, with the time where there is one, to the second; null for what is no day that a calendar has. */
export function instantOfSerial(serial: number, from1904: boolean): string | null {
  if (!(serial >= 0 && serial < serialMax)) return null;
  const at = new Date((from1904 ? epoch1904 : epoch1900) + Math.round(serial * 86_400) * 1000);
  const text = at.toISOString();
  if (serial < 1 && !from1904) return text.slice(11, 19);
  return at.getTime() % dayMs === 0 ? text.slice(0, 10) : text.slice(0, 19);
}

/** The number as somebody typed it: binary tails behind the fifteenth digit are none, and exponents are written out. */
export function plainNumber(written: string): string | null {
  if (/^-?\d{1,15}$/.test(written)) return written;
  const number = Number(written);
  if (written.trim() === '' || !Number.isFinite(number)) return null;
  const digits = written.replaceAll(/[^\d]/g, '').replace(/^0+/, '').length;
  if (digits <= 15 && /^-?\d+\.?\d*$/.test(written)) return written;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(number.toExponential(14)) ?? [];
  const all = whole + fraction;
  const point = 1 + Number(exponent);
  if (point > 30 || point < -30) return null;
  const padded = point <= 0 ? '0'.repeat(1 - point) + all : all.padEnd(point, '0');
  const cut = point <= 0 ? 1 : point;
  const rest = padded.slice(cut).replace(/0+$/, '');
  const text = `${padded.slice(0, cut)}${rest && `.${rest}`}`;
  return Number(text) === 0 ? '0' : `${sign}${text}`;
}
