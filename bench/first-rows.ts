/**
 * `node bench/first-rows.ts [--address http://…] [--runs 5]`: how long until the first rows stand on the page for whoever
 * comes over a slow line with an empty cache (1.6 Mbit/s, 300 ms), and how much code came before them. Without an address
 * the product is started with its demo company.
 */
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { demoPassword } from '#demo/accounts.ts';
import { launchBrowser } from '../e2e/browser.ts';
import { newDataDir, removeDataDir, startProduct } from '../e2e/product.ts';

const { values } = parseArgs({ options: { address: { type: 'string' }, runs: { type: 'string', default: '5' } } });
const slowLine = { offline: false, latency: 300, downloadThroughput: 200_000, uploadThroughput: 200_000 };
const pages = [
  ['/export-history', '[data-job]'],
  ['/reports/purchase-orders', '.report-t tbody tr:not(.report-skel)'],
] as const;

interface Reading {
  readonly seconds: number;
  /** As they came over the line. */
  readonly scriptBytes: number;
}

async function read(browser: Browser, address: string, path: string, row: string): Promise<Reading> {
  const context = await browser.newContext({ baseURL: address });
  await context.request.post('/api/v1/sign-in', {
    data: { email: 'finance@harbour-hearth.example', password: demoPassword },
    headers: { origin: address },
  });
  const page = await context.newPage();
  const line = await context.newCDPSession(page);
  await line.send('Network.enable');
  await line.send('Network.emulateNetworkConditions', slowLine);
  const scripts = new Set<string>();
  let scriptBytes = 0;
  line.on('Network.responseReceived', ({ requestId, type }) => void (type === 'Script' && scripts.add(requestId)));
  line.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) scriptBytes += encodedDataLength;
  });
  const start = performance.now();
  await page.goto(path, { waitUntil: 'commit' });
  await page.locator(row).first().waitFor();
  const reading = { seconds: (performance.now() - start) / 1000, scriptBytes };
  await context.close();
  return reading;
}

const middle = (numbers: number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

async function measure(address: string): Promise<void> {
  const browser = await launchBrowser();
  console.log('| page | first rows, s | code before them, kB |\n|---|---|---|');
  for (const [path, row] of pages) {
    const readings: Reading[] = [];
    for (let run = 0; run < Number(values.runs); run += 1) readings.push(await read(browser, address, path, row));
    const seconds = middle(readings.map((one) => one.seconds)).toFixed(2);
    const kilobytes = (middle(readings.map((one) => one.scriptBytes)) / 1000).toFixed(0);
    console.log(`| ${path} | ${seconds} | ${kilobytes} |`);
  }
  await browser.close();
}

if (values.address) await measure(values.address);
else {
  const dataDir = await newDataDir();
  const product = await startProduct(dataDir);
  await measure(product.address).finally(() => product.stop());
  await removeDataDir(dataDir);
}
