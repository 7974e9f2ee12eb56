/**
 * Measures a report's table before it is rendered, in the snapshot of its rows: some rows of parts from its beginning to
 * its end, and one pass over all for the size of figures and codes. A table that is small is read as a whole instead.
 */
import type { Cell, Row } from '#contract/reports.ts';
import {
  type FigureExtent,
  isCode,
  isFigure,
  type MeasuredTable,
  measureRows,
  sameIn,
  type Sections,
} from '#server/renderers/measured.ts';
import {
  type ColumnDefinition,
  type PartSource,
  type ReportDefinition,
  type ReportScope,
  value,
  shownColumns,
} from './definition.ts';
import type { Sql, TablePart } from './definition.ts';
import { selectPart } from './statement.ts';

/** Parts that are looked into, evenly from the first to the last. */
const partsMax = 12;
/** Rows of all parts together; a table without parts is one that has few rows. */
const rowsMax = { inParts: 600, inOne: 5_000 };

export async function measureTable(
  definition: ReportDefinition,
  scope: ReportScope,
  parts: readonly TablePart[],
  read: PartSource,
  max = rowsMax,
): Promise<MeasuredTable> {
  const columns = shownColumns(definition, scope);
  const chosen = evenly(parts, partsMax);
  const limit = parts.length > 1 ? Math.ceil(max.inParts / chosen.length) : max.inOne;
  const counts: number[] = [];
  const sample: Row[] = [];
  for (const part of chosen) {
    const rows = await read(`${selectPart(definition, scope, part)} LIMIT ${limit}`);
    sample.push(...rows.map((row) => columns.map(({ key }) => row[key] ?? null)));
    counts.push(rows.length);
  }
  const isWhole = chosen.length === parts.length && counts.every((count) => count < limit);
  return isWhole ? measureRows(columns, sample) : await overAllRows(definition, scope, sample, read);
}

/** More headings and bookmarks than this lead nobody anywhere: the rows then stand without. */
export const sectionsMax = 5_000;

/** Counted and summed by a query of their own, as control totals are. Undefined where a heading's column is not shown. */
export async function readSections(
  definition: ReportDefinition,
  scope: ReportScope,
  read: PartSource,
): Promise<Sections | undefined> {
  const { sections } = definition;
  const shown = new Set(shownColumns(definition, scope).map(({ key }) => key));
  const closes = sections?.closes.filter((key) => shown.has(key)) ?? [];
  if (!sections?.headedBy.every((key) => shown.has(key)) || closes.length === 0) return undefined;
  const found = await read(`${sections.select(scope)} LIMIT ${sectionsMax + 1}`);
  if (found.length > sectionsMax) return undefined;
  return {
    label: sections.label,
    headedBy: sections.headedBy,
    all: found.map((row) => ({
      heading: row['heading'] ?? '',
      unit: row['unit'] ?? '',
      rows: Number(row['rows']),
      closing: Object.fromEntries(closes.map((key) => [key, row[key] ?? '0'])),
    })),
  };
}

const evenly = <T>(all: readonly T[], max: number): T[] =>
  all.length <= max
    ? [...all]
    : Array.from({ length: max }, (_, at) => all[Math.round((at * (all.length - 1)) / (max - 1))]!);

async function overAllRows(
  definition: ReportDefinition,
  scope: ReportScope,
  sample: readonly Row[],
  read: PartSource,
): Promise<MeasuredTable> {
  const columns = shownColumns(definition, scope);
  const figures = columns.filter(isFigure);
  const codes = columns.filter(isCode);
  const candidates = [...sameIn(columns, sample)];
  const sqlOf = (key: string): Sql => columns.find((column) => column.key === key)?.sql ?? 'NULL';
  const wanted = [
    ...figures.flatMap(({ sql }) => [
      `floor(min(${sql})::numeric)`,
      `ceil(max(${sql})::numeric)`,
      `max(min_scale(${sql}))`,
    ]),
    ...codes.map(({ sql }) => `max(length(${sql}))`),
    ...candidates.map(
      ([key, cell]) => `bool_and(${sqlOf(key)} IS NOT DISTINCT FROM ${cell === null ? 'NULL' : value(cell)})`,
    ),
    `max(minor_digits(${definition.currency(scope)}))`,
  ];
  const [found = {}] = await read(
    `SELECT ${wanted.map((sql, at) => `(${sql})::text AS f${at}`).join(', ')} ${definition.table(scope).from}`,
  );
  const answers = wanted.map((_, at) => found[`f${at}`] ?? null);
  const minorDigits = Number(answers.at(-1));
  const codesFrom = 3 * figures.length;
  const sameFrom = codesFrom + codes.length;
  return {
    sample,
    figures: new Map(
      figures.flatMap((column, at): [string, FigureExtent][] => {
        const [least, most, scale] = answers.slice(3 * at);
        if (least === null || most === null || least === undefined || most === undefined) return [];
        return [[column.key, { least, most, decimals: printedDecimals(column, Number(scale), minorDigits) }]];
      }),
    ),
    codes: new Map(codes.map(({ key }, at) => [key, Number(answers[codesFrom + at])])),
    same: new Map(candidates.filter((_, at): boolean => isTrue(answers[sameFrom + at]))),
  };
}

const isTrue = (answer: Cell | undefined): boolean => answer === 'true';

/** As `formatted` prints them (statement.ts), from the digits that are not trailing zeros. */
function printedDecimals({ type, isStored }: ColumnDefinition, scale: number, minorDigits: number): number {
  switch (type) {
    case 'money':
      return minorDigits;
    case 'price':
      return Math.min(6, Math.max(2, scale));
    case 'quantity':
      return Math.min(4, scale);
    case 'percent':
      return isStored ? scale : 1;
    default:
      return scale;
  }
}
