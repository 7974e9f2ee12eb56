/** M60, M61: a location's life, a grant and its revocation felt at once in another browser, an invitation, a key. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { visit, type Visitor } from './visitor.ts';

let browser: Browser;
let owner: Visitor;

beforeAll(async () => {
  browser = await launchBrowser();
  owner = await visit(browser, inject('address'), 'owner');
});
afterAll(() => browser.close());

const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(name) });

async function fromMenu(page: Page, of: string, entry: string): Promise<void> {
  await page.getByRole('button', { name: `More for ${of}` }).click();
  await page.getByRole('menuitem', { name: entry }).click();
}

describe('Delivery Locations', () => {
  it('a location is added, renamed, archived, brought back and, never used, deleted', async () => {
    const manager = await visit(browser, inject('address'), 'manager', { path: '/sign-in?return=/delivery-locations' });
    const { page } = manager;
    await page.getByRole('button', { name: 'Add location' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByLabel('Code', { exact: true }).fill('BAR');
    await drawer.getByRole('button', { name: 'Add location' }).click();
    await drawer.getByRole('alert').getByText('1 field needs a change').waitFor();
    await drawer.getByRole('link', { name: 'Name' }).click();
    await page.keyboard.type('Quay Terrace');
    await drawer.getByRole('button', { name: 'Add location' }).click();
    await drawer.getByText('BAR belongs to the location Bar').waitFor();
    await drawer.getByLabel('Code', { exact: true }).fill('QUAY');
    await drawer.getByLabel('City').fill('Hamburg');
    await drawer.getByRole('button', { name: 'Add location' }).click();
    await row(page, 'Quay Terrace').getByText('QUAY', { exact: true }).waitFor();

    await page.getByRole('button', { name: 'Quay Terrace', exact: true }).click();
    await drawer.getByLabel('Name').fill('Quay Garden');
    await drawer.getByRole('button', { name: 'Save' }).click();
    await row(page, 'Quay Garden').waitFor();

    await fromMenu(page, 'Quay Garden', 'Archive…');
    await page.getByRole('button', { name: 'Archive location' }).click();
    await row(page, 'Quay Garden').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Archived 1' }).click();
    await fromMenu(page, 'Quay Garden', 'Bring back');
    await page.getByRole('button', { name: /^In use/ }).click();
    await row(page, 'Quay Garden').waitFor();

    await page.getByRole('searchbox').fill('quay');
    await expect.poll(() => new URL(page.url()).searchParams.get('search')).toBe('quay');
    await fromMenu(page, 'Quay Garden', 'Delete…');
    await page.getByRole('button', { name: 'Delete location' }).click();
    await page.getByRole('heading', { name: 'No location matches' }).waitFor();
    expect(manager.errors).toEqual([]);
    await manager.close();
  });

  it('whoever may not manage them reads them, and is told what is missing', async () => {
    const viewer = await visit(browser, inject('address'), 'viewer', { path: '/sign-in?return=/delivery-locations' });
    await viewer.page.getByText('Manage locations').waitFor();
    expect(await viewer.page.getByRole('button', { name: 'Add location' }).count()).toBe(0);
    await viewer.page.getByRole('button', { name: 'Cold Store', exact: true }).click();
    await viewer.page.getByRole('dialog').getByText('HG-10447').waitFor();
    await viewer.close();
  });
});

describe('Organization', () => {
  const cell = (page: Page, name: string) => page.getByRole('button', { name: new RegExp(`^Sofia Rossi, ${name}:`) });
  const save = async (page: Page): Promise<void> => {
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByRole('region', { name: 'Not saved yet' }).waitFor({ state: 'detached' });
  };

  it('a grant and its revocation take effect at once in another browser', async () => {
    const viewer = await visit(browser, inject('address'), 'viewer', { path: '/sign-in?return=/export-history' });
    const refused = viewer.page.getByRole('heading', { name: /^You cannot see exports/ });
    await refused.waitFor();

    const { page } = owner;
    await page.goto('/organization');
    await cell(page, 'Financial viewing').click();
    await page.getByText('Sofia Rossi gains Financial viewing.').waitFor();
    await save(page);
    await viewer.page.reload();
    await viewer.page.getByRole('table', { name: /^Export jobs/ }).waitFor();

    await cell(page, 'Financial viewing').click();
    await page.getByText('Sofia Rossi loses Financial viewing.').waitFor();
    await save(page);
    const answer = await viewer.page.request.get('/api/v1/export-jobs?company_id=1');
    expect(answer.status()).toBe(403);
    // without a reload: the stream of events ends with the permission
    await refused.waitFor({ timeout: 40_000 });

    await page.getByRole('link', { name: 'Activity' }).click();
    await page.getByText('granted Financial viewing to Sofia Rossi').first().waitFor();
    await viewer.close();
  });

  it('changes that are not saved are not left by accident', async () => {
    const { page } = owner;
    await page.goto('/organization');
    await cell(page, 'Import').focus();
    await page.keyboard.press('Space');
    await page.getByRole('link', { name: 'API keys' }).click();
    await page
      .getByRole('alertdialog', { name: 'Leave without saving?' })
      .getByRole('button', { name: 'Stay' })
      .click();
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('link', { name: 'API keys' }).click();
    await page.getByRole('button', { name: 'New key' }).waitFor();
    expect(owner.errors).toEqual([]);
  });

  it('somebody invited by link makes an account and is let in as what they were invited', async () => {
    const { page } = owner;
    await page.goto('/organization');
    await page.getByRole('button', { name: 'Invite member' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('E-mail').fill('kenji@harbour-hearth.example');
    await dialog.getByLabel('Harbour Grill Hamburg').selectOption('staff');
    await dialog.getByRole('button', { name: 'Make the link' }).click();
    const link = await dialog.getByLabel('Invitation link').innerText();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await row(page, 'kenji@harbour-hearth.example').getByText('Staff in Harbour Grill Hamburg').waitFor();

    const context = await browser.newContext();
    const guest = await context.newPage();
    await guest.goto(link);
    await guest.getByRole('heading', { name: 'Join Harbour & Hearth Group' }).waitFor();
    await guest.getByLabel('Your name').fill('Kenji Okafor');
    await guest.getByLabel('Password').fill('ten or more');
    await guest.getByRole('button', { name: 'Make the account and open' }).click();
    await guest.getByText('Kenji Okafor').first().waitFor();
    await guest.goto(link);
    await guest.getByRole('heading', { name: 'This invitation does not work' }).waitFor();
    await context.close();

    await page.reload();
    await expect.poll(() => page.getByLabel('Role of Kenji Okafor', { exact: true }).inputValue()).toBe('staff');
    await page.getByRole('button', { name: 'More for Kenji Okafor' }).click();
    await page.getByRole('menuitem', { name: 'Remove from the organization…' }).click();
    await page.getByRole('button', { name: 'Remove from organization' }).click();
    await page.getByText('Kenji Okafor is removed').waitFor();
    expect(owner.errors).toEqual([]);
  });

  it('an API key is shown once, works, and stops when it is revoked', async () => {
    const { page } = owner;
    await page.goto('/organization?tab=keys');
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByLabel('Name').fill('till bridge');
    await page.getByRole('button', { name: 'Create key' }).click();
    const key = await page.getByLabel('API key', { exact: true }).innerText();
    await page.getByLabel('I have stored it').check();
    await page.getByRole('button', { name: 'Done' }).click();
    const asProgram = async (): Promise<number> =>
      (await fetch(`${inject('address')}/api/v1/me`, { headers: { authorization: `Bearer ${key}` } })).status;
    expect(await asProgram()).toBe(200);
    await page.getByRole('button', { name: 'Revoke till bridge' }).click();
    await page.getByRole('button', { name: 'Revoke key' }).click();
    await page.getByText('till bridge is revoked').waitFor();
    expect(await asProgram()).toBe(401);
  });
});
