/**
 * What one cell may hold. A cell is read strictly: it either becomes exactly one value of its column, written in
 * COPY's text format, or a reason why it is not one. Nothing is trimmed or rounded, nor guessed without a warning.
 */
import { copyField } from '#server/database/copy-in.ts';
import { isDay, isDayOfOtherYears } from '#contract/calendar.ts';
import type { ZoneClock } from './zone-clock.ts';

export class Refusal {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/** No day in the order in which the days of this file are read: said once where all of them are of another. */
export class DayRefusal extends Refusal {}

/** A cell that can be read in two ways: it is taken in the usual one, and a warning says so. */
export class Doubt {
  readonly value: string;
  readonly reason: string;
  constructor(value: string, reason: string) {
    this.value = value;
    this.reason = reason;
  }
}

export interface Cell {
  /** For the list of columns: `text`, `decimal`, `date`, … */
  readonly type: string;
  /** The fields of COPY's text format (tab between them) for a cell that is not empty. */
  readonly read: (text: string, clock: ZoneClock) => string | Refusal | Doubt;
  /** Columns of the staging table for a column of this name, one for each field that `read` gives. */
  readonly staged: (name: string) => readonly string[];
}

const staged = (type: string) => (name: string) => [`${name} ${type}`];

// what a database cannot hold or a report cannot show; line breaks and tabs are text
// oxlint-disable-next-line no-control-regex
const unprintable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/;
// oxlint-disable-next-line no-control-regex
const unusual = /[\u0000-\u001f\u007f-\u009f\ufffe\uffff\\]/;
// oxlint-disable-next-line no-control-regex
const broken = /[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/;

/** Any text; line breaks are kept. */
export const text = (lengthMax: number): Cell => ({
  type: 'text',
  staged: staged('text'),
  read: (given) => {
    if (given.length > lengthMax) return new Refusal(`Longer than ${lengthMax} characters`);
    if (!unusual.test(given)) return given;
    if (given.includes('\0')) return new Refusal('Contains a NUL character');
    if (unprintable.test(given)) return new Refusal('Contains a control character or one that is no character');
    return copyField(given);
  },
});

/** The code, number or reference that rows are matched by: one line of text. */
export const code = (lengthMax = 200): Cell => ({
  type: 'text',
  staged: staged('text'),
  read: (given) => {
    if (given.length > lengthMax) return new Refusal(`Longer than ${lengthMax} characters`);
    if (!unusual.test(given)) return given;
    if (broken.test(given)) return new Refusal('Contains a line break or another control character');
    return copyField(given);
  },
});

export interface DecimalLimits {
  readonly digits: number;
  readonly decimals: number;
  readonly min?: number;
  readonly max?: number;
  /** Said when below `min` or above `max`. */
  readonly outside?: string;
}

/** Room for zeros before and after, and no more. */
const decimalLengthMax = 60;
const plainDecimal = /^-?(?=\.?\d)(\d*)(?:\.(\d+))?$/;

/** A number as numeric(digits, decimals) holds it. Zeros at the end are no decimals. */
export const decimal = ({ digits, decimals, min, max, outside }: DecimalLimits): Cell => ({
  type: 'decimal',
  // without digits and decimals of its own, so that an error found later shows the number as it was given
  staged: staged('numeric'),
  read: (given) => {
    if (given.length > decimalLengthMax) return new Refusal('Too long for a number');
    const match = plainDecimal.exec(given);
    if (!match) return new Refusal(notANumber(given));
    const [, whole = '', fraction = ''] = match;
    if (fraction.length > decimals && !/^0*$/.test(fraction.slice(decimals))) {
      return new Refusal(`More than ${decimals} decimals`);
    }
    const wholeMax = digits - decimals;
    if (whole.length > wholeMax && whole.replace(/^0+/, '').length > wholeMax) {
      return new Refusal(`More than ${wholeMax} digits before the point`);
    }
    if ((min !== undefined && Number(given) < min) || (max !== undefined && Number(given) > max)) {
      return new Refusal(outside ?? (max === undefined ? `Less than ${min}` : `Not from ${min} to ${max}`));
    }
    return given;
  },
});

/** Says how the number is to be written, where that is clear. */
function notANumber(given: string): string {
  if (/^-?\d{1,3}(,\d{3})+\.\d+$/.test(given) || /^-?\d{1,3}(,\d{3}){2,}$/.test(given)) {
    return `No thousands separators. Write ${given.replaceAll(',', '')}`;
  }
  if (/^-?\d{1,3}(\.\d{3})*,\d+$/.test(given) && given.includes('.')) {
    return `Decimal comma. Use a point: ${given.replaceAll('.', '').replace(',', '.')}`;
  }
  if (/^-?[1-9]\d{0,2},\d{3}$/.test(given)) {
    return `Decimal comma or thousands separator? Write ${given.replace(',', '.')} or ${given.replace(',', '')}`;
  }
  if (/^-?\d+,\d+$/.test(given)) return `Decimal comma. Use a point: ${given.replace(',', '.')}`;
  if (/^-?\d{1,3}(\.\d{3}){2,}$/.test(given)) return `No thousands separators. Write ${given.replaceAll('.', '')}`;
  if (/^-?\d{1,3}([ '\u00a0\u202f]\d{3})+([.,]\d+)?$/.test(given)) {
    return `No thousands separators. Write ${given.replaceAll(/[ '\u00a0\u202f]/g, '').replace(',', '.')}`;
  }
  if (/^-?[\d.]+e[+-]?\d+$/i.test(given)) return 'Write the number out, without an exponent';
  if (given.trim() !== given) return 'A number without spaces around it';
  if (/[€$£¥%]/.test(given)) return 'Only the number, without a sign for the currency or percent';
  return 'Not a number such as 1234.5';
}

/** numeric(18,4), as every quantity. */
export const quantity = (limits: Partial<DecimalLimits> = {}): Cell => decimal({ digits: 18, decimals: 4, ...limits });
/** numeric(19,6), as every price and cost. */
export const price = (limits: Partial<DecimalLimits> = {}): Cell => decimal({ digits: 19, decimals: 6, ...limits });
/** numeric(19,4); how many decimals the currency allows is known only later. */
export const amount: Cell = decimal({ digits: 19, decimals: 4 });
/** A fraction: 0.19 is 19 %. */
export const taxRate: Cell = decimal({
  digits: 7,
  decimals: 6,
  min: 0,
  max: 1,
  outside: 'A tax rate is from 0 to 1: 0.19 is 19 %',
});
/** Base units in one order unit. */
export const factor: Cell = decimal({
  digits: 18,
  decimals: 6,
  min: 0.000001,
  outside: 'Must be more than 0',
});

export const integer = (min: number, max: number): Cell => ({
  type: 'integer',
  staged: staged('integer'),
  read: (given) =>
    /^-?\d{1,10}$/.test(given) && Number(given) >= min && Number(given) <= max
      ? given
      : new Refusal(`Not a whole number from ${min} to ${max}`),
});

export const truth: Cell = {
  type: 'boolean',
  staged: staged('boolean'),
  read: (given) => {
    const lower = given.toLowerCase();
    return lower === 'true' || lower === 'false' ? lower : new Refusal('Write true or false');
  },
};

export const oneOf = (...values: readonly string[]): Cell => {
  const known = new Set(values);
  const list = `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
  return {
    type: values.join(' | '),
    staged: staged('text'),
    read: (given) => (known.has(given) ? given : new Refusal(`Must be ${list}`)),
  };
};

const currencies = new Set(Intl.supportedValuesOf('currency'));

export const currency: Cell = {
  type: 'currency',
  staged: staged('text'),
  read: (given) => (currencies.has(given) ? given : new Refusal('Not a currency of ISO 4217 such as EUR')),
};

/** Days repeat in every file: each is judged once. */
const judgedDays = new Map<string, boolean>();
const judgedDaysMax = 50_000;

function dayExists(given: string): boolean {
  const known = judgedDays.get(given);
  if (known !== undefined) return known;
  const exists = isDay(given);
  if (judgedDays.size >= judgedDaysMax) judgedDays.clear();
  judgedDays.set(given, exists);
  return exists;
}

const notADay = (given: string): string => {
  if (isDayOfOtherYears(given)) return 'Outside the years 1900 to 2200';
  return /^\d{4}-\d{2}-\d{2}$/.test(given) ? 'There is no such day' : 'A day is written YYYY-MM-DD';
};

export const day: Cell = {
  type: 'date',
  staged: staged('date'),
  read: (given) => (given.length === 10 && dayExists(given) ? given : new Refusal(notADay(given))),
};

const instantPattern =
  /^(\d{4}-\d{2}-\d{2})[Tt ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d+))?)?([Zz]|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?$/;

/**
 * A day, an instant with an offset, or a time of the company's own clocks. Staged as three columns of which one is
 * filled: `x_at` (instant), `x_local` (of the company's clocks), `x_day`; instants.ts makes one of them.
 */
export const instant: Cell = {
  type: 'date or instant',
  staged: (name) => {
    const base = name.replace(/_at$/, '');
    return [`${base}_at timestamptz`, `${base}_local timestamp`, `${base}_day date`];
  },
  read: (given, clock) => {
    if (given.length === 10) {
      return dayExists(given) ? `\\N\t\\N\t${given}` : new Refusal(notADay(given));
    }
    const match = instantPattern.exec(given);
    if (!match) return new Refusal('Write YYYY-MM-DD, or YYYY-MM-DDThh:mm:ss with an offset such as +02:00');
    const [, date = '', hours, minutes, seconds = '00', fraction = '', offset] = match;
    if (!dayExists(date)) return new Refusal(notADay(date));
    if (fraction.length > 6 && !/^0*$/.test(fraction.slice(6))) return new Refusal('More than 6 decimals of a second');
    const time = `${hours}:${minutes}:${seconds}`;
    const exact = `${date} ${time}${fraction && `.${fraction.slice(0, 6)}`}`;
    if (offset !== undefined) return `${exact}${offset}\t\\N\t\\N`;
    const unclear = clock.unclear(date, time);
    if (unclear === null) return `\\N\t${exact}\t\\N`;
    return new Doubt(`${exact}${unclear.offset}\t\\N\t\\N`, unclear.reason);
  },
};
