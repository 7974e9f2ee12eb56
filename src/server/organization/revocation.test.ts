/** Losing access takes effect at the very next request, with the same session and the same key. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client, Person, TestApp, TestCompany } from '#test/http.ts';
import { startOrganizationApp } from '#test/organization.ts';

let site: TestApp;
beforeAll(async () => {
  site = await startOrganizationApp();
});
afterAll(() => site.close());

interface Scene {
  company: TestCompany;
  owner: Client;
  person: Person;
}

const losses: [what: string, code: string, lose: (scene: Scene) => Promise<{ status: number }>][] = [
  [
    'denying a capability',
    'missing_capability',
    ({ company, owner, person }) =>
      owner.put(`/api/v1/companies/${company.id}/members/${person.id}`, {
        role: 'manager',
        denied: ['manage_company'],
      }),
  ],
  [
    'a lesser role',
    'missing_capability',
    ({ company, owner, person }) =>
      owner.put(`/api/v1/companies/${company.id}/members/${person.id}`, { role: 'viewer' }),
  ],
  [
    'removal from the company',
    'company_access_denied',
    ({ company, owner, person }) => owner.delete(`/api/v1/companies/${company.id}/members/${person.id}`),
  ],
  [
    'removal from the organization',
    'company_access_denied',
    ({ company, owner, person }) =>
      owner.delete(`/api/v1/organizations/${company.organizationId}/members/${person.id}`),
  ],
  [
    'a disabled account',
    'not_signed_in',
    async ({ person }) => {
      const now = new Date().toISOString();
      await site.db.updateTable('users').set({ disabled_at: now }).where('id', '=', person.id).execute();
      return { status: 200 };
    },
  ],
];

describe.each(['session', 'api key'])('with the same %s', (via) => {
  test.each(losses)('%s answers %s from the next request on', async (_what, code, lose) => {
    const company = await site.company();
    const owner = (await site.member(company, 'owner')).client;
    const person = await site.member(company, 'manager');
    const client = via === 'session' ? person.client : await site.withKey(person);
    const path = `/api/v1/audit-events?company_id=${company.id}`;
    expect((await client.get(path)).status).toBe(200);
    expect((await lose({ company, owner, person })).status).toBeLessThan(300);
    expect(await client.get(path)).toMatchObject({ body: { code } });
  });

  test('a demoted administrator has what the companies still give, no more', async () => {
    const company = await site.company();
    const owner = (await site.member(company, 'owner')).client;
    const admin = await site.member(company, 'admin');
    const client = via === 'session' ? admin.client : await site.withKey(admin);
    expect((await client.get(`/api/v1/companies/${company.id}/members`)).status).toBe(200);
    await owner.patch(`/api/v1/organizations/${company.organizationId}/members/${admin.id}`, { role: 'member' });
    expect(await client.get(`/api/v1/companies/${company.id}/members`)).toMatchObject({
      status: 403,
      body: { code: 'company_access_denied' },
    });
  });
});
