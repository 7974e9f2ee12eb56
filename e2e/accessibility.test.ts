/** Every page in both themes and at phone width, looked at by axe. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { visit } from './visitor.ts';

let browser: Browser;
let axe: string;

beforeAll(async () => {
  browser = await launchBrowser();
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
});
afterAll(() => browser.close());

interface AxeResult {
  violations: { id: string; nodes: { html: string }[] }[];
}

const pages = [
  '/export-history',
  '/export-history?status=failed',
  '/export-history?created_from=2030-01-01',
  '/reports',
  '/reports/purchase-orders',
  '/reports/vendor-spend',
  '/reports/item-purchases',
  '/reports/order-lines',
  '/reports/receiving-variance',
  '/reports/inventory',
  '/reports/inventory-levels',
  '/reports/inventory-movements',
  '/reports/price-changes',
  '/reports/cost-of-goods',
  '/reports/three-way-match',
  '/documents?number=GR-',
  '/close',
  '/close?view=group',
  '/close?view=packs',
  '/changes',
  '/schedules',
  '/verify',
  '/delivery-locations',
  '/import',
  '/organization',
  '/organization?tab=account',
];

describe.each([
  ['light', 1440],
  ['dark', 1440],
  ['light', 390],
] as const)('%s at %i px', (theme, width) => {
  it('has no violation on any page', { timeout: 180_000 }, async () => {
    const visitor = await visit(browser, inject('address'), 'owner', { theme, width });
    const found: string[] = [];
    for (const path of pages) {
      await visitor.page.goto(path);
      await visitor.page.getByRole('heading', { level: 1 }).waitFor();
      await visitor.page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
      // the policy forbids scripts from elsewhere: this one comes through the debugger, as a person's own tool would
      const result = await visitor.page.evaluate<AxeResult>(
        `(() => { const module = undefined; const exports = undefined; ${axe}; return axe.run(document, { resultTypes: ['violations'] }); })()`,
      );
      for (const { id, nodes } of result.violations) found.push(`${path}: ${id} at ${nodes[0]?.html.slice(0, 160)}`);
    }
    expect(found).toEqual([]);
    expect(visitor.errors).toEqual([]);
    await visitor.close();
  });
});

/** What opens on a page, and what stands there when it is open. */
const states: [what: string, path: string, open: (page: Page) => Promise<void>][] = [
  [
    'the tray of exports',
    '/reports',
    async (page) => {
      await page.getByRole('button', { name: /^Your exports/ }).click();
      await page.getByRole('dialog', { name: 'Your exports' }).waitFor();
    },
  ],
  [
    'finding a document',
    '/reports',
    async (page) => {
      await page.keyboard.press('Control+k');
      await page.waitForURL((url) => url.pathname === '/documents', { waitUntil: 'commit' });
      await page.getByRole('searchbox').first().waitFor();
    },
  ],
  ['a period beside another', '/reports/vendor-spend?compare_to=previous_period', async () => undefined],
  [
    'the preview of an export',
    '/export-history',
    async (page) => {
      await page.getByRole('button', { name: 'New export' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Preview' }).click();
      await dialog.getByRole('region', { name: /first lines/ }).waitFor();
    },
  ],
  [
    'selected exports',
    '/export-history',
    async (page) => {
      await page.locator('tr[data-job]').getByRole('checkbox').first().check();
      await page.getByRole('region', { name: 'Selected exports' }).waitFor();
    },
  ],
  [
    'details with notes',
    '/export-history',
    async (page) => {
      await page.locator('tr[data-job]').getByRole('rowheader').getByRole('link').first().click();
      await page.getByLabel('New note').waitFor();
    },
  ],
  [
    'saving a pack',
    '/close?view=packs',
    async (page) => {
      await page.getByRole('checkbox', { name: 'All companies: Vendor Spend', exact: true }).check();
      await page.getByRole('button', { name: 'Save as…' }).click();
      await page.getByRole('dialog').getByLabel('Name').waitFor();
    },
  ],
  [
    'closing a month',
    '/close',
    async (page) => {
      await page.getByRole('button', { name: /^Close / }).click();
      await page.getByRole('dialog').waitFor();
    },
  ],
];

describe.each([
  ['light', 1440],
  ['dark', 1440],
  ['light', 390],
] as const)('what opens, %s at %i px', (theme, width) => {
  it('has no violation', { timeout: 180_000 }, async () => {
    const visitor = await visit(browser, inject('address'), 'owner', { theme, width });
    const { page } = visitor;
    const found: string[] = [];
    for (const [what, path, open] of states) {
      // on a phone it is behind the menu
      if (what === 'the tray of exports' && width < 1180) continue;
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
      await open(page);
      const result = await page.evaluate<AxeResult>(
        `(() => { const module = undefined; const exports = undefined; ${axe}; return axe.run(document, { resultTypes: ['violations'] }); })()`,
      );
      for (const { id, nodes } of result.violations) found.push(`${what}: ${id} at ${nodes[0]?.html.slice(0, 160)}`);
    }
    expect(found).toEqual([]);
    expect(visitor.errors).toEqual([]);
    await visitor.close();
  });
});

describe('signed out', () => {
  it.each(['/sign-in', '/forgot-password', '/reset-password#gone'])('%s has no violation', async (path) => {
    const page = await browser.newPage({ baseURL: inject('address') });
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const result = await page.evaluate<AxeResult>(
      `(() => { const module = undefined; const exports = undefined; ${axe}; return axe.run(document); })()`,
    );
    expect(result.violations.map(({ id }) => id)).toEqual([]);
    await page.close();
  });
});
