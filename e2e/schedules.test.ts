/** Schedules in the browser, against a mail server on loopback: made in words, run now, sent, sent again, paused, resumed; what may go out. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPostOffice, type PostOffice } from '#test/post-office.ts';
import { launchBrowser } from './browser.ts';
import { newDataDir, type Product, removeDataDir, startProduct } from './product.ts';
import { visit, type Visitor } from './visitor.ts';

let office: PostOffice;
let dataDir: string;
let product: Product;
let browser: Browser;
let manager: Visitor;

beforeAll(async () => {
  office = await openPostOffice();
  dataDir = await newDataDir();
  product = await startProduct(dataDir, {
    SMTP_URL: office.url,
    MAIL_FROM: 'reports@kitchen.example',
    DELIVERY_PRIVATE_NETWORKS: 'true',
  });
  browser = await launchBrowser();
  manager = await visit(browser, product.address, 'manager');
  const question = {
    name: 'Einkauf nach Händler',
    report_type: 'vendor',
    period: { kind: 'last_month' },
    is_shared: true,
  };
  await manager.page.request.post(`${product.address}/api/v1/companies/1/saved-reports`, {
    data: question,
    headers: { origin: product.address },
  });
});
afterAll(async () => {
  await browser.close();
  await product.stop();
  await office.close();
  await removeDataDir(dataDir);
});

/** To finance; the demo company's own exports tell others. */
const letters = (about: RegExp): number =>
  office.letters.filter(({ to, raw }) => to.includes('finance@harbour-hearth.example') && about.test(raw)).length;

it('a schedule is made, run now, sent to a real mail server, sent again, paused and resumed', async () => {
  const { page } = manager;
  await page.goto('/schedules?company=1&view=destinations');
  await page.getByRole('button', { name: 'New destination' }).click();
  const place = page.getByRole('dialog');
  await place.getByLabel('Name').fill('Buchhaltung');
  await place.getByLabel('Recipients').fill('finance@harbour-hearth.example');
  await place.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('rowheader', { name: 'Buchhaltung' }).waitFor();

  await page.getByRole('link', { name: 'Schedules', exact: true }).last().click();
  await page.getByRole('button', { name: 'New schedule' }).first().click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Name').fill('Monatsende');
  await form.getByLabel('Buchhaltung').check();
  await form.getByLabel('Report').selectOption({ label: 'Einkauf nach Händler' });
  // in words, before it is kept
  const preview = form.getByRole('region', { name: 'The next twelve' });
  await preview.getByRole('listitem').nth(11).waitFor();
  await form.getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('row', { name: /Monatsende/ });
  await row.waitFor();
  const act = async (entry: string): Promise<void> => {
    await page.getByRole('button', { name: 'More about Monatsende' }).click();
    await page.getByRole('menuitem', { name: entry }).click();
  };
  await act('Run now');
  await expect.poll(() => letters(/^Subject: Monatsende/m), { timeout: 60_000 }).toBe(1);

  await page.goto('/schedules?company=1&view=deliveries');
  await page.getByRole('cell', { name: /Sent/ }).first().waitFor();
  await page
    .getByRole('button', { name: /Send again/ })
    .first()
    .click();
  await expect.poll(() => letters(/^Subject: Monatsende/m), { timeout: 60_000 }).toBe(2);

  await page.goto('/schedules?company=1');
  await act('Pause');
  await row.getByText('Paused').waitFor();
  await act('Resume');
  await row.getByText('Paused').waitFor({ state: 'detached' });
  expect(manager.errors).toEqual([]);
});

it('what may go out is said on the page, and a finished export is sent from its details', async () => {
  const { page } = manager;
  await page.goto('/schedules?company=1&view=calendar');
  await page.getByLabel('Domains of guests, one a line').fill('Steuerberater.example');
  await page.getByRole('checkbox', { name: /Files may be attached/ }).uncheck();
  await page.getByRole('button', { name: 'Save rules' }).click();
  await page.getByText('The rules are saved').waitFor();
  await page.reload();
  expect(await page.getByLabel('Domains of guests, one a line').inputValue()).toBe('steuerberater.example');
  expect(await page.getByRole('checkbox', { name: /Files may be attached/ }).isChecked()).toBe(false);

  const { results } = (await (
    await page.request.get(`${product.address}/api/v1/export-jobs?company_id=1&status=completed&page_size=5`)
  ).json()) as { results: { id: string; is_downloadable: boolean }[] };
  const job = results.find(({ is_downloadable }) => is_downloadable);
  const any = /^Subject: (?!Monatsende|Ready|Not made|Failed)/m;
  const before = letters(any);
  await page.goto(`/export-history?company=1&job=${job?.id}`);
  await page.getByRole('button', { name: 'Send to…' }).click();
  const dialog = page.getByRole('dialog', { name: /Send to/ });
  await dialog.getByLabel('Buchhaltung').check();
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await expect.poll(() => letters(any), { timeout: 60_000 }).toBe(before + 1);
  expect(manager.errors).toEqual([]);
});
