/** Files that can be read twice: each is asked, and none guessed. What somebody says is not asked again. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, startTestApp, type TestApp, type TestCompany } from '#test/http.ts';
import { importFiles, inspectFile } from '#test/import-files.ts';
import { workbookOf } from '#test/small-workbook.ts';
import { importRoutes } from './routes.ts';

let app: TestApp;
let company: TestCompany;
let manager: Person;
beforeAll(async () => {
  app = await startTestApp((server, { pool }) => importRoutes(server, { pool }));
  company = await app.company();
  manager = await app.member(company, 'manager');
  await importFiles(manager.client, company.id, { 'vendors.csv': 'code,name\nMOEWE,Fischkontor Möwe GmbH\n' });
});
afterAll(() => app.close());

const header = 'Vendor,Invoice,Invoice date,Description,Qty,Unit,Net amount';
const rows = (...all: string[]): string => [header, ...all.map((one) => `Kutterhof,7,${one}`)].join('\n');
const sheet = [
  ['Vendor', 'Invoice', 'Invoice date', 'Qty', 'Unit'],
  ['Kutterhof', '7', '2026-05-17', '1', 'kg'],
];

type Case = readonly [about: string, content: string | Buffer, choices: readonly string[], said?: string];
const cases: readonly Case[] = [
  ['date_order', rows('03/04/2026,Cod,1,kg,12.50', '05/06/2026,Cod,1,kg,12.50'), ['dmy', 'mdy']],
  ['date_order', rows('03-04-05,Cod,1,kg,12.50'), ['ymd', 'dmy', 'mdy']],
  ['date_order', rows('25/12/2026,Cod,1,kg,12.50', '12/25/2026,Cod,1,kg,9.50'), ['dmy', 'mdy']],
  ['decimal', rows('2026-05-17,Cod,"1,250",kg,"3,999"'), ['.', ',']],
  ['decimal', rows('2026-05-17,Cod,1.250,kg,"3,999"'), ['.', ',']],
  ['encoding', Buffer.from(rows('2026-05-17,Crème,1,kg,12.50'), 'latin1'), ['windows-1252', 'windows-1250'], '&encoding=windows-1252'],
  ['delimiter', 'code,name;region\nA,B;C\n', [',', ';'], '&delimiter=%3B'],
  ['sheet', await workbookOf([{ name: 'May', rows: sheet }, { name: 'June', rows: sheet }]), ['May', 'June'], '&sheet=June'],
  ['tax', `${header},Tax rate\nKutterhof,7,2026-05-17,Cod,1,kg,12.50,1\n`, ['fraction', 'percent']],
  ['vendor', rows('2026-05-17,Cod,1,kg,12.50').replace('Kutterhof', 'Fischkontor Möve'), ['MOEWE', 'create']],
  ['values', `Type,${header}\nProforma,Kutterhof,7,2026-05-17,Cod,1,kg,12.50\n`, ['invoice', 'credit']],
  ['field', `${header},Net amount\nKutterhof,7,2026-05-17,Cod,1,kg,12.50,11.50\n`, ['Net amount', 'Net amount (2)']],
  ['header_row', 'A7,9,4\nB8,3,5\n', ['0', '1'], '&header_row=0'],
  ['kind', 'Colour,Shape\nred,round\nblue,square\n', ['storage_units', 'vendors'], '&kind=vendors'],
]; // prettier-ignore

test.each(cases.map((one) => ({ about: one[0], one })))('$about is asked', async ({ one }) => {
  const [about, content, choices, said] = one;
  const name = typeof content === 'string' || content[0] !== 0x50 ? 'file.csv' : 'file.xlsx';
  const inspect = (query = '') => inspectFile(manager.client, company.id, name, content, query);
  const { status, body } = await inspect();
  expect(status).toBe(200);
  const question = body.ambiguities.find((one) => one.about === about);
  expect(question?.choices).toEqual(about === 'kind' ? expect.arrayContaining([...choices]) : choices);
  if (said === undefined) return;
  const answered = await inspect(said);
  expect(answered.body.ambiguities.map((one) => one.about)).not.toContain(about);
});

test('what only looks open is not asked: one day tells the order of all, one figure the decimal of all', async () => {
  const told = await inspectFile(
    manager.client,
    company.id,
    'f.csv',
    rows('03/04/2026,Cod,"1,250",kg,12.50', '17/04/2026,Cod,2,kg,3'),
  );
  expect(told.body.ambiguities.map(({ about }) => about).filter((about) => about !== 'field')).toEqual([]);
  expect(told.body.suggestion).toMatchObject({ date_order: 'dmy', decimal: '.' });
  const same = await inspectFile(manager.client, company.id, 'f.csv', rows('05/05/2026,Cod,1,kg,12.50'));
  expect(same.body.ambiguities).toEqual([]);
});
