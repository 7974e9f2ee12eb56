/**
 * A known file whose days speak against the order that its profile keeps is asked on the page and refused by an import,
 * with one error; where both orders fit, the profile's is taken and said. Nothing is misread in silence.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DateOrder } from '#contract/import-reading.ts';
import { type Person, startTestApp, type TestApp, type TestCompany } from '#test/http.ts';
import { importFiles, inspectFile } from '#test/import-files.ts';
import { contradictionOf, WrittenDays } from './mapping/written-days.ts';
import { importRoutes } from './routes.ts';

let app: TestApp;
let company: TestCompany;
let manager: Person;
const profiles = {} as Record<DateOrder, string>;
const header = 'Doc no,Doc date,Seller,Text,Qty,Unit,Net';

beforeAll(async () => {
  app = await startTestApp((server, { pool }) => importRoutes(server, { pool }));
  company = await app.company();
  manager = await app.member(company, 'manager');
  await importFiles(manager.client, company.id, {
    'vendors.csv': 'code,name\nÇİÇEK,Çiçek Gıda A.Ş.\n',
    'delivery_locations.csv': 'code,name\nŞUBE,Kadıköy\n',
  });
  for (const order of ['ymd', 'dmy', 'mdy'] as const) {
    const { body } = await manager.client.post<{ id: string }>(`/api/v1/companies/${company.id}/import-profiles`, {
      name: `Fatura ${order}`,
      fingerprint: order,
      kind: 'invoices',
      date_order: order,
      fields: Object.fromEntries(
        [['invoice_number', 'Doc no'], ['invoice_date', 'Doc date'], ['vendor_code', 'Seller'], ['description', 'Text'], ['quantity', 'Qty'], ['unit', 'Unit'], ['net_amount', 'Net']].map(([field, column]) => [field, { column }]), // prettier-ignore
      ),
    });
    profiles[order] = body.id;
  }
});
afterAll(() => app.close());

const file = (days: readonly string[]): string =>
  [header, ...days.map((day, at) => `F${at},${day},ÇİÇEK,Domates,1,kg,10.00`)].join('\n');
const send = (order: DateOrder, days: readonly string[], query = '') =>
  importFiles(
    manager.client,
    company.id,
    { 'liste.csv': file(days) },
    `&profile_id=${profiles[order]}&dry_run=true${query}`,
  );
/** The first twelve days of a month in the past, as `month/day/year` and as `day/month/year`. */
const early = Array.from({ length: 12 }, (_, at) => `${String(at + 1).padStart(2, '0')}/03/2026`);

const against: readonly (readonly [why: string, kept: DateOrder, days: readonly string[], says: DateOrder])[] = [
  ['a day above the 12th in the wrong place', 'mdy', ['03/04/2026', '17/04/2026', '05/04/2026', '25/04/2026'], 'dmy'],
  ['the other way round', 'dmy', ['04/03/2026', '04/17/2026', '04/05/2026'], 'mdy'],
  ['one day of every month', 'mdy', early, 'dmy'],
  ['days that follow each other otherwise', 'dmy', ['01/10/2025', '01/11/2025', '02/03/2025', '02/04/2025'], 'mdy'],
  ['years that are none', 'ymd', ['03/04/2026', '05/04/2026', '30/04/2026'], 'dmy'],
  ['dots, in which days come first', 'ymd', ['03.04.2026', '05.04.2026'], 'dmy'],
]; // prettier-ignore

test.each(against)('%s: one error that says it', async (_, kept, days, says) => {
  const { status, body } = await send(kept, days);
  expect(status).toBe(422);
  expect(body.errors).toMatchObject([{ row: null, column: 'invoice_date', option: `date_order=${says}` }]);
  expect(body.errors?.[0]?.reason).toMatch(
    new RegExp(`^The profile Fatura ${kept} reads days as .* speaks against it: .* all fit`),
  );
  const said = await send(kept, days, `&date_order=${says}`);
  expect([said.status, said.body.read_by_profile]).toEqual([
    200,
    [expect.objectContaining({ date_order: says, date_order_of: 'request' })],
  ]);
});

test('days still to come speak against an order, but not of deliveries that are expected', () => {
  const days = new WrittenDays();
  for (const day of ['11/02/2031', '12/02/2031']) days.add(day);
  expect(contradictionOf([{ field: 'received_on', days }], 'mdy', '2031-03-01')).toMatchObject({
    order: 'dmy',
    value: '12/02/2031',
  });
  expect(contradictionOf([{ field: 'expected_on', days }], 'mdy', '2031-03-01')).toBeNull();
  expect(contradictionOf([{ field: 'received_on', days }], 'mdy', '2031-12-31')).toBeNull();
});

test('who says that the profile is right has it', async () => {
  const { status, body } = await send('mdy', early, '&date_order=profile');
  expect([status, body.read_by_profile?.[0]]).toEqual([
    200,
    {
      file: 'liste.csv',
      profile: 'Fatura mdy',
      date_order: 'mdy',
      date_order_of: 'request',
      example: { value: '01/03/2026', read: '2026-01-03' },
    },
  ]);
});

test('where both fit the order of the profile is taken, and said with a day', async () => {
  for (const [order, read] of [
    ['dmy', '2026-04-03'],
    ['mdy', '2026-03-04'],
  ] as const) {
    const { status, body } = await send(order, ['03/04/2026', '03/04/2026']);
    expect([status, body.read_by_profile]).toEqual([
      200,
      [
        {
          file: 'liste.csv',
          profile: `Fatura ${order}`,
          date_order: order,
          date_order_of: 'profile',
          example: { value: '03/04/2026', read },
        },
      ],
    ]);
  }
  const clear = await send('mdy', ['2026-04-03', '2026-04-30', '2026-04-01']);
  expect([clear.status, clear.body.read_by_profile?.[0]?.example]).toEqual([200, null]);
});

test('one slip among days that are right is that one error, and a file of two orders names each row', async () => {
  const slip = await send('dmy', ['13/04/2026', '14/04/2026', '04/15/2026', '16/04/2026']);
  expect(slip.body.errors?.map(({ row, reason }) => [row, reason])).toEqual([[4, 'Not a day with day, month, year']]);
  const none = await send('dmy', ['13/04/2026', 'yarın', '']);
  expect(none.body.errors?.map(({ row }) => row)).toEqual([3, 4]);
});

test('the page asks it of a known file, and is told the name of the profile', async () => {
  const name = 'liste.csv';
  const first = await inspectFile(manager.client, company.id, name, file(early));
  await manager.client.patch(`/api/v1/companies/${company.id}/import-profiles/${profiles.mdy}`, {
    fingerprint: first.body.fingerprint,
  });
  const known = await inspectFile(manager.client, company.id, name, file(early));
  expect(known.body).toMatchObject({ profile_id: profiles.mdy, profile_name: 'Fatura mdy' });
  expect(known.body.ambiguities).toMatchObject([{ about: 'date_order', choices: ['dmy', 'mdy'], column: 'Doc date' }]);
  const both = await inspectFile(manager.client, company.id, name, file(['03/04/2026']));
  expect([both.body.profile_name, both.body.ambiguities]).toEqual(['Fatura mdy', []]);
});

test('an order that is none is refused by name', async () => {
  const { status, body } = await send('dmy', ['03/04/2026'], '&date_order=ydm');
  expect([status, body.errors?.[0]?.field]).toEqual([400, 'date_order']);
});
