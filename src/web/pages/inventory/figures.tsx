/** The strip of figures: what is there, and what moved in the period, at cost. */
import type { InventorySummary } from '#contract/report-summaries.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { Kpis, type Kpi } from '#web/parts/report/kpis.tsx';
import { useToday } from '#web/parts/use-clock.ts';
import { share } from '#web/words/comparisons.ts';
import { shortDay } from '#web/words/days.ts';
import { count, counted, decimal } from '#web/words/figures.ts';
import { localDay, localTime } from '#web/words/instants.ts';

export function Figures({ summary }: { summary: InventorySummary | undefined }) {
  const { time_zone } = useCompany();
  const today = useToday();
  const figure = (value: string | undefined) => (value === undefined ? undefined : [{ figure: decimal(value) }]);
  const moved = summary?.moved;
  const wasteShare = moved && share(moved.waste.value, moved.issue.value);
  const ofIngredients = (n: number | undefined) => n !== undefined && counted(n, 'ingredient');
  const kpis: Kpi[] = [
    {
      label: 'Inventory value',
      values: summary && [{ figure: decimal(summary.value), unit: summary.currency }],
      note:
        summary &&
        `on hand now, ${shortDay(localDay(summary.as_of, time_zone), today)} ${localTime(summary.as_of, time_zone)}`,
    },
    { label: 'Receipts', values: figure(moved?.receipt.value), note: ofIngredients(moved?.receipt.ingredients) },
    { label: 'Issues', values: figure(moved?.issue.value), note: ofIngredients(moved?.issue.ingredients) },
    {
      label: 'Waste',
      values: figure(moved?.waste.value),
      note: wasteShare ? `${wasteShare} of issues` : ofIngredients(moved?.waste.ingredients),
    },
    {
      label: 'Adjustments',
      values: figure(moved?.adjustment.value),
      note:
        summary &&
        (summary.counted > 0
          ? `${count(summary.counted)} counted, ${count(summary.differing)} differ`
          : 'nothing counted'),
    },
  ];
  return <Kpis kpis={kpis} />;
}
