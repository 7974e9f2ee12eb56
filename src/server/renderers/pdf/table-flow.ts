/**
 * Where each line of the tables goes: the same decisions plan the pages before the first row and place the rows when
 * they come, so "page X of Y" is true without holding a page back. A heading keeps rows below it, subtotals a row above.
 */

/** One group as the totals announce it. `lines`: subtotals below it, one per currency. */
export interface GroupPlan {
  readonly heading: string;
  readonly rows: number;
  readonly lines: number;
}

const rowsBelowHeading = 2;

export class TableFlow {
  readonly #slots: number;
  readonly #onPage: (continued: boolean) => void;
  readonly #repeatsHeading: boolean;
  #used = 0;
  #pages = 0;

  /** `onPage` is called when a page starts; `continued`: in the middle of a group, whose heading then takes slot 0. */
  constructor(slots: number, repeatsHeading: boolean, onPage: (continued: boolean) => void) {
    this.#slots = slots;
    this.#repeatsHeading = repeatsHeading;
    this.#onPage = onPage;
  }

  /** Pages started so far. */
  get pages(): number {
    return this.#pages;
  }

  /** The slot of a group's heading, one left free above it unless it opens a page. */
  heading(rows: number, lines: number): number {
    const kept = Math.min(rows, rowsBelowHeading) + (rows <= rowsBelowHeading ? lines : 0);
    this.#keep(2 + kept, false);
    if (this.#used > 0) this.#used += 1;
    return this.#take();
  }

  /** `lines`: what must stand on the same page below this row; 0 for all but a group's last. */
  row(lines: number): number {
    this.#keep(1 + lines, true);
    return this.#take();
  }

  subtotal(): number {
    this.#keep(1, true);
    return this.#take();
  }

  /** The first line of the grand total stays with the others, a free slot above it. */
  total(index: number, lines: number): number {
    if (index === 0) {
      this.#keep(1 + lines, false);
      if (this.#used > 0) this.#used += 1;
    } else {
      this.#keep(1, false);
    }
    return this.#take();
  }

  #keep(wanted: number, insideGroup: boolean): void {
    // Whatever is taller than a page starts one and is broken.
    const needed = Math.min(wanted, this.#slots - 1);
    if (this.#pages > 0 && this.#used + needed <= this.#slots) return;
    const continued = insideGroup && this.#repeatsHeading && this.#pages > 0;
    this.#pages += 1;
    this.#used = continued ? 1 : 0;
    this.#onPage(continued);
  }

  #take(): number {
    this.#used += 1;
    return this.#used - 1;
  }
}

export interface TablePlan {
  readonly pages: number;
  /** The page each group starts on, counted from 0 among the table pages. */
  readonly groupPages: readonly number[];
}

/** Walks all groups and rows without printing any. `totals`: lines of the grand total. */
export const planTable = (slots: number, groups: readonly GroupPlan[], grouped: boolean, totals: number): TablePlan => {
  const flow = new TableFlow(slots, grouped, () => undefined);
  const groupPages = groups.map((group) => {
    if (grouped) flow.heading(group.rows, group.lines);
    const page = Math.max(0, flow.pages - 1);
    for (let row = 1; row <= group.rows; row += 1) flow.row(row === group.rows ? group.lines : 0);
    for (let line = 0; line < group.lines; line += 1) flow.subtotal();
    return page;
  });
  for (let line = 0; line < totals; line += 1) flow.total(line, totals);
  return { pages: flow.pages, groupPages };
};
