/**
 * The table of control totals on the first pages: totals per currency, then every group with the page it starts on.
 * It is as wide as its figures need, so that the eye finds the sum that belongs to a name.
 */
import type { Column, CurrencyTotals, ReportDocument } from '#contract/reports.ts';
import { groupLabel, totalColumns } from '../facts.ts';
import { shownCell } from './columns.ts';
import type { FontSet } from './fonts.ts';
import type { LocaleFormat } from './locale-format.ts';
import type { PageContent } from './page.ts';
import { grey, hairline, ink, points, rule } from './paper.ts';
import type { Paper } from './paper.ts';
import { TextStyle } from './text.ts';

export const totalsPitch = points(13);
const nameWidthMin = points(150);
const nameUnitsMax = 200;
const currencyWidth = points(40);
const rowsWidth = points(40);
const sumWidthMin = points(48);
const pageWidth = points(44);
const columnGap = points(16);

export interface ControlTotalsInput {
  readonly document: ReportDocument;
  readonly format: LocaleFormat;
  readonly fonts: FontSet;
  readonly paper: Paper;
}

interface Line {
  readonly name: string;
  readonly totals: CurrencyTotals;
  /** The first line of its name. */
  readonly starts: boolean;
  /** Counted from 0; undefined for the totals of the whole report. */
  readonly group: number | undefined;
}

/** Left edge of the currency, right edges of all figures; `page` is the table's own. */
interface Edges {
  readonly currency: number;
  readonly rows: number;
  readonly sums: readonly number[];
  readonly page: number;
}

const linesOf = ({ totals }: ReportDocument): Line[] => {
  let group = -1;
  let last: string | undefined;
  return [
    ...totals.currencies.map((one, index) => ({ name: 'Total', totals: one, starts: index === 0, group: undefined })),
    ...totals.groups.map((one): Line => {
      const starts = one.group !== last;
      if (starts) group += 1;
      last = one.group;
      return { name: one.group || '(none)', totals: one, starts, group };
    }),
  ];
};

export class ControlTotals {
  readonly lines: readonly Line[];
  readonly #input: ControlTotalsInput;
  readonly #sums: readonly Column[];
  readonly #edges: Edges;
  readonly #text: TextStyle;
  readonly #bold: TextStyle;
  readonly #head: TextStyle;

  constructor(input: ControlTotalsInput) {
    const { document, fonts } = input;
    this.#input = input;
    this.#text = new TextStyle(fonts, 'regular', points(9));
    this.#bold = new TextStyle(fonts, 'bold', points(9));
    this.#head = new TextStyle(fonts, 'regular', points(8));
    this.#sums = totalColumns(document);
    this.lines = linesOf(document);
    this.#edges = this.#measure();
  }

  /** The columns' labels above a line at `y`. */
  paintHead(page: PageContent, y: number): void {
    const { document, paper } = this.#input;
    const { currency, rows, sums, page: right } = this.#edges;
    const baseline = y + points(4);
    page.use(this.#head, grey);
    page.write(this.#head, paper.left, baseline, groupLabel(document), currency - paper.left - columnGap);
    page.write(this.#head, currency, baseline, 'Currency');
    page.writeRight(this.#head, rows, baseline, 'Rows');
    this.#sums.forEach((column, index) => page.writeRight(this.#head, sums[index]!, baseline, column.label));
    if (document.totals.groups.length > 0) page.writeRight(this.#head, right, baseline, 'Page');
    page.line(rule, paper.left, right, y);
  }

  /**
   * The line at `index`, standing on `y`. A name is not repeated but at the `top` of a page.
   * `groupPages`: printed page numbers, one per group.
   */
  paintLine(page: PageContent, y: number, index: number, top: boolean, groupPages: readonly number[]): void {
    const { paper, format } = this.#input;
    const { currency, rows, sums, page: right } = this.#edges;
    const { name, totals, starts, group } = this.lines[index]!;
    const style = group === undefined ? this.#bold : this.#text;
    const baseline = y + points(3.8);
    page.use(style, ink);
    if (starts || top) page.write(style, paper.left, baseline, name, currency - paper.left - columnGap);
    page.write(style, currency, baseline, totals.currency);
    page.writeRight(style, rows, baseline, format.number(String(totals.rows)) ?? '');
    this.#sums.forEach((column, place) => page.writeRight(style, sums[place]!, baseline, this.#sum(totals, column)));
    const groupPage = group !== undefined && starts ? groupPages[group] : undefined;
    if (groupPage !== undefined) page.writeRight(style, right, baseline, String(groupPage));
    // A stronger line parts the report's totals from the groups.
    const last = group === undefined && this.lines[index + 1]?.group !== undefined;
    page.line(last ? rule : hairline, paper.left, right, y);
  }

  #sum(totals: CurrencyTotals, column: Column): string {
    const sum = totals.sums[column.key] ?? '';
    return shownCell(sum, column, this.#input.format) ?? sum;
  }

  #measure(): Edges {
    const { paper, document } = this.#input;
    const widthOf = (text: string): number => this.#bold.widthOf(this.#bold.fragment(text));
    const widths = this.#sums.map((column) => {
      const sums = this.lines.map((line) => widthOf(this.#sum(line.totals, column)));
      return Math.round(
        sums.reduce((most, width) => Math.max(most, width), Math.max(sumWidthMin, widthOf(column.label))),
      );
    });
    const page = document.totals.groups.length > 0 ? pageWidth : 0;
    const figures = widths.reduce((all, width) => all + width + columnGap, currencyWidth + rowsWidth + page);
    const longest = this.lines.reduce((most, line) => Math.max(most, widthOf(line.name.slice(0, nameUnitsMax))), 0);
    const names = Math.round(Math.max(nameWidthMin, longest) + 2 * columnGap);
    const currency = Math.min(paper.left + names, paper.right - figures);
    const rows = currency + currencyWidth + rowsWidth;
    let edge = rows;
    const sums = widths.map((width) => {
      edge += width + columnGap;
      return edge;
    });
    return { currency, rows, sums, page: edge + page };
  }
}
