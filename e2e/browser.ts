/**
 * A browser on any machine: the Chromium that a dev dependency ships for Linux x64, with the libraries it brings along;
 * elsewhere the system's own. Without one the tests fail: they are never skipped.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const shippedFolder = join(import.meta.dirname, '..', 'node_modules', '@sparticuz', 'chromium', 'bin');
const cache = join(import.meta.dirname, '..', 'node_modules', '.cache', 'chromium');

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

export async function launchBrowser(): Promise<Browser> {
  if (platform() === 'linux' && arch() === 'x64') {
    const { executablePath, libraries } = await unpackShipped();
    return chromium.launch({
      executablePath,
      args: [...quiet, '--headless=shell', '--disable-setuid-sandbox', '--no-zygote'],
      env: { ...process.env, LD_LIBRARY_PATH: libraries, FONTCONFIG_PATH: join(cache, 'fonts') } as Record<
        string,
        string
      >,
    });
  }
  const executablePath = systemBrowsers.find((path) => existsSync(path));
  if (!executablePath)
    throw new Error('No Chromium or Chrome found. Install one: the browser tests need it and are not skipped.');
  return chromium.launch({ executablePath, args: quiet });
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
