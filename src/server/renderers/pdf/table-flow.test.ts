import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planTable, TableFlow } from './table-flow.ts';
import type { GroupPlan } from './table-flow.ts';

const slots = 12;
const groupsOf = fc.array(
  fc.record({
    heading: fc.constant('g'),
    rows: fc.integer({ min: 1, max: 60 }),
    lines: fc.integer({ min: 1, max: 3 }),
  }),
  { minLength: 1, maxLength: 12 },
);

type Kind = 'heading' | 'continued' | 'row' | 'subtotal' | 'total';

/** Lines by page and slot, as a painter would place them. */
const layOut = (groups: readonly GroupPlan[], totals: number): Map<number, Kind>[] => {
  const pages: Map<number, Kind>[] = [];
  const flow = new TableFlow(slots, 1, true, (continued) => {
    pages.push(new Map(continued ? [[0, 'continued']] : []));
  });
  const place = (kind: Kind, slot: number): void => {
    const page = pages.at(-1)!;
    expect(slot).toBeLessThan(slots);
    expect(page.has(slot)).toBe(false);
    page.set(slot, kind);
  };
  for (const group of groups) {
    place('heading', flow.heading(group.rows, group.lines));
    for (let row = 1; row <= group.rows; row += 1) place('row', flow.row(row === group.rows ? group.lines : 0));
    for (let line = 0; line < group.lines; line += 1) place('subtotal', flow.subtotal());
  }
  for (let line = 0; line < totals; line += 1) place('total', flow.total(line, totals));
  return pages;
};

const lastKind = (page: Map<number, Kind>): Kind | undefined => page.get(Math.max(...page.keys()));
const firstKind = (page: Map<number, Kind>): Kind | undefined => page.get(0);

test('every line has a slot of its own, and no page is fuller than it can be', () => {
  fc.assert(
    fc.property(groupsOf, fc.integer({ min: 1, max: 3 }), (groups, totals) => {
      const lines = layOut(groups, totals).flatMap((page) => [...page.values()]);
      expect(lines.filter((kind) => kind === 'row')).toHaveLength(groups.reduce((sum, group) => sum + group.rows, 0));
      expect(lines.filter((kind) => kind === 'heading')).toHaveLength(groups.length);
      expect(lines.filter((kind) => kind === 'total')).toHaveLength(totals);
    }),
  );
});

test('a heading is never the last line of a page, and subtotals never open one alone', () => {
  fc.assert(
    fc.property(groupsOf, (groups) => {
      for (const page of layOut(groups, 1)) {
        expect(['heading', 'continued']).not.toContain(lastKind(page));
        expect(firstKind(page)).not.toBe('subtotal');
        expect(page.get(0) === 'continued' && page.get(1) === 'subtotal').toBe(false);
      }
    }),
  );
});

test('the plan made from counts has the pages that the rows then fill', () => {
  fc.assert(
    fc.property(groupsOf, fc.integer({ min: 1, max: 3 }), (groups, totals) => {
      const pages = layOut(groups, totals);
      const plan = planTable(slots, 1, groups, true, totals);
      expect(plan.pages).toBe(pages.length);
      const starts = pages.flatMap((page, index) =>
        [...page.values()].flatMap((kind) => (kind === 'heading' ? [index] : [])),
      );
      expect(plan.groupPages).toEqual(starts);
    }),
  );
});

test('subtotals in more currencies than a page has lines are broken, not lost', () => {
  const pages = layOut([{ heading: 'g', rows: 1, lines: 30 }], 30);
  const lines = pages.flatMap((page) => [...page.values()]);
  expect(lines.filter((kind) => kind === 'subtotal')).toHaveLength(30);
  expect(lines.filter((kind) => kind === 'total')).toHaveLength(30);
});

test('without groups there are no headings, and rows fill the pages', () => {
  expect(planTable(slots, 1, [{ heading: '', rows: 24, lines: 0 }], false, 0).pages).toBe(2);
  expect(planTable(slots, 1, [{ heading: '', rows: 25, lines: 0 }], false, 0).pages).toBe(3);
  expect(planTable(slots, 1, [], false, 0).pages).toBe(0);
});

test('rows of two slots are not parted', () => {
  expect(planTable(slots, 2, [{ heading: '', rows: 6, lines: 0 }], false, 0).pages).toBe(1);
  expect(planTable(slots + 1, 2, [{ heading: '', rows: 7, lines: 0 }], false, 0).pages).toBe(2);
  expect(planTable(slots, 2, [{ heading: 'g', rows: 5, lines: 1 }], true, 1).pages).toBe(2);
});
