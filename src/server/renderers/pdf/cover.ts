/**
 * The first page: what the report is, for whom, from when, and what it must add up to; long lists of groups go on.
 * Everything on it is known before the first row.
 */
import type { Column, CurrencyTotals, ReportDocument } from '#contract/reports.ts';
import { documentFacts, groupLabel } from '../facts.ts';
import { shownCell } from './columns.ts';
import type { FontSet } from './fonts.ts';
import type { LocaleFormat } from './locale-format.ts';
import { PageContent } from './page.ts';
import { grey, hairline, ink, points, rule, strongRule } from './paper.ts';
import type { Paper } from './paper.ts';
import { TextStyle } from './text.ts';

const pitch = points(13);
const factPitch = points(13.5);
const labelWidth = points(110);
const gap = points(14);
const factLinesMax = 4;
const bottom = points(40);

/** One line of the control totals. `page`: where the group begins, as printed. */
interface TotalsLine {
  readonly name: string;
  readonly totals: CurrencyTotals;
  readonly bold: boolean;
  readonly group: number | undefined;
}

export interface CoverInput {
  readonly document: ReportDocument;
  readonly format: LocaleFormat;
  readonly fonts: FontSet;
  readonly paper: Paper;
  /** Groups in order, the first line of each carrying its page. */
  readonly groupNames: readonly string[];
}

