/** The streaming writer of exceljs over a cursor, amounts as numbers. Arguments: URL, statement file, workbook. */
import { readFileSync } from 'node:fs';
import ExcelJS from 'exceljs';
import pg from 'pg';
import QueryStream from 'pg-query-stream';

const [url, statementFile, path] = process.argv.slice(2);
const client = new pg.Client(url);
await client.connect();
const started = performance.now();
const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({ filename: path });
const sheet = workbook.addWorksheet('Report');
let rows = 0;
const numeric = 1700;
const source = client.query(
  new QueryStream(readFileSync(statementFile, 'utf8'), [], { batchSize: 2000, rowMode: 'array' }),
);
let isNumber = [];
for await (const row of source) {
  if (rows === 0) isNumber = source.cursor._result.fields.map((field) => field.dataTypeID === numeric);
  sheet.addRow(row.map((cell, at) => (isNumber[at] && cell !== null ? Number(cell) : cell))).commit();
  rows += 1;
}
await workbook.commit();
const seconds = (performance.now() - started) / 1000;
await client.end();
console.log(JSON.stringify({ rows, seconds, peakMegabytes: process.resourceUsage().maxRSS / 1024 }));
