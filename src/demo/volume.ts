/** How many guests a kitchen cooks for: weekday x season x parties x slow growth, and nobody on 24 and 25 December. */
import { monthDayOf, monthOf, weekdayOf } from './local-days.ts';
import { isClosed } from './vendors.ts';

export type Climate = 'harbour' | 'city' | 'brooklyn';

const weekdays = [0.8, 0.85, 0.9, 1, 1.25, 1.3, 0.95];
const months: Readonly<Record<Climate, readonly number[]>> = {
  harbour: [0.8, 0.85, 0.92, 1, 1.08, 1.16, 1.25, 1.2, 1.06, 0.98, 0.94, 1],
  city: [0.88, 0.92, 0.98, 1.02, 1.06, 1.04, 0.96, 0.94, 1.04, 1.04, 1, 1.04],
  brooklyn: [0.86, 0.9, 0.96, 1.02, 1.06, 1.06, 0.98, 0.96, 1.06, 1.08, 1.02, 1.04],
};
const growthAYear = 0.04;

/** The level a day lies at, without its weekday: what a buyer reckons with. 1 is a typical first spring. */
export function levelOn(day: number, climate: Climate, firstDay: number): number {
  const parties = monthOf(day) === 12 && monthDayOf(day) < '12-24' ? 1.2 : 1;
  return (months[climate][monthOf(day) - 1] ?? 1) * parties * (1 + growthAYear) ** ((day - firstDay) / 365);
}

/** What is cooked on a day, against a typical one. */
export const volumeOn = (day: number, climate: Climate, firstDay: number): number =>
  isClosed(day) ? 0 : (weekdays[weekdayOf(day)] ?? 1) * levelOn(day, climate, firstDay);
