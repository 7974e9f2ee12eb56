/**
 * `node bench/list-page.ts [ROUNDS]`: Export History with 200 rows in a real browser, on a demo of its own. From the click
 * on a column head to the new rows painted, and from the address to 200 rows painted, beside a bare React page that fetches
 * and prints the same rows as text. The page must have been built (`npm run build`).
 */
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../e2e/browser.ts';
import { newDataDir, removeDataDir, startProduct } from '../e2e/product.ts';
import { visit } from '../e2e/visitor.ts';
import { addDays } from '#contract/calendar.ts';

const rounds = Number(process.argv[2] ?? 5);
const heads = ['Format', 'Date range', 'Report type', 'Status'];
const list = '/api/v1/export-jobs?company_id=1&page_size=200';

/** Milliseconds from now, or from the beginning of the page, until the rows differ from `before` and are painted. */
const untilPainted = `(count, before, start) => new Promise((resolve) => {
  const key = () => [...document.querySelectorAll('tbody tr')].slice(0, 40).map((row) => row.textContent).join();
  const look = () => {
    if (document.querySelectorAll('tbody tr').length < count || key() === before) return requestAnimationFrame(look);
    const channel = new MessageChannel();
    channel.port1.onmessage = () => resolve(performance.now() - start);
    requestAnimationFrame(() => channel.port2.postMessage(0));
  };
  look();
})`;

const middle = (values: number[], q = 0.5): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? 0;

const sortBy = (page: Page, head: string): Promise<number> =>
  page.evaluate(`(async () => {
    const head = [...document.querySelectorAll('thead th')].find((th) => th.textContent.trim() === ${JSON.stringify(head)});
    const before = [...document.querySelectorAll('tbody tr')].slice(0, 40).map((row) => row.textContent).join();
    const start = performance.now();
    head.querySelector('button').click();
    return (${untilPainted})(200, before, start);
  })()`);

async function firstRows(page: Page, address: string): Promise<number> {
  await page.goto(address, { waitUntil: 'commit' });
  return page.evaluate(`(${untilPainted})(200, '', 0)`);
}

const bare = await build({
  stdin: {
    contents: `import { createElement as h } from 'react';
      import { createRoot } from 'react-dom/client';
      const cells = (job) => [job.file_format, job.date_from + ' - ' + job.date_to, job.report_type, job.status, job.created_at, job.created_by.name, job.filename ?? ''];
      const { results } = await (await fetch(${JSON.stringify(list)})).json();
      createRoot(document.body).render(h('table', null, h('tbody', null, results.map((job) =>
        h('tr', { key: job.id }, cells(job).map((text, at) => h('td', { key: at }, text)))))));`,
    resolveDir: import.meta.dirname,
  },
  bundle: true,
  format: 'esm',
  minify: true,
  write: false,
  define: { 'process.env.NODE_ENV': '"production"' },
});

const dataDir = await newDataDir();
const product = await startProduct(dataDir);
const browser = await launchBrowser();
try {
  const { page } = await visit(browser, product.address, 'finance');
  for (let n = 0; n < 180; n += 1) {
    const day = addDays('2026-10-31', -n);
    await page.request.post('/api/v1/export-jobs', {
      data: { company_id: '1', date_from: day, date_to: day, file_format: n % 3 ? 'csv' : 'xlsx' },
      headers: { origin: product.address },
    });
  }
  const unfinished = `${list}&status=pending,processing`;
  while (((await (await page.request.get(unfinished)).json()) as { total: number }).total > 0);
  await page.route('**/bare', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: '<!doctype html><body><script type="module" src="/bare.js"></script>',
    }),
  );
  await page.route('**/bare.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: bare.outputFiles[0]?.text ?? '' }),
  );
  const sorted: number[] = [];
  const first: number[] = [];
  const bareFirst: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const ours = await firstRows(page, '/export-history?company=1&page_size=200');
    for (const head of heads) {
      const took = await sortBy(page, head);
      if (round > 0) sorted.push(took);
    }
    const plain = await firstRows(page, '/bare');
    // the first round warms the caches
    if (round === 0) continue;
    first.push(ours);
    bareFirst.push(plain);
  }
  const ms = (value: number): string => `${value.toFixed(0)} ms`;
  console.log(`sort of 200 rows, click to painted: p50 ${ms(middle(sorted))}, p95 ${ms(middle(sorted, 0.95))}`);
  console.log(
    `first 200 rows: ${ms(middle(first))}, bare React page ${ms(middle(bareFirst))}, ratio ${(middle(first) / middle(bareFirst)).toFixed(2)}`,
  );
} finally {
  await browser.close();
  await product.stop();
  await removeDataDir(dataDir);
}
