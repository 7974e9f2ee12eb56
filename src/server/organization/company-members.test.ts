import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capabilities } from '#contract/access.ts';
import type { Page } from '#contract/export-jobs.ts';
import type { CompanyMember } from '#contract/organization.ts';
import type { Person, TestApp, TestCompany } from '#test/http.ts';
import { startOrganizationApp } from '#test/organization.ts';

let site: TestApp;
beforeAll(async () => {
  site = await startOrganizationApp();
});
afterAll(() => site.close());

const membersOf = (company: TestCompany, person?: Pick<Person, 'id'>): string =>
  `/api/v1/companies/${company.id}/members${person ? `/${person.id}` : ''}`;
const refused = { status: 403, body: { code: 'missing_capability' } };

test('the list has everybody who may do something here, and what it comes to', async () => {
  const company = await site.company();
  const owner = await site.member(company, 'owner');
  await site.member(company, 'member');
  const finance = await site.member(company, 'finance', { granted: ['import_data'], denied: ['view_financials'] });
  await site.member(await site.company({ organizationId: company.organizationId }), 'viewer');
  const answer = await owner.client.get<Page<CompanyMember>>(membersOf(company));
  expect(answer.body).toMatchObject({ page: 0, page_size: 20, total: 2, total_pages: 1 });
  expect(answer.body.results).toEqual([
    {
      user_id: finance.id,
      name: finance.name,
      email: finance.email,
      organization_role: 'member',
      role: 'finance',
      granted: ['import_data'],
      denied: ['view_financials'],
      capabilities: ['view_inventory', 'import_data', 'close_periods', 'manage_deliveries'],
    },
    {
      user_id: owner.id,
      name: owner.name,
      email: owner.email,
      organization_role: 'owner',
      role: null,
      granted: [],
      denied: [],
      capabilities: [...capabilities],
    },
  ]);
});

