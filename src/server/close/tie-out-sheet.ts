/** The tie-out as a sheet: every rule with both sides, and below a rule that differs the lines that make it. A PDF, or JSON. */
import { tieOutRuleNames, type TieOut } from '#contract/closing.ts';
import type { ReportDocument, Row } from '#contract/reports.ts';
import type { RowBatch } from '#server/renderers/renderer.ts';
import { loadFormat } from '#server/renderers/formats.ts';
import { measureRows } from '#server/renderers/measured.ts';

/** Whose sheet it is, and how figures are written. */
export interface SheetFacts {
  readonly company: ReportDocument['company'];
  readonly period: { readonly from: string; readonly to: string };
  readonly requestedBy: string;
  /** RFC 3339. */
  readonly snapshotAt: string;
}

const columns: ReportDocument['columns'] = [
  { key: 'company', label: 'Company', type: 'text' },
  { key: 'rule', label: 'What must agree', type: 'text' },
  { key: 'line', label: 'Line', type: 'text' },
  { key: 'status', label: 'Status', type: 'text' },
  { key: 'expected', label: 'Expected', type: 'quantity' },
  { key: 'found', label: 'Found', type: 'quantity' },
  { key: 'difference', label: 'Difference', type: 'quantity' },
  { key: 'currency', label: 'Currency', type: 'text' },
];
const statusNames = { agrees: 'agrees', differs: 'differs', not_applicable: 'not applicable' } as const;

/** In the order of the rules; a rule that differs is followed by its lines. */
export const sheetRows = (tieOuts: readonly TieOut[]): Row[] =>
  tieOuts.flatMap(({ company, rules }) =>
    rules.flatMap((rule): Row[] => [
      [
        company.name,
        tieOutRuleNames[rule.key],
        null,
        statusNames[rule.status],
        rule.expected,
        rule.found,
        rule.difference,
        rule.currency,
      ],
      ...rule.lines.map((line): Row => [
        company.name,
        tieOutRuleNames[rule.key],
        line.name,
        null,
        line.expected,
        line.found,
        line.difference,
        rule.currency,
      ]),
      ...(rule.line_count > rule.lines.length
        ? [
            [
              company.name,
              tieOutRuleNames[rule.key],
              `and ${rule.line_count - rule.lines.length} more`,
              null,
              null,
              null,
              null,
              null,
            ] as Row,
          ]
        : []),
    ]),
  );

/** Of one company, or of all that a pack is of. Yields the bytes of the PDF. */
export async function* tieOutPdf(tieOuts: readonly TieOut[], facts: SheetFacts): AsyncGenerator<Buffer> {
  const format = await loadFormat('pdf', {});
  const rows = sheetRows(tieOuts);
  const differing = tieOuts.flatMap(({ rules }) => rules.filter(({ status }) => status === 'differs')).length;
  const document: ReportDocument = {
    reportType: 'order_lines',
    title: 'Tie-out',
    columns,
    contract: { major: 1, minor: 0 },
    groupColumns: [],
    sumColumns: [],
    company: facts.company,
    period: facts.period,
    dateBasis: 'Delivery date of purchases, movement date of stock',
    filters: [
      {
        label: 'Result',
        value:
          differing === 0
            ? 'Everything agrees'
            : `${differing} of ${tieOuts.flatMap(({ rules }) => rules).length} rules differ`,
      },
    ],
    requestedBy: facts.requestedBy,
    snapshotAt: facts.snapshotAt,
    totals: { rows: rows.length, currencies: [], groups: [] },
    options: {},
  };
  const renderer = format.create(document, measureRows(columns, rows));
  const batch: RowBatch = { count: rows.length, csv: Buffer.alloc(0), cells: () => [...rows] };
  yield* renderer.begin();
  yield* renderer.rows(batch);
  yield* renderer.finish();
}
