import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Me } from '#contract/access.ts';
import type { Problem } from '#contract/errors.ts';
import type { Page } from '#contract/export-jobs.ts';
import type { Invitation, NewInvitation } from '#contract/organization.ts';
import { clientWith, type Person, type TestApp, testPassword, type TestCompany } from '#test/http.ts';
import { startOrganizationApp } from '#test/organization.ts';

let site: TestApp;
const log: string[] = [];
beforeAll(async () => {
  site = await startOrganizationApp({ logLevel: 'info', logStream: { write: (line) => log.push(line) } });
});
afterAll(() => site.close());

const invitationsOf = (company: TestCompany): string => `/api/v1/organizations/${company.organizationId}/invitations`;
const account = { name: 'Kenji Okafor', password: 'a good long password' };
const linkRefused = { status: 403, body: { code: 'link_refused' } };
let count = 0;
const newAddress = (): string => `kenji.${(count += 1)}@kitchen.example`;

async function invite(
  owner: Person,
  company: TestCompany,
  input: object,
): Promise<{ id: string; token: string; link: string }> {
  const made = await owner.client.post<NewInvitation>(invitationsOf(company), input);
  expect(made.status).toBe(201);
  const link = made.body.link ?? '';
  return { id: made.body.id, link, token: link.split('#')[1] ?? '' };
}

describe('a new person', () => {
  test('sees what the link is for, accepts with name and password, is signed in and has the roles', async () => {
    const company = await site.company();
    const owner = await site.member(company, 'owner');
    const email = newAddress();
    const company_roles = [{ company_id: company.id, role: 'finance', granted: ['import_data'] }];
    const { token, link } = await invite(owner, company, { email: email.toUpperCase(), company_roles });
    expect(link).toBe(`http://mathership.localhost/invitation#${token}`);

    const preview = await site.anonymous.get(`/api/v1/invitations/${token}`);
    expect(preview).toMatchObject({
      status: 200,
      body: { email, invited_by: owner.name, has_account: null, may_make_account: true, is_self: false },
    });
    const accepted = await site.anonymous.post(`/api/v1/invitations/${token}/accept`, account);
    expect(accepted).toMatchObject({ status: 200, body: { user: { email, name: account.name } } });

    const cookie = String(accepted.headers['set-cookie']);
    expect(cookie).toMatch(/^session=[\w-]{43}; .*HttpOnly; SameSite=Lax/);
    const browser = clientWith(site.app, { cookie: cookie.split(';')[0] ?? '' });
    expect((await browser.get('/api/v1/me')).body).toMatchObject({
      user: { email },
      organizations: [{ id: company.organizationId, role: 'member' }],
      companies: [
        {
          id: company.id,
          role: 'finance',
          capabilities: ['view_financials', 'view_inventory', 'import_data', 'close_periods', 'manage_deliveries'],
        },
      ],
    });
    const signIn = await site.anonymous.post('/api/v1/sign-in', { email, password: account.password });
    expect(signIn.status).toBe(200);
    const events = await site.db
      .selectFrom('audit_events')
      .select('action')
      .where('organization_id', '=', company.organizationId)
      .orderBy('id')
      .execute();
    expect(events.map(({ action }) => action)).toEqual([
      'invitation.created',
      'invitation.accepted',
      'company_member.added',
      'sign_in.succeeded',
    ]);
  });

  test('needs both a name and a password', async () => {
    const company = await site.company();
    const { token } = await invite(await site.member(company, 'owner'), company, { email: newAddress() });
    const cases = [
      [undefined, ['name', 'password']],
      [{}, ['name', 'password']],
      [{ name: 'Kenji' }, ['password']],
      [{ password: account.password }, ['name']],
    ] as const;
    for (const [body, missing] of cases) {
      const answer = await site.anonymous.post<Problem>(`/api/v1/invitations/${token}/accept`, body);
      expect(answer.status).toBe(400);
      expect(answer.body.errors?.map(({ field }) => field)).toEqual(missing);
    }
  });
});

