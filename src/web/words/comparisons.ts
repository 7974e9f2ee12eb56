/** Figures beside figures: weekdays, shares, more or less than before. Ratios are for reading; sums never come from here. */
import { periodText, shortDay } from './days.ts';

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `Sat 21 Nov`, with the year only when it is not that of `today`. */
export const weekdayAndDay = (day: string, today: string): string =>
  `${weekdays[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? ''} ${shortDay(day, today)}`;

/** `24 Sep – 23 Oct`, with the year only when it is not that of `today`. */
export function shortPeriod(from: string, to: string, today: string): string {
  const text = periodText(from, to);
  const year = ` ${today.slice(0, 4)}`;
  return from.slice(0, 4) === to.slice(0, 4) && text.endsWith(year) ? text.slice(0, -year.length) : text;
}

/** `7.0%` of two decimal strings; null where there is no whole. */
export function share(part: string, whole: string): string | null {
  return Number(whole) === 0 ? null : `${((Number(part) / Number(whole)) * 100).toFixed(1)}%`;
}

/** `4.2% above`, `12% below`, `the same as`, `30 times that of`; null when there was nothing before, or less than nothing. */
export function moreOrLess(now: string, before: string): string | null {
  if (!(Number(before) > 0)) return null;
  const change = (Number(now) / Number(before) - 1) * 100;
  if (change >= 900) return `${Math.round(change / 100 + 1).toLocaleString('en')} times that of`;
  const size = Math.abs(change);
  const text = size < 9.95 ? size.toFixed(1) : Math.round(size).toLocaleString('en');
  if (Number(text) === 0) return 'the same as';
  return `${text}% ${change > 0 ? 'above' : 'below'}`;
}

/** For an axis: `0`, `500`, `2k`, `1.5M`. */
export function axisFigure(value: number): string {
  const size = Math.abs(value);
  const [divisor, unit] = size >= 1e9 ? [1e9, 'bn'] : size >= 1e6 ? [1e6, 'M'] : size >= 1e3 ? [1e3, 'k'] : [1, ''];
  const text = String(Number((size / divisor).toPrecision(3)));
  return `${value < 0 ? '−' : ''}${text}${unit}`;
}
