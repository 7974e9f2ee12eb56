/**
 * The first page: what the report is, for whom, from when, and what it must add up to; long lists of groups go on.
 * Everything on it is known before the first row.
 */
import { documentFacts, periodText } from '../facts.ts';
import { ControlTotals, totalsPitch } from './control-totals.ts';
import type { ControlTotalsInput } from './control-totals.ts';
import { PageContent } from './page.ts';
import { grey, ink, points, strongRule } from './paper.ts';
import { TextStyle } from './text.ts';

const factPitch = points(13.5);
const factLabelWidth = points(110);
const factLinesMax = 4;
const factUnitsMax = 2_000;
/** From the upper edge of the page: the first fact, and the head of the totals on further pages. */
const factsTop = points(74);
const furtherTop = points(32);
/** From the last fact to the head of the totals. */
const totalsGap = points(66);
const bottom = points(40);
/** Said by the title block already. */
const factsInTitle = new Set(['Company', 'From', 'To', 'As of']);

/** Breaks a text at spaces into at most `linesMax` lines; the last is cut by whoever prints it. */
const wrapped = (text: string, width: number, linesMax: number, style: TextStyle): string[] => {
  const lines = [''];
  for (const word of text.slice(0, factUnitsMax).split(' ')) {
    const last = lines.at(-1)!;
    const longer = last ? `${last} ${word}` : word;
    const fits = style.widthOf(style.fragment(longer)) <= width;
    if (!last || fits || lines.length === linesMax) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
};

export class Cover {
  readonly #input: ControlTotalsInput;
  readonly #totals: ControlTotals;
  readonly #facts: readonly { readonly label: string; readonly lines: readonly string[] }[];
  readonly #styles: Record<'company' | 'title' | 'text' | 'small' | 'section', TextStyle>;
  /** Lines of the control totals on the first page and on each further one. */
  readonly #firstLines: number;
  readonly #furtherLines: number;

  constructor(input: ControlTotalsInput) {
    const { document, fonts, format, paper } = input;
    this.#input = input;
    this.#totals = new ControlTotals(input);
    this.#styles = {
      company: new TextStyle(fonts, 'bold', points(10)),
      title: new TextStyle(fonts, 'bold', points(20)),
      text: new TextStyle(fonts, 'regular', points(9)),
      small: new TextStyle(fonts, 'regular', points(8)),
      section: new TextStyle(fonts, 'bold', points(11)),
    };
    const valueWidth = paper.right - paper.left - factLabelWidth;
    this.#facts = documentFacts(document, (day) => format.day(day) ?? day)
      .filter((fact) => !factsInTitle.has(fact.label))
      .map(({ label, kind, value }) => {
        const shown = kind === 'count' ? (format.number(value) ?? value) : value;
        return { label, lines: wrapped(shown, valueWidth, factLinesMax, this.#styles.text) };
      });
    this.#firstLines = Math.max(0, Math.floor((this.#totalsTop() - bottom) / totalsPitch));
    this.#furtherLines = Math.floor((paper.top - furtherTop - bottom) / totalsPitch);
  }

  get pages(): number {
    const further = Math.max(0, this.#totals.lines.length - this.#firstLines);
    return 1 + Math.ceil(further / this.#furtherLines);
  }

  /** `groupPages`: printed page numbers, one per group. */
  paint(groupPages: readonly number[]): PageContent[] {
    const { paper } = this.#input;
    const { section } = this.#styles;
    const count = this.#totals.lines.length;
    const made: PageContent[] = [];
    for (let from = 0; made.length < this.pages;) {
      const page = new PageContent();
      const first = made.length === 0;
      made.push(page);
      if (first) {
        this.#paintHead(page);
      } else {
        page.use(section, ink);
        page.write(section, paper.left, paper.top - points(9), 'Control totals, continued');
      }
      const top = first ? this.#totalsTop() : paper.top - furtherTop;
      const lines = Math.min(count - from, first ? this.#firstLines : this.#furtherLines);
      if (lines > 0) this.#totals.paintHead(page, top);
      for (let line = 0; line < lines; line += 1) {
        this.#totals.paintLine(page, top - (line + 1) * totalsPitch, from + line, line === 0, groupPages);
      }
      from += lines;
    }
    return made;
  }

  #totalsTop(): number {
    const lines = this.#facts.reduce((sum, fact) => sum + fact.lines.length, 0);
    return this.#input.paper.top - factsTop - lines * factPitch - totalsGap;
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
    page.write(section, left, top - points(50), periodText(document, day));
    page.line(strongRule, left, right, top - points(62));

    let y = top - factsTop;
    for (const fact of this.#facts) {
      page.use(small, grey);
      page.write(small, left, y - points(8.5), fact.label, factLabelWidth - points(6));
      page.use(text, ink);
      for (const line of fact.lines) {
        page.write(text, left + factLabelWidth, y - points(8.5), line, width - factLabelWidth);
        y -= factPitch;
      }
    }

    const none = document.totals.rows === 0;
    page.use(section, ink);
    page.write(section, left, y - points(25), none ? 'No rows' : 'Control totals');
    page.use(small, grey);
    page.write(
      small,
      left,
      y - points(38),
      none
        ? 'Nothing matched this period and these filters: the report is complete, and empty.'
        : 'Counted and summed by a query of their own, in the same snapshot of the database as the rows. The totals in the tables must equal them.',
      width,
    );
  }
}
