/** The figures of a chart for those who do not see it. */
import { reportWords as t } from '#web/words/en/reports.ts';
import type { DayBar, Series } from './day-chart.tsx';

interface ChartTableProps {
  readonly caption: string;
  readonly series: readonly Series[];
  readonly bars: readonly DayBar[];
}

export function ChartTable({ caption, series, bars }: ChartTableProps) {
  return (
    <div className="vh">
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{t('day')}</th>
            {series.map(({ key, name }) => (
              <th key={key} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bars.map((bar) => (
            <tr key={bar.day}>
              <th scope="row">{bar.title}</th>
              {series.map(({ key }) => (
                <td key={key}>{bar.figures[key]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
