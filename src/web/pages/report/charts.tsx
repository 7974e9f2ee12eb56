/** The charts a report declares; a bar, a point or an entry leads to its rows. Drawn when their code is there: rows do not wait for it. */
import { useState } from 'react';
import type { ReportChart } from '#contract/report-summaries.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { barDays } from '#web/parts/report/bar-days.ts';
import { DayChart } from '#web/parts/report/day-chart.tsx';
import { LineChart } from '#web/parts/report/line-chart.tsx';
import { Rank } from '#web/parts/report/rank.tsx';
import { useToday } from '#web/parts/use-clock.ts';
import { reportWords as t } from '#web/words/en/reports.ts';
import { count, decimal } from '#web/words/figures.ts';
import { useLead } from './use-lead.ts';
import { useView } from './use-view.ts';

export default function Charts({ charts }: { charts: readonly ReportChart[] }) {
  const company = useCompany();
  const currencies = [...new Set(charts.flatMap(({ points }) => points.map(({ currency }) => currency)))].sort();
  const [chosen, setChosen] = useState(company.currency);
  const currency = currencies.includes(chosen) ? chosen : (currencies[0] ?? company.currency);
  return (
    <div className={charts.length > 1 ? 'pair' : 'pair alone'}>
      {charts.map((chart, at) => (
        <section key={chart.key} aria-labelledby={`chart-${chart.key}`}>
          <div className="hd">
            <h2 id={`chart-${chart.key}`}>{titleOf(chart)}</h2>
            {chart.series.length > 1 && (
              <ul className="keys" aria-label={t('key')}>
                {chart.series.map(({ key, label, tone }) => (
                  <li key={key}>
                    <i className={tone} />
                    {label}
                  </li>
                ))}
              </ul>
            )}
            {at === 0 && currencies.length > 1 ? (
              <fieldset className="seg" aria-label={t('currencyOfCharts')}>
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
          <Drawing chart={chart} currency={currency} />
        </section>
      ))}
    </div>
  );
}

const stepTitles = { day: 'byDay', week: 'byWeek', month: 'byMonth' } as const;
const titleOf = ({ title, kind, step }: ReportChart): string => {
  if (kind === 'lines') return t('overTime', { what: title });
  return step ? t(stepTitles[step], { what: title }) : title;
};

function Drawing({ chart, currency }: { chart: ReportChart; currency: string }) {
  const { period } = useView();
  const today = useToday();
  const lead = useLead();
  const points = chart.points.filter((point) => point.currency === currency);
  const [series] = chart.series;
  if (chart.kind === 'rank') {
    return (
      <Rank
        label={chart.title}
        entries={points.map(({ label, of, values, filters }) => ({
          name: of > 1 ? t('others', { count: of, n: count(of) }) : (label ?? t('noName')),
          amount: values[series?.key ?? ''] ?? '0',
          onOpen: Object.keys(filters).length > 0 ? () => lead(chart.leads_to, filters) : undefined,
        }))}
      />
    );
  }
  if (chart.kind === 'lines')
    return <LineChart chart={chart} points={points} caption={`${titleOf(chart)}, ${currency}`} />;
  const known = new Map(points.map((point) => [point.day, point]));
  const isLonger = chart.date_from < period.from;
  const bars = barDays(chart.date_from, period.to, chart.step ?? 'day', today).map((bar) => {
    const values = known.get(bar.day)?.values;
    return {
      ...bar,
      sizes: Object.fromEntries(chart.series.map(({ key }) => [key, Number(values?.[key] ?? 0)])),
      figures: Object.fromEntries(
        chart.series.map(({ key }) => [key, values ? decimal(values[key] ?? '0') : t('nothingThatDay')]),
      ),
      isMarked: isLonger && bar.day >= period.from,
    };
  });
  return (
    <DayChart
      caption={`${titleOf(chart)}, ${currency}`}
      series={chart.series.map((one) => ({ ...one, name: one.label, isOut: one.tone !== 'in' }))}
      bars={bars}
      height={168}
      onOpen={(bar) => lead(chart.leads_to, {}, { from: bar.day, to: bar.end })}
    />
  );
}
