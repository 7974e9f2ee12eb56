/** Signing in by more than a password: a code, a recovery code, a link by mail, single sign-on; with real servers for each. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Secret, TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IdentityProvider, startIdentityProvider } from '#test/identity-provider.ts';
import { openPostOffice, type PostOffice, tokenIn } from '#test/post-office.ts';
import { launchBrowser } from './browser.ts';
import { newDataDir, type Product, removeDataDir, startProduct } from './product.ts';
import { visit } from './visitor.ts';

let browser: Browser;
let office: PostOffice;
let provider: IdentityProvider;
let product: Product;

beforeAll(async () => {
  browser = await launchBrowser();
  office = await openPostOffice();
  provider = await startIdentityProvider(() => [`${product.address}/api/v1/single-sign-on/callback`]);
  product = await startProduct(await newDataDir(), {
    SMTP_URL: office.url,
    MAIL_FROM: 'Mathership <reports@harbour-hearth.example>',
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: provider.clientId,
    OIDC_CLIENT_SECRET: provider.clientSecret,
    OIDC_NAME: 'Hearth ID',
    OIDC_DOMAINS: 'harbour-hearth.example',
  });
});
afterAll(async () => {
  await browser.close();
  await product.stop();
  await removeDataDir(product.dataDir);
  await provider.close();
  await office.close();
});

async function open(path: string): Promise<{ page: Page; errors: string[]; close(): Promise<void> }> {
  const context = await browser.newContext({ baseURL: product.address, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    // a violation of the content security policy is told there alone
    if (message.text().includes('Content Security Policy')) errors.push(message.text());
  });
  await page.goto(path);
  return { page, errors, close: () => context.close() };
}

async function fillPassword(page: Page, who: string, password = 'harbour-hearth'): Promise<void> {
  await page.getByLabel('E-mail').fill(`${who}@harbour-hearth.example`);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

const signedIn = (page: Page): Promise<void> =>
  page.waitForURL((url) => url.pathname === '/export-history', { waitUntil: 'commit' });

describe('a second factor', () => {
  it('is set up with a QR code, and asked for at the next sign-in: a code once, or a recovery code once', async () => {
    const own = await visit(browser, product.address, 'finance', { path: '/sign-in?return=/organization?tab=account' });
    await own.page.getByRole('button', { name: 'Set up' }).click();
    const dialog = own.page.getByRole('dialog');
    await dialog.getByLabel('Password').fill('not it');
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog.getByText('Is not your password.').waitFor();
    await dialog.getByLabel('Password').fill('harbour-hearth');
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog.getByRole('figure', { name: /QR code/ }).waitFor();
    const secret = (await dialog.getByLabel('Secret', { exact: true }).textContent()) ?? '';
    const codeAt = (steps: number): string =>
      new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 });
    await dialog.getByLabel('Code', { exact: true }).fill(codeAt(-1));
    await dialog.getByRole('button', { name: 'Switch on' }).click();
    await dialog.getByRole('heading', { name: 'Recovery codes' }).waitFor();
    const codes = await dialog.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').allTextContents();
    expect(codes).toHaveLength(10);
    await dialog.getByLabel('I have stored them').check();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await own.page.getByText('10 recovery codes left.').waitFor();
    expect(own.errors).toEqual([]);

    const again = await open('/sign-in');
    await fillPassword(again.page, 'finance');
    await again.page.getByRole('heading', { name: 'Enter the code' }).waitFor();
    const code = codeAt(0);
    await again.page.getByLabel('Code', { exact: true }).fill(code);
    await again.page.getByRole('button', { name: 'Sign in' }).click();
    await signedIn(again.page);
    expect(again.errors).toEqual([]);
    await again.close();

    const lost = await open('/sign-in');
    await fillPassword(lost.page, 'finance');
    await lost.page.getByLabel('Code', { exact: true }).fill(code);
    await lost.page.getByRole('button', { name: 'Sign in' }).click();
    await lost.page.getByText('This code is wrong or was used already.').waitFor();
    await lost.page.getByRole('button', { name: 'Use a recovery code' }).click();
    await lost.page.getByRole('textbox', { name: 'Recovery code' }).fill(codes[0] ?? '');
    await lost.page.getByRole('button', { name: 'Sign in' }).click();
    await signedIn(lost.page);
    await lost.close();

    await own.page.reload();
    await own.page.getByText('9 recovery codes left.').waitFor();
    const rows = own.page.getByRole('table', { name: 'Sessions' }).getByRole('row');
    await rows.filter({ hasText: 'Recovery code' }).waitFor();
    await rows.filter({ hasText: 'Password and code' }).waitFor();
    await own.page.getByRole('button', { name: 'Switch off…' }).click();
    await dialog.getByLabel('Password').fill('harbour-hearth');
    await dialog.getByLabel('Code').fill(codes[1] ?? '');
    await dialog.getByRole('button', { name: 'Switch off' }).click();
    await own.page.getByRole('button', { name: 'Set up' }).waitFor();
    await own.close();
  });
});

describe('a forgotten password', () => {
  it('is chosen anew by the link of a letter, which then opens nothing more', async () => {
    const visitor = await open('/sign-in');
    const { page } = visitor;
    await page.getByRole('link', { name: 'Forgot password?' }).click();
    await page.getByRole('heading', { name: 'Forgot your password?' }).waitFor();
    await page.getByLabel('E-mail').fill('buyer@harbour-hearth.example');
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByRole('heading', { name: 'Look into your mail' }).waitFor();
    const link = `/reset-password#${tokenIn(await office.letterTo('buyer@harbour-hearth.example'), 'reset-password')}`;
    await page.goto(link);
    await page.getByRole('textbox', { name: 'New password' }).fill('a new long password');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByRole('link', { name: 'Sign in' }).click();
    await fillPassword(page, 'buyer');
    await page.getByText('E-mail or password is wrong.').waitFor();
    await fillPassword(page, 'buyer', 'a new long password');
    await page.waitForURL((url) => url.pathname === '/reports/inventory', { waitUntil: 'commit' });
    await page.goto(link);
    await page.reload();
    await page.getByRole('heading', { name: 'This link does not work' }).waitFor();
    expect(visitor.errors).toEqual([]);
    await visitor.close();
  });
});

describe('the operator, on the server’s own machine', () => {
  const main = join(import.meta.dirname, '..', 'src', 'cli', 'main.ts');
  const run = async (...words: string[]): Promise<string> => {
    const env = { ...process.env, DATA_DIR: product.dataDir };
    return (await promisify(execFile)(process.execPath, [main, ...words], { env })).stdout.trim();
  };

  it('makes a reset link, and removes a second factor', async () => {
    const link = (await run('password-reset', '--user', 'viewer@harbour-hearth.example')).split('\n').at(-1) ?? '';
    expect(link.startsWith(`${product.address}/reset-password#`)).toBe(true);
    const visitor = await open(link.slice(product.address.length));
    await visitor.page.getByText('viewer@harbour-hearth.example').waitFor();
    await visitor.close();
    const nothing = await run('second-factor', 'remove', '--user', 'viewer@harbour-hearth.example', '--json');
    expect(JSON.parse(nothing)).toEqual({ removed: false });
    await expect(run('password-reset', '--user', 'nobody@harbour-hearth.example')).rejects.toMatchObject({ code: 2 });
  });
});

describe('single sign-on', () => {
  it('the button leads to the provider and back, to the page that was asked for', async () => {
    provider.person = {
      subject: 'leyla',
      email: 'manager@harbour-hearth.example',
      emailVerified: true,
      name: 'Leyla Aydın',
    };
    const visitor = await open('/export-history?status=failed');
    await visitor.page.getByRole('link', { name: 'Continue with Hearth ID' }).click();
    await visitor.page.waitForURL((url) => url.pathname === '/export-history', { waitUntil: 'commit' });
    expect(new URL(visitor.page.url()).searchParams.get('status')).toBe('failed');
    expect(visitor.errors).toEqual([]);
    await visitor.close();
  });

  it('what the provider says no to is a sentence on the sign-in page', async () => {
    provider.person = { subject: 'eve', email: 'eve@elsewhere.example', emailVerified: true };
    const visitor = await open('/sign-in');
    await visitor.page.getByRole('link', { name: 'Continue with Hearth ID' }).click();
    await visitor.page.getByRole('alert').getByText('Addresses of your e-mail domain are not let in here').waitFor();
    await visitor.close();
  });
});

it('an invitation is mailed, and its link opens', async () => {
  const owner = await visit(browser, product.address, 'owner', { path: '/sign-in?return=/organization' });
  await owner.page.getByRole('button', { name: 'Invite member' }).first().click();
  const dialog = owner.page.getByRole('dialog');
  await dialog.getByLabel('E-mail').fill('kenji@kitchen.example');
  await dialog.getByRole('button', { name: 'Invite', exact: true }).click();
  await dialog.getByText('Invitation mailed').waitFor();
  await owner.close();
  const token = tokenIn(await office.letterTo('kenji@kitchen.example'), 'invitation');
  const invited = await open(`/invitation#${token}`);
  await invited.page.getByRole('heading', { name: /^Join / }).waitFor();
  await invited.close();
});
