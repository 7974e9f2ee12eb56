/**
 * The second sheet: what the report is, its control totals per currency and its subtotals per group, as typed cells.
 * All of it is known before the first row, so the sheet is written first.
 */
import type { Cell, Column, ColumnType, CurrencyTotals, ReportDocument } from '#contract/reports.ts';
import { documentFacts, groupLabel, totalColumns } from '../facts.ts';
import type { Fact } from '../facts.ts';
import { cellWriter, columnLetters, styledCell } from './cells.ts';
import { columnsXml, textLength, worksheetOpen } from './sheet.ts';
import { styleOf } from './styles.ts';

const factType: Record<Fact['kind'], ColumnType> = { text: 'text', day: 'date', count: 'integer' };
/** In characters. What does not fit into the first columns is a text, and runs on. */
const widthsMin = { label: 28, value: 14 };
const labelWidthMax = 60;

/** Every heading and every figure has room; a figure that has none is shown as ####. */
function widths({ totals }: ReportDocument, sums: readonly Column[]): readonly number[] {
  const all = [...totals.currencies, ...totals.groups];
  const room = (texts: readonly string[], min = widthsMin.value): number =>
    texts.reduce((most, text) => Math.max(most, textLength(text) + Math.floor(text.length / 3) + 1), min);
  const label = room(
    totals.groups.map(({ group }) => group),
    widthsMin.label,
  );
  return [
    Math.min(labelWidthMax, label),
    widthsMin.value,
    widthsMin.value,
    ...sums.map(({ key, label: heading }) => room([heading, ...all.map(({ sums: amounts }) => amounts[key] ?? '')])),
  ];
}

/** The whole sheet as text; a few hundred bytes per group and currency. */
export const totalsSheetXml = (document: ReportDocument): string => {
  const { totals } = document;
  const sums = totalColumns(document);
  const rows: string[] = [];
  let row = 0;

  const add = (...cells: (string | null)[]): void => {
    row += 1;
    const made = cells.map((cell, index) => (cell === null ? '' : `<c r="${columnLetters(index)}${row}${cell}`));
    if (made.length > 0) rows.push(`<row r="${row}">${made.join('')}</row>`);
  };
  const typed = (type: ColumnType, text: Cell | undefined): string | null =>
    text === null || text === undefined ? null : cellWriter(type)(text);
  const sumCells = (one: CurrencyTotals): (string | null)[] => [
    typed('integer', String(one.rows)),
    ...sums.map((column) => typed(column.type, one.sums[column.key])),
  ];
  const heads = (...labels: string[]): void => {
    const right = ['Rows', ...sums.map((column) => column.label)];
    add(
      ...labels.map((label) => styledCell(label, styleOf.header)),
      ...right.map((label) => styledCell(label, styleOf.headerRight)),
    );
  };

  add(styledCell(document.title, styleOf.title));
  add();
  for (const fact of documentFacts(document, (day) => day)) {
    add(styledCell(fact.label, styleOf.label), typed(factType[fact.kind], fact.value));
  }
  add();
  heads('Totals per currency', 'Currency');
  for (const total of totals.currencies) {
    add(styledCell('Total', styleOf.strong), typed('text', total.currency), ...sumCells(total));
  }
  if (totals.currencies.length === 0) add(styledCell('No rows', styleOf.label));
  if (totals.groups.length > 0) {
    add();
    heads(groupLabel(document), 'Currency');
    for (const group of totals.groups) {
      add(typed('text', group.group), typed('text', group.currency), ...sumCells(group));
    }
  }

  return [
    worksheetOpen,
    '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>',
    '<sheetViews><sheetView showGridLines="0" workbookViewId="0"/></sheetViews>',
    '<sheetFormatPr defaultRowHeight="15"/>',
    columnsXml(widths(document, sums)),
    `<sheetData>${rows.join('')}</sheetData>`,
    '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>',
    '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>',
    '</worksheet>',
  ].join('');
};
