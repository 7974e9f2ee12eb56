/**
 * The table pages: column heads on each, group headings (repeated after a break), rows, subtotals, grand totals.
 * `TableFlow` says where a line goes; here is how it looks. A finished page is handed on at once.
 */
import type { CurrencyTotals, ReportDocument, Row } from '#contract/reports.ts';
import { ColumnCells, linePitch } from './cells.ts';
import { groupName } from '../facts.ts';
import { fractionWidth } from './columns.ts';
import type { FittedTable, TableColumn } from './columns.ts';
import type { FontSet } from './fonts.ts';
import type { LocaleFormat } from './locale-format.ts';
import { PageContent } from './page.ts';
import { grey, hairline, headPitch, headSize, ink, points, rule, strongRule } from './paper.ts';
import { TableFlow } from './table-flow.ts';
import type { GroupPlan } from './table-flow.ts';
import { TextStyle } from './text.ts';

/** Height of a capital letter, as a share of the size: centres text in its slot. */
const capitalHeight = 0.66;

export interface TableInput {
  readonly document: ReportDocument;
  readonly fitted: FittedTable;
  readonly format: LocaleFormat;
  readonly fonts: FontSet;
  readonly grouped: boolean;
  /** Takes a page that is complete but for its footer; the next one is painted into the same memory. */
  readonly onPage: (page: PageContent) => void;
}

export class TablePainter {
  readonly #input: TableInput;
  readonly #flow: TableFlow;
  readonly #rowStyle: TextStyle;
  readonly #boldStyle: TextStyle;
  readonly #headStyle: TextStyle;
  readonly #headingStyle: TextStyle;
  readonly #noteStyle: TextStyle;
  readonly #cells: readonly ColumnCells[];
  readonly #indexes: readonly number[];
  readonly #sums: readonly TableColumn[];
  readonly #page = new PageContent();
  #painting = false;
  #hairlines: number[] = [];
  #heading = '';
  #rowsSelected = false;
  /** By number of decimals, in the page's unit. */
  readonly #fractions: number[] = [];

  constructor(input: TableInput) {
    const { fitted, fonts, format, grouped, document } = input;
    const { paper } = fitted;
    this.#input = input;
    this.#flow = new TableFlow(paper.slots, paper.rowSlots, grouped, (continued) => this.#startPage(continued));
    this.#rowStyle = new TextStyle(fonts, 'regular', fitted.size);
    this.#boldStyle = new TextStyle(fonts, 'bold', fitted.size);
    this.#headStyle = new TextStyle(fonts, 'bold', headSize);
    this.#headingStyle = new TextStyle(fonts, 'bold', points(8.5));
    this.#noteStyle = new TextStyle(fonts, 'regular', points(7));
    this.#cells = fitted.columns.map((column) => new ColumnCells(column, fonts, fitted.size, format, paper.rowSlots));
    this.#indexes = fitted.columns.map((column) => column.index);
    this.#sums = fitted.columns.filter((column) => document.sumColumns.includes(column.key));
  }

  heading(group: GroupPlan): void {
    this.#heading = groupName(group.heading);
    const slot = this.#flow.heading(group.rows, group.lines);
    const rows = this.#input.format.number(String(group.rows)) ?? '';
    this.#paintHeading(slot, `${rows} ${group.rows === 1 ? 'row' : 'rows'}`);
  }

