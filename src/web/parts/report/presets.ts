/** The usual periods of the report pages, counted from the business day it is. A report ends yesterday unless asked. */
import { addDays } from '#contract/calendar.ts';
import { monthAround, type Preset } from '#web/words/days.ts';

type PresetId = 'yesterday' | '7' | '30' | 'this-month' | 'last-month' | 'quarter';

export function reportPresets(today: string): Preset[] {
  const yesterday = addDays(today, -1);
  const monthStart = monthAround(today, 0).from;
  return [
    { id: 'yesterday', label: 'Yesterday', from: yesterday, to: yesterday },
    { id: '7', label: 'Last 7 days', from: addDays(today, -7), to: yesterday },
    { id: '30', label: 'Last 30 days', from: addDays(today, -30), to: yesterday },
    // on the first of a month there is no yesterday in it
    { id: 'this-month', label: 'This month', from: monthStart, to: monthStart <= yesterday ? yesterday : today },
    { id: 'last-month', label: 'Last month', ...monthAround(today, -1) },
    { id: 'quarter', label: 'Last quarter', ...quarterBefore(today) },
  ];
}

/** Short names for the row of buttons. */
export const presetNames: Readonly<Record<PresetId, string>> = {
  yesterday: 'Yesterday',
  '7': '7 days',
  '30': '30 days',
  'this-month': 'This month',
  'last-month': 'Last month',
  quarter: 'Last quarter',
};

export type { PresetId };

/** The last whole calendar quarter. */
function quarterBefore(today: string): { from: string; to: string } {
  const monthsIntoQuarter = (Number(today.slice(5, 7)) - 1) % 3;
  return { from: monthAround(today, -3 - monthsIntoQuarter).from, to: monthAround(today, -1 - monthsIntoQuarter).to };
}

/** What the address says, if it says a period that can be; otherwise the report's own. */
export function periodOf(
  search: { date_from?: string | undefined; date_to?: string | undefined },
  standard: { from: string; to: string },
): { from: string; to: string } {
  const { date_from, date_to } = search;
  return date_from && date_to && date_from <= date_to ? { from: date_from, to: date_to } : standard;
}

/** For the address: nothing for the report's own period, so that a bookmark moves on with the days. */
export function periodSearch(from: string, to: string, standard: { from: string; to: string }) {
  const isStandard = from === standard.from && to === standard.to;
  return { date_from: isStandard ? undefined : from, date_to: isStandard ? undefined : to };
}

/** The period as long just before (`steps` -1) or after (1): `[` and `]`. */
export function neighbour({ from, to }: { from: string; to: string }, steps: -1 | 1): { from: string; to: string } {
  const isWholeMonths = from.endsWith('-01') && addDays(to, 1).endsWith('-01');
  if (isWholeMonths) {
    const months =
      (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(to.slice(5, 7)) - Number(from.slice(5, 7)) + 1;
    return { from: monthAround(from, steps * months).from, to: monthAround(to, steps * months).to };
  }
  const days = steps * (Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1);
  return { from: addDays(from, days), to: addDays(to, days) };
}
