/** The usual periods of the report pages, counted from the business day it is. A report ends yesterday unless asked. */
import { addDays } from '#contract/calendar.ts';
import { daysOf, type MovingPeriod, periodFor, type PeriodKind } from '#contract/saved-reports.ts';
import { monthAround, type Preset } from '#web/words/days.ts';
import { choiceName } from '#web/words/reports.ts';

/** Short names for the row of buttons. */
export const presetNames = {
  yesterday: 'Yesterday',
  last_7_days: '7 days',
  last_30_days: '30 days',
  this_month: 'This month',
  last_month: 'Last month',
  last_quarter: 'Last quarter',
} as const satisfies Partial<Record<MovingPeriod, string>>;

export type PresetId = keyof typeof presetNames;

export type ReportPreset = Preset & { readonly id: PresetId };

export const reportPresets = (today: string): ReportPreset[] =>
  (Object.keys(presetNames) as PresetId[]).map((id) => ({ id, label: choiceName(id), ...daysShown(id, today) }));

interface Days {
  readonly from: string;
  readonly to: string;
}

/** As `daysOf`, but that this month ends yesterday; on its first day there is no yesterday in it. */
function daysShown(kind: MovingPeriod, today: string): Days {
  const days = daysOf({ kind }, today);
  const yesterday = addDays(today, -1);
  return kind === 'this_month' && days.from <= yesterday ? { from: days.from, to: yesterday } : days;
}

/** For the address: the name the days were chosen by, where by themselves they would be taken for another. */
export const nameField = (name: MovingPeriod | undefined, { from, to }: Days, today: string) =>
  name === periodFor(from, to, today).kind ? undefined : name;

/** What the days on screen mean: as the address names them while they are its days, and by themselves afterwards. */
export function kindShown(name: MovingPeriod | undefined, { from, to }: Days, today: string): PeriodKind {
  const days = name && daysShown(name, today);
  // of one moment the first day changes nothing
  const isNamed = days?.to === to && (days.from === from || from === to);
  return name && isNamed ? name : periodFor(from, to, today).kind;
}

/** What the address says, if it says a period that can be; otherwise the report's own. */
export function periodOf(
  search: { date_from?: string | undefined; date_to?: string | undefined },
  standard: Days,
): Days {
  const { date_from, date_to } = search;
  return date_from && date_to && date_from <= date_to ? { from: date_from, to: date_to } : standard;
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