describe('a person with an account', () => {
  test('joins when signed in as the one invited, and keeps name and password', async () => {
    const company = await site.company();
    const owner = await site.member(company, 'owner');
    const person = await site.person('Leyla');
    const { token } = await invite(owner, company, { email: person.email, role: 'admin' });
    expect((await person.client.get(`/api/v1/invitations/${token}`)).body).toMatchObject({ is_self: true });
    const answer = await person.client.post(`/api/v1/invitations/${token}/accept`);
    expect(answer).toMatchObject({ status: 200, body: { user: { id: person.id, name: 'Leyla' } } });
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect((await person.client.get(`/api/v1/companies/${company.id}/members`)).status).toBe(200);
  });

  test('is not joined, and gets no new password, by whoever else holds the link', async () => {
    const company = await site.company();
    const owner = await site.member(company, 'owner');
    const person = await site.person();
    for (const client of [site.anonymous, owner.client, (await site.person()).client]) {
      const { token } = await invite(owner, company, { email: person.email });
      const answer = await client.post<{ user: { id: string } }>(`/api/v1/invitations/${token}/accept`, account);
      expect(answer.status).toBe(200);
      expect(answer.body.user.id).not.toBe(person.id);
      await owner.client.delete(`/api/v1/organizations/${company.organizationId}/members/${answer.body.user.id}`);
    }
    expect((await person.client.get<Me>('/api/v1/me')).body.organizations).toEqual([]);
    const signIn = await site.anonymous.post('/api/v1/sign-in', { email: person.email, password: testPassword });
    expect(signIn).toMatchObject({ status: 200, body: { user: { id: person.id } } });
  });

  test('cannot be invited where they are a member already', async () => {
    const company = await site.company();
    const owner = await site.member(company, 'owner');
    const viewer = await site.member(company, 'viewer');
    expect(await owner.client.post(invitationsOf(company), { email: viewer.email })).toMatchObject({
      status: 409,
      body: { code: 'conflict', errors: [{ field: 'email' }] },
    });
  });
});

describe('a link', () => {
  test('works once, also when it is used twice at the same moment', async () => {
    const company = await site.company();
    const { token } = await invite(await site.member(company, 'owner'), company, { email: newAddress() });
    const accept = () => site.anonymous.post(`/api/v1/invitations/${token}/accept`, account);
    const answers = await Promise.all([accept(), accept()]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await accept()).toMatchObject(linkRefused);
    expect(await site.anonymous.get(`/api/v1/invitations/${token}`)).toMatchObject(linkRefused);
  });

  test('is refused in the same words whether expired, withdrawn, replaced or made up', async () => {
    const company = await site.company();
    const owner = await site.member(company, 'owner');
    const email = newAddress();
    const replaced = await invite(owner, company, { email });
    const withdrawn = await invite(owner, company, { email });
    expect((await owner.client.get<Page<Invitation>>(invitationsOf(company))).body.total).toBe(1);
    expect((await owner.client.delete(`${invitationsOf(company)}/${withdrawn.id}`)).status).toBe(204);
    expect((await owner.client.delete(`${invitationsOf(company)}/${withdrawn.id}`)).status).toBe(403);
    const expired = await invite(owner, company, { email });
    await site.db
      .updateTable('invitations')
      .set({ expires_at: '2026-01-01T00:00:00Z' })
      .where('id', '=', expired.id)
      .execute();
    const bodies = [];
    for (const { token } of [replaced, withdrawn, expired, { token: 'made-up' }]) {
      const answer = await site.anonymous.post(`/api/v1/invitations/${token}/accept`, account);
      expect(answer).toMatchObject(linkRefused);
      bodies.push(JSON.stringify({ ...(answer.body as object), request_id: '' }));
    }
    expect(new Set(bodies).size).toBe(1);
  });

  test('is shown once, and only its hash is kept', async () => {
    const company = await site.company();
    const owner = await site.member(company, 'owner');
    const email = newAddress();
    const { token, id } = await invite(owner, company, {
      email,
      company_roles: [{ company_id: company.id, role: 'staff' }],
    });
    const listed = await owner.client.get<Page<Invitation>>(invitationsOf(company));
    expect(listed.body.results).toMatchObject([
      { id, email, role: 'member', company_roles: [{ role: 'staff' }], invited_by: { id: owner.id }, expired: false },
    ]);
    const life =
      Date.parse(listed.body.results[0]?.expires_at ?? '') - Date.parse(listed.body.results[0]?.created_at ?? '');
    expect(life).toBe(7 * 86_400_000);
    const stored = await site.db.selectFrom('invitations').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    expect(JSON.stringify(stored)).not.toContain(token);
    expect(stored.token_hash).toHaveLength(32);
  });

  test('leaves no trace of its token in the log', async () => {
    const company = await site.company();
    const { token } = await invite(await site.member(company, 'owner'), company, { email: newAddress() });
    await site.anonymous.get(`/api/v1/invitations/${token}`);
    await site.anonymous.post(`/api/v1/invitations/${token}/accept`, account);
    await site.anonymous.get(`/api/v1/invitations/${token}`);
    expect(log.length).toBeGreaterThan(0);
    expect(log.join('')).not.toContain(token);
  });
});

