import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from '#contract/export-jobs.ts';
import type { InvitationPreview, NewInvitation, OrganizationMember } from '#contract/organization.ts';
import type { Person, TestApp, TestCompany } from '#test/http.ts';
import { auditedActions, startOrganizationApp } from '#test/organization.ts';

let site: TestApp;
beforeAll(async () => {
  site = await startOrganizationApp();
});
afterAll(() => site.close());

const membersOf = (company: TestCompany, person?: Person): string =>
  `/api/v1/organizations/${company.organizationId}/members${person ? `/${person.id}` : ''}`;

describe('listing', () => {
  test('shows everybody with their roles, by name, and finds by name or e-mail', async () => {
    const company = await site.company();
    const owner = await site.member(company, 'owner');
    const viewer = await site.member(company, 'viewer');
    const answer = await owner.client.get<Page<OrganizationMember>>(membersOf(company));
    expect(answer.body).toMatchObject({
      total: 2,
      results: [
        { user_id: owner.id, role: 'owner', companies: [] },
        { user_id: viewer.id, role: 'member', companies: [{ company_id: company.id, role: 'viewer' }] },
      ],
    });
    const find = (search: string) =>
      owner.client.get<Page<OrganizationMember>>(`${membersOf(company)}?search=${search}`);
    expect((await find('VIEW')).body.results.map(({ user_id }) => user_id)).toEqual([viewer.id]);
    expect((await find(encodeURIComponent('%'))).body.total).toBe(0);
    expect((await find('')).body.total).toBe(2);
  });
});

describe('adding', () => {
  test('a person with an account elsewhere stands as invited until they accept, signed in', async () => {
    const company = await site.company();
    const owner = await site.member(company, 'owner');
    const elsewhere = await site.company();
    await site.joinOrganization(elsewhere.organizationId, owner, 'member');
    const colleague = await site.member(elsewhere, 'buyer');
    const added = await owner.client.post<NewInvitation>(membersOf(company), {
      email: colleague.email.toUpperCase(),
      company_roles: [{ company_id: company.id, role: 'finance', denied: ['view_inventory'] }],
    });
    expect(added).toMatchObject({ status: 201, body: { email: colleague.email, role: 'member' } });
    const access = () => colleague.client.get(`/api/v1/companies/${company.id}/access`);
    expect((await access()).status).toBe(403);
    const people = () => owner.client.get<Page<OrganizationMember>>(membersOf(company));
    expect((await people()).body.results.map(({ user_id }) => user_id)).toEqual([owner.id]);
    const token = added.body.link?.split('#')[1] ?? '';
    expect(await colleague.client.get(`/api/v1/invitations/${token}`)).toMatchObject({ body: { is_self: true } });
    expect((await colleague.client.post(`/api/v1/invitations/${token}/accept`)).status).toBe(200);
    expect(await access()).toMatchObject({
      status: 200,
      body: { capabilities: ['view_financials', 'close_periods', 'manage_deliveries'] },
    });
    expect((await people()).body.total).toBe(2);
    expect(await auditedActions(site, { userId: owner.id })).toEqual(['invitation.created']);
    expect(await owner.client.post(membersOf(company), { email: colleague.email })).toMatchObject({
      status: 409,
      body: { errors: [{ field: 'email' }] },
    });
  });

  test('an address with an account and one without are answered alike, and so are their links', async () => {
    const company = await site.company();
    const owner = await site.member(company, 'owner');
    const stranger = await site.member(await site.company(), 'finance');
    const answers = [];
    for (const email of [stranger.email, 'nobody.at.all@kitchen.example']) {
      const { status, body } = await owner.client.post<NewInvitation>(membersOf(company), { email });
      const preview = await owner.client.get<InvitationPreview>(`/api/v1/invitations/${body.link?.split('#')[1]}`);
      const told = JSON.stringify([status, Object.keys(body), { ...preview.body, email: '', expires_at: '' }]);
      answers.push(told);
    }
    expect(answers[0]).toContain('"has_account":null');
    expect(answers[0]).toBe(answers[1]);
  });

  test('a role in a company of another organization is refused like one that does not exist', async () => {
    const company = await site.company();
    const owner = await site.member(company, 'owner');
    const foreign = await site.company();
    const colleague = await site.member(foreign, 'viewer');
    await site.joinOrganization(foreign.organizationId, owner, 'owner');
    for (const company_id of [foreign.id, '999999999', 'x']) {
      const given = { email: colleague.email, company_roles: [{ company_id, role: 'viewer' }] };
      const answer = await owner.client.post(membersOf(company), given);
      expect(answer).toMatchObject({ status: 403, body: { code: 'company_access_denied' } });
    }
  });
});

