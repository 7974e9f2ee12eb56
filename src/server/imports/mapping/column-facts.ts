/** What the values of one column are, all of them: gathered row by row, in a bounded number of different ones. */
import {
  type DateOrder,
  dateOrders,
  type DecimalMark,
  markOf,
  readDecimal,
  readInstant,
} from '#contract/import-reading.ts';
import { WrittenDays } from './written-days.ts';

/** Of these the values are kept. */
const keptMax = 500;
const samplesMax = 5;
/** After so many different values a column that is no numbers and no days is looked at no more. */
const enough = 2000;

export class ColumnFacts {
  filled = 0;
  readonly samples: string[] = [];
  /** Different values, the first of them, with how often each came. */
  readonly values = new Map<string, number>();
  /** Different values seen, up to `enough` and a bit. */
  different = 0;
  readonly marks = { point: 0, comma: 0, same: 0, either: 0, neither: 0 };
  /** Of the different values, how many are a day in each order. */
  readonly days: Record<DateOrder, number> = { ymd: 0, dmy: 0, mdy: 0 };
  /** Of the different values, how many are a day in some order. */
  dayish = 0;
  /** Some day is another in another order. */
  isOrderOpen = false;
  /** In the order of the rows, in every order of their parts. */
  readonly written = new WrittenDays();
  /** Looked at as a day. */
  judged = 0;
  percents = 0;
  /** The largest as a number, by either mark. */
  largest = 0;
  /** Some number is less than nothing. */
  isBelowZero = false;
  /** Numbers that are neither whole nor empty. */
  fractions = 0;
  readonly #seen = new Set<string>();

  add(value: string): void {
    if (value === '') return;
    this.filled += 1;
    if (this.judged < 200 || this.isDays) this.written.add(value);
    const times = this.values.get(value);
    if (times !== undefined) {
      this.values.set(value, times + 1);
      return;
    }
    if (this.values.size < keptMax) this.values.set(value, 1);
    if (this.#seen.has(value)) return;
    if (this.#seen.size < enough * 4) this.#seen.add(value);
    this.different += 1;
    if (this.samples.length < samplesMax) this.samples.push(value);
    if (this.different > enough && !this.#isOpen()) return;
    this.#judge(value);
  }

  /** Whether more values could still say something. */
  #isOpen(): boolean {
    return (this.isNumbers && this.mark === null) || (this.isDays && this.orders.length > 1);
  }

  #judge(value: string): void {
    this.judged += 1;
    if (value.endsWith('%')) this.percents += 1;
    const mark = markOf(value.replace(/\s*%$/, ''));
    this.marks[mark] += 1;
    if (mark !== 'neither') {
      const signed = Number(readDecimal(value.replace(/\s*%$/, ''), mark === 'comma' ? ',' : '.') ?? 0);
      const plain = Math.abs(signed);
      if (signed < 0) this.isBelowZero = true;
      this.largest = Math.max(this.largest, plain);
      if (!Number.isInteger(plain)) this.fractions += 1;
    }
    // a day has six figures at least, or a month's name
    if (value.length < 6 || value.length > 40 || !/\d/.test(value) || /^\d{1,7}(?:[.,]\d+)?$/.test(value)) return;
    const read = dateOrders.map((order) => readInstant(value, order));
    const days = new Set(read.filter((day) => day !== null));
    for (const [at, order] of dateOrders.entries()) if (read[at] !== null) this.days[order] += 1;
    if (days.size > 0) this.dayish += 1;
    if (days.size > 1) this.isOrderOpen = true;
  }

  get isNumbers(): boolean {
    return this.judged > 0 && this.marks.neither <= this.judged * 0.1;
  }

  get isDays(): boolean {
    return this.judged > 0 && this.dayish >= this.judged * 0.8;
  }

  /** Of its numbers; null where no value tells. */
  get mark(): DecimalMark | null {
    const { point, comma } = this.marks;
    if (point > comma * 9) return '.';
    return comma > point * 9 ? ',' : null;
  }

  /** In which most of its days are days; more than one where nothing tells them apart. */
  get orders(): DateOrder[] {
    const most = Math.max(...dateOrders.map((order) => this.days[order]));
    return dateOrders.filter((order) => this.days[order] === most);
  }
}
