/** The strip of figures: what was delivered, and how that compares with the period before. */
import type { DeliverySummary, ReportTotals } from '#contract/report-summaries.ts';
import { Kpis, type Kpi } from '#web/parts/report/kpis.tsx';
import { useToday } from '#web/parts/use-clock.ts';
import { moreOrLess, share, shortPeriod } from '#web/words/comparisons.ts';
import { count, counted, decimal } from '#web/words/figures.ts';

interface FiguresProps {
  readonly totals: readonly ReportTotals[] | undefined;
  readonly lines: number | undefined;
  readonly summary: DeliverySummary | undefined;
}

export function Figures({ totals, lines, summary }: FiguresProps) {
  const today = useToday();
  const values = (key: string) =>
    totals?.map((total) => ({ figure: decimal(String(total[key] ?? '')), unit: total.currency }));
  const tax = values('tax');
  const kpis: Kpi[] = [
    { label: 'Net', values: values('total_price'), note: comparison('total_price', totals, summary, today) },
    { label: 'Tax', values: tax?.length === 1 ? tax.map(({ figure }) => ({ figure })) : tax, note: taxShare(totals) },
    { label: 'Gross', values: values('total_incl_tax'), note: comparison('total_incl_tax', totals, summary, today) },
    {
      label: 'Lines',
      values: lines === undefined ? undefined : [{ figure: count(lines) }],
      note: summary && `in ${counted(summary.orders, 'order')}`,
    },
    {
      label: 'Vendors',
      values: summary && [{ figure: count(summary.vendors) }],
      note: summary && `of ${count(summary.vendors_on_file)} on file`,
    },
  ];
  return <Kpis className="money-twice" kpis={kpis} />;
}

/** `4.2% above 24 Sep – 23 Oct 2026`; each currency with its own when there are several. */
function comparison(
  key: string,
  totals: readonly ReportTotals[] | undefined,
  summary: DeliverySummary | undefined,
  today: string,
): string | undefined {
  if (!totals || !summary) return undefined;
  const { date_from, date_to } = summary.previous;
  const words = totals.flatMap((total) => {
    const before = summary.previous.totals.find(({ currency }) => currency === total.currency);
    const text = before && moreOrLess(String(total[key]), String(before[key]));
    return text ? [totals.length > 1 ? `${total.currency} ${text}` : text] : [];
  });
  return words.length > 0 ? `${words.join(', ')} ${shortPeriod(date_from, date_to, today)}` : 'nothing to compare with';
}

function taxShare(totals: readonly ReportTotals[] | undefined): string | undefined {
  const words = totals?.flatMap((total) => {
    const text = share(String(total['tax']), String(total['total_price']));
    return text ? [totals.length > 1 ? `${text} in ${total.currency}` : text] : [];
  });
  return words && words.length > 0 ? `${words.join(', ')} of net` : undefined;
}