describe('owners', () => {
  test('an organization keeps its last owner, whoever asks', async () => {
    const company = await site.company();
    const owner = await site.member(company, 'owner');
    const lastOwner = { status: 409, body: { code: 'last_owner' } };
    expect(await owner.client.delete(membersOf(company, owner))).toMatchObject(lastOwner);
    expect(await owner.client.patch(membersOf(company, owner), { role: 'admin' })).toMatchObject(lastOwner);
    const second = await site.member(company, 'viewer');
    expect((await owner.client.patch(membersOf(company, second), { role: 'owner' })).status).toBe(200);
    expect((await owner.client.delete(membersOf(company, owner))).status).toBe(204);
    expect(await second.client.delete(membersOf(company, second))).toMatchObject(lastOwner);
  });

  test('a disabled account is no owner to rely on', async () => {
    const company = await site.company();
    const owner = await site.member(company, 'owner');
    const asleep = await site.member(company, 'owner');
    await site.db
      .updateTable('users')
      .set({ disabled_at: '2026-01-01T00:00:00Z' })
      .where('id', '=', asleep.id)
      .execute();
    expect(await owner.client.delete(membersOf(company, owner))).toMatchObject({ status: 409 });
  });

  test('two owners who remove each other at once leave one', async () => {
    const company = await site.company();
    const [one, other] = [await site.member(company, 'owner'), await site.member(company, 'owner')];
    const answers = await Promise.all([
      one.client.delete(membersOf(company, other)),
      other.client.delete(membersOf(company, one)),
    ]);
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([204, 403]);
  });

  test('administrators neither touch owners nor make them', async () => {
    const company = await site.company();
    const owner = await site.member(company, 'owner');
    const admin = await site.member(company, 'admin');
    const viewer = await site.member(company, 'viewer');
    const refused = { status: 403, body: { code: 'missing_capability' } };
    expect(await admin.client.delete(membersOf(company, owner))).toMatchObject(refused);
    expect(await admin.client.patch(membersOf(company, owner), { role: 'member' })).toMatchObject(refused);
    expect(await admin.client.patch(membersOf(company, viewer), { role: 'owner' })).toMatchObject(refused);
    expect((await admin.client.patch(membersOf(company, viewer), { role: 'admin' })).status).toBe(200);
  });
});

describe('leaving', () => {
  test('removal takes every company with it, and the invitations sent', async () => {
    const company = await site.company();
    const owner = await site.member(company, 'owner');
    const admin = await site.member(company, 'admin');
    await site.joinCompany(company, admin, 'finance');
    const invitations = `/api/v1/organizations/${company.organizationId}/invitations`;
    await admin.client.post(invitations, { email: 'friend@kitchen.example', role: 'admin' });
    expect((await admin.client.delete(membersOf(company, admin))).status).toBe(204);
    expect((await admin.client.get(`/api/v1/companies/${company.id}/access`)).status).toBe(403);
    expect((await owner.client.get(invitations)).body).toMatchObject({ total: 0 });
    const left = await site.db.selectFrom('company_members').selectAll().where('user_id', '=', admin.id).execute();
    expect(left).toEqual([]);
  });

  test('companies of other organizations stay', async () => {
    const here = await site.company();
    const there = await site.company();
    const owner = await site.member(here, 'owner');
    const both = await site.member(here, 'viewer');
    await site.joinCompany(there, both, 'viewer');
    await owner.client.delete(membersOf(here, both));
    expect((await both.client.get(`/api/v1/companies/${here.id}/access`)).status).toBe(403);
    expect((await both.client.get(`/api/v1/companies/${there.id}/access`)).status).toBe(200);
  });

  test('somebody who is not a member is refused like somebody who does not exist', async () => {
    const company = await site.company();
    const owner = await site.member(company, 'owner');
    const stranger = await site.person();
    const bodies: unknown[] = [];
    for (const id of [stranger.id, '999999999', 'abc', '0']) {
      for (const [method, body] of [['DELETE'], ['PATCH', { role: 'admin' }]] as const) {
        const answer = await owner.client.ask(method, `${membersOf(company)}/${id}`, { body });
        expect(answer).toMatchObject({ status: 403, body: { code: 'access_denied' } });
        bodies.push({ ...(answer.body as object), request_id: '' });
      }
    }
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
  });
});
