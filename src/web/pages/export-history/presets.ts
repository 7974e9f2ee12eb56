/** The usual periods of the two period filters, counted from the business day it is. */
import { addDays } from '#contract/calendar.ts';
import { monthAround, type Preset } from '#web/words/days.ts';

/** When an export was made. */
export function createdPresets(today: string): Preset[] {
  return [
    { id: 'today', label: 'Today', from: today, to: today },
    { id: '7', label: 'Last 7 days', from: addDays(today, -6), to: today },
    { id: '30', label: 'Last 30 days', from: addDays(today, -29), to: today },
    { id: 'last-month', label: 'Last month', ...monthAround(today, -1) },
  ];
}

/** What days a report is about. */
export function periodPresets(today: string): Preset[] {
  return [
    { id: 'this-month', label: 'This month', ...monthAround(today, 0) },
    { id: 'last-month', label: 'Last month', ...monthAround(today, -1) },
    { id: 'quarter', label: 'Last 3 months', from: monthAround(today, -3).from, to: monthAround(today, -1).to },
    { id: 'year', label: 'This year', from: `${today.slice(0, 4)}-01-01`, to: `${today.slice(0, 4)}-12-31` },
  ];
}
