/** The figures above the rows, each beside the period before. */
import type { Comparison, ReportSummary, ReportTotals } from '#contract/report-summaries.ts';
import type { ReportPage } from '#web/api/reports.ts';
import { Kpis, type Kpi } from '#web/parts/report/kpis.tsx';
import { useToday } from '#web/parts/use-clock.ts';
import { moreOrLess, shortPeriod } from '#web/words/comparisons.ts';
import { dayText } from '#web/words/days.ts';
import { reportWords as t } from '#web/words/en/reports.ts';
import { count, decimal } from '#web/words/figures.ts';
import { useView } from './use-view.ts';

interface FiguresProps {
  readonly page: Pick<ReportPage, 'total' | 'totals' | 'comparison'> | undefined;
  readonly summary: ReportSummary | undefined;
}

export function Figures({ page, summary }: FiguresProps) {
  const { report } = useView();
  const today = useToday();
  const counts = summary?.counts ?? [];
  const { total: rows, totals } = page ?? {};
  const previous = page?.comparison ?? summary?.previous;
  const kpis: Kpi[] = report.figures.map((key): Kpi => {
    const column = report.columns.find((one) => one.key === key);
    const compare = previous && !report.current_figures.includes(key);
    return {
      label: column?.total_label ?? column?.label ?? key,
      values: totals?.map((total) => ({ figure: decimal(String(total[key] ?? '')), unit: total.currency })),
      note: compare && totals ? comparisonText(key, totals, previous, today) : previous && t('onHandNow'),
    };
  });
  return (
    <Kpis
      kpis={[
        ...kpis,
        {
          label: t('rows'),
          values: rows === undefined ? undefined : [{ figure: count(rows) }],
          note: counts.map(({ label, value }) => `${count(value)} ${label.toLowerCase()}`).join(', '),
        },
      ]}
    />
  );
}

/** `4.2% above 24 Sep – 23 Oct`; each currency with its own. Before the data begin nothing is compared. */
export function comparisonText(
  key: string,
  totals: readonly ReportTotals[],
  { date_from, date_to, totals: before, data_begins }: Comparison,
  today: string,
): string {
  if (data_begins !== null && date_from < data_begins) return t('dataBegin', { day: dayText(data_begins) });
  const words = totals.flatMap((total) => {
    const old = before.find(({ currency }) => currency === total.currency);
    const text = old && moreOrLess(String(total[key]), String(old[key]));
    return text ? [totals.length > 1 ? `${total.currency} ${text}` : text] : [];
  });
  return words.length > 0 ? `${words.join(', ')} ${shortPeriod(date_from, date_to, today)}` : t('nothingToCompare');
}
