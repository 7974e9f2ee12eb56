/**
 * In which order the days of a file are written, by the file's own evidence: what each order would make of its columns. An
 * order that somebody kept is not believed against it, for a file of the other order with no day above the 12th reads
 * well and is wrong.
 */
import { addDays } from '#contract/calendar.ts';
import { type DateOrder, dateOrders, readInstant } from '#contract/import-reading.ts';

type Readings = Readonly<Record<DateOrder, string | null>>;

/** What one column is when it is read in one order. */
interface AsRead {
  /** Values that are a day in another order only. */
  unread: number;
  first: string;
  last: string;
  lastWritten: string;
  firstUnread: string;
  before: string;
  rises: number;
  falls: number;
  readonly daysOfMonth: Set<string>;
  readonly months: Set<string>;
}

/** Different values of one column are remembered up to here. */
const rememberedMax = 20_000;
const monthsMax = 24;

export class WrittenDays {
  readonly as: Readonly<Record<DateOrder, AsRead>>;
  /** The first value that is another day in another order. */
  open: string | null = null;
  readonly #known = new Map<string, Readings>();
  #latest = '';
  #readings: Readings = { ymd: null, dmy: null, mdy: null };

  constructor() {
    const none = (): AsRead => ({ unread: 0, first: '', last: '', lastWritten: '', firstUnread: '', before: '', rises: 0, falls: 0, daysOfMonth: new Set(), months: new Set() }); // prettier-ignore
    this.as = { ymd: none(), dmy: none(), mdy: none() };
  }

  /** Notes the value, and reads it in every order. */
  add(written: string): Readings {
    if (written === this.#latest) return this.#readings;
    let readings = this.#known.get(written);
    if (readings === undefined) {
      readings = {
        ymd: readInstant(written, 'ymd'),
        dmy: readInstant(written, 'dmy'),
        mdy: readInstant(written, 'mdy'),
      };
      if (this.#known.size >= rememberedMax) this.#known.clear();
      this.#known.set(written, readings);
    }
    this.#latest = written;
    this.#readings = readings;
    if (readings.ymd !== null || readings.dmy !== null || readings.mdy !== null) this.#note(written, readings);
    return readings;
  }

  #note(written: string, readings: Readings): void {
    for (const order of dateOrders) {
      const facts = this.as[order];
      const read = readings[order];
      if (read === null) {
        if (facts.unread === 0) facts.firstUnread = written;
        facts.unread += 1;
        continue;
      }
      const day = read.slice(0, 10);
      if (day > facts.before && facts.before !== '') facts.rises += 1;
      if (day < facts.before) facts.falls += 1;
      facts.before = day;
      if (facts.first === '' || day < facts.first) facts.first = day;
      if (day > facts.last) {
        facts.last = day;
        facts.lastWritten = written;
      }
      facts.daysOfMonth.add(day.slice(8));
      if (facts.months.size < monthsMax) facts.months.add(day.slice(0, 7));
    }
    const different = new Set(dateOrders.flatMap((order) => readings[order] ?? []));
    if (different.size > 1) this.open ??= written;
  }
}

export interface DayColumn {
  readonly field: string;
  readonly days: WrittenDays;
}

export interface Contradiction {
  /** What the file says. */
  readonly order: DateOrder;
  readonly because: string;
  readonly field: string;
  readonly value: string;
}

export const orderNames = { ymd: 'year, month, day', dmy: 'day, month, year', mdy: 'month, day, year' } as const;

/** Days that are about what is still to come. */
const ahead = new Set(['expected_on', 'line_expected_on']);
const farDays = 366 * 20;

/** Why a column is unlikely to be of this order; null: it may be. The larger the weight, the surer. */
function against({ field, days }: DayColumn, order: DateOrder, today: string) {
  const facts = days.as[order];
  const named = orderNames[order];
  if (facts.unread > 0)
    return { weight: 10_000, value: facts.firstUnread, why: `${facts.firstUnread} is no day as ${named}` };
  if (facts.last === '') return null;
  if (!ahead.has(field) && facts.last > addDays(today, 1))
    return { weight: 100, value: facts.lastWritten, why: `as ${named} ${facts.lastWritten} is still to come` };
  if (facts.first < addDays(today, -farDays) || facts.last > addDays(today, farDays))
    return { weight: 100, value: facts.lastWritten, why: `as ${named} some days are far from today` };
  if (facts.months.size >= 3 && facts.daysOfMonth.size === 1)
    return { weight: 1, value: facts.lastWritten, why: `as ${named} every day is the same of another month` };
  if (facts.rises > 0 && facts.falls > 0)
    return { weight: 1, value: facts.lastWritten, why: `as ${named} the days do not follow each other` };
  return null;
}

/** Whether the days themselves speak for another order than this one. @param today of the company */
export function contradictionOf(columns: readonly DayColumn[], own: DateOrder, today: string): Contradiction | null {
  const weigh = (order: DateOrder): number =>
    columns.reduce((sum, column) => sum + (against(column, order, today)?.weight ?? 0), 0);
  const weight = weigh(own);
  const [better] = dateOrders
    .filter((order) => columns.some(({ days }) => days.as[order].last !== ''))
    .map((order) => ({ order, weight: weigh(order) }))
    .filter((other) => other.weight < weight && columns.every(({ days }) => days.as[other.order].unread === 0))
    .sort((a, b) => a.weight - b.weight);
  if (!better) return null;
  const reasons = columns.flatMap((column) => {
    const reason = against(column, own, today);
    return reason === null ? [] : [{ ...reason, field: column.field }];
  });
  const [first] = reasons.sort((a, b) => b.weight - a.weight);
  if (!first) return null;
  const { why, field, value } = first;
  return { order: better.order, because: `${why}; as ${orderNames[better.order]} all fit`, field, value };
}

/** A value that is a day in more than one order, with how it is read; null: there is none. */
export function openDay(columns: readonly DayColumn[], order: DateOrder): { value: string; read: string } | null {
  for (const { days } of columns) {
    const read = days.open === null ? null : readInstant(days.open, order);
    if (days.open !== null && read !== null) return { value: days.open, read: read.slice(0, 10) };
  }
  return null;
}
