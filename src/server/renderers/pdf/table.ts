/**
 * The table pages: column heads on each, group headings (repeated after a break), rows, subtotals, grand totals.
 * `TableFlow` says where a line goes; here is how it looks. A finished page is handed on at once.
 */
import type { CurrencyTotals, ReportDocument, Row } from '#contract/reports.ts';
import { ColumnCells, linePitch } from './cells.ts';
import { groupName } from '../facts.ts';
import type { Section } from '../measured.ts';
import { fractionWidth } from './columns.ts';
import type { FittedTable, TableColumn } from './columns.ts';
import type { FontSet } from './fonts.ts';
import type { LocaleFormat } from './locale-format.ts';
import { PageContent } from './page.ts';
import { grey, hairline, headPitch, headSize, ink, points, rule, strongRule } from './paper.ts';
import { columnHead, language, rowHead, type Structure } from './structure.ts';
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
  /** Keys of the columns that lines of sums may have something in. */
  readonly summed: readonly string[];
  readonly structure: Structure | undefined;
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
  readonly #page: PageContent;
  /** Said of sums that are money below columns of quantities. */
  readonly #ofValue: string;
  #painting = false;
  /** Which part of the table is being said, for those who do not see it. */
  #part: 'none' | 'head' | 'body' | 'foot' = 'none';
  #hairlines: number[] = [];
  #heading = '';
  #rowsSelected = false;
  /** By number of decimals, in the page's unit. */
  readonly #fractions: number[] = [];

  constructor(input: TableInput) {
    const { fitted, fonts, format, grouped, summed } = input;
    const { paper } = fitted;
    this.#input = input;
    this.#page = new PageContent(input.structure);
    this.#flow = new TableFlow(paper.slots, paper.rowSlots, grouped, (continued) => this.#startPage(continued));
    this.#rowStyle = new TextStyle(fonts, 'regular', fitted.size);
    this.#boldStyle = new TextStyle(fonts, 'bold', fitted.size);
    this.#headStyle = new TextStyle(fonts, 'bold', headSize);
    this.#headingStyle = new TextStyle(fonts, 'bold', points(8.5));
    this.#noteStyle = new TextStyle(fonts, 'regular', points(7));
    this.#cells = fitted.columns.map((column) => new ColumnCells(column, fonts, fitted.size, format, paper.rowSlots));
    this.#indexes = fitted.columns.map((column) => column.index);
    this.#ofValue = fitted.columns.some(({ total_label }) => total_label !== undefined) ? ' value' : '';
    this.#sums = fitted.columns.filter((column) => summed.includes(column.key));
  }

  heading(group: GroupPlan): void {
    this.#heading = groupName(group.heading);
    const slot = this.#flow.heading(group.rows, group.lines);
    const rows = this.#input.format.number(String(group.rows)) ?? '';
    this.#goOnTo('body');
    this.#page.open('TR');
    this.#page.open('TH', rowHead(this.#cells.length));
    this.#paintHeading(slot, `${rows} ${group.rows === 1 ? 'row' : 'rows'}`, false);
    this.#page.close();
    this.#page.close();
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
    const { structure } = this.#input;
    if (structure && this.#part !== 'body') this.#goOnTo('body');
    const first = structure?.row(cells.length) ?? 0;
    for (let place = 0; place < cells.length; place += 1) {
      const text = row[this.#indexes[place]!];
      if (text === null || text === undefined || text === '') {
        structure?.emptyCell(first + place, first - 1);
        continue;
      }
      const { x, ops } = cells[place]!.place(text);
      if (structure) page.putCell(x, y, ops, structure.cell(first + place));
      else page.put(x, y, ops);
    }
    this.#hairlines.push(this.#bottom(slot, rowLines));
  }

  /** `index`: 0 for the first of a group's currencies. */
  subtotal(totals: CurrencyTotals, index: number): void {
    const slot = this.#flow.subtotal();
    this.#paintSums(slot, `Subtotal${this.#ofValue} ${this.#heading}`, totals, index === 0 ? rule : hairline);
  }

  /** What a section closes with, in its unit. */
  closing(label: string, { unit, rows, closing }: Section): void {
    const slot = this.#flow.subtotal();
    this.#paintSums(slot, label, { currency: unit, rows, sums: closing }, rule);
  }

  total(totals: CurrencyTotals, index: number, lines: number): void {
    const slot = this.#flow.total(index, lines);
    const rows = this.#input.format.number(String(totals.rows)) ?? '';
    if (this.#part !== 'foot') this.#goOnTo('foot');
    const name = `Total${this.#ofValue}, ${rows} ${totals.rows === 1 ? 'row' : 'rows'}`;
    this.#paintSums(slot, name, totals, index === 0 ? strongRule : hairline);
    const { fitted } = this.#input;
    if (index === lines - 1) this.#page.line(strongRule, fitted.paper.left, fitted.right, this.#bottom(slot));
  }

  /** Hands on the last page. */
  end(): void {
    this.#goOnTo('none');
    this.#endPage();
  }

  #endPage(): void {
    if (!this.#painting) return;
    this.#page.linesBelow(hairline, this.#input.fitted.paper.left, this.#input.fitted.right, this.#hairlines);
    this.#input.onPage(this.#page);
    this.#page.clear();
    this.#painting = false;
  }

  #startPage(continued: boolean): void {
    this.#endPage();
    const { fitted } = this.#input;
    const page = this.#page;
    this.#painting = true;
    this.#hairlines = [];
    this.#rowsSelected = false;
    page.use(this.#headStyle, ink);
    if (this.#part === 'none') {
      page.open('Table');
      this.#goOnTo('head');
      page.open('TR');
      for (const column of fitted.columns) page.element('TH', columnHead, () => this.#paintHead(column));
      page.close();
    } else {
      page.artifact(() => fitted.columns.forEach((column) => this.#paintHead(column)));
    }
    page.line(strongRule, fitted.paper.left, fitted.right, fitted.paper.tableTop);
    if (continued) page.artifact(() => this.#paintHeading(0, 'continued', true));
  }

  #paintHead({ labelLines, alignRight, left, right }: TableColumn): void {
    const { tableTop } = this.#input.fitted.paper;
    labelLines.forEach((label, index) => {
      const y = tableTop + points(4) + headPitch * (labelLines.length - 1 - index);
      if (alignRight) this.#page.writeRight(this.#headStyle, right, y, label);
      else this.#page.write(this.#headStyle, left, y, label);
    });
  }

  /** Heads, a group's rows (in the language of those who wrote them), or the grand total; or after all of them. */
  #goOnTo(part: 'none' | 'head' | 'body' | 'foot'): void {
    const page = this.#page;
    const { document } = this.#input;
    if (this.#part !== 'none') page.close();
    if (part === 'none' && this.#part !== 'none') page.close();
    if (part === 'head') page.open('THead');
    if (part === 'body') page.open('TBody', language(document.company.locale));
    if (part === 'foot') page.open('TFoot');
    this.#part = part;
  }

  #paintHeading(slot: number, note: string, continued: boolean): void {
    const { fitted } = this.#input;
    const { paper } = fitted;
    const page = this.#page;
    const bottom = this.#bottom(slot, paper.rowSlots);
    const y = bottom + points(3);
    const noteWidth = points(60);
    const heading = this.#headingStyle.fitted(this.#heading, paper.right - paper.left - noteWidth);
    const after = Math.round(paper.left + this.#headingStyle.widthOf(heading) + points(6));
    page.use(this.#headingStyle, ink);
    const said = (type: 'H2' | 'P', paint: () => void): void =>
      continued ? paint() : page.element(type, type === 'P' ? language('en') : '', paint);
    said('H2', () => page.put(paper.left, y, heading.ops));
    page.use(this.#noteStyle, grey);
    said('P', () => page.write(this.#noteStyle, after, y, note));
    page.line(rule, paper.left, fitted.right, bottom);
    this.#rowsSelected = false;
  }

  #paintSums(slot: number, name: string, totals: CurrencyTotals, stroke: string): void {
    const { fitted, format } = this.#input;
    const { paper, columns } = fitted;
    const page = this.#page;
    const style = this.#boldStyle;
    const y = this.#baseline(slot, style);
    const sums = columns.map((column) => {
      const sum = this.#sums.includes(column) ? totals.sums[column.key] : undefined;
      if (sum === undefined) return undefined;
      const digits = sum.includes('.') ? sum.length - sum.indexOf('.') - 1 : 0;
      const { ops, width } = style.fragment(format.number(sum) ?? sum);
      const right = column.right - column.fraction + this.#fractionOf(digits);
      return { ops, x: Math.round(right - style.widthOf({ ops, width })) };
    });
    const first = columns.findIndex((column) => this.#sums.includes(column));
    // a sum of the first column leaves the name what it does not need itself
    const firstSum = first === 0 ? (sums[0]?.x ?? columns[0]!.right) : (columns[first]?.left ?? fitted.right);
    const currency = style.fitted(totals.currency, points(60));
    const currencyX = Math.round(firstSum - points(6) - style.widthOf(currency));
    const named = Math.max(1, first < 0 ? columns.length : first);
    page.use(style, ink);
    page.open('TR', language('en'));
    page.element('TH', rowHead(named), () => {
      page.write(style, paper.left, y, name, Math.max(points(40), currencyX - points(6) - paper.left));
      page.put(currencyX, y, currency.ops);
      if (first === 0 && sums[0]) page.put(sums[0].x, y, sums[0].ops);
    });
    for (const sum of sums.slice(named)) {
      if (sum) page.element('TD', '', () => page.put(sum.x, y, sum.ops));
      else page.empty('TD');
    }
    page.close();
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
