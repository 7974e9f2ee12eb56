/** An HTML table printed by Chromium. Arguments: URL, statement file, PDF. Memory is the browser's, and not counted. */
import { readFileSync, writeFileSync } from 'node:fs';
import { connectAlone } from '#server/database/connection.ts';
import { launchBrowser } from '../../e2e/browser.ts';

const [url = '', statementFile = '', path = ''] = process.argv.slice(2);
const browser = await launchBrowser();
const client = await connectAlone({ url });
const started = performance.now();
const { rows, fields } = await client.query<(string | null)[]>({
  text: readFileSync(statementFile, 'utf8'),
  rowMode: 'array',
});
const escaped = (cell: string | null): string => (cell ?? '').replace(/[&<]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const line = (cells: readonly (string | null)[], tag: string): string =>
  `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
const head = line(
  fields.map(({ name }) => name),
  'th',
);
const page = await browser.newPage();
await page.setContent(
  `<style>table{font:5pt sans-serif}</style><table><thead>${head}</thead>${rows.map((row) => line(row, 'td')).join('')}</table>`,
  { timeout: 0 },
);
writeFileSync(path, await page.pdf({ landscape: true, format: 'A4' }));
const seconds = (performance.now() - started) / 1000;
await browser.close();
await client.end();
console.log(JSON.stringify({ rows: rows.length, seconds, peakMegabytes: null }));
