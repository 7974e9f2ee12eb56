import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from '#contract/export-jobs.ts';
import type { CompanyEntry, OrganizationEntry } from '#contract/organization.ts';
import type { TestApp } from '#test/http.ts';
import { auditedActions, startOrganizationApp } from '#test/organization.ts';

let site: TestApp;
beforeAll(async () => {
  site = await startOrganizationApp();
});
afterAll(() => site.close());

const grill = { name: 'Harbour Grill', time_zone: 'Europe/Berlin', currency: 'EUR', locale: 'de-DE' };
const named = (page: Page<{ name: string }>): string[] => page.results.map(({ name }) => name);

describe('organizations', () => {
  test('whoever founds one owns it, sees it and may rename it', async () => {
    const founder = await site.person('Amelie');
    const made = await founder.client.post<OrganizationEntry>('/api/v1/organizations', { name: ' Harbour & Hearth ' });
    expect(made).toMatchObject({ status: 201, body: { name: 'Harbour & Hearth', role: 'owner' } });
    const renamed = await founder.client.patch(`/api/v1/organizations/${made.body.id}`, { name: 'Hearth Group' });
    expect(renamed).toMatchObject({ status: 200, body: { id: made.body.id, name: 'Hearth Group', role: 'owner' } });
    expect((await founder.client.get('/api/v1/organizations')).body).toEqual({
      results: [renamed.body],
      page: 0,
      page_size: 20,
      total: 1,
      total_pages: 1,
    });
    expect(await auditedActions(site, { userId: founder.id })).toEqual([
      'organization.created',
      'organization.changed',
    ]);
  });

  test('a list shows one’s own and no others, page by page', async () => {
    const person = await site.person();
    await site.organization('Somebody else’s');
    for (const name of ['Cedar', 'Anchor', 'Birch']) {
      await site.joinOrganization(await site.organization(name), person, 'member');
    }
    const list = (query: string) => person.client.get<Page<OrganizationEntry>>(`/api/v1/organizations${query}`);
    expect(named((await list('')).body)).toEqual(['Anchor', 'Birch', 'Cedar']);
    expect(named((await list('?page_size=2&page=1')).body)).toEqual(['Cedar']);
    const past = (await list('?page_size=2&page=7')).body;
    expect(past).toEqual({ results: [], page: 7, page_size: 2, total: 3, total_pages: 2 });
  });
});

