/** Every page at the widths people have: nothing wider than the screen, no cell under a head, nothing cut or covered. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { visit } from './visitor.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const pages = [
  '/export-history',
  '/reports',
  ...[
    'purchase-orders',
    'vendor-spend',
    'item-purchases',
    'order-lines',
    'receiving-variance',
    'inventory',
    'inventory-levels',
    'inventory-movements',
    'price-changes',
    'cost-of-goods',
  ].map((report) => `/reports/${report}`),
  '/documents',
  '/close',
  '/close?view=group',
  '/close?view=packs',
  '/changes',
  '/schedules',
  '/verify',
  '/delivery-locations',
  '/import',
  '/organization',
];

/** Runs in the page. What is wrong with it as it stands, in words. */
function faults(): string[] {
  const wrong: string[] = [];
  const text = (element: Element): string => (element.textContent ?? '').trim().slice(0, 40);
  const wider = document.documentElement.scrollWidth - innerWidth;
  if (wider > 0) wrong.push(`the page is wider than the screen by ${wider}`);
  for (const table of document.querySelectorAll('main table')) {
    // the figures of a chart, for those who do not see it
    if (table.closest('.vh')) continue;
    const top = table.querySelector('thead');
    const isShown = top && !['absolute', 'fixed'].includes(getComputedStyle(top).position) && top.clientHeight > 1;
    const head = isShown ? top.querySelector('th')?.getBoundingClientRect() : undefined;
    const first = table.querySelector('tbody :is(td, th)')?.getBoundingClientRect();
    if (head && first && head.height > 1 && first.top < head.bottom - 1) wrong.push('a first row is under the head');
    const box = table.closest('.scroll')?.getBoundingClientRect();
    for (const cell of table.querySelectorAll<HTMLElement>('tbody :is(td, th)')) {
      const place = cell.getBoundingClientRect();
      const style = getComputedStyle(cell);
      if (place.width < 2 || style.visibility !== 'visible') continue;
      if (style.overflow === 'hidden' && cell.scrollWidth > cell.clientWidth + 1) wrong.push(`cut: ${text(cell)}`);
      const [x, y] = [place.left + place.width / 2, place.top + place.height / 2];
      const isSeen =
        x < Math.min(innerWidth, box?.right ?? innerWidth) && x > (box?.left ?? 0) && y > 0 && y < innerHeight;
      const isInBox = !box || (y > box.top && y < box.bottom);
      const on = isSeen && isInBox ? document.elementFromPoint(x, y) : null;
      // what stands still at an edge lies over what is scrolled under it, and that is meant
      const isPinned = on?.closest('thead, tfoot, th, .topbar, .toasts, .row-link');
      if (on && !isPinned && !cell.contains(on) && !on.contains(cell)) wrong.push(`covered: ${text(cell)}`);
    }
  }
  return [...new Set(wrong)];
}

it.each([390, 768, 1024, 1152, 1440, 1920])('at %i px', { timeout: 240_000 }, async (width) => {
  const visitor = await visit(browser, inject('address'), 'owner', { width });
  const { page } = visitor;
  const found: string[] = [];
  for (const path of pages) {
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
    found.push(...(await page.evaluate(faults)).map((fault) => `${path}: ${fault}`));
    // as far down as the rows, where heads stick
    await page.evaluate(() =>
      document.querySelector('main table:not(.vh table) tbody tr')?.scrollIntoView({ block: 'center' }),
    );
    found.push(...(await page.evaluate(faults)).map((fault) => `${path}, at its rows: ${fault}`));
  }
  expect(found).toEqual([]);
  expect(visitor.errors).toEqual([]);
  await visitor.close();
});
