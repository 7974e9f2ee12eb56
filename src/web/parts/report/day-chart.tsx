/**
 * Bars by day (or week, or month): amounts above the line, and below it what is negative or goes out. The drawing is for
 * the eye; the same figures are in a table that only screen readers meet, and under the pointer.
 */
import { scaleBand, scaleLinear } from '@visx/scale';
import { BarRounded } from '@visx/shape';
import { useRef, useState } from 'react';
import { axisFigure } from '#web/words/comparisons.ts';
import { ChartTable } from './chart-table.tsx';
import { DayLabels } from './day-labels.tsx';
import { useWidth } from './use-width.ts';

export interface Series {
  readonly key: string;
  readonly name: string;
  /** Of the fill, in report-charts.css: `in`, `out`, `lost`. */
  readonly tone: 'in' | 'out' | 'lost';
  /** Drawn downwards. */
  readonly isOut?: boolean;
}

export interface DayBar {
  /** First day. */
  readonly day: string;
  /** For the axis: `24 Oct`. */
  readonly label: string;
  /** In full: `Sat 24 Oct`. */
  readonly title: string;
  /** By series key; only for drawing. */
  readonly sizes: Readonly<Record<string, number>>;
  /** By series key, in words. */
  readonly figures: Readonly<Record<string, string>>;
  /** Last day. */
  readonly end: string;
  readonly isMarked?: boolean;
}

interface DayChartProps {
  readonly caption: string;
  readonly series: readonly Series[];
  readonly bars: readonly DayBar[];
  /** Of the plot, in pixels. */
  readonly height: number;
  /** A bar is pressed. */
  readonly onOpen?: (bar: DayBar) => void;
}

const axisWidth = 32;
const labelHeight = 24;

interface Segment {
  readonly series: Series;
  readonly from: number;
  readonly to: number;
  readonly isOuter: boolean;
}

export function DayChart({ caption, series, bars, height, onOpen }: DayChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [pointed, setPointed] = useState<number | null>(null);
  const stacks = bars.map((bar) => stackOf(bar, series));
  const ends = stacks.flatMap((stack) => stack.map(({ to }) => to));
  const plotWidth = Math.max(width - axisWidth, 0);
  const x = scaleBand({ domain: bars.map(({ day }) => day), range: [axisWidth, axisWidth + plotWidth], padding: 0.35 });
  const hasOut = series.some(({ isOut }) => isOut);
  const rounds = hasOut ? 5 : height > 200 ? 4 : 3;
  const [bottom, top] = rangeOf(ends, rounds);
  const y = scaleLinear<number>({ domain: [bottom, top], range: [height, 0] });
  const ticks = hasOut ? [bottom, 0, top] : y.ticks(rounds);
  const left = (bar: DayBar): number => x(bar.day) ?? 0;
  const shown = pointed === null ? undefined : bars[pointed];
  return (
    <figure className="day-chart">
      <div ref={box} className="plot" onPointerLeave={() => setPointed(null)}>
        {width > 0 && (
          <svg width={width} height={height + labelHeight} aria-hidden="true">
            {ticks.map((tick) => (
              <g key={tick}>
                <line
                  className={tick === 0 ? 'zero' : undefined}
                  x1={axisWidth}
                  x2={width}
                  y1={line(y(tick))}
                  y2={line(y(tick))}
                />
                <text x={axisWidth - 8} y={y(tick) + 4} textAnchor="end">
                  {axisFigure(hasOut ? Math.abs(tick) : tick)}
                </text>
              </g>
            ))}
            {bars.map((bar, index) => (
              <g key={bar.day} className={index === pointed ? 'pointed' : undefined}>
                {bar.isMarked && (
                  <rect
                    className="marked"
                    x={left(bar) - x.step() * 0.15}
                    width={x.step() * 0.95}
                    y={0}
                    height={height}
                    rx={4}
                  />
                )}
                {stacks[index]?.map((segment) => (
                  <SegmentShape key={segment.series.key} segment={segment} x={left(bar)} width={x.bandwidth()} y={y} />
                ))}
                {stacks[index]?.length === 0 && (
                  <rect className="nothing" x={left(bar)} width={x.bandwidth()} y={y(0) - 2} height={2} />
                )}
                <rect
                  className="hit"
                  x={left(bar) - (x.step() - x.bandwidth()) / 2}
                  width={x.step()}
                  y={0}
                  height={height}
                  onPointerEnter={() => setPointed(index)}
                  onClick={() => onOpen?.(bar)}
                />
              </g>
            ))}
            <DayLabels
              bars={bars}
              start={axisWidth}
              step={x.step()}
              centre={(bar) => left(bar) + x.bandwidth() / 2}
              end={width}
              y={height + 18}
            />
          </svg>
        )}
        {shown && (
          <div
            className="tip-box"
            style={{ left: clamp(left(shown) + x.bandwidth() / 2, 70, width - 70) }}
            aria-hidden="true"
          >
            <b>{shown.title}</b>
            {series.map(({ key, name }) => (
              <span key={key}>
                {series.length > 1 && `${name} `}
                {shown.figures[key]}
              </span>
            ))}
          </div>
        )}
      </div>
      <ChartTable caption={caption} series={series} bars={bars} />
    </figure>
  );
}

/** What is there, from the line outwards; what goes out, and what is negative, downwards. */
function stackOf(bar: DayBar, series: readonly Series[]): Segment[] {
  const reached = { up: 0, down: 0 };
  const parts = series.flatMap((one) => {
    const size = (bar.sizes[one.key] ?? 0) * (one.isOut ? -1 : 1);
    if (size === 0) return [];
    const side = size > 0 ? 'up' : 'down';
    const from = reached[side];
    reached[side] += size;
    return [{ series: one, from, to: reached[side] }];
  });
  return parts.map((part) => ({ ...part, isOuter: part.to === reached.up || part.to === reached.down }));
}

interface ShapeProps {
  readonly segment: Segment;
  readonly x: number;
  readonly width: number;
  readonly y: (value: number) => number;
}

function SegmentShape({ segment, x, width, y }: ShapeProps) {
  const { from, to, series, isOuter } = segment;
  const top = Math.min(y(from), y(to));
  // a small amount is still to be seen
  const height = Math.max(Math.abs(y(to) - y(from)), 1);
  return (
    <BarRounded
      className={series.tone}
      x={x}
      y={to >= 0 ? y(from) - height : top}
      width={width}
      height={height}
      radius={isOuter ? Math.min(3, width / 2, height) : 0}
      top={to > 0}
      bottom={to < 0}
    />
  );
}

/** Round at the top; at the bottom too where much goes down. A small negative day needs no room of its own. */
function rangeOf(ends: readonly number[], rounds: number): [number, number] {
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const [roundLow = low, roundHigh = high] = scaleLinear<number>({ domain: [low, high], nice: rounds }).domain();
  return [-low > high / 10 ? roundLow : low, roundHigh];
}

/** A line of one pixel lies in the middle of it. */
const line = (at: number): number => Math.round(at) + 0.5;
const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(value, high));
