/** Net by delivery day and by vendor, in one currency at a time. */
import { useState } from 'react';
import type { DeliverySummary, SummaryStep } from '#contract/report-summaries.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { barDays } from '#web/parts/report/bar-days.ts';
import { DayChart, type DayBar } from '#web/parts/report/day-chart.tsx';
import { Rank } from '#web/parts/report/rank.tsx';
import { useToday } from '#web/parts/use-clock.ts';
import { counted, decimal } from '#web/words/figures.ts';

interface ChartsProps {
  readonly summary: DeliverySummary;
  readonly period: { readonly from: string; readonly to: string };
}

const stepNames: Readonly<Record<SummaryStep, string>> = { day: 'delivery day', week: 'week', month: 'month' };
/** As high as the ranking beside it, within reason. */
const plotHeight = (vendors: number): number => Math.max(148, Math.min(vendors * 28 - 28, 240));

export function Charts({ summary, period }: ChartsProps) {
  const company = useCompany();
  const today = useToday();
  const currencies = [...new Set(summary.by_day.map(({ currency }) => currency))];
  const [chosen, setChosen] = useState(company.currency);
  const currency = currencies.includes(chosen) ? chosen : (currencies[0] ?? company.currency);
  const vendors = summary.by_vendor.filter((entry) => entry.currency === currency);
  const title = `Net by ${stepNames[summary.step]}`;
  return (
    <div className="pair">
      <section aria-labelledby="by-day">
        <div className="hd">
          <h2 id="by-day">{title}</h2>
          {currencies.length > 1 ? (
            <fieldset className="seg" aria-label="Currency of the charts">
              {currencies.map((each) => (
                <button key={each} type="button" aria-pressed={each === currency} onClick={() => setChosen(each)}>
                  {each}
                </button>
              ))}
            </fieldset>
          ) : (
            <span>{currency}</span>
          )}
        </div>
        <DayChart
          caption={`${title}, ${currency}`}
          series={[{ key: 'net', name: `Net ${currency}`, tone: 'in' }]}
          bars={barsOf(summary, period, currency, today)}
          height={plotHeight(vendors.length)}
        />
      </section>
      <section aria-labelledby="by-vendor">
        <div className="hd">
          <h2 id="by-vendor">Net by vendor</h2>
          <span>{currency}</span>
        </div>
        <Rank
          label="Net by vendor"
          entries={vendors.map(({ vendor, vendors: n, net }) => ({
            name: vendor ?? counted(n, 'other vendor'),
            amount: net,
          }))}
        />
      </section>
    </div>
  );
}

function barsOf(
  { by_day, step }: DeliverySummary,
  { from, to }: ChartsProps['period'],
  currency: string,
  today: string,
): DayBar[] {
  const nets = new Map(by_day.filter((one) => one.currency === currency).map(({ day, net }) => [day, net]));
  return barDays(from, to, step, today).map((bar) => {
    const net = nets.get(bar.day);
    return {
      ...bar,
      sizes: { net: Number(net ?? 0) },
      figures: { net: net === undefined ? 'no deliveries' : decimal(net) },
    };
  });
}
