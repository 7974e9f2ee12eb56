/** One table through pdfmake, in the fonts every PDF reader has. Arguments: URL, statement file, PDF. */
import { createWriteStream, readFileSync } from 'node:fs';
import { once } from 'node:events';
import pg from 'pg';
import PdfPrinter from 'pdfmake';

const [url, statementFile, path] = process.argv.slice(2);
const client = new pg.Client(url);
await client.connect();
const started = performance.now();
const { rows, fields } = await client.query({ text: readFileSync(statementFile, 'utf8'), rowMode: 'array' });
const printer = new PdfPrinter({ Helvetica: { normal: 'Helvetica', bold: 'Helvetica-Bold' } });
const text = (cell) => (cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell ?? ''));
const document = printer.createPdfKitDocument({
  pageOrientation: 'landscape',
  defaultStyle: { font: 'Helvetica', fontSize: 5 },
  footer: (page, pages) => `Page ${page} of ${pages}`,
  content: [{ table: { headerRows: 1, body: [fields.map(({ name }) => name), ...rows.map((row) => row.map(text))] } }],
});
const output = createWriteStream(path);
document.pipe(output);
document.end();
await once(output, 'close');
const seconds = (performance.now() - started) / 1000;
await client.end();
console.log(JSON.stringify({ rows: rows.length, seconds, peakMegabytes: process.resourceUsage().maxRSS / 1024 }));