  /** `lines`: the subtotals that must stay with this row, 0 for all but a group's last. */
  row(row: Row, lines: number): void {
    const slot = this.#flow.row(lines);
    const rowLines = this.#input.fitted.paper.rowSlots;
    const page = this.#page;
    if (!this.#rowsSelected) page.use(this.#rowStyle, ink);
    this.#rowsSelected = true;
    const y = this.#baseline(slot, this.#rowStyle, rowLines);
    const cells = this.#cells;
    for (let place = 0; place < cells.length; place += 1) {
      const text = row[this.#indexes[place]!];
      if (text === null || text === undefined || text === '') continue;
      const { x, ops } = cells[place]!.place(text);
      page.put(x, y, ops);
    }
    this.#hairlines.push(this.#bottom(slot, rowLines));
  }

  /** `index`: 0 for the first of a group's currencies. */
  subtotal(totals: CurrencyTotals, index: number): void {
    const slot = this.#flow.subtotal();
    this.#paintSums(slot, `Subtotal ${this.#heading}`, totals, index === 0 ? rule : hairline);
  }

  total(totals: CurrencyTotals, index: number, lines: number): void {
    const slot = this.#flow.total(index, lines);
    const rows = this.#input.format.number(String(totals.rows)) ?? '';
    const name = `Total, ${rows} ${totals.rows === 1 ? 'row' : 'rows'}`;
    this.#paintSums(slot, name, totals, index === 0 ? strongRule : hairline);
    const { fitted } = this.#input;
    if (index === lines - 1) this.#page.line(strongRule, fitted.paper.left, fitted.right, this.#bottom(slot));
  }

  /** Hands on the last page. */
  end(): void {
    if (!this.#painting) return;
    this.#page.linesBelow(hairline, this.#input.fitted.paper.left, this.#input.fitted.right, this.#hairlines);
    this.#input.onPage(this.#page);
    this.#page.clear();
    this.#painting = false;
  }

  #startPage(continued: boolean): void {
    this.end();
    const { fitted } = this.#input;
    const { paper } = fitted;
    const page = this.#page;
    this.#painting = true;
    this.#hairlines = [];
    this.#rowsSelected = false;
    page.use(this.#headStyle, ink);
    for (const { labelLines, alignRight, left, right } of fitted.columns) {
      labelLines.forEach((label, index) => {
        const y = paper.tableTop + points(4) + headPitch * (labelLines.length - 1 - index);
        if (alignRight) page.writeRight(this.#headStyle, right, y, label);
        else page.write(this.#headStyle, left, y, label);
      });
    }
    page.line(strongRule, paper.left, fitted.right, paper.tableTop);
    if (continued) this.#paintHeading(0, 'continued');
  }

  #paintHeading(slot: number, note: string): void {
    const { fitted } = this.#input;
    const { paper } = fitted;
    const page = this.#page;
    const bottom = this.#bottom(slot, paper.rowSlots);
    const y = bottom + points(3);
    const noteWidth = points(60);
    const heading = this.#headingStyle.fitted(this.#heading, paper.right - paper.left - noteWidth);
    page.use(this.#headingStyle, ink);
    page.put(paper.left, y, heading.ops);
    page.use(this.#noteStyle, grey);
    page.write(this.#noteStyle, Math.round(paper.left + this.#headingStyle.widthOf(heading) + points(6)), y, note);
    page.line(rule, paper.left, fitted.right, bottom);
    this.#rowsSelected = false;
  }

  #paintSums(slot: number, name: string, totals: CurrencyTotals, stroke: string): void {
    const { fitted, format } = this.#input;
    const { paper } = fitted;
    const page = this.#page;
    const y = this.#baseline(slot, this.#boldStyle);
    const firstSum = this.#sums[0]?.left ?? fitted.right;
    page.use(this.#boldStyle, ink);
    const currency = this.#boldStyle.fragment(totals.currency);
    const currencyX = Math.round(firstSum - points(6) - this.#boldStyle.widthOf(currency));
    page.write(this.#boldStyle, paper.left, y, name, Math.max(points(40), currencyX - points(6) - paper.left));
    page.put(currencyX, y, currency.ops);
    for (const column of this.#sums) {
      const sum = totals.sums[column.key];
      if (sum === undefined) continue;
      const digits = sum.includes('.') ? sum.length - sum.indexOf('.') - 1 : 0;
      const after = column.fraction - this.#fractionOf(digits);
      page.writeRight(this.#boldStyle, column.right - after, y, format.number(sum) ?? sum);
    }
    page.line(stroke, paper.left, fitted.right, this.#bottom(slot) + paper.slotHeight);
    this.#rowsSelected = false;
  }

  #fractionOf(digits: number): number {
    return (this.#fractions[digits] ??=
      (fractionWidth(this.#boldStyle, this.#input.format, digits) * this.#boldStyle.size) / 1000);
  }

  /** Lower edge of something that starts at a slot. */
  #bottom(slot: number, slots = 1): number {
    const { tableTop, slotHeight } = this.#input.fitted.paper;
    return tableTop - (slot + slots) * slotHeight;
  }

  /** Of the first of `lines` lines, which stand in the middle of their slots together. */
  #baseline(slot: number, style: TextStyle, lines = 1): number {
    const height = lines * this.#input.fitted.paper.slotHeight;
    const text = capitalHeight * style.size + (lines - 1) * linePitch(style.size);
    return Math.round(this.#bottom(slot, lines) + height - (height - text) / 2 - capitalHeight * style.size);
  }
}
