/** The days under a chart: as many as find room. */
import { addDays } from '#contract/calendar.ts';
import type { DayBar } from './day-chart.tsx';

const labelWidth = 64;

interface LabelProps {
  readonly bars: readonly DayBar[];
  readonly step: number;
  readonly centre: (bar: DayBar) => number;
  /** Left and right edge of the plot. */
  readonly start: number;
  readonly end: number;
  readonly y: number;
}

/** As many labels as find room, counted back from the last; weeks apart when days stand close. */
export function DayLabels({ bars, step, centre, start, end, y }: LabelProps) {
  const needed = Math.max(1, Math.ceil(labelWidth / step));
  const isDaily = bars.length > 1 && bars[1]?.day === addDays(bars[0]?.day ?? '', 1);
  const every = isDaily && needed > 1 && needed < 7 ? 7 : needed;
  const last = bars.length - 1;
  return bars.map((bar, index) => {
    const isFirst = index === 0 && last % every !== 0 && (last % every) * step > labelWidth;
    if ((last - index) % every !== 0 && !isFirst) return null;
    const half = labelWidth / 2;
    const at = centre(bar);
    const anchor = at + half > end ? 'end' : at - half < start ? 'start' : 'middle';
    return (
      <text
        key={bar.day}
        className={bar.isMarked ? 'on' : undefined}
        x={anchor === 'end' ? end : anchor === 'start' ? start : at}
        y={y}
        textAnchor={anchor}
      >
        {bar.label}
      </text>
    );
  });
}
