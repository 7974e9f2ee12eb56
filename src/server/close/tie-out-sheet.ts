/** The tie-out as a sheet: every rule with both sides, and below a rule that differs the lines that make it. A PDF, or JSON. */
import { tieOutRuleNames, type TieOut, type TieOutResult } from '#contract/closing.ts';
import { type PackRule, packRuleNames } from '#contract/packs.ts';
import type { ReportDocument, Row } from '#contract/reports.ts';
import { pdfSheet, type SheetFacts } from '#server/renderers/sheet.ts';

/** Of one company, or of a company in a pack. */
type SheetTieOut = Pick<TieOut, 'company'> & {
  readonly rules: readonly (Omit<TieOutResult, 'key'> & { readonly key: PackRule })[];
};

const ruleNames: Readonly<Record<PackRule, string>> = { ...tieOutRuleNames, ...packRuleNames };

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
const sheetRows = (tieOuts: readonly SheetTieOut[]): Row[] =>
  tieOuts.flatMap(({ company, rules }) =>
    rules.flatMap((rule): Row[] => [
      [
        company.name,
        ruleNames[rule.key],
        null,
        statusNames[rule.status],
        rule.expected,
        rule.found,
        rule.difference,
        rule.currency,
      ],
      ...rule.lines.map((line): Row => [
        company.name,
        ruleNames[rule.key],
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
              ruleNames[rule.key],
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
export async function* tieOutPdf(tieOuts: readonly SheetTieOut[], facts: SheetFacts): AsyncGenerator<Buffer> {
  const rules = tieOuts.flatMap((one) => one.rules);
  const differing = rules.filter(({ status }) => status === 'differs').length;
  yield* pdfSheet(
    {
      title: 'Tie-out',
      columns,
      rows: sheetRows(tieOuts),
      dateBasis: 'Delivery date of purchases, movement date of stock',
      words: [
        {
          label: 'Result',
          value: differing === 0 ? 'Everything agrees' : `${differing} of ${rules.length} rules differ`,
        },
      ],
    },
    facts,
  );
}
