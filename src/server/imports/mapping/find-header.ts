/** Which row is the header, and which rows at the end are sums: by what stands in them, and how full they are. */
import { markOf, readInstant } from '#contract/import-reading.ts';
import type { Row } from '../read-rows.ts';
import { columnNames, fingerprintOf } from './header-names.ts';
import { isKnownName } from './header-words.ts';

export const headerSearchedMax = 60;

const filledIn = (cells: readonly string[]): string[] => cells.filter((cell) => cell.trim() !== '');
const isFigure = (cell: string): boolean =>
  markOf(cell) !== 'neither' || readInstant(cell, 'dmy') !== null || readInstant(cell, 'mdy') !== null;

export interface HeaderFound {
  /** Its number; 0: there is none. */
  readonly row: number;
  /** More than one where another row could be as well. */
  readonly choices: readonly number[];
}

/** @param known fingerprints of profiles: a row with one of them is the header, whatever else there is */
export function findHeader(rows: readonly Row[], known: ReadonlySet<string>): HeaderFound {
  const sure = rows.find(({ cells }) => known.has(fingerprintOf(columnNames(cells))));
  if (sure) return { row: sure.number, choices: [sure.number] };
  const width = usualWidth(rows);
  const scored = rows
    .map((row, at) => ({ row: row.number, score: scoreOf(row, rows.slice(at + 1), width) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.row - b.row);
  const [best] = scored;
  if (!best) return { row: 0, choices: rows.length === 0 ? [] : [0, rows[0]?.number ?? 1] };
  return {
    row: best.row,
    choices: scored
      .filter(({ score }) => score === best.score && score < 1.2)
      .map(({ row }) => row)
      .concat(best.row)
      .filter((row, at, all) => all.indexOf(row) === at),
  };
}

/** Of the fullest rows. */
function usualWidth(rows: readonly Row[]): number {
  const counts = new Map<number, number>();
  for (const { cells } of rows) {
    const filled = filledIn(cells).length;
    counts.set(filled, (counts.get(filled) ?? 0) + filled);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

/** Names that systems use, no figures, as full as the rows below it. */
function scoreOf({ cells, problem }: Row, below: readonly Row[], width: number): number {
  const filled = filledIn(cells);
  if (problem !== undefined || (filled.length < 2 && width > 1) || filled.length < width * 0.5) return 0;
  const figures = filled.filter(isFigure).length / filled.length;
  const known = filled.filter(isKnownName).length / filled.length;
  if (figures > 0.2 && known < 0.5) return 0;
  if (new Set(filled.map((cell) => cell.trim())).size < filled.length * 0.7) return 0;
  const differs = below.slice(0, 5).some((row) => filledIn(row.cells).some(isFigure)) ? 0.5 : 0;
  if (known === 0 && differs === 0) return 0;
  return known * 2 + differs + Math.min(1, filled.length / Math.max(1, width)) * 0.5 - figures;
}

const sumWords =
  /^(?:grand |sub|report |invoice |net |page )*totals?\b|^(?:zwischen|end|gesamt)?summen?\b|^gesamt|^total|^sum\b|^insgesamt|^end of report|^ende|^\d+ (?:rows|records|lines|datens|zeilen)|^anzahl|^number of|^printed|^generated|^gedruckt|^erstellt|^stand:|^saldo|^seite|^page \d/i;

/** How many of the last rows are sums and remarks. @param last the last rows with something in them */
export function rowsOfSums(last: readonly Row[], usual: number): number {
  let sums = 0;
  for (const { cells, problem } of last.toReversed()) {
    const filled = filledIn(cells);
    if (problem !== undefined || filled.length >= usual) break;
    const saysSo = filled.some((cell) => sumWords.test(cell.trim()));
    if (!(saysSo && filled.length <= Math.max(2, usual * 0.75)) && filled.length > Math.max(1, usual / 4)) break;
    sums += 1;
  }
  return sums;
}
