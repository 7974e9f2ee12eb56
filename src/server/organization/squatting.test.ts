/** Accounts by squatting: an address that nobody has proven opens nothing that belongs to whoever really has it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Me } from '#contract/access.ts';
import type { Page } from '#contract/export-jobs.ts';
import type { InvitationPreview, NewInvitation, OrganizationMember } from '#contract/organization.ts';
import { Mailer } from '#server/mail/mailer.ts';
import { type Client, clientWith, type Person, type TestApp, type TestCompany, testSite } from '#test/http.ts';
import { startOrganizationApp } from '#test/organization.ts';
import { openPostOffice, type PostOffice, tokenIn } from '#test/post-office.ts';

let office: PostOffice;
let mailed: TestApp;
/** The same installation before it had mail. */
let earlier: TestApp;
let bare: TestApp;
beforeAll(async () => {
  office = await openPostOffice();
  mailed = await startOrganizationApp({ mailer: new Mailer({ url: office.url, from: 'reports@kitchen.example' }) });
  earlier = await startOrganizationApp({ databaseUrl: mailed.databaseUrl });
  bare = await startOrganizationApp();
});
afterAll(async () => {
  await Promise.all([earlier.close(), bare.close()]);
  await mailed.close();
  await office.close();
});
// every test asks from the same address
beforeEach(() => mailed.db.deleteFrom('attempts').execute());

const squatter = { name: 'New CFO', password: 'the squatter knows this' };
const victim = { name: 'Ayşe Yıldız', password: 'only the victim knows this' };
let count = 0;
const newAddress = (): string => `newcfo.${(count += 1)}@victim.example`;

/** Somebody's own organization, and an invitation into it. */
async function organizationOf(site: TestApp, email: string) {
  const company = await site.company();
  const owner = await site.member(company, 'owner');
  const path = `/api/v1/organizations/${company.organizationId}`;
  const { status, body } = await owner.client.post<NewInvitation>(`${path}/invitations`, {
    email,
    company_roles: [{ company_id: company.id, role: 'finance' }],
  });
  expect(status).toBe(201);
  return { company, owner, path, link: body.link, mail: body.mail, token: body.link?.split('#')[1] ?? '' };
}

const browserOf = (site: TestApp, headers: { 'set-cookie'?: unknown }): Client =>
  clientWith(site.app, { cookie: String(headers['set-cookie']).split(';')[0] ?? '', origin: testSite });

async function accept(site: TestApp, token: string, account: object): Promise<Client> {
  const answer = await site.anonymous.post(`/api/v1/invitations/${token}/accept`, account);
  expect(answer.status).toBe(200);
  return browserOf(site, answer.headers);
}

async function keyOf(site: TestApp, browser: Client): Promise<Client> {
  const { body } = await browser.post<{ key: string }>('/api/v1/api-keys', { name: 'kept for later' });
  return clientWith(site.app, { authorization: `Bearer ${body.key}` });
}

const signIn = (site: TestApp, email: string, password: string, more: object = {}) =>
  site.anonymous.post<{ user: { id: string }; accounts?: unknown }>('/api/v1/sign-in', { email, password, ...more });

const sees = async (client: Client, company: TestCompany): Promise<boolean> =>
  (await client.get(`/api/v1/companies/${company.id}/access`)).status === 200;

async function resetByMail(site: TestApp, email: string, password: string): Promise<void> {
  office.letters.length = 0;
  expect((await site.anonymous.post('/api/v1/password-resets', { email })).status).toBe(202);
  const token = tokenIn(await office.letterTo(email), 'reset-password');
  expect((await site.anonymous.post(`/api/v1/password-resets/${token}`, { password })).status).toBe(204);
}

