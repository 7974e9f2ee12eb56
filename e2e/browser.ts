/**
 * A browser on any machine: the Chromium that a dev dependency ships for Linux x64, with the libraries and the fonts of
 * the packages here; elsewhere the system's own. Without one the tests fail: they are never skipped.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, mkdir, rename, writeFile } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const packages = join(import.meta.dirname, '..', 'node_modules');
const shippedFolder = join(packages, '@sparticuz', 'chromium', 'bin');
const cache = join(packages, '.cache', 'chromium');

const systemBrowsers = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** @throws if there is no browser, or if it shows pages without letters: then nothing on them can be found or clicked. */
export async function launchBrowser(): Promise<Browser> {
  const browser = await launch();
  try {
    await proveItDrawsText(browser);
    return browser;
  } catch (error) {
    await browser.close();
    throw error;
  }
}

async function launch(): Promise<Browser> {
  if (platform() === 'linux' && arch() === 'x64') {
    const { executablePath, libraries } = await unpackShipped();
    const environment = { ...process.env, LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: await nameFonts() };
    return chromium.launch({
      executablePath,
      args: [...quiet, '--headless=shell', '--disable-setuid-sandbox', '--no-zygote'],
      env: environment as Record<string, string>,
    });
  }
  const executablePath = systemBrowsers.find((path) => existsSync(path));
  if (!executablePath)
    throw new Error('No Chromium or Chrome found. Install one: the browser tests need it and are not skipped.');
  return chromium.launch({ executablePath, args: quiet });
}

/** A browser without fonts answers every question about a page, and draws words that are nothing wide. */
async function proveItDrawsText(browser: Browser): Promise<void> {
  const page = await browser.newPage();
  await page.setContent('<span>Received</span>');
  const width = await page.evaluate(() => document.querySelector('span')?.getBoundingClientRect().width ?? 0);
  await page.close();
  if (width < 10) throw new Error(`The browser draws no text ("Received" is ${width} px wide): it finds no fonts.`);
}

/** A font configuration that names what the packages bring, and nothing of the system, so that pages look alike anywhere. */
async function nameFonts(): Promise<string> {
  const path = join(cache, 'fonts.conf');
  const folders = [join(cache, 'fonts', 'fonts')];
  for await (const folder of glob(join(packages, '@expo-google-fonts', '*', '{400Regular,700Bold}')))
    folders.push(folder);
  const whole = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
${folders
  .sort()
  .map((folder) => `  <dir>${folder.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</dir>`)
  .join('\n')}
  <cachedir>${join(cache, 'font-cache').replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</cachedir>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
</fontconfig>
`;
  const written = `${path}.${randomUUID()}`;
  await writeFile(written, whole);
  await rename(written, path);
  return path;
}

/** Unpacked once into node_modules, so that another user's copy in a shared temporary folder is never in the way. */
async function unpackShipped(): Promise<{ executablePath: string; libraries: string }> {
  await mkdir(cache, { recursive: true });
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = cache;
  try {
    const { default: shipped, inflate } = await import('@sparticuz/chromium');
    const executablePath = await shipped.executablePath(shippedFolder);
    await inflate(join(shippedFolder, 'al2023.tar.br'));
    return { executablePath, libraries: join(cache, 'al2023', 'lib') };
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}
