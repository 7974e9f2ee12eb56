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
  readonly #rowSlots: number;
  readonly #onPage: (continued: boolean) => void;
  readonly #repeatsHeading: boolean;
  #used = 0;
  #pages = 0;

  /**
   * `rowSlots`: what a row and a heading take. `onPage` is called when a page starts; `continued`: in the middle of a
   * group, whose heading then stands at slot 0.
   */
  constructor(slots: number, rowSlots: number, repeatsHeading: boolean, onPage: (continued: boolean) => void) {
    this.#slots = slots;
    this.#rowSlots = rowSlots;
    this.#repeatsHeading = repeatsHeading;
    this.#onPage = onPage;
  }

  /** Pages started so far. */
  get pages(): number {
    return this.#pages;
  }

  /** The slot of a group's heading, one left free above it unless it opens a page. */
  heading(rows: number, lines: number): number {
    const rowsKept = Math.min(rows, rowsBelowHeading);
    this.#keep(1 + this.#rowSlots * (1 + rowsKept) + (rows <= rowsBelowHeading ? lines : 0), false);
    if (this.#used > 0) this.#used += 1;
    return this.#take(this.#rowSlots);
  }

  /** `lines`: what must stand on the same page below this row; 0 for all but a group's last. */
  row(lines: number): number {
    this.#keep(this.#rowSlots + lines, true);
    return this.#take(this.#rowSlots);
  }

  subtotal(): number {
    this.#keep(1, true);
    return this.#take(1);
  }

  /** The first line of the grand total stays with the others, a free slot above it. */
  total(index: number, lines: number): number {
    if (index === 0) {
      this.#keep(1 + lines, false);
      if (this.#used > 0) this.#used += 1;
    } else {
      this.#keep(1, false);
    }
    return this.#take(1);
  }

  #keep(wanted: number, insideGroup: boolean): void {
    // Whatever is taller than a page starts one and is broken.
    const needed = Math.min(wanted, this.#slots - this.#rowSlots);
    if (this.#pages > 0 && this.#used + needed <= this.#slots) return;
    const continued = insideGroup && this.#repeatsHeading && this.#pages > 0;
    this.#pages += 1;
    this.#used = continued ? this.#rowSlots : 0;
    this.#onPage(continued);
  }

  #take(slots: number): number {
    this.#used += slots;
    return this.#used - slots;
  }
}

export interface TablePlan {
  readonly pages: number;
  /** The page each group starts on, counted from 0 among the table pages. */
  readonly groupPages: readonly number[];
  /** And the slot of its heading there. */
  readonly groupSlots: readonly number[];
}

/** Walks all groups and rows without printing any. `totals`: lines of the grand total. */
export const planTable = (
  slots: number,
  rowSlots: number,
  groups: readonly GroupPlan[],
  grouped: boolean,
  totals: number,
): TablePlan => {
  const flow = new TableFlow(slots, rowSlots, grouped, () => undefined);
  const groupSlots: number[] = [];
  const groupPages = groups.map((group) => {
    groupSlots.push(grouped ? flow.heading(group.rows, group.lines) : 0);
    const page = Math.max(0, flow.pages - 1);
    for (let row = 1; row <= group.rows; row += 1) flow.row(row === group.rows ? group.lines : 0);
    for (let line = 0; line < group.lines; line += 1) flow.subtotal();
    return page;
  });
  for (let line = 0; line < totals; line += 1) flow.total(line, totals);
  return { pages: flow.pages, groupPages, groupSlots };
};
