/**
 * Numbers and days as the company's locale writes them. The rules are read once from Intl (separators, size of groups,
 * order of a date) and applied to the canonical text itself: no float in between, every digit as the report has it.
 */
import { dayNumber } from '../calendar-day.ts';

const canonical = /^-?(0|[1-9]\d*)(\.\d+)?$/;
/** Reports repeat few days; more than twenty years of them are not kept. */
const daysKeptMax = 8_192;
const directionMarks = /[\u200e\u200f\u061c]/g;

export class LocaleFormat {
  readonly #point: string;
  readonly #separator: string;
  readonly #minus: string;
  /** Digits in the last group and in those before it: 3 and 3, or 3 and 2 in India. */
  readonly #lastGroup: number;
  readonly #group: number;
  /** Shorter whole parts are not grouped: 5 in Spain, where 1234 stands as it is. */
  readonly #groupedFrom: number;
  readonly #dayParts: readonly { readonly type: string; readonly value: string }[];
  readonly #days = new Map<string, string>();

  /** `locale`: BCP 47. Figures are European ones everywhere: money is read across companies. */
  constructor(locale: string) {
    const tag = `${locale}-u-nu-latn-ca-gregory`;
    const number = new Intl.NumberFormat(tag, { minimumFractionDigits: 1 });
    const parts = number.formatToParts(-1_234_567_890_123.5);
    const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
    const groups = parts.filter((one) => one.type === 'integer').map((one) => one.value.length);
    this.#point = part('decimal') || '.';
    this.#separator = part('group');
    this.#minus = part('minusSign').replace(directionMarks, '') || '-';
    this.#lastGroup = groups.at(-1) ?? 3;
    this.#group = groups.at(-2) ?? this.#lastGroup;
    const grouped = (value: number): boolean => number.formatToParts(value).some((one) => one.type === 'group');
    this.#groupedFrom = grouped(1234) ? this.#lastGroup + 1 : this.#lastGroup + 2;
    this.#dayParts = new Intl.DateTimeFormat(tag, {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      timeZone: 'UTC',
    })
      .formatToParts(new Date(Date.UTC(2026, 9, 31)))
      .map((one) => ({ type: one.type, value: one.value.replace(directionMarks, '') }));
  }

  /** A canonical decimal with separators, or undefined when the text is none. */
  number(text: string): string | undefined {
    if (!canonical.test(text)) return undefined;
    const negative = text.startsWith('-');
    const pointAt = text.indexOf('.');
    const whole = text.slice(negative ? 1 : 0, pointAt < 0 ? undefined : pointAt);
    const fraction = pointAt < 0 ? '' : this.#point + text.slice(pointAt + 1);
    return (negative ? this.#minus : '') + this.#grouped(whole) + fraction;
  }

  /** YYYY-MM-DD in the locale's order, or undefined when the text is no day. */
  day(text: string): string | undefined {
    const known = this.#days.get(text);
    if (known !== undefined) return known;
    if (dayNumber(text) === undefined) return undefined;
    const [year = '', month = '', day = ''] = text.split('-');
    const values: Record<string, string> = { year, month, day };
    const shown = this.#dayParts.map((part) => values[part.type] ?? part.value).join('');
    if (this.#days.size >= daysKeptMax) this.#days.clear();
    this.#days.set(text, shown);
    return shown;
  }

  #grouped(whole: string): string {
    if (whole.length < this.#groupedFrom || this.#separator === '') return whole;
    let end = whole.length - this.#lastGroup;
    let shown = whole.slice(end);
    for (; end > this.#group; end -= this.#group) {
      shown = whole.slice(end - this.#group, end) + this.#separator + shown;
    }
    return whole.slice(0, end) + this.#separator + shown;
  }
}
