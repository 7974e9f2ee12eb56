/**
 * The tables of control totals on the first pages: totals per currency, then every group with the page it starts on. They
 * are as wide as their figures need; where a name would have no room beside all sums, the sums go on in a further table.
 */
import type { Column, CurrencyTotals, ReportDocument } from '#contract/reports.ts';
import { groupLabel, groupName, totalColumns } from '../facts.ts';
import { isZero, wrap } from './columns.ts';
import type { FontSet } from './fonts.ts';
import type { LocaleFormat } from './locale-format.ts';
import type { PageContent } from './page.ts';
import { grey, hairline, ink, points, rule } from './paper.ts';
import type { Paper } from './paper.ts';
import { columnHead, rowHead } from './structure.ts';
import { TextStyle } from './text.ts';

export const totalsPitch = points(13);
const headPitch = points(9.5);
const nameWidthMin = points(120);
const nameUnitsMax = 200;
const currencyWidth = points(34);
const sumWidthMin = points(48);
const pageWidth = points(44);
const columnGap = points(14);
const labelLinesMax = 3;

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

/** One table: some of the sums beside every name. All edges but the currency's are right ones; `page` is the table's own. */
interface Block {
  readonly sums: readonly { readonly column: Column; readonly right: number; readonly label: readonly string[] }[];
  readonly currency: number;
  readonly rows: number;
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
      return { name: groupName(one.group), totals: one, starts, group };
    }),
  ];
};

export class ControlTotals {
  readonly lines: readonly Line[];
  readonly blocks: readonly Block[];
  readonly #input: ControlTotalsInput;
  readonly #text: TextStyle;
  readonly #bold: TextStyle;
  readonly #head: TextStyle;

  constructor(input: ControlTotalsInput) {
    const { document, fonts } = input;
    this.#input = input;
    this.#text = new TextStyle(fonts, 'regular', points(9));
    this.#bold = new TextStyle(fonts, 'bold', points(9));
    this.#head = new TextStyle(fonts, 'regular', points(8));
    this.lines = linesOf(document);
    this.blocks = this.#layOut();
  }

  /** Height of the columns' labels, with the space above them. */
  headHeight(block: Block): number {
    return points(10) + headPitch * Math.max(1, ...block.sums.map(({ label }) => label.length));
  }

  /** The columns' labels above a line at `y`; a table that goes on is no new one. */
  paintHead(page: PageContent, y: number, block: Block, continued: boolean): void {
    const { document, paper } = this.#input;
    const baseline = y + points(4);
    const head = (paint: () => void): void => (continued ? paint() : page.element('TH', columnHead, paint));
    const right = (edge: number, label: readonly string[]): void =>
      head(() =>
        label.forEach((line, at) =>
          page.writeRight(this.#head, edge, baseline + headPitch * (label.length - 1 - at), line),
        ),
      );
    page.use(this.#head, grey);
    if (!continued) page.open('TR');
    head(() =>
      page.write(this.#head, paper.left, baseline, groupLabel(document), block.currency - paper.left - columnGap),
    );
    head(() => page.write(this.#head, block.currency, baseline, 'Currency'));
    right(block.rows, ['Rows']);
    for (const { right: edge, label } of block.sums) right(edge, label);
    if (document.totals.groups.length > 0) right(block.page, ['Page']);
    if (!continued) page.close();
    page.line(rule, paper.left, block.page, y);
  }

  /**
   * The line at `index`, standing on `y`. A name is not repeated but at the `top` of a page or table.
   * `groupPages`: printed page numbers, one per group.
   */
  paintLine(
    page: PageContent,
    y: number,
    index: number,
    block: Block,
    top: boolean,
    groupPages: readonly number[],
  ): void {
    const { paper, format } = this.#input;
    const { name, totals, starts, group } = this.lines[index]!;
    const style = group === undefined ? this.#bold : this.#text;
    const baseline = y + points(3.8);
    const cell = (paint: () => void): void => page.element('TD', '', paint);
    const right = (edge: number, text: string): void => cell(() => page.writeRight(style, edge, baseline, text));
    const width = block.currency - paper.left - columnGap;
    page.use(style, ink);
    page.open('TR');
    if (starts || top) page.element('TH', rowHead(1), () => page.write(style, paper.left, baseline, name, width));
    else page.empty('TD');
    cell(() => page.write(style, block.currency, baseline, totals.currency));
    right(block.rows, format.number(String(totals.rows)) ?? '');
    for (const { column, right: edge } of block.sums) right(edge, this.#sum(totals, column));
    const groupPage = group !== undefined && starts ? groupPages[group] : undefined;
    if (groupPage !== undefined) right(block.page, String(groupPage));
    else if (this.#input.document.totals.groups.length > 0) page.empty('TD');
    page.close();
    // A stronger line parts the report's totals from the groups.
    const last = group === undefined && this.lines[index + 1]?.group !== undefined;
    page.line(last ? rule : hairline, paper.left, block.page, y);
  }

  #sum(totals: CurrencyTotals, column: Column): string {
    const sum = totals.sums[column.key] ?? '';
    return this.#input.format.number(sum) ?? sum;
  }

  /** What is zero everywhere says nothing and takes the room of what does; one sum stays in any case. */
  #columns(): readonly Column[] {
    const all = totalColumns(this.#input.document);
    const some = all.filter(({ key }) => this.lines.some(({ totals }) => !isZero(totals.sums[key] ?? '0')));
    return some.length > 0 ? some : all.slice(0, 1);
  }

  #layOut(): Block[] {
    const { paper, document, format } = this.#input;
    const widthOf = (text: string, style = this.#bold): number => style.widthOf(style.fragment(text));
    const widest = (widths: readonly number[]): number => widths.reduce((most, width) => Math.max(most, width), 0);
    const rowsWidth = Math.max(points(40), widthOf(format.number(String(document.totals.rows)) ?? '') + columnGap);
    const page = document.totals.groups.length > 0 ? pageWidth : 0;
    const longest = widest(this.lines.map((line) => widthOf(line.name.slice(0, nameUnitsMax))));
    const fixed = currencyWidth + rowsWidth + page;
    const room = paper.right - paper.left;
    const sized = this.#columns().map((column) => {
      const words = widest(column.label.split(' ').map((word) => widthOf(word, this.#head)));
      const figures = widest(this.lines.map((line) => widthOf(this.#sum(line.totals, column))));
      const width = Math.round(Math.max(sumWidthMin, words, figures));
      return { column, width, label: wrap(column.label, width, this.#head).slice(0, labelLinesMax) };
    });
    const blocks: (typeof sized)[] = [[]];
    let used = 0;
    for (const one of sized) {
      const wanted = one.width + columnGap;
      if (blocks.at(-1)!.length > 0 && nameWidthMin + fixed + used + wanted > room) {
        blocks.push([]);
        used = 0;
      }
      blocks.at(-1)!.push(one);
      used += wanted;
    }
    return blocks.map((block) => {
      const sums = block.reduce((all, { width }) => all + width + columnGap, 0);
      const names = Math.round(Math.max(nameWidthMin, Math.min(longest + columnGap, room - fixed - sums)));
      const currency = paper.left + names;
      const rows = Math.round(currency + currencyWidth + rowsWidth);
      let edge = rows;
      const placed = block.map(({ column, width, label }) => {
        edge += width + columnGap;
        return { column, right: edge, label };
      });
      return { sums: placed, currency, rows, page: edge + page };
    });
  }
}
