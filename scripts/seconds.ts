/** What a run of the tests took, suite by suite, beside what each may take: printed at its end, and no failure. */
import { relative } from 'node:path';

/** Of one suite, alone on two cores, by the first folder that fits; a run of all has other suites beside it. */
const budgets: readonly (readonly [under: string, seconds: number])[] = [
  ['test/faults/', 30],
  ['test/races/', 15],
  ['e2e/', 30],
  ['', 12],
];
/** Of the whole run, on two cores. */
const allSecondsMax = 360;
const shownMax = 15;

export interface SuiteTimes {
  /** Path of its file. */
  readonly name: string;
  /** Milliseconds. */
  readonly startTime: number;
  readonly endTime: number;
}

export function secondsReport(suites: readonly SuiteTimes[], root: string, allSeconds: number): string {
  const timed = suites
    .map(({ name, startTime, endTime }) => {
      const path = relative(root, name);
      const budget = budgets.find(([under]) => path.startsWith(under))![1];
      return { path, budget, seconds: Math.max(0, endTime - startTime) / 1000 };
    })
    .toSorted((a, b) => b.seconds - a.seconds);
  const line = (seconds: number, budget: number, what: string): string =>
    `${seconds.toFixed(1).padStart(7)} s of ${String(budget).padStart(3)}${seconds > budget ? '  OVER  ' : '        '}${what}`;
  const over = timed.filter(({ seconds, budget }) => seconds > budget).length;
  const shown = timed.slice(0, Math.max(shownMax, over));
  return [
    ...shown.map(({ seconds, budget, path }) => line(seconds, budget, path)),
    line(allSeconds, allSecondsMax, `all ${timed.length} suites; ${over} over their seconds`),
  ].join('\n');
}