describe('companies', () => {
  test('an administrator adds one, and it has what was given', async () => {
    const organizationId = await site.organization();
    const admin = await site.person();
    await site.joinOrganization(organizationId, admin, 'admin');
    const path = `/api/v1/organizations/${organizationId}/companies`;
    const made = await admin.client.post<CompanyEntry>(path, { ...grill, time_zone: 'europe/berlin', locale: 'de-de' });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      ...grill,
      id: made.body.id,
      organization_id: organizationId,
      archived_at: null,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      data_version: 0,
      location_count: 0,
      member_count: 1,
    });
    const events = await site.db
      .selectFrom('audit_events')
      .selectAll()
      .where('company_id', '=', made.body.id)
      .execute();
    expect(events).toMatchObject([
      {
        action: 'company.created',
        organization_id: organizationId,
        user_id: admin.id,
        details: { ...grill, via: 'session' },
      },
    ]);
  });

  test.each(['Asia/Kathmandu', 'America/New_York', 'UTC', 'Asia/Kolkata'])(
    '%s is kept as it was written',
    async (zone) => {
      const owner = await site.person();
      const organization = await owner.client.post<OrganizationEntry>('/api/v1/organizations', { name: 'A' });
      const path = `/api/v1/organizations/${organization.body.id}/companies`;
      const made = await owner.client.post<CompanyEntry>(path, { ...grill, time_zone: zone });
      expect(made.body.time_zone).toBe(zone);
    },
  );

  test('a name is unique in its organization, and only there', async () => {
    const company = await site.company({ name: 'Harbour Grill' });
    const other = await site.company({ organizationId: company.organizationId });
    const { client } = await site.member(company, 'owner');
    const refusal = { status: 409, body: { code: 'conflict', errors: [{ field: 'name' }] } };
    expect(await client.post(`/api/v1/organizations/${company.organizationId}/companies`, grill)).toMatchObject(
      refusal,
    );
    expect(await client.patch(`/api/v1/companies/${other.id}`, { name: grill.name })).toMatchObject(refusal);
    const elsewhere = await client.post<OrganizationEntry>('/api/v1/organizations', { name: 'Another' });
    expect((await client.post(`/api/v1/organizations/${elsewhere.body.id}/companies`, grill)).status).toBe(201);
  });

  test('members see the companies they have a role in, administrators all, with their counts', async () => {
    const first = await site.company({ name: 'Anchor' });
    const second = await site.company({ name: 'Birch', organizationId: first.organizationId });
    const buyer = await site.member(first, 'buyer');
    const admin = await site.member(first, 'admin');
    await site.db
      .insertInto('delivery_locations')
      .values([
        { company_id: first.id, code: 'A', name: 'Bar' },
        { company_id: first.id, code: 'B', name: 'Old bar', archived_at: '2026-01-01T00:00:00Z' },
      ])
      .execute();
    const path = `/api/v1/organizations/${first.organizationId}/companies`;
    const seen = (await buyer.client.get<Page<CompanyEntry>>(path)).body;
    expect(seen).toMatchObject({ total: 1, results: [{ id: first.id, location_count: 1, member_count: 2 }] });
    expect(named((await admin.client.get<Page<CompanyEntry>>(path)).body)).toEqual(['Anchor', 'Birch']);
    await admin.client.patch(`/api/v1/companies/${first.id}`, { archived: true });
    const inUse = await admin.client.get<Page<CompanyEntry>>(`${path}?archived=false`);
    expect(inUse.body.results.map(({ id }) => id)).toEqual([second.id]);
    const archived = await admin.client.get<Page<CompanyEntry>>(`${path}?archived=true`);
    expect(archived.body.results.map(({ id }) => id)).toEqual([first.id]);
    expect(named((await admin.client.get<Page<CompanyEntry>>(path)).body)).toEqual(['Birch', 'Anchor']);
  });

  test('a manager changes settings, and what really changed is written down, old and new', async () => {
    const company = await site.company({ name: 'Hearth' });
    const manager = await site.member(company, 'manager');
    const path = `/api/v1/companies/${company.id}`;
    const changed = await manager.client.patch(path, { name: 'Hearth', time_zone: 'Asia/Kathmandu' });
    expect(changed).toMatchObject({
      status: 200,
      body: { name: 'Hearth', time_zone: 'Asia/Kathmandu', currency: 'EUR' },
    });
    expect((await manager.client.patch(path, {})).status).toBe(200);
    expect((await manager.client.patch(path, { archived: true })).body).toMatchObject({
      archived_at: expect.any(String),
    });
    expect((await manager.client.patch(path, { archived: false })).body).toMatchObject({ archived_at: null });
    const events = await site.db
      .selectFrom('audit_events')
      .select(['action', 'details'])
      .where('company_id', '=', company.id)
      .orderBy('id')
      .execute();
    expect(events).toEqual([
      {
        action: 'company.changed',
        details: { via: 'session', changes: { time_zone: { from: 'Europe/Berlin', to: 'Asia/Kathmandu' } } },
      },
      { action: 'company.archived', details: { via: 'session' } },
      { action: 'company.restored', details: { via: 'session' } },
    ]);
  });

  test('a new time zone moves no business day that is recorded', async () => {
    const company = await site.company({ timeZone: 'Europe/Berlin' });
    const owner = await site.member(company, 'owner');
    const unit = await site.db
      .insertInto('storage_units')
      .values({ company_id: company.id, code: 'S', name: 'Store' })
      .returning('id')
      .executeTakeFirstOrThrow();
    const days = () =>
      site.pool.pool.query('SELECT occurred_on FROM stock_movements WHERE company_id = $1', [company.id]);
    await site.pool.pool.query(
      `WITH item AS (INSERT INTO items (company_id, code, name, base_unit) VALUES ($1, 'I', 'Salt', 'kg') RETURNING id)
       INSERT INTO stock_movements (company_id, movement_ref, storage_unit_id, item_id, kind, occurred_at, occurred_on, qty)
       SELECT $1, 'M1', $2, id, 'ISSUE', '2026-10-31T23:30:00+01:00', '2026-10-31', -1 FROM item`,
      [company.id, unit.id],
    );
    const before = (await days()).rows;
    await owner.client.patch(`/api/v1/companies/${company.id}`, { time_zone: 'Asia/Tokyo' });
    expect((await days()).rows).toEqual(before);
    expect(before).toEqual([{ occurred_on: '2026-10-31' }]);
  });
});
