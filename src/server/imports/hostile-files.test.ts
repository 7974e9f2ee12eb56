/** Files that mean harm or are broken: a clear refusal for each, no fault of ours, and nothing of any is written. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, startTestApp, type TestApp, type TestCompany } from '#test/http.ts';
import { importFiles } from '#test/import-files.ts';
import { workbookOf, zipOf } from '#test/small-workbook.ts';
import { importRoutes } from './routes.ts';

let app: TestApp;
let company: TestCompany;
let manager: Person;
let profile: string;
let counts: unknown;
const bytesMax = 3_000_000;

const header = 'Vendor;Invoice;Invoice date;Description;Qty;Unit;Net amount';
const good = 'Kutterhof;7;17.05.2026;Cod;1;kg;12,50';
const csv = (...rows: string[]): string => [header, ...rows].join('\n');
const row = (at: number, value: string): string =>
  csv(
    good
      .split(';')
      .map((cell, index) => (index === at ? value : cell))
      .join(';'),
  );
const sheetRows = [header.split(';'), ['Kutterhof', '7', '2026-05-17', 'Cod', '1', 'kg', '12.50']];
const book = (parts: Record<string, string | null>): Promise<Buffer> =>
  workbookOf([{ name: 'One', rows: sheetRows }], parts);
const sheetOf = (inside: string, before = ''): string =>
  `<?xml version="1.0"?>${before}<worksheet><sheetData>${inside}</sheetData></worksheet>`;
const sheet1 = 'xl/worksheets/sheet1.xml';

beforeAll(async () => {
  app = await startTestApp((server, { pool }) => importRoutes(server, { pool, fileBytesMax: bytesMax }));
  company = await app.company();
  manager = await app.member(company, 'manager');
  await importFiles(manager.client, company.id, { 'delivery_locations.csv': 'code,name\nMAIN,Main\n' });
  const fields = Object.fromEntries(
    ['vendor_code', 'invoice_number', 'invoice_date', 'description', 'quantity', 'unit', 'net_amount'].map(
      (field, at) => [field, { column: header.split(';')[at] }],
    ),
  );
  const made = await manager.client.post<{ id: string }>(`/api/v1/companies/${company.id}/import-profiles`, {
    name: 'Hostile', fingerprint: '0'.repeat(32), kind: 'invoices', decimal: ',', date_order: 'dmy', fields, unknown_vendors: 'create',
  }); // prettier-ignore
  profile = made.body.id;
  counts = await written();
});
afterAll(() => app.close());

const written = async (): Promise<unknown> =>
  (
    await app.pool.pool.query(
      `SELECT (SELECT count(*) FROM vendors), (SELECT count(*) FROM invoices), (SELECT count(*) FROM imports), (SELECT count(*) FROM audit_events WHERE action = 'import.completed')`,
    )
  ).rows;

const zip = await zipOf({ 'a.csv': csv(good) });
const good1 = await book({});
const patched = (from: Buffer, at: number, ...bytes: number[]): Buffer => {
  const copy = Buffer.from(from);
  for (const [index, byte] of bytes.entries()) copy[(at < 0 ? copy.length : 0) + at + index] = byte;
  return copy;
};
const centralAt = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));

const files: readonly (readonly [what: string, content: string | Buffer, said: RegExp])[] = [
  ['an old Excel file', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ...Array.from({ length: 500 }, () => 0)]), /old form .*save it as \.xlsx/],
  ['a PDF', '%PDF-1.7\n%âãÏÓ', /PDF/],
  ['a web page called a table', '<html><table><tr><td>Vendor</td></tr></table>', /web page/],
  ['XML', '<?xml version="1.0"?><Workbook/>', /XML/],
  ['gzip', gzipSync(csv(good)), /gzip/],
  ['RAR', Buffer.from('Rar!\u001a\u0007\u0000', 'latin1'), /RAR or 7z/],
  ['7z', Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]), /RAR or 7z/],
  ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0, 0, 0, 1]), /Not a text file/],
  ['a program', Buffer.from(Array.from({ length: 4000 }, (_, n) => (n * 7) % 29)), /Not a text file/],
  ['nothing', '', /empty/],
  ['a mark and nothing', '\ufeff', /empty/],
  ['only blank lines', '\n\r\n\n', /empty/],
  ['another header', 'Date;Amount\n1;2\n', /no column .*Vendor/],
  ['a header with a column less', csv(good).replace(';Unit', ''), /no column Unit/],
  ['a row with a cell less', csv('Kutterhof;7;17.05.2026'), /Required/],
  ['a row with cells more', csv(`${good};x;y`), /Has 9 cells/],
  ['a quote that is never closed', csv('"Kutterhof;7;17.05.2026;Cod;1;kg;1'), /quote/],
  ['text behind a quote', csv('"Kutter"hof;7;17.05.2026;Cod;1;kg;1'), /quote/],
  ['a line without an end', csv('x'.repeat(1_200_000)), /Longer than|Has 1 cells|Required/],
  ['a day that is none', row(2, '31.02.2026'), /Not a day/],
  ['a day of another order', row(2, '05/17/2026'), /is no day as day, month, year/],
  ['a year far away', row(2, '17.05.20266'), /Not a day/],
  ['a number in words', row(4, 'twelve'), /Not a number/],
  ['a number of the other mark', row(6, '12.50'), /Not a number/],
  ['a number beyond any', row(6, `${'9'.repeat(30)},00`), /digits before the point/],
  ['a number with an exponent', row(4, '1e5'), /Not a number/],
  ['decimals without end', row(6, `1,${'3'.repeat(20)}`), /decimals/],
  ['not a number', row(4, 'NaN'), /Not a number/],
  ['infinity', row(4, '∞'), /Not a number/],
  ['a NUL in a name', row(3, 'C\u0000d'), /NUL/],
  ['a control character', row(1, '7\u0007'), /control character/],
  ['a text of five thousand characters', row(3, 'x'.repeat(5000)), /Longer than 1000/],
  ['half a letter of UTF-16', Buffer.concat([Buffer.from('\ufeff', 'utf16le'), Buffer.from(csv(good), 'utf16le').subarray(0, -1), Buffer.from([0xd8])]), /./],
  ['bytes that are no letters', Buffer.concat([Buffer.from(csv('')), Buffer.from([0xff, 0xfe, 0xfd]), Buffer.from(good)]), /Not UTF-8|not UTF-8/],
  ['the same line twice by number', csv(good, good).replace(/;Cod/g, ';Cod').concat('\nKutterhof;7;18.05.2026;Cod;1;kg;1'), /an invoice has one/],
  ['a ZIP that is cut off', zip.subarray(0, zip.length - 30), /cut off or damaged/],
  ['a ZIP with a bent beginning', patched(zip, centralAt + 42, 9), /cut off or damaged/],
  ['a ZIP whose file is longer than it says', patched(zip, centralAt + 24, 5, 0, 0, 0), /damaged/],
  ['a ZIP that is encrypted', patched(zip, centralAt + 8, 1), /Encrypted/],
  ['a ZIP in a ZIP', await zipOf({ 'inner.zip': zip }), /ZIP within a ZIP/],
  ['a ZIP of nothing', await zipOf({}), /no file in it/],
  ['a ZIP of very many files', await zipOf(Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`f${n}.csv`, 'x']))), /more than 100/],
  ['a ZIP bomb', await zipOf({ 'a.csv': Buffer.alloc(bytesMax + 1) }), /larger than this installation takes/],
  ['an OpenDocument file', await zipOf({ 'content.xml': '<x/>', mimetype: 'application/vnd.oasis.opendocument.spreadsheet' }), /OpenDocument/],
  ['a binary workbook', await zipOf({ 'xl/workbook.bin': 'x' }), /xlsb/],
  ['a letter', await zipOf({ 'word/document.xml': '<x/>' }), /not a table/],
  ['a workbook without its sheet', await book({ [sheet1]: null }), /damaged/],
  ['a workbook without any sheet', await book({ 'xl/workbook.xml': '<workbook><sheets/></workbook>' }), /without a sheet/],
  ['a workbook whose sheets are hidden', await workbookOf([{ name: 'One', rows: sheetRows, hidden: true }]), /without a sheet/],
  ['entities from elsewhere', await book({ [sheet1]: sheetOf('<row r="1"><c t="inlineStr"><is><t>&x;</t></is></c></row>', '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>') }), /damaged/],
  ['entities within entities', await book({ 'xl/sharedStrings.xml': '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><sst><si><t>&b;</t></si></sst>' }), /declarations/],
  ['a sheet that breaks off', await book({ [sheet1]: '<worksheet><sheetData><row r="1"><c r="A1"><v>1</v>' }), /empty/],
  ['a formula without its result', await workbookOf([{ name: 'One', rows: [sheetRows[0] ?? [], ['K', '7', '2026-05-17', 'Cod', { formula: '1+1' }, 'kg', '1']] }]), /formula without its result/],
  ['a cell in column ZZ', await book({ [sheet1]: sheetOf('<row r="1"><c r="ZZ1"><v>1</v></c></row>') }), /beyond column/],
  ['a shared text that is not there', await book({ [sheet1]: sheetOf('<row r="1"><c r="A1" t="s"><v>99</v></c></row>') }), /empty/],
  ['a row larger than any', await book({ [sheet1]: sheetOf(`<row r="1"><c r="A1" t="inlineStr"><is><t>${'x'.repeat(9_000_000)}</t></is></c></row>`) }), /damaged|larger/],
  ['a workbook with a torn part', patched(good1, good1.indexOf(sheet1) + sheet1.length + 20, 255, 255, 255, 255, 255, 255), /damaged|cut off/],
]; // prettier-ignore

test.each(files)('%s', async (_what, content, said) => {
  const { status, body } = await importFiles(
    manager.client,
    company.id,
    { 'hostile.dat': content },
    `&profile_id=${profile}`,
  );
  expect([400, 413, 422]).toContain(status);
  expect(`${body.detail} ${body.errors?.map(({ reason, message }) => reason ?? message).join(' ')}`).toMatch(said);
});

test('there were fifty of them, and nothing of any stays', async () => {
  expect(files.length).toBeGreaterThanOrEqual(50);
  expect(await written()).toEqual(counts);
  const { status } = await importFiles(manager.client, company.id, { 'fine.csv': csv(good) }, `&profile_id=${profile}`);
  expect(status).toBe(200);
});
