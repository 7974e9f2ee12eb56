import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from '#contract/export-jobs.ts';
import type { TestApp } from '#test/http.ts';
import { startOrganizationApp } from '#test/organization.ts';

let site: TestApp;
beforeAll(async () => {
  site = await startOrganizationApp();
});
afterAll(() => site.close());

test('pickers list and search the storage units, vendors and ingredients of their company alone', async () => {
  const company = await site.company();
  const foreign = await site.company();
  for (const { id: company_id } of [company, foreign]) {
    await site.db
      .insertInto('storage_units')
      .values([
        { company_id, code: 'DRY', name: 'Dry Store' },
        { company_id, code: 'BAR', name: 'Bar' },
      ])
      .execute();
    await site.db
      .insertInto('vendors')
      .values([
        { company_id, code: 'ELB', name: 'Elbe Fish', currency: 'EUR' },
        { company_id, code: 'NOR', name: 'Nordkai', archived_at: '2026-01-01T00:00:00Z' },
      ])
      .execute();
    await site.db
      .insertInto('items')
      .values([
        { company_id, code: 'TOM', name: 'Tomatoes', category: 'Produce', base_unit: 'kg' },
        { company_id, code: 'SAL', name: 'Salmon', category: 'Fish', base_unit: 'kg' },
      ])
      .execute();
  }
  const staff = (await site.member(company, 'staff')).client;
  const names = async (path: string): Promise<string[]> => {
    const answer = await staff.get<Page<{ name: string }>>(`/api/v1/companies/${company.id}/${path}`);
    expect(answer.status).toBe(200);
    return answer.body.results.map(({ name }) => name);
  };
  expect(await names('storage-units')).toEqual(['Bar', 'Dry Store']);
  expect(await names('storage-units?search=dry')).toEqual(['Dry Store']);
  expect(await names('vendors')).toEqual(['Elbe Fish', 'Nordkai']);
  expect(await names('vendors?archived=false')).toEqual(['Elbe Fish']);
  expect(await names('items?search=fish')).toEqual(['Salmon']);
  expect(await names('items?page_size=1&page=1')).toEqual(['Tomatoes']);
});
