/** Somebody at the page: a browser context of their own, signed in through the sign-in page like everybody. */
import type { Browser, BrowserContext, Page } from 'playwright-core';

export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Messages that a page should never log. */
  readonly errors: string[];
  close(): Promise<void>;
}

export async function visit(
  browser: Browser,
  address: string,
  who: 'owner' | 'finance' | 'manager' | 'buyer' | 'viewer',
  options: { width?: number; theme?: 'light' | 'dark'; path?: string } = {},
): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: address,
    viewport: { width: options.width ?? 1440, height: 900 },
    colorScheme: options.theme ?? 'light',
    acceptDownloads: true,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(options.path ?? '/sign-in');
  await page.getByLabel('E-mail').fill(`${who}@harbour-hearth.example`);
  await page.getByLabel('Password', { exact: true }).fill('harbour-hearth');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  // the page changes its address itself: nothing is loaded anew
  await page.waitForURL((url) => !url.pathname.includes('sign-in'), { waitUntil: 'commit' });
  return { context, page, errors, close: () => context.close() };
}
