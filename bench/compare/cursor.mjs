/** The careful way: a cursor, a CSV stream, an archive stream. Arguments: URL, statement file, ZIP. */
import { createWriteStream, readFileSync } from 'node:fs';
import { once } from 'node:events';
import archiver from 'archiver';
import { stringify } from 'csv-stringify';
import pg from 'pg';
import QueryStream from 'pg-query-stream';

const [url, statementFile, path] = process.argv.slice(2);
const client = new pg.Client(url);
await client.connect();
const started = performance.now();
let rows = 0;
const source = client.query(new QueryStream(readFileSync(statementFile, 'utf8'), [], { batchSize: 2000 }));
source.on('data', () => (rows += 1));
const output = createWriteStream(path);
const zip = archiver('zip');
zip.pipe(output);
zip.append(source.pipe(stringify({ header: true })), { name: 'report.csv' });
await Promise.all([once(output, 'close'), zip.finalize()]);
const seconds = (performance.now() - started) / 1000;
await client.end();
console.log(JSON.stringify({ rows, seconds, peakMegabytes: process.resourceUsage().maxRSS / 1024 }));