describe('with mail', () => {
  test('no answer holds a link, also when the letter is not taken: there is no account before its address is proven', async () => {
    const email = newAddress();
    expect(await organizationOf(mailed, email)).toMatchObject({ link: null, mail: 'sent' });
    office.refuse(true);
    expect(await organizationOf(mailed, email)).toMatchObject({ link: null, mail: 'failed' });
    office.refuse(false);
    expect((await signIn(mailed, email, squatter.password)).status).toBe(401);
    expect(await mailed.db.selectFrom('users').select('id').where('email', '=', email).execute()).toEqual([]);
  });

  test('a link that was handed over before there was mail makes no account any more', async () => {
    const email = newAddress();
    const { token } = await organizationOf(earlier, email);
    const preview = await mailed.anonymous.get<InvitationPreview>(`/api/v1/invitations/${token}`);
    expect(preview.body).toMatchObject({ has_account: null, may_make_account: false });
    expect(await mailed.anonymous.post(`/api/v1/invitations/${token}/accept`, squatter)).toMatchObject({
      status: 401,
      body: { code: 'not_signed_in' },
    });
  });

  test('the link in the letter makes the account of the address, which other organizations then only invite', async () => {
    const email = newAddress();
    const first = await organizationOf(mailed, email);
    const browser = await accept(mailed, tokenIn(await office.letterTo(email), 'invitation'), victim);
    office.letters.length = 0;
    const second = await organizationOf(mailed, email);
    const token = tokenIn(await office.letterTo(email), 'invitation');
    const preview = await mailed.anonymous.get<InvitationPreview>(`/api/v1/invitations/${token}`);
    expect(preview.body).toMatchObject({ has_account: true, may_make_account: false, is_self: false });
    expect((await mailed.anonymous.post(`/api/v1/invitations/${token}/accept`, squatter)).status).toBe(401);
    expect((await browser.post(`/api/v1/invitations/${token}/accept`)).status).toBe(200);
    expect([await sees(browser, first.company), await sees(browser, second.company)]).toEqual([true, true]);
    expect((await browser.post('/api/v1/organizations', { name: 'A third' })).status).toBe(201);
  });

  test('what a squatter made while there was no mail ends when the address is proven', async () => {
    const email = newAddress();
    const evil = await organizationOf(earlier, email);
    const squatted = await accept(earlier, evil.token, squatter);
    const key = await keyOf(mailed, squatted);
    expect([await sees(squatted, evil.company), await sees(key, evil.company)]).toEqual([true, true]);
    await resetByMail(mailed, email, victim.password);
    for (const client of [squatted, key]) expect((await client.get('/api/v1/me')).status).toBe(401);
    expect((await signIn(mailed, email, squatter.password)).status).toBe(401);
    const mine = await signIn(mailed, email, victim.password);
    expect(mine.status).toBe(200);
    // proven: it may belong to others now, and the first organization's owner knows no way in
    const real = await organizationOf(mailed, email);
    const token = tokenIn(await office.letterTo(email), 'invitation');
    const browser = browserOf(mailed, mine.headers);
    expect((await browser.post(`/api/v1/invitations/${token}/accept`)).status).toBe(200);
    expect([await sees(browser, real.company), await sees(key, real.company)]).toEqual([true, false]);
    const reset = await evil.owner.client.post(`${evil.path}/members/${mine.body.user.id}/password-reset`);
    expect(reset.status).toBe(409);
  });

  test('an invitation by mail makes an account beside a squatted one, whose key reads nothing of it', async () => {
    const email = newAddress();
    const evil = await organizationOf(earlier, email);
    const key = await keyOf(mailed, await accept(earlier, evil.token, squatter));
    office.letters.length = 0;
    const real = await organizationOf(mailed, email);
    const browser = await accept(mailed, tokenIn(await office.letterTo(email), 'invitation'), victim);
    expect([await sees(browser, real.company), await sees(key, real.company)]).toEqual([true, false]);
    expect((await browser.get<Me>('/api/v1/me')).body.organizations).toHaveLength(1);
  });

  test('a squatter with a second factor does not lock the address: the account stays theirs alone', async () => {
    const email = newAddress();
    const evil = await organizationOf(earlier, email);
    await accept(earlier, evil.token, squatter);
    const { id } = await mailed.db
      .selectFrom('users')
      .select('id')
      .where('email', '=', email)
      .executeTakeFirstOrThrow();
    await mailed.db
      .insertInto('second_factors')
      .values({ user_id: id, secret: Buffer.from('sealed'), confirmed_at: new Date().toISOString() })
      .execute();
    await resetByMail(mailed, email, victim.password);
    office.letters.length = 0;
    const real = await organizationOf(mailed, email);
    const browser = await accept(mailed, tokenIn(await office.letterTo(email), 'invitation'), victim);
    expect(await sees(browser, real.company)).toBe(true);
  });
});

