/** The bars of a chart: one for each day (week, month) of a period, also where nothing happened. */
import { addDays } from '#contract/calendar.ts';
import type { SummaryStep } from '#contract/report-summaries.ts';
import { weekdayAndDay } from '#web/words/comparisons.ts';
import { monthAround, periodText, shortDay } from '#web/words/days.ts';

export interface BarDays {
  /** First and last day, cut to the period. */
  readonly day: string;
  readonly end: string;
  /** For the axis. */
  readonly label: string;
  /** In full. */
  readonly title: string;
}

export function barDays(from: string, to: string, step: SummaryStep, today: string): BarDays[] {
  const bars: BarDays[] = [];
  for (let day = from; day <= to; day = nextStart(day, step)) {
    const last = addDays(nextStart(day, step), -1);
    const end = last < to ? last : to;
    bars.push({
      day,
      end,
      label: step === 'month' ? monthText(day) : shortDay(day, today),
      title: step === 'day' ? weekdayAndDay(day, today) : periodText(day, end),
    });
  }
  return bars;
}

/** `Nov 2026`. */
const monthText = (day: string): string => periodText(day, day).replace(/^\d+ /, '');

/** Where the next bar begins: the next day, Monday, or first of a month. */
function nextStart(day: string, step: SummaryStep): string {
  if (step === 'day') return addDays(day, 1);
  if (step === 'month') return monthAround(day, 1).from;
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, weekday === 0 ? 1 : 8 - weekday);
}
