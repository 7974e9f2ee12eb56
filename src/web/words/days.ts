/** Business days and periods in words: `16 Nov 2026`, `1 – 31 Oct 2026`, `10 months`. No zone is involved. */
import { addDays, daysIn } from '#contract/calendar.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const monthsInFull = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
/** Beyond this a period is told in months, not days. */
const daysToldMax = 60;

const yearOf = (day: string): string => day.slice(0, 4);
const monthOf = (day: string, names: readonly string[] = months): string => names[Number(day.slice(5, 7)) - 1] ?? '';
const dayOf = (day: string): string => String(Number(day.slice(8, 10)));

/** `16 Nov 2026`. */
export const dayText = (day: string): string => `${dayOf(day)} ${monthOf(day)} ${yearOf(day)}`;

/** `23 Dec`, with the year only when it is not that of `today`. */
export const shortDay = (day: string, today: string): string =>
  yearOf(day) === yearOf(today) ? `${dayOf(day)} ${monthOf(day)}` : dayText(day);

/** `1 – 31 Oct 2026`, `1 Jan – 31 Oct 2026`, `1 May 2025 – 22 Nov 2026`, `22 Nov 2026`: nothing is said twice. */
export function periodText(from: string, to: string): string {
  return joinPeriod(from, to, months, ' – ');
}

/** For being read aloud: `1 to 31 October 2026`. */
export function spokenPeriod(from: string, to: string): string {
  return joinPeriod(from, to, monthsInFull, ' to ');
}

function joinPeriod(from: string, to: string, names: readonly string[], dash: string): string {
  const end = `${dayOf(to)} ${monthOf(to, names)} ${yearOf(to)}`;
  if (from === to) return end;
  if (yearOf(from) !== yearOf(to)) return `${dayOf(from)} ${monthOf(from, names)} ${yearOf(from)}${dash}${end}`;
  if (from.slice(0, 7) !== to.slice(0, 7)) return `${dayOf(from)} ${monthOf(from, names)}${dash}${end}`;
  return `${dayOf(from)}${dash}${end}`;
}

/** An open end is possible in a filter: `from 1 Oct 2026`, `until 23 Nov 2026`. */
export function openPeriodText(from: string | undefined, to: string | undefined): string | null {
  if (from && to) return from <= to ? periodText(from, to) : `${dayText(from)} – ${dayText(to)}`;
  if (from) return `from ${dayText(from)}`;
  return to ? `until ${dayText(to)}` : null;
}

/** `1 day`, `22 days`, `1 month` for a whole calendar month, `19 months` for long periods. */
export function periodLength(from: string, to: string): string {
  const days = daysIn(from, to);
  const isWholeMonths = from.endsWith('-01') && addDays(to, 1).endsWith('-01');
  if (!isWholeMonths && days <= daysToldMax) return days === 1 ? '1 day' : `${days} days`;
  const whole =
    (Number(yearOf(to)) - Number(yearOf(from))) * 12 + Number(to.slice(5, 7)) - Number(from.slice(5, 7)) + 1;
  const count = isWholeMonths ? whole : Math.round(days / 30.44);
  return count === 1 ? '1 month' : `${count} months`;
}

export interface Preset {
  readonly id: string;
  readonly label: string;
  readonly from: string;
  readonly to: string;
}

/** `October 2026`, of a month `2026-10`. */
export const monthName = (month: string): string => `${monthOf(month, monthsInFull)} ${yearOf(month)}`;

/** First and last day of the month `shift` months from that of `day`. */
export function monthAround(day: string, shift: number): { from: string; to: string } {
  const index = Number(yearOf(day)) * 12 + Number(day.slice(5, 7)) - 1 + shift;
  const first = (at: number): string => `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}-01`;
  return { from: first(index), to: addDays(first(index + 1), -1) };
}