describe('an invitation gives what its maker could give today', () => {
  type Loss = (maker: Person, company: TestCompany, another: Person) => Promise<unknown>;
  const ofMaker = (maker: Person, company: TestCompany) =>
    site.db
      .updateTable('organization_members')
      .where('organization_id', '=', company.organizationId)
      .where('user_id', '=', maker.id);
  const path = (maker: Person, company: TestCompany): string =>
    `/api/v1/organizations/${company.organizationId}/members/${maker.id}`;
  const losses: [string, Loss][] = [
    [
      'was made an administrator',
      (maker, company, another) => another.client.patch(path(maker, company), { role: 'admin' }),
    ],
    [
      'was made a plain member',
      (maker, company, another) => another.client.patch(path(maker, company), { role: 'member' }),
    ],
    ['was removed', (maker, company, another) => another.client.delete(path(maker, company))],
    ['was demoted in the database', (maker, company) => ofMaker(maker, company).set({ role: 'admin' }).execute()],
    [
      'was disabled',
      (maker) =>
        site.db.updateTable('users').set({ disabled_at: '2026-11-01T00:00:00Z' }).where('id', '=', maker.id).execute(),
    ],
  ];
  test.each(losses)('as owner, none once its maker %s', async (_what, lose) => {
    const company = await site.company();
    const [maker, another] = [await site.member(company, 'owner'), await site.member(company, 'owner')];
    const { token } = await invite(maker, company, { email: newAddress(), role: 'owner' });
    await lose(maker, company, another);
    expect(await site.anonymous.get(`/api/v1/invitations/${token}`)).toMatchObject(linkRefused);
    expect(await site.anonymous.post(`/api/v1/invitations/${token}/accept`, account)).toMatchObject(linkRefused);
  });

  test('what an administrator still may give stays good, and what a denial took away does not', async () => {
    const company = await site.company();
    const [maker, another] = [await site.member(company, 'owner'), await site.member(company, 'owner')];
    const company_roles = [{ company_id: company.id, role: 'finance' }];
    const plain = await invite(maker, company, { email: newAddress() });
    const financial = await invite(maker, company, { email: newAddress(), company_roles });
    expect((await another.client.patch(path(maker, company), { role: 'admin' })).status).toBe(200);
    await site.joinCompany(company, maker, 'manager', { denied: ['view_financials'] });
    const accept = (token: string) => site.anonymous.post(`/api/v1/invitations/${token}/accept`, account);
    expect(await accept(financial.token)).toMatchObject(linkRefused);
    expect(await accept(plain.token)).toMatchObject({ status: 200 });
  });

  test('accepting beside the demotion: never an owner by somebody who was none when it was accepted', async () => {
    for (let round = 0; round < 8; round += 1) {
      const company = await site.company();
      const [maker, another] = [await site.member(company, 'owner'), await site.member(company, 'owner')];
      const { token } = await invite(maker, company, { email: newAddress(), role: 'owner' });
      const [demoted, accepted] = await Promise.all([
        another.client.patch(path(maker, company), { role: 'admin' }),
        site.anonymous.post(`/api/v1/invitations/${token}/accept`, account),
      ]);
      expect(demoted.status).toBe(200);
      const told = await site.db
        .selectFrom('audit_events')
        .select('action')
        .where('organization_id', '=', company.organizationId)
        .where('action', 'in', ['member.changed', 'invitation.accepted'])
        .orderBy('id')
        .execute();
      const order = told.map(({ action }) => action);
      expect(order).toEqual(accepted.status === 200 ? ['invitation.accepted', 'member.changed'] : ['member.changed']);
    }
  });
});

test('administrators neither invite owners nor withdraw what owners sent to owners', async () => {
  const company = await site.company();
  const owner = await site.member(company, 'owner');
  const admin = await site.member(company, 'admin');
  const refused = { status: 403, body: { code: 'missing_capability' } };
  expect(await admin.client.post(invitationsOf(company), { email: newAddress(), role: 'owner' })).toMatchObject(
    refused,
  );
  const { id } = await invite(owner, company, { email: newAddress(), role: 'owner' });
  expect(await admin.client.delete(`${invitationsOf(company)}/${id}`)).toMatchObject(refused);
});

test('another organization’s invitation is refused like one that does not exist', async () => {
  const [here, there] = [await site.company(), await site.company()];
  const owner = await site.member(here, 'owner');
  const { id } = await invite(await site.member(there, 'owner'), there, { email: newAddress() });
  for (const unknown of [id, '999999999', 'x']) {
    expect(await owner.client.delete(`${invitationsOf(here)}/${unknown}`)).toMatchObject({
      status: 403,
      body: { code: 'access_denied', detail: 'You have access to no invitation by this id.' },
    });
  }
});
