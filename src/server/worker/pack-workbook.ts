/**
 * A pack as one workbook: what is in it on the first sheet, then a sheet for each question of its members, read once more
 * as of the same versions. Formats of one question are one sheet; its rows must be as many as the member has.
 */
import type pg from 'pg';
import type { ReportDocument, Row } from '#contract/reports.ts';
import { measureRows } from '#server/renderers/measured.ts';
import type { SheetFacts } from '#server/renderers/sheet.ts';
import { WorkbookOfTables } from '#server/renderers/xlsx/xlsx.ts';
import { provenVersion } from '#server/reports/as-of.ts';
import { inComparison } from '#server/reports/comparison.ts';
import { findReport } from '#server/reports/registry.ts';
import { openSnapshot } from '#server/reports/snapshot.ts';
import { writeReport } from '#server/reports/write-report.ts';
import { leadingFigure } from './pack-names.ts';
import type { PackedMember, PackTask } from './pack-task.ts';

const columns: ReportDocument['columns'] = [
  { key: 'sheet', label: 'Sheet', type: 'integer' },
  { key: 'company', label: 'Company', type: 'text' },
  { key: 'report', label: 'Report', type: 'text' },
  { key: 'from', label: 'From', type: 'date' },
  { key: 'to', label: 'To', type: 'date' },
  { key: 'rows', label: 'Rows', type: 'integer' },
  { key: 'total', label: 'Total', type: 'money' },
  { key: 'total_of', label: 'Total of', type: 'text' },
  { key: 'currency', label: 'Currency', type: 'text' },
];

/** Yields the bytes of the XLSX. @throws ProductError row_check_failed; database errors as they are */
export async function* packWorkbook(
  task: PackTask,
  { company, period, requestedBy, snapshotAt }: SheetFacts,
  client: pg.ClientBase,
): AsyncGenerator<Buffer> {
  const questions = questionsOf(task.members);
  const rows = questions.flatMap((member, at) => indexRows(task, member, at + 1));
  const index: ReportDocument = {
    reportType: 'order_lines',
    title: task.name,
    columns,
    contract: { major: 1, minor: 0 },
    groupColumns: [],
    sumColumns: [],
    company,
    period,
    dateBasis: 'As each report says',
    filters: [],
    requestedBy,
    snapshotAt,
    totals: { rows: rows.length, currencies: [], groups: [] },
    options: {},
  };
  const book = new WorkbookOfTables(index);
  yield* book.begin();
  const first = book.format.create(index, measureRows(columns, rows));
  yield* first.rows({ count: rows.length, csv: Buffer.alloc(0), cells: () => [...rows] });
  yield* first.finish();
  for (const member of questions) {
    const report = findReport(member.reportType);
    if (!report) throw new Error(`the report ${member.reportType} is not known`);
    const { scope, options } = member;
    const snapshot = await openSnapshot(client, { asOf: scope.asOf, companyId: scope.companyId });
    await provenVersion(snapshot.read, scope.companyId, scope.asOf);
    const definition = inComparison(report, options.compare_to);
    const { totals } = member;
    const wanted = { definition, scope, options, requestedBy, snapshot, totals, format: book.format };
    yield* (await writeReport(wanted)).content();
    await snapshot.end();
  }
  yield* book.finish();
}

/** In the order of the members; how a CSV is written makes no other question. */
function questionsOf(members: readonly PackedMember[]): PackedMember[] {
  const first = new Map<string, PackedMember>();
  for (const member of members) {
    const { csv_dialect: _, ...options } = member.options;
    const key = JSON.stringify([member.companyId, member.reportType, member.scope.filters, options]);
    if (!first.has(key)) first.set(key, member);
  }
  return [...first.values()];
}

/** A line for each currency. */
function indexRows({ companies, from, to }: PackTask, member: PackedMember, sheet: number): Row[] {
  const company = companies.find(({ id }) => id === member.companyId)?.name ?? '';
  const title = findReport(member.reportType)?.title ?? member.reportType;
  const start = [String(sheet), company, title, from, to, String(member.rowCount)];
  const { currencies } = member.totals;
  const leading = leadingFigure(member);
  if (currencies.length === 0) return [[...start, null, null, null]];
  return currencies.map(({ currency, sums }) => [
    ...start,
    (leading && sums[leading.key]) ?? null,
    leading?.label ?? null,
    currency,
  ]);
}
