import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Page } from '#contract/export-jobs.ts';
import type { AuditEvent } from '#contract/organization.ts';
import { type Client, type Person, type TestApp, testPassword, type TestCompany } from '#test/http.ts';
import { startOrganizationApp } from '#test/organization.ts';

let site: TestApp;
beforeAll(async () => {
  site = await startOrganizationApp();
});
afterAll(() => site.close());
// every test asks from the same address
beforeEach(() => site.db.deleteFrom('attempts').execute());

const read = async (client: Client, query: string): Promise<AuditEvent[]> => {
  const answer = await client.get<Page<AuditEvent>>(`/api/v1/audit-events${query}`);
  expect(answer.status).toBe(200);
  return answer.body.results;
};
const actions = async (client: Client, query: string): Promise<string[]> =>
  (await read(client, query)).map(({ action }) => action);

const happened = (company: TestCompany | null, action: string, at: string, userId?: string): Promise<unknown> =>
  site.db
    .insertInto('audit_events')
    .values({
      at,
      action,
      details: '{}',
      company_id: company?.id ?? null,
      organization_id: company?.organizationId ?? null,
      user_id: userId ?? null,
    })
    .execute();

test('a change is told newest first: who, what, to whom, where and from where', async () => {
  const company = await site.company({ name: 'Harbour Grill' });
  const owner = await site.member(company, 'owner');
  const viewer = await site.member(company, 'viewer');
  await owner.client.put(`/api/v1/companies/${company.id}/members/${viewer.id}`, { role: 'finance' });
  await owner.client.post(`/api/v1/companies/${company.id}/delivery-locations`, { name: 'Bar' });
  const [newest, older] = await read(owner.client, `?company_id=${company.id}`);
  expect(newest).toMatchObject({ action: 'delivery_location.created', subject_name: 'Bar' });
  expect(older).toMatchObject({
    action: 'company_member.changed',
    user: { id: owner.id, name: owner.name },
    organization_id: company.organizationId,
    company: { id: company.id, name: 'Harbour Grill' },
    subject_type: 'user',
    subject_id: viewer.id,
    subject_name: viewer.name,
    details: { via: 'session', changes: { role: { from: 'viewer', to: 'finance' } } },
    address: '127.0.0.1',
    request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test('an export is told with the names of the locations it was narrowed to, as they are now', async () => {
  const company = await site.company();
  const owner = await site.member(company, 'owner');
  const answer = await owner.client.post<{ id: string }>(`/api/v1/companies/${company.id}/delivery-locations`, {
    name: 'Main Kitchen',
  });
  const values = { company_id: company.id, organization_id: company.organizationId, action: 'export.downloaded' };
  const details = { report_type: 'vendor', locations: 1, delivery_location_ids: [answer.body.id] };
  await site.db
    .insertInto('audit_events')
    .values([
      { ...values, details: '{}' },
      { ...values, details: JSON.stringify(details) },
    ])
    .execute();
  const told = (await read(owner.client, `?company_id=${company.id}&action=export.downloaded`)).map(
    ({ location_names }) => location_names,
  );
  expect(told).toEqual([['Main Kitchen'], null]);
});

describe('what is shown', () => {
  test('a manager sees the company, an administrator the organization too, neither sees a foreign one', async () => {
    const company = await site.company();
    const sister = await site.company({ organizationId: company.organizationId });
    const foreign = await site.company();
    const manager = await site.member(company, 'manager');
    const admin = await site.member(company, 'admin');
    const at = '2026-05-05T10:00:00Z';
    await happened(company, 'here.happened', at);
    await happened(sister, 'sister.happened', at);
    await happened(foreign, 'foreign.happened', at);
    await site.db
      .insertInto('audit_events')
      .values({ action: 'organization.changed', organization_id: company.organizationId, details: '{}', at })
      .execute();
    await site.anonymous.post('/api/v1/sign-in', { email: manager.email, password: 'wrong' });
    expect(await actions(manager.client, '')).toEqual(['here.happened']);
    expect(await actions(admin.client, '')).toEqual([
      'sign_in.failed',
      'organization.changed',
      'sister.happened',
      'here.happened',
    ]);
    expect(await actions(admin.client, `?company_id=${sister.id}`)).toEqual(['sister.happened']);
    expect(await actions(admin.client, `?organization_id=${company.organizationId}`)).toHaveLength(4);
    expect(await actions((await site.member(company, 'viewer')).client, '')).toEqual([]);
    for (const id of [foreign.organizationId, '999999999', 'x']) {
      expect(await admin.client.get(`/api/v1/audit-events?organization_id=${id}`)).toMatchObject({
        status: 403,
        body: { code: 'company_access_denied' },
      });
    }
    expect(await manager.client.get(`/api/v1/audit-events?organization_id=${company.organizationId}`)).toMatchObject({
      status: 403,
      body: { code: 'missing_capability' },
    });
  });

  test('an administrator who is denied a company does not read about it by way of the organization', async () => {
    const company = await site.company();
    const admin = await site.member(company, 'admin');
    await happened(company, 'here.happened', '2026-05-05T10:00:00Z');
    expect(await actions(admin.client, '')).toEqual(['here.happened']);
    await site.joinCompany(company, admin, 'viewer', { denied: ['manage_company'] });
    expect(await actions(admin.client, '')).toEqual([]);
    expect(await actions(admin.client, `?organization_id=${company.organizationId}`)).toEqual([]);
  });

  test('days are whole days of the company, instants are inclusive', async () => {
    const company = await site.company({ timeZone: 'Asia/Kathmandu' });
    const manager = await site.member(company, 'manager');
    // 5:45 ahead of UTC: the 2nd of May begins at 18:15 on the 1st
    await happened(company, 'a.before', '2026-05-01T18:14:59.999999Z');
    await happened(company, 'b.first', '2026-05-01T18:15:00Z');
    await happened(company, 'c.last', '2026-05-02T18:14:59.999999Z');
    await happened(company, 'd.after', '2026-05-02T18:15:00Z');
    const here = `?company_id=${company.id}`;
    expect(await actions(manager.client, `${here}&from=2026-05-02&to=2026-05-02`)).toEqual(['c.last', 'b.first']);
    expect(await actions(manager.client, `${here}&from=2026-05-02T18:15:00Z`)).toEqual(['d.after']);
    expect(await actions(manager.client, `${here}&to=2026-05-01T18:14:59.999999Z`)).toEqual(['a.before']);
  });

  test('by action and by person, page by page', async () => {
    const company = await site.company();
    const manager = await site.member(company, 'manager');
    const person = await site.member(company, 'buyer');
    for (const action of ['x.one', 'x.two', 'x.three'])
      await happened(company, action, '2026-05-05T10:00:00Z', person.id);
    await happened(company, 'x.two', '2026-05-05T10:00:00Z');
    const here = `?company_id=${company.id}`;
    expect(await actions(manager.client, `${here}&action=x.one,x.two`)).toEqual(['x.two', 'x.two', 'x.one']);
    expect(await actions(manager.client, `${here}&user_id=${person.id}`)).toEqual(['x.three', 'x.two', 'x.one']);
    expect(await actions(manager.client, `${here}&user_id=nobody`)).toEqual([]);
    expect(await actions(manager.client, `${here}&page=1&page_size=3`)).toEqual(['x.one']);
  });
});

test('nothing in it can be changed or removed', async () => {
  const company = await site.company();
  await happened(company, 'x.one', '2026-05-05T10:00:00Z');
  await expect(site.db.deleteFrom('audit_events').execute()).rejects.toThrow('append-only');
  await expect(site.db.updateTable('audit_events').set({ action: 'y' }).execute()).rejects.toThrow('append-only');
});

describe('entries about accounts', () => {
  const wrong = 'not the password at all';
  const signIn = (email: string, password: string) => site.anonymous.post('/api/v1/sign-in', { email, password });
  /** Everything that befalls an account. */
  async function live(person: Person): Promise<void> {
    expect((await signIn(person.email, wrong)).status).toBe(401);
    expect((await signIn(person.email, testPassword)).status).toBe(200);
    const key = await person.client.post<{ id: string }>('/api/v1/api-keys', { name: 'till' });
    await person.client.delete(`/api/v1/api-keys/${key.body.id}`);
    await person.client.post('/api/v1/password', { current: wrong, new: 'quite another phrase 7' });
    await person.client.post('/api/v1/password', { current: testPassword, new: 'quite another phrase 7' });
  }
  const befell = ['api_key.created', 'api_key.deleted', 'password.changed', 'password.refused'];
  const signedIn = ['sign_in.failed', 'sign_in.succeeded'];

  test('owners see those of their members: sign-ins, passwords, keys, with who, when and from where', async () => {
    const company = await site.company();
    const owner = await site.member(company, 'owner');
    const buyer = await site.member(company, 'buyer');
    await live(buyer);
    const told = await read(owner.client, `?organization_id=${company.organizationId}`);
    expect(told.map(({ action }) => action).toSorted()).toEqual([...befell, ...signedIn].toSorted());
    expect(new Set(told.map(({ address }) => address))).toEqual(new Set(['127.0.0.1']));
    expect(told.find(({ action }) => action === 'api_key.created')?.user).toMatchObject({ id: buyer.id });
    // still there when the member is not
    await owner.client.delete(`/api/v1/organizations/${company.organizationId}/members/${buyer.id}`);
    expect(await actions(owner.client, `?user_id=${buyer.id}`)).toContain('password.changed');
    expect(await actions((await site.member(company, 'manager')).client, '')).toEqual([]);
  });

  test('whoever adds a person with an account elsewhere sees no sign-in and no address of theirs', async () => {
    const [first, second] = [await site.company(), await site.company()];
    const [employer, newcomer] = [await site.member(first, 'owner'), await site.member(second, 'owner')];
    const person = await site.member(first, 'finance');
    await signIn(person.email, wrong);
    await site.joinOrganization(second.organizationId, person, 'member');
    await live(person);
    const there = await read(newcomer.client, `?organization_id=${second.organizationId}`);
    expect(there.map(({ action }) => action).toSorted()).toEqual(befell);
    expect(there.map(({ address }) => address)).toEqual(befell.map(() => null));
    expect(await actions(employer.client, `?organization_id=${first.organizationId}`)).toEqual(
      expect.arrayContaining([...befell, ...signedIn]),
    );
  });

  test('strangers fill it with nothing: failures of an address that nobody has are counted, not listed', async () => {
    const entries = async (): Promise<number> => {
      const rows = await site.db.selectFrom('audit_events').select('id').execute();
      return rows.length;
    };
    const before = await entries();
    for (let at = 0; at < 20; at += 1) expect((await signIn(`nobody.${at}@kitchen.example`, wrong)).status).toBe(401);
    expect(await entries()).toBe(before);
    const counted = await site.db.selectFrom('attempts').select('who').where('who', 'like', 'nobody.%').execute();
    expect(counted).toHaveLength(20);
  });

  test('a refusal by too many attempts is told once, however long somebody goes on', async () => {
    const company = await site.company();
    const owner = await site.member(company, 'owner');
    const buyer = await site.member(company, 'buyer');
    for (let at = 0; at < 16; at += 1) await signIn(buyer.email, wrong);
    const told = await actions(owner.client, `?organization_id=${company.organizationId}&action=sign_in.refused`);
    expect(told).toEqual(['sign_in.refused']);
  });
});