describe('setting', () => {
  test('a member of the organization gets a role, grants and denials; denied beats granted beats role', async () => {
    const company = await site.company();
    const owner = await site.member(company, 'owner');
    const person = await site.member(company, 'member');
    const put = (body: object) => owner.client.put(membersOf(company, person), body);
    expect(await put({ role: 'finance', granted: ['import_data', 'import_data'] })).toMatchObject({
      status: 200,
      body: {
        role: 'finance',
        granted: ['import_data'],
        capabilities: ['view_financials', 'view_inventory', 'import_data', 'close_periods', 'manage_deliveries'],
      },
    });
    const denied = await put({ role: 'finance', granted: ['view_financials'], denied: ['view_financials'] });
    expect(denied.body).toMatchObject({ capabilities: ['view_inventory', 'close_periods', 'manage_deliveries'] });
    await put({ role: 'finance', granted: ['view_financials'], denied: ['view_financials'] });
    const events = await site.db
      .selectFrom('audit_events')
      .select(['action', 'subject_id', 'details'])
      .where('company_id', '=', company.id)
      .orderBy('id')
      .execute();
    expect(events).toMatchObject([
      { action: 'company_member.added', subject_id: person.id },
      {
        action: 'company_member.changed',
        details: {
          changes: {
            granted: { from: ['import_data'], to: ['view_financials'] },
            denied: { from: [], to: ['view_financials'] },
          },
        },
      },
    ]);
  });

  test('nobody gives more than they hold', async () => {
    const company = await site.company();
    const manager = await site.member(company, 'manager', { granted: ['manage_members'], denied: ['import_data'] });
    const viewer = await site.member(company, 'viewer');
    const put = (body: object) => manager.client.put(membersOf(company, viewer), body);
    expect((await put({ role: 'finance' })).status).toBe(200);
    expect(await put({ role: 'viewer', granted: ['import_data'] })).toMatchObject(refused);
    expect(await put({ role: 'manager' })).toMatchObject(refused);
    expect((await put({ role: 'manager', denied: ['import_data'] })).status).toBe(200);
    // what somebody has already may stay
    await site.joinCompany(company, viewer, 'manager');
    expect((await put({ role: 'manager', denied: ['place_orders'] })).status).toBe(200);
  });

  test('a denial is not undone by the person it was meant for', async () => {
    const company = await site.company();
    const admin = await site.member(company, 'admin');
    await site.joinCompany(company, admin, 'viewer', { denied: ['view_financials'] });
    await site.joinOrganization(company.organizationId, admin, 'admin');
    const viewer = await site.member(company, 'viewer');
    expect(await admin.client.put(membersOf(company, admin), { role: 'finance' })).toMatchObject(refused);
    expect(await admin.client.delete(membersOf(company, admin))).toMatchObject(refused);
    expect(await admin.client.put(membersOf(company, viewer), { role: 'finance' })).toMatchObject(refused);
    const organization = `/api/v1/organizations/${company.organizationId}`;
    expect(await admin.client.patch(`${organization}/members/${viewer.id}`, { role: 'admin' })).toMatchObject(refused);
    const friend = { email: 'friend@kitchen.example', role: 'admin' };
    expect(await admin.client.post(`${organization}/invitations`, friend)).toMatchObject(refused);
  });

  test('owners are changed by owners alone, administrators by owners and administrators', async () => {
    const company = await site.company();
    const [owner, admin, manager] = [
      await site.member(company, 'owner'),
      await site.member(company, 'admin'),
      await site.member(company, 'manager', { granted: ['manage_members'] }),
    ];
    const viewing = { role: 'viewer', denied: ['view_financials'] };
    expect(await admin.client.put(membersOf(company, owner), viewing)).toMatchObject(refused);
    expect(await manager.client.put(membersOf(company, owner), viewing)).toMatchObject(refused);
    expect(await manager.client.put(membersOf(company, admin), viewing)).toMatchObject(refused);
    const denied = await owner.client.put<CompanyMember>(membersOf(company, admin), viewing);
    expect(denied.body.capabilities).toEqual(capabilities.filter((name) => name !== 'view_financials'));
    const self = await owner.client.put<CompanyMember>(membersOf(company, owner), viewing);
    expect(self.body.capabilities).toEqual([...capabilities]);
  });

  test('one may lower oneself, and is out at once', async () => {
    const company = await site.company();
    const manager = await site.member(company, 'manager', { granted: ['manage_members'] });
    expect((await manager.client.put(membersOf(company, manager), { role: 'viewer' })).status).toBe(200);
    expect(await manager.client.get(membersOf(company))).toMatchObject(refused);
  });

  test('somebody outside the organization is refused like somebody who does not exist', async () => {
    const company = await site.company();
    const owner = await site.member(company, 'owner');
    const outsider = await site.person();
    for (const id of [outsider.id, '999999999', 'x']) {
      expect(await owner.client.put(membersOf(company, { id }), { role: 'viewer' })).toMatchObject({
        status: 403,
        body: { code: 'access_denied', detail: 'You have access to no member by this id.' },
      });
      expect(await owner.client.delete(membersOf(company, { id }))).toMatchObject({ status: 403 });
    }
  });

  test('an addition and a removal from the organization at once never leave access behind', async () => {
    const company = await site.company();
    const owner = await site.member(company, 'owner');
    for (let round = 0; round < 10; round += 1) {
      const person = await site.member(company, 'member');
      await Promise.all([
        owner.client.put(membersOf(company, person), { role: 'finance' }),
        owner.client.delete(`/api/v1/organizations/${company.organizationId}/members/${person.id}`),
      ]);
      const rows = await site.db.selectFrom('company_members').selectAll().where('user_id', '=', person.id).execute();
      expect(rows).toEqual([]);
    }
  });
});

test('whom to ask is told to every member: owners first, then administrators', async () => {
  const company = await site.company();
  const admin = await site.member(company, 'admin');
  const owner = await site.member(company, 'owner');
  const buyer = await site.member(company, 'buyer');
  const answer = await buyer.client.get(`/api/v1/companies/${company.id}/access`);
  expect(answer.body).toEqual({
    role: 'buyer',
    organization_role: 'member',
    capabilities: ['view_inventory', 'place_orders', 'receive_orders'],
    administrators: [
      { name: owner.name, email: owner.email },
      { name: admin.name, email: admin.email },
    ],
  });
});
