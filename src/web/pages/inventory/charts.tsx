/** What came in and what went out by day, with the period marked, and where the value lies. */
import type { InventorySummary } from '#contract/report-summaries.ts';
import { barDays } from '#web/parts/report/bar-days.ts';
import { DayChart, type Series } from '#web/parts/report/day-chart.tsx';
import { Rank } from '#web/parts/report/rank.tsx';
import { useToday } from '#web/parts/use-clock.ts';
import { decimal } from '#web/words/figures.ts';

interface ChartsProps {
  readonly summary: InventorySummary;
  readonly period: { readonly from: string; readonly to: string };
}

const series: readonly Series[] = [
  { key: 'receipts', name: 'Receipts', tone: 'in' },
  { key: 'issues', name: 'Issues', tone: 'out', isOut: true },
  { key: 'waste', name: 'Waste', tone: 'lost', isOut: true },
];

export function Charts({ summary, period }: ChartsProps) {
  const today = useToday();
  const { by_day, by_category, chart_from, currency, step } = summary;
  const known = new Map(by_day.map((entry) => [entry.day, entry]));
  const isLonger = chart_from < period.from;
  const bars = barDays(chart_from, period.to, step, today).map((bar) => {
    const { receipts = '0.00', issues = '0.00', waste = '0.00' } = known.get(bar.day) ?? {};
    return {
      ...bar,
      sizes: { receipts: Number(receipts), issues: Number(issues), waste: Number(waste) },
      figures: { receipts: decimal(receipts), issues: decimal(issues), waste: decimal(waste) },
      isMarked: isLonger && bar.day >= period.from,
    };
  });
  const title = step === 'day' ? 'Movements by day' : `Movements by ${step}`;
  return (
    <div className="pair">
      <section aria-labelledby="movements">
        <div className="hd">
          <h2 id="movements">{title}</h2>
          <ul className="keys" aria-label="Key">
            {series.map(({ key, name, tone }) => (
              <li key={key}>
                <i className={tone} />
                {name}
              </li>
            ))}
            <li className="muted">{currency}</li>
          </ul>
        </div>
        <DayChart caption={`${title}, ${currency}`} series={series} bars={bars} height={168} />
      </section>
      <section aria-labelledby="by-category">
        <div className="hd">
          <h2 id="by-category">Value by category</h2>
          <span>{currency}</span>
        </div>
        <Rank
          label="Value by category"
          entries={by_category.map(({ category, value }) => ({ name: category ?? 'No category', amount: value }))}
        />
      </section>
    </div>
  );
}
