/** Thirty files of other systems: what a person is asked, what they come to, and that the second time nothing is asked. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ImportProfile, Inspection } from '#contract/import-profiles.ts';
import { type ForeignFile, foreignFiles } from '#test/foreign-files.ts';
import { type Person, startTestApp, type TestApp, type TestCompany } from '#test/http.ts';
import { importFiles, inspectFile, multipartOf } from '#test/import-files.ts';
import { importRoutes } from './routes.ts';

let app: TestApp;
let company: TestCompany;
let manager: Person;
const files = await foreignFiles();

beforeAll(async () => {
  app = await startTestApp((server, { pool }) => importRoutes(server, { pool }));
  company = await app.company();
  manager = await app.member(company, 'manager');
  const { status } = await importFiles(manager.client, company.id, {
    'delivery_locations.csv': 'code,name\nMAIN,Main Kitchen\n',
    'storage_units.csv': 'code,name\nCOLD,Kühlhaus\n',
    'vendors.csv': 'code,name\nHAFEN,Hafenhandel\n',
    'items.csv': 'code,name,base_unit\nTOMATO,Tomaten,kg\n',
    'purchase_orders.csv':
      'po_number,vendor_code,delivery_location_code,status,line_no,description,order_unit,ordered_qty,unit_price\n' +
      'B-900,HAFEN,MAIN,sent,1,Salz,Sack,9,3\nB-900,HAFEN,MAIN,sent,2,Essig,Kiste,9,4\n',
  });
  expect(status).toBe(200);
});
afterAll(() => app.close());

const inspect = async (file: ForeignFile, query = ''): Promise<Inspection> => {
  const { status, body } = await inspectFile(manager.client, company.id, file.name, file.content, query);
  expect(status).toBe(200);
  return body;
};
const ask = (inspection: Inspection): string[] =>
  inspection.ambiguities
    .map(({ about }) => about)
    .filter((about) => about !== 'vendor')
    .sort();

/** What a person does with a file that comes for the first time. */
async function keepProfile(file: ForeignFile): Promise<ImportProfile> {
  const { suggestion, fingerprint } = await inspect(
    file,
    file.answers?.encoding ? `&encoding=${file.answers.encoding}` : '',
  );
  const { status, body } = await manager.client.post<ImportProfile>(`/api/v1/companies/${company.id}/import-profiles`, {
    ...suggestion,
    ...file.answers,
    fields: { ...suggestion.fields, ...file.answers?.fields },
    name: file.name,
    fingerprint,
  });
  expect(body).toMatchObject({ name: file.name });
  expect(status).toBe(201);
  return body;
}

const cents = (text: string): number => Math.round(Number(text) * 100);

describe.each(files)('$name', (file) => {
  test('is asked what cannot be told, comes to the cent, and is known the second time', async () => {
    const first = await inspect(file);
    expect([first.profile_id, first.kind, first.row_count]).toEqual([null, file.kind, file.rows]);
    expect(ask(first)).toEqual([...(file.asks ?? [])].sort());
    const profile = (await keepProfile(file)).id;
    const sent = { [file.name]: file.content };
    const { status, body } = await importFiles(manager.client, company.id, sent, `&profile_id=${profile}`);
    expect([status, body.errors ?? []]).toEqual([200, []]);
    expect(body.files.find(({ kind }) => kind === file.kind)?.rows).toBe(file.rows);
    if (file.totals) {
      const { rows } = await app.pool.pool.query<{ net: string; tax: string }>(
        `SELECT sum(l.net_amount) AS net, sum(l.tax_amount) AS tax FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id
         WHERE i.company_id = $1 AND l.import_id = (SELECT max(id) FROM imports WHERE company_id = $1)`,
        [company.id],
      );
      expect([cents(rows[0]?.net ?? ''), cents(rows[0]?.tax ?? '')]).toEqual([file.totals.net, file.totals.tax]);
    }
    const again = await inspect(file);
    expect([again.profile_id, again.ambiguities]).toEqual([profile, []]);
    const second = await importFiles(manager.client, company.id, sent, `&profile_id=${profile}&dry_run=true`);
    expect(second.body.files.map(({ created, updated }) => created + updated)).toEqual(second.body.files.map(() => 0));
    // the next file may have this header and be written otherwise, as with another company
    await manager.client.delete(`/api/v1/companies/${company.id}/import-profiles/${profile}`);
  });
});

