/** The first thing that works: everything into memory, into one text, into a ZIP. Arguments: URL, statement file, ZIP. */
import { createWriteStream, readFileSync } from 'node:fs';
import { once } from 'node:events';
import archiver from 'archiver';
import { stringify } from 'csv-stringify/sync';
import pg from 'pg';

const [url, statementFile, path] = process.argv.slice(2);
const client = new pg.Client(url);
await client.connect();
const started = performance.now();
const { rows } = await client.query(readFileSync(statementFile, 'utf8'));
const csv = stringify(rows, { header: true });
const output = createWriteStream(path);
const zip = archiver('zip');
zip.pipe(output);
zip.append(csv, { name: 'report.csv' });
await Promise.all([once(output, 'close'), zip.finalize()]);
const seconds = (performance.now() - started) / 1000;
await client.end();
console.log(JSON.stringify({ rows: rows.length, seconds, peakMegabytes: process.resourceUsage().maxRSS / 1024 }));
