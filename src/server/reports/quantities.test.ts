/** Stock without amounts: who sees which column set, and that no amount leaves by any way with the smaller one. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { companyRoles, effectiveCapabilities } from '#contract/access.ts';
import { type ReportRows, type ReportSite, startReportSite, stock } from '#test/report-kitchen.ts';
import type { Client, TestCompany } from '#test/http.ts';
import { allReports } from './registry.ts';

let site: ReportSite;
let company: TestCompany;
let viewer: Client;
const stockReports = ['inventory', 'inventory_levels', 'inventory_movements'] as const;
const money = ['unit_cost', 'inventory_value', 'average_cost', 'last_cost', 'value'];
const roles = ['owner', 'admin', 'member', ...companyRoles] as const;

beforeAll(async () => {
  site = await startReportSite();
  ({ company } = await site.kitchen(stock));
  viewer = (await site.member(company, 'viewer')).client;
});
afterAll(() => site.close());

const period = 'date_from=2026-03-02&date_to=2026-03-05';
const url = (type: string, rest = ''): string => `/api/v1/reports/${type}?company_id=${company.id}&${period}${rest}`;
const file = (type: string, format: string): string =>
  `/api/v1/reports/${type}/download?company_id=${company.id}&${period}&file_format=${format}`;
const hasMoney = (row: object): boolean => Object.keys(row).some((key) => money.includes(key));

describe.each(stockReports)('%s', (type) => {
  test.each(roles)(
    '%s: amounts with view_financials, quantities with view_inventory, otherwise nothing',
    async (role) => {
      const { client } = await site.member(company, role);
      const isOfOrganization = role === 'owner' || role === 'admin' || role === 'member';
      const held = effectiveCapabilities({
        organizationRole: isOfOrganization ? role : 'member',
        companyRole: isOfOrganization ? null : role,
        granted: [],
        denied: [],
      });
      const page = await client.get<ReportRows>(url(type));
      const download = await client.get(file(type, 'csv'));
      if (!held.includes('view_inventory') && !held.includes('view_financials')) {
        expect([page.status, download.status]).toEqual([403, 403]);
        return;
      }
      expect([page.status, download.status]).toEqual([200, 200]);
      expect(page.body.total).toBeGreaterThan(0);
      expect(page.body.results.every((row) => hasMoney(row) === held.includes('view_financials'))).toBe(true);
    },
  );

  test('page, totals, groups and files have no amount in them, and the same rows', async () => {
    const { client: finance } = await site.member(company, 'finance');
    const full = (await finance.get<ReportRows>(url(type))).body;
    const { body } = await viewer.get<ReportRows>(url(type));
    const kept = (row: Readonly<Record<string, unknown>>): object =>
      Object.fromEntries(Object.entries(row).filter(([key]) => !money.includes(key)));
    expect(body.results).toEqual(full.results.map(kept));
    for (const totals of [...body.totals, ...body.groups]) {
      expect(Object.keys(totals).filter((key) => !['group', 'currency', 'rows'].includes(key))).toEqual([]);
    }
    const [header] = String((await viewer.get(file(type, 'csv'))).body).split('\r\n');
    expect(header).not.toMatch(/cost|value/i);
    for (const format of ['pdf', 'xlsx']) expect((await viewer.get(file(type, format))).status).toBe(200);
  });

  test('no order and no filter tells an amount', async () => {
    for (const key of money) {
      expect((await viewer.get(url(type, `&ordering=-${key}`))).status).toBe(400);
      expect((await viewer.get(url(type, `&${key}_min=1`))).status).toBe(400);
    }
  });

  test('the list of reports says which columns these are', async () => {
    const { body } = await viewer.get<{ results: { type: string; quantity_columns: string[] | null }[] }>(
      '/api/v1/reports',
    );
    const columns = body.results.find((report) => report.type === type)?.quantity_columns ?? money;
    expect(columns.filter((key) => money.includes(key))).toEqual([]);
  });
});

test('every other report, and every summary, is refused without view_financials', async () => {
  for (const { type } of allReports()) {
    const isStock = (stockReports as readonly string[]).includes(type);
    if (!isStock) expect({ type, status: (await viewer.get(url(type))).status }).toEqual({ type, status: 403 });
    const summary = `/api/v1/reports/${type}/summary?company_id=${company.id}`;
    expect({ type, status: (await viewer.get(summary)).status }).toEqual({ type, status: 403 });
  }
});

test('a denial takes the quantities too, and somebody of another company sees nothing', async () => {
  const { client, id } = await site.member(company, 'viewer');
  await site.db
    .updateTable('company_members')
    .set({ denied: ['view_inventory'] })
    .where('user_id', '=', id)
    .execute();
  const foreign = await site.member(await site.company(), 'owner');
  for (const asker of [client, foreign.client]) expect((await asker.get(url('inventory'))).status).toBe(403);
});