test('one file is looked at, a name that cannot be kept is refused, and a constant may be as the file has its values', async () => {
  const two = await multipartOf({ 'a.csv': 'vendor;no\n1;2\n', 'b.csv': 'vendor;no\n1;2\n' });
  const path = `/api/v1/imports/inspect?company_id=${company.id}`;
  const asked = { body: two.body, headers: { 'content-type': two.contentType } };
  expect(await manager.client.ask('POST', path, asked)).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'file' }] },
  });
  const content = 'vendor;no;date;what;qty;unit;net\nHAFEN;CONST-1;2026-03-02;Stock cubes;1;kg;10.00\n';
  const profiles = `/api/v1/companies/${company.id}/import-profiles`;
  const { suggestion, fingerprint } = (await inspectFile(manager.client, company.id, 'constants.csv', content)).body;
  const said = Object.entries({
    vendor_code: 'vendor',
    invoice_number: 'no',
    invoice_date: 'date',
    description: 'what',
    quantity: 'qty',
    unit: 'unit',
    net_amount: 'net',
  }).map(([field, column]) => [field, { column }] as const);
  const profile = {
    ...suggestion,
    kind: 'invoices',
    decimal: '.',
    date_order: 'ymd',
    tax: 'percent',
    name: 'Constants',
    fingerprint,
    fields: { ...Object.fromEntries(said), tax_rate: { constant: '19' }, delivery_location_code: { constant: 'MAIN' } },
  };
  for (const name of ['a\0b', 'half \ud800'])
    expect(await manager.client.post(profiles, { ...profile, vendor_aliases: { [name]: 'A' } })).toMatchObject({
      status: 400,
      body: { errors: [{ field: `vendor_aliases.${name}` }] },
    });
  const { id } = (await manager.client.post<ImportProfile>(profiles, profile)).body;
  const { body } = await importFiles(
    manager.client,
    company.id,
    { 'constants.csv': content },
    `&profile_id=${id}&dry_run=true`,
  );
  expect(body.errors ?? []).toEqual([]);
  await manager.client.delete(`${profiles}/${id}`);
});

test('what comes out is what the file says: packs, names, days, weights, lots', async () => {
  const { pool } = app.pool;
  const all = async (text: string): Promise<unknown[]> =>
    (await pool.query({ text, values: [company.id], rowMode: 'array' })).rows;
  expect(
    await all(
      `SELECT a.article_number, a.units_per_order_unit FROM vendor_items a WHERE company_id = $1 AND article_number IN ('411', '412') ORDER BY 1`,
    ),
  ).toEqual([
    ['411', '20.000000'],
    ['412', '9.000000'],
  ]);
  expect(await all(`SELECT DISTINCT vendor_id FROM purchase_orders WHERE company_id = $1`)).toHaveLength(1);
  expect(
    await all(
      `SELECT movement_ref, kind, occurred_on, qty FROM stock_movements WHERE company_id = $1 AND movement_ref LIKE '471%' ORDER BY 1`,
    ),
  ).toEqual([
    ['4711', 'RECEIPT', '2026-05-13', '12.5000'],
    ['4712', 'ISSUE', '2026-05-14', '-3.2500'],
    ['4713', 'WASTE', '2026-05-15', '-0.5000'],
  ]);
  expect(await all(`SELECT counted_qty FROM stock_counts WHERE company_id = $1`)).toEqual([['8.1000']]);
  expect(
    await all(
      `SELECT DISTINCT article_number FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id WHERE i.company_id = $1 AND invoice_number LIKE 'F22-%' AND article_number = '001188'`,
    ),
  ).toHaveLength(1);
});
