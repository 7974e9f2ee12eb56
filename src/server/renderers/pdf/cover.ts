/**
 * The first page: what the report is, for whom, from when, and what it must add up to; long lists of groups go on.
 * Everything on it is known before the first row.
 */
import { documentFacts, periodText } from '../facts.ts';
import { ControlTotals, totalsPitch } from './control-totals.ts';
import type { ControlTotalsInput } from './control-totals.ts';
import { PageContent } from './page.ts';
import { grey, ink, points, strongRule } from './paper.ts';
import { language, type Structure } from './structure.ts';
import { TextStyle } from './text.ts';

const factPitch = points(13.5);
const factLabelWidth = points(110);
const factLinesMax = 4;
const factUnitsMax = 2_000;
/** From the upper edge of the page: the first fact, and the head of the totals on further pages. */
const factsTop = points(74);
const furtherTop = points(14);
/** From the last fact to what stands above the heads of the totals. */
const totalsGap = points(46);
const blockGap = points(16);
/** Lines that stay with their heads. */
const linesKept = 2;
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

/** The heads of a table of totals, or the line of it at `line`; `y` is its lower edge. */
interface Placed {
  readonly page: number;
  readonly y: number;
  readonly block: number;
  readonly line: number | undefined;
  /** First below its heads. */
  readonly top: boolean;
}

export interface CoverInput extends ControlTotalsInput {
  /** Beside those that every file has: what stands in every row and is therefore not a column of the tables. */
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly structure: Structure | undefined;
}

export class Cover {
  readonly #input: CoverInput;
  readonly #totals: ControlTotals;
  readonly #facts: readonly { readonly label: string; readonly lines: readonly string[] }[];
  readonly #styles: Record<'company' | 'title' | 'text' | 'small' | 'section', TextStyle>;
  readonly #placed: readonly Placed[];

  constructor(input: CoverInput) {
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
    const facts = documentFacts(document, (day) => format.day(day) ?? day)
      .filter((fact) => !factsInTitle.has(fact.label))
      .map(({ label, kind, value }) => {
        const shown = kind === 'count' ? format.number(value) : kind === 'day' ? format.day(value) : value;
        return { label, value: shown ?? value };
      });
    this.#facts = [...facts, ...input.facts].map(({ label, value }) => ({
      label,
      lines: wrapped(value, valueWidth, factLinesMax, this.#styles.text),
    }));
    this.#placed = this.#layOut();
  }

  get pages(): number {
    return 1 + (this.#placed.at(-1)?.page ?? 0);
  }

  /** Page by page. `groupPages`: printed page numbers, one per group. `header` is painted on all pages but the first. */
  *paint(groupPages: readonly number[], header: (page: PageContent) => void): Generator<PageContent, void, undefined> {
    const { paper, structure } = this.#input;
    const { section } = this.#styles;
    let block = -1;
    for (let at = 0; at < this.pages; at += 1) {
      const page = new PageContent(structure);
      if (at === 0) {
        this.#paintHead(page);
      } else {
        page.artifact(() => {
          header(page);
          page.use(section, ink);
          page.write(section, paper.left, paper.top - points(9), 'Control totals, continued');
        });
      }
      for (const placed of this.#placed.filter((one) => one.page === at)) {
        const table = this.#totals.blocks[placed.block]!;
        if (placed.line !== undefined) {
          this.#totals.paintLine(page, placed.y, placed.line, table, placed.top, groupPages);
        } else if (placed.block === block) {
          page.artifact(() => this.#totals.paintHead(page, placed.y, table, true));
        } else {
          if (block >= 0) page.close();
          block = placed.block;
          page.open('Table');
          this.#totals.paintHead(page, placed.y, table, false);
        }
      }
      if (at === this.pages - 1 && block >= 0) page.close();
      yield page;
    }
  }

  /** Where each line goes: a table of totals after the other, with its heads on every page it stands on. */
  #layOut(): Placed[] {
    const { paper } = this.#input;
    const placed: Placed[] = [];
    let page = 0;
    let y = this.#totalsTop();
    this.#totals.blocks.forEach((table, block) => {
      const head = this.#totals.headHeight(table);
      let top = true;
      if (block > 0) y -= blockGap;
      this.#totals.lines.forEach((_, line) => {
        const wanted = top ? head + Math.min(linesKept, this.#totals.lines.length) * totalsPitch : totalsPitch;
        if (y - wanted < bottom) {
          page += 1;
          y = paper.top - furtherTop;
          top = true;
        }
        if (top) {
          y -= head;
          placed.push({ page, y, block, line: undefined, top });
        }
        y -= totalsPitch;
        placed.push({ page, y, block, line, top });
        top = false;
      });
    });
    return placed;
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
    page.element('P', language(document.company.locale), () =>
      page.write(company, left, top - points(8), document.company.name, width),
    );
    page.use(title, ink);
    page.element('H1', '', () => page.write(title, left, top - points(32), document.title, width));
    page.use(section);
    page.element('P', '', () => page.write(section, left, top - points(50), periodText(document, day)));
    page.line(strongRule, left, right, top - points(62));

    let y = top - factsTop;
    page.open('L');
    for (const fact of this.#facts) {
      page.open('LI');
      page.use(small, grey);
      page.element('Lbl', '', () => page.write(small, left, y - points(8.5), fact.label, factLabelWidth - points(6)));
      page.use(text, ink);
      page.element('LBody', '', () => {
        for (const line of fact.lines) {
          page.write(text, left + factLabelWidth, y - points(8.5), line, width - factLabelWidth);
          y -= factPitch;
        }
      });
      page.close();
    }
    page.close();

    const none = document.totals.rows === 0;
    page.use(section, ink);
    page.element('H2', '', () => page.write(section, left, y - points(25), none ? 'No rows' : 'Control totals'));
    page.use(small, grey);
    const explanation = none
      ? 'Nothing matched this period and these filters: the report is complete, and empty.'
      : 'Counted and summed by a query of their own, in the same snapshot of the database as the rows. The totals in the tables must equal them.';
    page.element('P', '', () => page.write(small, left, y - points(38), explanation, width));
  }
}