/** Breaks a text at spaces into at most `linesMax` lines; the last is cut by whoever prints it. */
const wrapped = (text: string, width: number, linesMax: number, style: TextStyle): string[] => {
  const lines = [''];
  // Longer than all lines together: the end is never seen.
  for (const word of text.slice(0, 2_000).split(' ')) {
    const last = lines.at(-1)!;
    const longer = last ? `${last} ${word}` : word;
    const fits = style.widthOf(style.fragment(longer)) <= width;
    if (!last || fits || lines.length === linesMax) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
};

export class Cover {
  readonly #input: CoverInput;
  readonly #sums: readonly Column[];
  readonly #lines: readonly TotalsLine[];
  readonly #facts: readonly { readonly label: string; readonly lines: readonly string[] }[];
  readonly #styles: Record<'company' | 'title' | 'text' | 'bold' | 'small' | 'section', TextStyle>;
  readonly #firstLines: number;
  readonly #furtherLines: number;

  constructor(input: CoverInput) {
    const { document, fonts, format, paper } = input;
    this.#input = input;
    this.#styles = {
      company: new TextStyle(fonts, 'bold', points(10)),
      title: new TextStyle(fonts, 'bold', points(20)),
      text: new TextStyle(fonts, 'regular', points(9)),
      bold: new TextStyle(fonts, 'bold', points(9)),
      small: new TextStyle(fonts, 'regular', points(8)),
      section: new TextStyle(fonts, 'bold', points(11)),
    };
    this.#sums = document.columns.filter((column) => document.sumColumns.includes(column.key));
    const valueWidth = paper.right - paper.left - labelWidth;
    const inTitle = new Set(['Company', 'From', 'To']);
    this.#facts = documentFacts(document, (day) => format.day(day) ?? day)
      .filter((fact) => !inTitle.has(fact.label))
      .map(({ label, kind, value }) => ({
        label,
        lines: wrapped(
          kind === 'count' ? (format.number(value) ?? value) : value,
          valueWidth,
          factLinesMax,
          this.#styles.text,
        ),
      }));
    this.#lines = this.#totalsLines();
    this.#firstLines = Math.max(0, Math.floor((this.#totalsTop() - bottom) / pitch));
    this.#furtherLines = Math.floor((paper.top - points(32) - bottom) / pitch);
  }

  get pages(): number {
    const further = Math.max(0, this.#lines.length - this.#firstLines);
    return 1 + Math.ceil(further / this.#furtherLines);
  }

  /** `groupPages`: printed page numbers, one per group. */
  paint(groupPages: readonly number[]): PageContent[] {
    const { paper } = this.#input;
    const first = new PageContent();
    this.#paintHead(first);
    const made = [first];
    let page = first;
    let y = this.#totalsTop();
    if (this.#lines.length > 0) this.#paintTotalsHead(page, y);
    this.#lines.forEach((line, index) => {
      if (
        index === this.#firstLines ||
        (index > this.#firstLines && (index - this.#firstLines) % this.#furtherLines === 0)
      ) {
        page = new PageContent();
        made.push(page);
        y = paper.top - points(32);
        page.use(this.#styles.section, ink);
        page.write(this.#styles.section, paper.left, paper.top - points(9), 'Control totals, continued');
        this.#paintTotalsHead(page, y);
      }
      y -= pitch;
      this.#paintLine(page, y, line, groupPages);
    });
    return made;
  }

  #totalsLines(): TotalsLine[] {
    const { totals } = this.#input.document;
    let group = -1;
    let last: string | undefined;
    return [
      ...totals.currencies.map((one) => ({ name: 'Total', totals: one, bold: true, group: undefined })),
      ...totals.groups.map((one): TotalsLine => {
        const starts = one.group !== last;
        if (starts) group += 1;
        last = one.group;
        return {
          name: starts ? one.group || '(none)' : '',
          totals: one,
          bold: false,
          group: starts ? group : undefined,
        };
      }),
    ];
  }

  /** Lower edge of the head of the control totals on the first page. */
  #totalsTop(): number {
    const lines = this.#facts.reduce((sum, fact) => sum + fact.lines.length, 0);
    return this.#input.paper.top - points(74) - lines * factPitch - gap - points(52);
  }

  #paintHead(page: PageContent): void {
    const { document, format, paper } = this.#input;
    const { company, title, text, small, section } = this.#styles;
    const { left, right, top } = paper;
    const width = right - left;
    const day = (value: string): string => format.day(value) ?? value;

    page.use(company, grey);
    page.write(company, left, top - points(8), document.company.name, width);
    page.use(title, ink);
    page.write(title, left, top - points(32), document.title, width);
    page.use(section);
    page.write(section, left, top - points(50), `${day(document.period.from)} – ${day(document.period.to)}`);
    page.line(strongRule, left, right, top - points(62));

    let y = top - points(74);
    for (const fact of this.#facts) {
      y -= factPitch;
      page.use(small, grey);
      page.write(small, left, y + points(5), fact.label, labelWidth - points(6));
      page.use(text, ink);
      fact.lines.forEach((line, index) => {
        if (index > 0) y -= factPitch;
        page.write(text, left + labelWidth, y + points(5), line, width - labelWidth);
      });
    }

    y -= gap;
    page.use(section, ink);
    page.write(section, left, y - points(11), 'Control totals');
    page.use(small, grey);
    const none = document.totals.rows === 0;
    page.write(
      small,
      left,
      y - points(24),
      none
        ? 'There were no rows in this period.'
        : 'Counted and summed by a query of their own, in the same snapshot of the database as the rows. The totals in the tables must equal them.',
      width,
    );
  }

  /** Right edges of the figures: rows, sums, page. */
  #edges(): { readonly rows: number; readonly currency: number; readonly sums: readonly number[] } {
    const { paper, document, format } = this.#input;
    const { bold } = this.#styles;
    const all = [...document.totals.currencies, ...document.totals.groups];
    const widths = this.#sums.map((column) =>
      Math.max(
        points(48),
        bold.widthOf(bold.fragment(column.label)),
        ...all.map((one) => bold.widthOf(bold.fragment(shownCell(one.sums[column.key] ?? '', column, format)))),
      ),
    );
    let edge = paper.right - (this.#input.groupNames.length > 0 ? points(44) : 0);
    const sums = widths.toReversed().map((width) => {
      const right = edge;
      edge -= Math.round(width) + points(12);
      return right;
    });
    return { sums: sums.toReversed(), rows: edge, currency: edge - points(70) };
  }

  #paintTotalsHead(page: PageContent, y: number): void {
    const { document, paper, groupNames } = this.#input;
    const { small } = this.#styles;
    const edges = this.#edges();
    page.use(small, grey);
    page.write(small, paper.left, y + points(4), groupLabel(document), edges.currency - paper.left - points(6));
    page.write(small, edges.currency, y + points(4), 'Currency');
    page.writeRight(small, edges.rows, y + points(4), 'Rows');
    this.#sums.forEach((column, index) => page.writeRight(small, edges.sums[index]!, y + points(4), column.label));
    if (groupNames.length > 0) page.writeRight(small, paper.right, y + points(4), 'Page');
    page.line(rule, paper.left, paper.right, y);
  }

  #paintLine(page: PageContent, y: number, line: TotalsLine, groupPages: readonly number[]): void {
    const { paper, format } = this.#input;
    const style = line.bold ? this.#styles.bold : this.#styles.text;
    const edges = this.#edges();
    const baseline = y + points(3.8);
    page.use(style, ink);
    page.write(style, paper.left, baseline, line.name, edges.currency - paper.left - points(6));
    page.write(style, edges.currency, baseline, line.totals.currency);
    page.writeRight(style, edges.rows, baseline, format.number(String(line.totals.rows)) ?? '');
    this.#sums.forEach((column, index) => {
      const sum = line.totals.sums[column.key];
      if (sum !== undefined) page.writeRight(style, edges.sums[index]!, baseline, shownCell(sum, column, format));
    });
    const groupPage = line.group === undefined ? undefined : groupPages[line.group];
    if (groupPage !== undefined) page.writeRight(style, paper.right, baseline, String(groupPage));
    page.line(hairline, paper.left, paper.right, y);
  }
}
