/** Saved reports: whose they are, what is refused, what an export of one asks, and that its job keeps the name. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExportJob, Page } from '#contract/export-jobs.ts';
import { daysOf, periodFor, type SavedReport } from '#contract/saved-reports.ts';
import { type ExportSite, startExportSite } from '#test/exports.ts';
import { savedReportsMax } from './saved-reports.ts';
import type { Client, TestCompany } from '#test/http.ts';

let site: ExportSite;
let company: TestCompany;
let ada: Client;
let bo: Client;
let location: string;
beforeAll(async () => {
  site = await startExportSite();
  company = await site.company();
  ada = (await site.member(company, 'finance')).client;
  bo = (await site.member(company, 'finance')).client;
  location = await site.location(company, 'Küche 厨房');
});
afterAll(() => site.close());

const path = (id = '', of = company): string => `/api/v1/companies/${of.id}/saved-reports${id && `/${id}`}`;
const question = (name: string, changes: object = {}) => ({
  name,
  report_type: 'vendor',
  filters: { delivery_location_ids: [location] },
  columns: ['vendor', 'net_purchases'],
  ordering: '-net_purchases',
  period: { kind: 'last_month' },
  file_format: 'xlsx',
  ...changes,
});
const save = async (client: Client, name: string, changes: object = {}): Promise<SavedReport> => {
  const { status, body } = await client.post<SavedReport>(path(), question(name, changes));
  expect([status, body]).toEqual([201, expect.objectContaining({ name })]);
  return body;
};
const namesOf = async (client: Client): Promise<string[]> =>
  (await client.get<Page<SavedReport>>(path())).body.results.map(({ name }) => name);

test('one is its maker’s until it is shared; then everybody opens it, and its maker alone changes it', async () => {
  const saved = await save(ada, 'Größte Lieferanten');
  expect(await namesOf(ada)).toContain('Größte Lieferanten');
  expect(await namesOf(bo)).not.toContain('Größte Lieferanten');
  expect((await bo.get(path(saved.id))).status).toBe(403);
  expect((await bo.patch(path(saved.id), { name: 'Mine now' })).status).toBe(403);
  const shared = await ada.patch<SavedReport>(path(saved.id), { is_shared: true });
  expect(shared).toMatchObject({ status: 200, body: { is_shared: true, columns: ['vendor', 'net_purchases'] } });
  expect(await bo.get(path(saved.id))).toMatchObject({ status: 200, body: { id: saved.id } });
  for (const refused of [await bo.patch(path(saved.id), { name: 'Mine now' }), await bo.delete(path(saved.id))]) {
    expect(refused).toMatchObject({ status: 403, body: { code: 'access_denied' } });
  }
  const owner = (await site.member(company, 'owner')).client;
  expect((await owner.patch(path(saved.id), { ordering: null })).status).toBe(200);
  const unshared = await owner.patch<{ detail: string }>(path(saved.id), { is_shared: false });
  expect([unshared.status, unshared.body.detail]).toEqual([403, expect.stringContaining('can make it private again')]);
  expect((await bo.get(path(saved.id))).status).toBe(200);
  expect((await ada.delete(path(saved.id))).status).toBe(204);
  expect((await ada.get(path(saved.id))).status).toBe(403);
});

test('names are told apart by their letters, whoever asks at once', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => ada.post(path(), question('Twice'))));
  expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
    201,
    ...Array.from({ length: 9 }, () => 409),
  ]);
  expect(await ada.post(path(), question('TWICE'))).toMatchObject({
    status: 409,
    body: { errors: [{ field: 'name' }] },
  });
  // another person's own may have the same name
  expect((await bo.post(path(), question('Twice'))).status).toBe(201);
});

test('a person has so many in a company and no more, whoever asks at once', async () => {
  const cy = await site.member(company, 'finance');
  await site.db
    .insertInto('saved_reports')
    .values(
      Array.from({ length: savedReportsMax - 3 }, (_, n) => ({
        company_id: company.id,
        created_by: cy.id,
        name: `Kept ${n}`,
        report_type: 'item' as const,
        file_format: 'csv' as const,
        filters: '{}',
        options: '{}',
        is_shared: false,
        period: JSON.stringify({ kind: 'yesterday' }),
      })),
    )
    .execute();
  const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => cy.client.post(path(), question(`More ${n}`))));
  expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 201, 201, 409, 409, 409, 409, 409]);
});

test('the same key answers with the first, however often', async () => {
  const headers = { 'idempotency-key': 'saved-once' };
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => ada.ask<SavedReport>('POST', path(), { body: question('Keyed'), headers })),
  );
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
});

test.each([
  [{ report_type: 'gossip' }, 'report_type'],
  [{ filters: { delivery_location_ids: ['999999'] } }, 'filters.delivery_location_ids'],
  [{ filters: { colour: 'red' } }, 'filters.colour'],
  [{ columns: ['vendor', 'vendor'] }, 'columns'],
  [{ columns: ['nothing'] }, 'columns'],
  [{ ordering: 'nothing' }, 'ordering'],
  [{ period: { kind: 'last_tuesday' } }, 'period.kind'],
  [{ period: { kind: 'fixed', date_from: '2026-02-30', date_to: '2026-03-01' } }, 'period.date_from'],
  [{ period: { kind: 'fixed', date_from: '2026-03-02', date_to: '2026-03-01' } }, 'period.date_from'],
  [{ period: { kind: 'fixed' } }, 'period.date_from'],
  [{ period: { kind: 'yesterday', date_to: '2026-03-01' } }, 'period.date_to'],
  [{ name: ' ' }, 'name'],
  [{ file_format: 'doc' }, 'file_format'],
])('%j is refused by name', async (changes, field) => {
  const { status, body } = await ada.post<{ errors: { field: string }[] }>(path(), question('Wrong', changes));
  expect([status, body.errors?.map((one) => one.field)]).toEqual([400, [field]]);
});

describe('an export of one', () => {
  const make = (client: Client, changes: object, of = company) =>
    client.post<ExportJob & { errors?: { field: string }[] }>('/api/v1/export-jobs', { company_id: of.id, ...changes });

  test('asks its question of today, and its job keeps that and the name', async () => {
    const saved = await save(ada, 'Month end');
    const { status, body } = await make(ada, { saved_report_id: saved.id });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      report_type: 'vendor',
      file_format: 'xlsx',
      filters: { delivery_location_ids: [location] },
      options: { columns: ['vendor', 'net_purchases'] },
      saved_report: { id: saved.id, name: 'Month end' },
    });
    expect(body.date_from).toMatch(/-01$/);
    await ada.delete(path(saved.id));
    const after = await ada.get<ExportJob>(`/api/v1/export-jobs/${body.id}`);
    expect(after.body).toMatchObject({ date_from: body.date_from, saved_report: { id: null, name: 'Month end' } });
  });

  test('takes other days and another format, and nothing else', async () => {
    const saved = await save(ada, 'Other days');
    const other = { saved_report_id: saved.id, date_from: '2026-01-05', date_to: '2026-01-06', file_format: 'csv' };
    expect(await make(ada, other)).toMatchObject({
      status: 201,
      body: { date_from: '2026-01-05', file_format: 'csv' },
    });
    const more = await make(ada, { ...other, report_type: 'item', filters: {} });
    expect([more.status, more.body.errors?.map(({ field }) => field)]).toEqual([400, ['report_type', 'filters']]);
    const half = await make(ada, { saved_report_id: saved.id, date_to: '2026-01-06' });
    expect(half).toMatchObject({ status: 400, body: { errors: [{ field: 'date_from' }] } });
  });

  test('for another company only without ids of the first, and only of what one may see', async () => {
    const second = await site.company();
    const both = await site.member(company, 'finance');
    await site.db
      .insertInto('company_members')
      .values({ company_id: second.id, user_id: both.id, role: 'finance' })
      .execute();
    const held = await save(both.client, 'Held here');
    const free = await save(both.client, 'Anywhere', { filters: {} });
    expect(await make(both.client, { saved_report_id: held.id }, second)).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'filters.delivery_location_ids' }] },
    });
    expect(await make(both.client, { saved_report_id: free.id }, second)).toMatchObject({
      status: 201,
      body: { company_id: second.id, saved_report: { name: 'Anywhere' } },
    });
    const stranger = await site.member(await site.company(), 'finance');
    for (const id of [free.id, '999999', 'x']) {
      const refused = await make(bo, { saved_report_id: id });
      expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: 'saved_report_id' }] } });
    }
    expect((await stranger.client.get(path(free.id))).status).toBe(403);
  });
});

test('who may not view financials sees none; nobody signed in, neither', async () => {
  const viewer = (await site.member(company, 'viewer')).client;
  expect((await viewer.get(path())).status).toBe(403);
  expect((await viewer.post(path(), question('No'))).status).toBe(403);
  expect((await site.anonymous.get(path())).status).toBe(401);
});

test('periods are days of the company’s calendar, and a period chosen by name is kept by name', () => {
  const on = (kind: Parameters<typeof daysOf>[0]['kind'], today: string) => daysOf({ kind }, today);
  expect(on('last_month', '2024-03-31')).toEqual({ from: '2024-02-01', to: '2024-02-29' });
  expect(on('last_month', '2026-01-01')).toEqual({ from: '2025-12-01', to: '2025-12-31' });
  expect(on('last_quarter', '2026-02-15')).toEqual({ from: '2025-10-01', to: '2025-12-31' });
  expect(on('last_quarter', '2026-11-30')).toEqual({ from: '2026-07-01', to: '2026-09-30' });
  expect(on('this_month', '2026-11-01')).toEqual({ from: '2026-11-01', to: '2026-11-01' });
  expect(on('year_to_date', '2026-11-30')).toEqual({ from: '2026-01-01', to: '2026-11-30' });
  expect(on('last_7_days', '2026-03-03')).toEqual({ from: '2026-02-24', to: '2026-03-02' });
  expect(periodFor('2026-10-01', '2026-10-31', '2026-11-30')).toEqual({ kind: 'last_month' });
  // the same days as the last 30
  expect(periodFor('2026-11-01', '2026-11-30', '2026-12-01')).toEqual({ kind: 'last_month' });
  expect(periodFor('2026-10-01', '2026-10-30', '2026-11-30')).toMatchObject({ kind: 'fixed', date_to: '2026-10-30' });
});
