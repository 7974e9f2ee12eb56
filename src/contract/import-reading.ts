/**
 * How cells of any file are read once it is known how the file writes: numbers by its decimal mark, days by the order of
 * their parts, tax as a fraction or in percent, packs. Pure, so that the page shows beside each cell what the server reads.
 */
import { isDay } from './calendar.ts';

export type DecimalMark = '.' | ',';
export const dateOrders = ['ymd', 'dmy', 'mdy'] as const;
export type DateOrder = (typeof dateOrders)[number];
export type TaxForm = 'fraction' | 'percent';

const spaces = /[\s\u00a0\u202f]+/g;
/** A currency's sign or three letters, at either end of a number. */
const currencyMark = String.raw`(?:\p{Sc}|[A-Z]{3}|kr\.?|zł|Kč|Fr\.)`;
const currencyBefore = new RegExp(String.raw`^([-+]?)\s*${currencyMark}\s*`, 'u');
const currencyAfter = new RegExp(String.raw`\s*${currencyMark}$`, 'u');
const grouped = {
  '.': /^(?:[1-9]\d{0,2}(?:([,'’ ])\d{3})(?:\1\d{3})*|\d*)(?:\.(\d*))?$/,
  ',': /^(?:[1-9]\d{0,2}(?:([.'’ ])\d{3})(?:\1\d{3})*|\d*)(?:,(\d*))?$/,
} as const;

/**
 * `1.234,50 €`, `(12.50)`, `12.50-`, `$1,234` as a plain decimal; null for what is no number by this mark. Nothing is
 * rounded: every digit stays.
 */
export function readDecimal(given: string, mark: DecimalMark): string | null {
  let text = given
    .replaceAll(spaces, ' ')
    .trim()
    .replace(/^'(?=[-+=])/, '')
    .replaceAll('\u2212', '-');
  let isNegative = false;
  const inBrackets = /^\((.*)\)$/.exec(text);
  if (inBrackets) {
    isNegative = true;
    text = inBrackets[1]?.trim() ?? '';
    if (/[-+]/.test(text)) return null;
  }
  text = text.replace(currencyBefore, '$1').replace(currencyAfter, '');
  const sign = /^([-+])\s*/.exec(text) ?? /\s*([-+])$/.exec(text);
  if (sign) {
    if (inBrackets) return null;
    isNegative = sign[1] === '-';
    text = text.replace(sign[0], '').replace(currencyBefore, '');
  }
  const match = grouped[mark].exec(text);
  if (!match || !/\d/.test(text)) return null;
  const [whole = '', fraction = ''] = text.split(mark);
  const digits = whole.replaceAll(/\D/g, '');
  const plain = fraction === '' ? digits || '0' : `${digits || '0'}.${fraction}`;
  return isNegative && /[1-9]/.test(plain) ? `-${plain}` : plain;
}

/** What one cell says of the decimal mark: `either` reads differently by both, `neither` is no number. */
export function markOf(text: string): 'point' | 'comma' | 'same' | 'either' | 'neither' {
  const [point, comma] = [readDecimal(text, '.'), readDecimal(text, ',')];
  if (point === null) return comma === null ? 'neither' : 'comma';
  if (comma === null) return 'point';
  return point === comma ? 'same' : 'either';
}

const months: Readonly<Record<string, number>> = {
  jan: 1, feb: 2, mar: 3, mär: 3, mae: 3, mrz: 3, apr: 4, may: 5, mai: 5, jun: 6, jul: 7, aug: 8, sep: 9, oct: 10, okt: 10,
  nov: 11, dec: 12, dez: 12,
}; // prettier-ignore
const weekday = /^(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so)[a-zä]*[.,]?\s+/i;
const clock =
  /(?:[T,]\s*|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?\s*([AaPp]\.?[Mm]\.?)?\s*([Zz]|[+-]\d{2}(?::?\d{2})?)?(?:\s*Uhr)?$/;

const twoDigits = (text: string | number): string => String(text).padStart(2, '0');
const yearOf = (text: string): string => (text.length === 4 ? text : `${Number(text) < 70 ? 20 : 19}${text}`);
const dayFrom = (year: string, month: string | number, day: string): string | null => {
  if (year.length !== 2 && year.length !== 4) return null;
  const made = `${yearOf(year)}-${twoDigits(month)}-${twoDigits(day)}`;
  return isDay(made) ? made : null;
};

/** The parts of a written day, without its time; null for what is none. */
function partsOf(text: string): { parts: [string, string, string]; dotted: boolean } | null {
  const packed = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (packed) return { parts: [packed[1] ?? '', packed[2] ?? '', packed[3] ?? ''], dotted: false };
  const match = /^(\d{1,4})(\.\s?|\/|-|\s)(\d{1,2})(\.\s?|\/|-|\s)(\d{1,4})$/.exec(text);
  if (!match || match[2]?.trim() !== match[4]?.trim()) return null;
  return { parts: [match[1] ?? '', match[3] ?? '', match[5] ?? ''], dotted: match[2]?.startsWith('.') ?? false };
}

function namedDay(text: string): string | null {
  const dayFirst = /^(\d{1,2})(?:st|nd|rd|th|\.)?[\s/.-]*([A-Za-zä]{3,9})\.?[\s/,.-]*(\d{2}|\d{4})$/.exec(text);
  const monthFirst = /^([A-Za-zä]{3,9})\.?[\s/.-]*(\d{1,2})(?:st|nd|rd|th)?[\s/,.-]+(\d{2}|\d{4})$/.exec(text);
  const [day = '', name = '', year = ''] = dayFirst
    ? [dayFirst[1], dayFirst[2], dayFirst[3]]
    : [monthFirst?.[2], monthFirst?.[1], monthFirst?.[3]];
  const month = months[name.slice(0, 3).toLowerCase()];
  return month === undefined ? null : dayFrom(year, month, day);
}

/** `YYYY-MM-DD`, or null. Days with dots are of the order day, month, year: nobody writes others so. */
function dayOnly(text: string, order: DateOrder): string | null {
  if (/[A-Za-zä]{3}/.test(text)) return namedDay(text);
  const found = partsOf(text);
  if (!found) return null;
  const [a, b, c] = found.parts;
  if (a.length === 4) return dayFrom(a, b, c);
  if (a.length > 2 || c.length === 3 || c.length === 1) return null;
  if (order === 'ymd') return c.length === 4 || found.dotted ? null : dayFrom(a, b, c);
  if (order === 'dmy') return dayFrom(c, b, a);
  return found.dotted ? null : dayFrom(c, a, b);
}

/** A day, or a day with a time as `YYYY-MM-DDThh:mm:ss` and its offset where there is one; null for what is none. */
export function readInstant(given: string, order: DateOrder): string | null {
  const text = given.replaceAll(spaces, ' ').trim().replace(weekday, '');
  const time = clock.exec(text);
  if (!time) return dayOnly(text, order);
  const day = dayOnly(text.slice(0, time.index).replace(/,$/, ''), order);
  const [, hour = '', minute, second = '00', fraction = '', half, offset = ''] = time;
  const pm = half && /^p/i.test(half);
  const hours = half ? (Number(hour) % 12) + (pm ? 12 : 0) : Number(hour);
  if (day === null || hours > 23 || (half && (Number(hour) < 1 || Number(hour) > 12))) return null;
  return `${day}T${twoDigits(hours)}:${minute}:${second}${fraction}${offset.toUpperCase()}`;
}

/** The day alone, whatever time is behind it. */
export const readDay = (given: string, order: DateOrder): string | null =>
  readInstant(given, order)?.slice(0, 10) ?? null;

/** Moves the decimal point to the left. */
function divided(plain: string, places: number): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(plain) ?? [];
  const padded = whole.padStart(places + 1, '0');
  const digits = `${padded.slice(0, -places)}.${padded.slice(-places)}${fraction}`;
  return `${sign}${digits.replace(/^0+(?=\d)/, '').replace(/\.?0+$/, '')}`;
}

/** A tax rate as the fraction it is; a percent sign counts more than what the file says elsewhere. */
export function readTax(given: string, form: TaxForm, mark: DecimalMark): string | null {
  const signed = /(?:^|[^\d.,])(\d+(?:[.,]\d+)?)\s*%/.exec(given);
  if (signed) return divided((signed[1] ?? '').replace(',', '.'), 2);
  const plain = readDecimal(given, mark);
  if (plain === null) return null;
  return form === 'percent' ? divided(plain, 2) : plain;
}

export interface Pack {
  readonly quantity: string;
  readonly unit: string;
}

const packUnits: Readonly<Record<string, string>> = {
  '#': 'lb', lb: 'lb', lbs: 'lb', oz: 'oz', gal: 'gal', qt: 'qt', pt: 'pt', kg: 'kg', g: 'g', gr: 'g', l: 'l', lt: 'l', ltr: 'l',
  liter: 'l', litre: 'l', ml: 'ml', cl: 'cl', ct: 'ct', ea: 'ea', pc: 'pc', pcs: 'pc', st: 'st', stk: 'st', stück: 'st', dz: 'dz',
}; // prettier-ignore

/** Products of plain decimals without a float. */
function times(a: string, b: string): string {
  const scaleOf = (text: string): number => (text.split('.')[1] ?? '').length;
  const scale = scaleOf(a) + scaleOf(b);
  const product = (BigInt(a.replace('.', '')) * BigInt(b.replace('.', ''))).toString();
  if (scale === 0) return product;
  const padded = product.padStart(scale + 1, '0');
  return `${padded.slice(0, -scale)}.${padded.slice(-scale)}`.replace(/\.?0+$/, '');
}

/**
 * `4/5 LB` is 4 x 5 lb, `12 x 0,75 l`, `10 kg`, `2/5#`. Null for what is no pack, and for what can be read twice: `1/2 GAL`
 * is half a gallon or two of one.
 */
export function readPack(given: string): Pack | null {
  const number = String.raw`(\d{1,6}(?:[.,]\d{1,4})?)`;
  const match = new RegExp(
    String.raw`^(?:${number}\s*([/x×*])\s*)?(?:${number}\s*([x×*])\s*)?${number}\s*([#\p{L}]{1,7})\.?$`,
    'iu',
  ).exec(given.replaceAll(spaces, ' ').trim());
  if (!match) return null;
  const [, outer, by, middle, , inner = '', name = ''] = match;
  const unit = Object.hasOwn(packUnits, name.toLowerCase()) ? packUnits[name.toLowerCase()] : undefined;
  if (unit === undefined) return null;
  const plain = (text: string | undefined): string => (text ?? '1').replace(',', '.');
  if (
    by === '/' &&
    middle === undefined &&
    Number(plain(outer)) < Number(plain(inner)) &&
    /^[2348]$/.test(inner) &&
    outer !== undefined &&
    /^[123]$/.test(outer)
  ) {
    return null;
  }
  return { quantity: times(times(plain(outer), plain(middle)), plain(inner)), unit };
}
