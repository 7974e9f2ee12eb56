/** Figures along the days as lines, one for each name. For the eye; the same figures stand in a hidden table. */
import { scaleLinear } from '@visx/scale';
import { LinePath } from '@visx/shape';
import { useRef } from 'react';
import { daysIn } from '#contract/calendar.ts';
import type { ChartPoint, ReportChart } from '#contract/report-summaries.ts';
import { useToday } from '#web/parts/use-clock.ts';
import { axisFigure } from '#web/words/comparisons.ts';
import { dayText, shortDay } from '#web/words/days.ts';
import { decimal } from '#web/words/figures.ts';
import { useWidth } from './use-width.ts';

interface LineChartProps {
  readonly chart: ReportChart;
  readonly points: readonly ChartPoint[];
  readonly caption: string;
}

const height = 168;
const axisWidth = 36;

export function LineChart({ chart, points, caption }: LineChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const today = useToday();
  const key = chart.series[0]?.key ?? '';
  const names = [...new Set(points.map(({ label }) => label ?? ''))];
  const days = points.map(({ day }) => day ?? '');
  const [first = today, last = today] = [days[0], days.at(-1)];
  const amounts = points.map(({ values }) => Number(values[key]));
  const x = scaleLinear<number>({ domain: [0, Math.max(1, daysIn(first, last) - 1)], range: [axisWidth, width - 8] });
  const y = scaleLinear<number>({
    domain: [Math.min(0, ...amounts), Math.max(0, ...amounts)],
    range: [height, 4],
    nice: 3,
  });
  const at = (point: ChartPoint): number => x(daysIn(first, point.day ?? first) - 1);
  return (
    <figure className="day-chart">
      <div ref={box} className="plot">
        {width > 0 && points.length > 0 && (
          <svg width={width} height={height + 24} aria-hidden="true">
            {y.ticks(3).map((tick) => (
              <g key={tick}>
                <line x1={axisWidth} x2={width} y1={Math.round(y(tick)) + 0.5} y2={Math.round(y(tick)) + 0.5} />
                <text x={axisWidth - 8} y={y(tick) + 4} textAnchor="end">
                  {axisFigure(tick)}
                </text>
              </g>
            ))}
            {names.map((name, index) => {
              const own = points.filter(({ label }) => (label ?? '') === name);
              return (
                <g key={name} className={`line-${index % 4}`}>
                  <LinePath data={own} x={at} y={(point) => y(Number(point.values[key]))} />
                  {own.map((point) => (
                    <circle key={point.day} cx={at(point)} cy={y(Number(point.values[key]))} r={3}>
                      <title>{`${name} ${dayText(point.day ?? '')}: ${decimal(point.values[key] ?? '')}`}</title>
                    </circle>
                  ))}
                </g>
              );
            })}
            <text x={axisWidth} y={height + 18}>
              {shortDay(first, today)}
            </text>
            <text x={width} y={height + 18} textAnchor="end">
              {shortDay(last, today)}
            </text>
          </svg>
        )}
      </div>
      {names.length > 1 && (
        <ul className="keys lines">
          {names.map((name, index) => (
            <li key={name}>
              <i className={`line-${index % 4}`} />
              {name}
            </li>
          ))}
        </ul>
      )}
      <div className="vh">
        <table>
          <caption>{caption}</caption>
          <tbody>
            {points.map((point) => (
              <tr key={`${point.day} ${point.label}`}>
                <th scope="row">{`${dayText(point.day ?? first)} ${point.label ?? ''}`}</th>
                <td>{decimal(point.values[key] ?? '')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}
