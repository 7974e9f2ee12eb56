/**
 * Days and instants of the staged columns that cells.ts calls `instant`. The business day is decided here, once, in the
 * company's zone: a day stays that day, a local time is of its own date, an instant is of the date its clocks showed.
 */
import { literal } from '#server/database/connection.ts';
import type { ImportRun } from './kind.ts';

/** The instant, null where only a day was given. `base` is the column without `_at`. */
export const instantOf = (run: ImportRun, alias: string, base: string): string =>
  `coalesce(${alias}.${base}_at, ${alias}.${base}_local AT TIME ZONE ${literal(run.company.timeZone)})`;

/** The business day. */
export const dayOf = (run: ImportRun, alias: string, base: string): string =>
  `coalesce(${alias}.${base}_day, ${alias}.${base}_local::date,
    (${alias}.${base}_at AT TIME ZONE ${literal(run.company.timeZone)})::date)`;