describe('without mail', () => {
  test('an account made through a link belongs to that organization alone and keeps the address from nobody', async () => {
    const email = newAddress();
    const evil = await organizationOf(bare, email);
    const squatted = await accept(bare, evil.token, squatter);
    const key = await keyOf(bare, squatted);
    const real = await organizationOf(bare, email);
    // the squatter, signed in under the address, is not the person invited
    expect((await squatted.get<InvitationPreview>(`/api/v1/invitations/${real.token}`)).body.is_self).toBe(false);
    expect((await squatted.post(`/api/v1/invitations/${real.token}/accept`)).status).toBe(400);
    const browser = await accept(bare, real.token, victim);
    expect([await sees(browser, real.company), await sees(browser, evil.company)]).toEqual([true, false]);
    expect([await sees(key, real.company), await sees(squatted, real.company)]).toEqual([false, false]);
    expect((await squatted.post('/api/v1/organizations', { name: 'Another' })).body).toMatchObject({
      code: 'conflict',
    });
    // each password opens its own account
    const [one, other] = [await signIn(bare, email, squatter.password), await signIn(bare, email, victim.password)];
    expect(await sees(browserOf(bare, one.headers), real.company)).toBe(false);
    expect(await sees(browserOf(bare, other.headers), real.company)).toBe(true);
    expect((await signIn(bare, email, 'neither of the two')).status).toBe(401);
  });

  test('the owner of one organization has no hold on the account of another', async () => {
    const email = newAddress();
    const evil = await organizationOf(bare, email);
    await accept(bare, evil.token, squatter);
    const real = await organizationOf(bare, email);
    const browser = await accept(bare, real.token, victim);
    const { body } = await real.owner.client.get<Page<OrganizationMember>>(`${real.path}/members?search=newcfo`);
    const [member] = body.results;
    expect((await evil.owner.client.delete(`${evil.path}/members/${member?.user_id}`)).status).toBe(403);
    expect((await evil.owner.client.post(`${evil.path}/members/${member?.user_id}/password-reset`)).status).toBe(403);
    const reset = await real.owner.client.post<{ link: string }>(
      `${real.path}/members/${member?.user_id}/password-reset`,
    );
    const token = reset.body.link.split('#')[1];
    await bare.anonymous.post(`/api/v1/password-resets/${token}`, { password: 'handed over by the owner' });
    expect((await browser.get('/api/v1/me')).status).toBe(401);
    // handed over, it proves nothing
    const again = browserOf(bare, (await signIn(bare, email, 'handed over by the owner')).headers);
    expect(await again.post('/api/v1/organizations', { name: 'Another' })).toMatchObject({ status: 409 });
  });

  test('the same password in both: the organization is asked for, and tells one from the other', async () => {
    const email = newAddress();
    const [here, there] = [await organizationOf(bare, email), await organizationOf(bare, email)];
    const same = { name: 'Ayşe', password: 'the same password twice' };
    await accept(bare, here.token, same);
    await accept(bare, there.token, same);
    const asked = await signIn(bare, email, same.password);
    expect(asked).toMatchObject({ status: 409, body: { code: 'organization_required' } });
    expect(asked.headers['set-cookie']).toBeUndefined();
    expect(asked.body.accounts).toEqual([
      { organization_id: here.company.organizationId, organization: expect.any(String) },
      { organization_id: there.company.organizationId, organization: expect.any(String) },
    ]);
    const chosen = await signIn(bare, email, same.password, { organization_id: there.company.organizationId });
    expect(await sees(browserOf(bare, chosen.headers), there.company)).toBe(true);
    for (const organization_id of [null, '999999999', 'x'])
      expect((await signIn(bare, email, same.password, { organization_id })).status).toBe(401);
  });

  test('a hundred squatted accounts cost a sign-in no more than one: they share a salt', async () => {
    const email = newAddress();
    for (let at = 0; at < 3; at += 1) await accept(bare, (await organizationOf(bare, email)).token, squatter);
    const rows = await bare.db.selectFrom('users').select('password_hash').where('email', '=', email).execute();
    expect(new Set(rows.map(({ password_hash }) => password_hash?.split('$')[4])).size).toBe(1);
  });

  test('removed from its organization it ends, and whoever is invited again makes another', async () => {
    const email = newAddress();
    const { owner, path, token, company } = await organizationOf(bare, email);
    const browser = await accept(bare, token, squatter);
    const { body: me } = await browser.get<Me>('/api/v1/me');
    expect((await owner.client.delete(`${path}/members/${me.user.id}`)).status).toBe(204);
    expect((await browser.get('/api/v1/me')).status).toBe(401);
    expect((await signIn(bare, email, squatter.password)).status).toBe(401);
    const again = await owner.client.post<NewInvitation>(`${path}/invitations`, {
      email,
      company_roles: [{ company_id: company.id, role: 'viewer' }],
    });
    const second = await accept(bare, again.body.link?.split('#')[1] ?? '', victim);
    expect((await second.get<Me>('/api/v1/me')).body.user.id).not.toBe(me.user.id);
    expect(await sees(second, company)).toBe(true);
  });

  test('the database itself lets no such account into another organization', async () => {
    const email = newAddress();
    const { token } = await organizationOf(bare, email);
    const { body } = await (await accept(bare, token, squatter)).get<Me>('/api/v1/me');
    const elsewhere = await bare.company();
    const joined = bare.joinOrganization(elsewhere.organizationId, { id: body.user.id } as Person, 'member');
    await expect(joined).rejects.toThrow('belongs to another organization');
  });
});
