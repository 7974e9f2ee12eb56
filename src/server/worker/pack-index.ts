/** What is in a pack, for people (a PDF) and for programs (JSON): each export with its rows, sums and where it lies. */
import { findReport } from '#server/reports/registry.ts';
import { pdfSheet, type SheetFacts } from '#server/renderers/sheet.ts';
import type { ReportDocument, Row } from '#contract/reports.ts';
import { leadingFigure, type MemberNames } from './pack-names.ts';
import type { PackTask } from './pack-task.ts';
import type { CompanyTieOut } from './pack-tie-out.ts';
import { statusOf } from '#server/close/tie-out.ts';

export interface IndexFacts {
  readonly task: PackTask;
  readonly folders: ReadonlyMap<string, string>;
  /** In the order of the members. */
  readonly names: readonly MemberNames[];
  readonly tieOuts: readonly CompanyTieOut[];
}

const titleOf = (type: string): string => findReport(type)?.title ?? type;

export function indexJson({ task, folders, names, tieOuts }: IndexFacts): string {
  const { companies, members, organization, name, from, to } = task;
  return `${JSON.stringify(
    {
      pack: { id: task.jobId, name },
      organization,
      period: { date_from: from, date_to: to },
      requested_by: task.requestedBy,
      requested_at: task.requestedAt,
      snapshot_at: task.now,
      companies: companies.map(({ id, name: company, currency, timeZone, version }) => ({
        id,
        name: company,
        currency,
        time_zone: timeZone,
        data_version: version,
        folder: folders.get(id),
      })),
      exports: members.map((member, n) => ({
        job_id: member.jobId,
        company_id: member.companyId,
        report_type: member.reportType,
        title: titleOf(member.reportType),
        file_format: member.fileFormat,
        filters: member.scope.filters,
        options: member.options,
        rows: member.rowCount,
        totals: member.totals.currencies,
        file: names[n]?.file,
        sha256: member.files[0]?.sha256,
        bytes: member.files[0]?.bytes,
        proof: names[n]?.proof,
      })),
      tie_out: { status: statusOf(tieOuts), file: 'tie-out.json' },
    },
    null,
    2,
  )}\n`;
}

const columns: ReportDocument['columns'] = [
  { key: 'company', label: 'Company', type: 'text' },
  { key: 'report', label: 'Report', type: 'text' },
  { key: 'format', label: 'Format', type: 'text' },
  { key: 'rows', label: 'Rows', type: 'integer' },
  { key: 'total', label: 'Total', type: 'money' },
  { key: 'currency', label: 'Currency', type: 'text' },
  { key: 'total_of', label: 'Total of', type: 'text' },
  { key: 'file', label: 'File', type: 'text' },
];

/** A line for each export and currency of it. */
function indexRows({ task: { companies, members }, names }: IndexFacts): Row[] {
  return members.flatMap((member, n): Row[] => {
    const company = companies.find(({ id }) => id === member.companyId)?.name ?? '';
    const start = [company, titleOf(member.reportType), member.fileFormat.toUpperCase(), String(member.rowCount)];
    const { currencies } = member.totals;
    const leading = leadingFigure(member);
    const file = names[n]?.file ?? null;
    if (currencies.length === 0) return [[...start, null, null, null, file]];
    return currencies.map(({ currency, sums }, at) => [
      ...(at === 0 ? start : [...start.slice(0, 3), null]),
      (leading && sums[leading.key]) ?? null,
      currency,
      leading?.label ?? null,
      file,
    ]);
  });
}

export async function* indexPdf(facts: IndexFacts, sheet: SheetFacts): AsyncGenerator<Buffer> {
  const { task, tieOuts } = facts;
  const status = statusOf(tieOuts);
  yield* pdfSheet(
    {
      title: task.name,
      columns,
      rows: indexRows(facts),
      dateBasis: 'As each report says',
      words: [
        { label: 'Companies', value: task.companies.map(({ name }) => name).join(', ') },
        { label: 'Exports', value: String(task.members.length) },
        {
          label: 'Tie-out',
          value: status === 'differs' ? 'Something differs: see tie-out.pdf' : 'Everything agrees: see tie-out.pdf',
        },
      ],
    },
    sheet,
  );
}
