/** Whoever is refused leaves a trace: who, what, why, when, from where; the owner of what was asked for sees it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from '#contract/export-jobs.ts';
import type { AuditEvent } from '#contract/organization.ts';
import { type Client, type TestApp, type TestCompany, clientWith } from '#test/http.ts';
import { startOrganizationApp } from '#test/organization.ts';

let site: TestApp;
beforeAll(async () => {
  site = await startOrganizationApp();
});
afterAll(() => site.close());

const refusalsSeenBy = async (client: Client, query: string): Promise<AuditEvent[]> =>
  (await client.get<Page<AuditEvent>>(`/api/v1/audit-events?action=access.refused${query}`)).body.results;

const written = (userId: string) =>
  site.db
    .selectFrom('audit_events')
    .selectAll()
    .where('action', '=', 'access.refused')
    .where('user_id', '=', userId)
    .orderBy('id')
    .execute();

describe.each(['session', 'api key'])('by %s', (via) => {
  test('a missing capability is written with person, route, reason and address, where the manager sees it', async () => {
    const company = await site.company();
    const owner = await site.member(company, 'owner');
    const viewer = await site.member(company, 'viewer');
    const client = via === 'session' ? viewer.client : await site.withKey(viewer);
    const path = `/api/v1/companies/${company.id}/members/${owner.id}`;
    expect(await client.put(path, { role: 'finance' })).toMatchObject({ status: 403 });
    expect(await refusalsSeenBy(owner.client, `&company_id=${company.id}`)).toMatchObject([
      {
        user: { id: viewer.id },
        company: { id: company.id },
        address: '127.0.0.1',
        request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        details: {
          via: via === 'session' ? 'session' : 'api_key',
          code: 'missing_capability',
          route: 'PUT /api/v1/companies/:id/members/:user_id',
          id: company.id,
        },
      },
    ]);
  });

  test('a stranger at the door is seen by the owner of what was asked for', async () => {
    const company = await site.company();
    const owner = await site.member(company, 'owner');
    const stranger = await site.member(await site.company(), 'owner');
    const client = via === 'session' ? stranger.client : await site.withKey(stranger);
    await client.get(`/api/v1/audit-events?company_id=${company.id}`);
    await client.get(`/api/v1/organizations/${company.organizationId}/members`);
    const seen = await refusalsSeenBy(owner.client, '');
    expect(seen.map(({ details }) => details['route'])).toEqual([
      'GET /api/v1/organizations/:id/members',
      'GET /api/v1/audit-events',
    ]);
    expect(seen.every(({ user }) => user?.id === stranger.id)).toBe(true);
  });
});

test('what does not exist is written too, with no company, whatever the id is', async () => {
  const person = await site.person();
  for (const id of ['999999999', 'x', '\u0000', '%', '\ud800', "1' OR 1=1", '9'.repeat(500)])
    expect(
      (await person.client.get(`/api/v1/audit-events?company_id=${encodeURIComponent(id.toWellFormed())}`)).status,
    ).toBe(403);
  const rows = await written(person.id);
  expect(rows).toHaveLength(7);
  expect(rows.every(({ company_id, organization_id }) => company_id === null && organization_id === null)).toBe(true);
});

test('one person’s refusals fill at most sixty lines a minute, and the last one says so', async () => {
  const company: TestCompany = await site.company();
  const person = await site.person();
  for (let n = 0; n < 70; n += 1) await person.client.get(`/api/v1/audit-events?company_id=${company.id}`);
  const rows = await written(person.id);
  expect(rows).toHaveLength(60);
  expect(rows.at(-1)?.details).toHaveProperty('further');
});

test('nobody signed in leaves nothing but the log of requests: a flood of them cannot fill the audit log', async () => {
  const count = async (): Promise<string> =>
    (
      await site.db
        .selectFrom('audit_events')
        .select(({ fn }) => fn.countAll<string>().as('n'))
        .executeTakeFirstOrThrow()
    ).n;
  const before = await count();
  for (const client of [site.anonymous, clientWith(site.app, { authorization: 'Bearer msk_made_up' })])
    expect((await client.get('/api/v1/me')).status).toBe(401);
  expect(await count()).toBe(before);
});
