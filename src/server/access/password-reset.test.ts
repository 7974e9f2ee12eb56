import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Mailer } from '#server/mail/mailer.ts';
import type { Person, TestApp } from '#test/http.ts';
import { clientWith, testPassword, testSite } from '#test/http.ts';
import { auditedActions, startOrganizationApp } from '#test/organization.ts';
import { openPostOffice, type PostOffice, tokenIn } from '#test/post-office.ts';

let office: PostOffice;
let site: TestApp;
const log: string[] = [];
beforeAll(async () => {
  office = await openPostOffice();
  const mailer = new Mailer({ url: office.url, from: 'reports@kitchen.example' });
  site = await startOrganizationApp({ mailer, logLevel: 'info', logStream: { write: (line) => log.push(line) } });
});
afterAll(async () => {
  await site.close();
  await office.close();
});
// every test asks from the same address
beforeEach(() => site.db.deleteFrom('attempts').execute());

const ask = (email: string) => site.anonymous.post('/api/v1/password-resets', { email });
const choose = (token: string, password = 'a new long password') =>
  site.anonymous.post(`/api/v1/password-resets/${token}`, { password });
const signIn = (email: string, password: string) => site.anonymous.post('/api/v1/sign-in', { email, password });
const linkRefused = { status: 403, body: { code: 'link_refused' } };

async function tokenFor(person: Person): Promise<string> {
  expect((await ask(person.email)).status).toBe(202);
  return tokenIn(await office.letterTo(person.email), 'reset-password');
}

describe('a link by mail', () => {
  test('opens once: the new password signs in, the old one and every session do not, and the person is told', async () => {
    const person = await site.person();
    const token = await tokenFor(person);
    const preview = await site.anonymous.get<{ email: string }>(`/api/v1/password-resets/${token}`);
    expect(preview).toMatchObject({ status: 200, body: { email: person.email } });
    expect(await choose(token, 'short')).toMatchObject({ status: 400, body: { errors: [{ field: 'password' }] } });
    expect((await choose(token)).status).toBe(204);
    expect((await person.client.get('/api/v1/me')).status).toBe(401);
    expect((await signIn(person.email, testPassword)).status).toBe(401);
    expect((await signIn(person.email, 'a new long password')).status).toBe(200);
    expect(await choose(token)).toMatchObject(linkRefused);
    await expect.poll(async () => (await office.letterTo(person.email)).raw).toContain('password was changed');
    const told = await site.db
      .selectFrom('audit_events')
      .select('action')
      .where('subject_id', '=', person.id)
      .where('action', 'like', 'password%')
      .orderBy('id')
      .execute();
    expect(told.map(({ action }) => action)).toEqual(['password_reset.requested', 'password.reset']);
    expect(log.join('')).not.toContain(token);
  });

  test('it is made of the configured address, whatever host the request names', async () => {
    const person = await site.person();
    const answer = await site.anonymous.ask('POST', '/api/v1/password-resets', {
      body: { email: person.email },
      headers: { host: 'evil.localhost', 'x-forwarded-host': 'evil.localhost' },
    });
    expect(answer.status).toBe(202);
    const letter = await office.letterTo(person.email);
    expect(letter.readable).toContain(`${testSite}/reset-password#`);
    expect(letter.readable).not.toContain('evil.localhost');
  });

  test('only its hash is stored, it ends after an hour, and another link that was used ends it', async () => {
    const person = await site.person();
    const token = await tokenFor(person);
    const rows = await site.db.selectFrom('password_resets').selectAll().where('user_id', '=', person.id).execute();
    expect(rows[0]?.token_hash.includes(Buffer.from(token))).toBe(false);
    const minutes = (Date.parse(rows[0]?.expires_at ?? '') - Date.parse(rows[0]?.created_at ?? '')) / 60_000;
    expect(minutes).toBe(60);
    await site.db
      .updateTable('password_resets')
      .set({ expires_at: new Date(Date.now() - 1000).toISOString() })
      .where('user_id', '=', person.id)
      .execute();
    expect(await choose(token)).toMatchObject(linkRefused);
    office.letters.length = 0;
    const second = await tokenFor(person);
    office.letters.length = 0;
    const third = await tokenFor(person);
    expect((await choose(third)).status).toBe(204);
    expect(await choose(second)).toMatchObject(linkRefused);
    for (const made of ['x', '%00', 'a'.repeat(400)]) expect(await choose(made)).toMatchObject(linkRefused);
  });

  test('ends API keys, and refuses the password there was, the address and the commonest', async () => {
    const person = await site.person();
    const byKey = await site.withKey(person);
    const token = await tokenFor(person);
    for (const unfit of [testPassword, person.email, '1q2w3e4r5t6y'])
      expect(await choose(token, unfit)).toMatchObject({ status: 400, body: { errors: [{ field: 'password' }] } });
    expect((await byKey.get('/api/v1/me')).status).toBe(200);
    expect((await choose(token)).status).toBe(204);
    expect((await byKey.get('/api/v1/me')).status).toBe(401);
  });

  test('of two at once with one link, one changes the password', async () => {
    const person = await site.person();
    const token = await tokenFor(person);
    const answers = await Promise.all(
      ['first long password', 'second long password'].map((word) => choose(token, word)),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 403]);
  });
});

describe('asking for it', () => {
  test('an unknown, a disabled and a password-less account are answered like any other, and nothing is sent', async () => {
    const [known, disabled, provider] = [await site.person(), await site.person(), await site.person()];
    const users = (id: string) => site.db.updateTable('users').where('id', '=', id);
    await users(disabled.id).set({ disabled_at: new Date().toISOString() }).execute();
    await users(provider.id).set({ password_hash: null }).execute();
    const answers = [];
    for (const email of ['nobody@kitchen.example', disabled.email, provider.email, known.email]) {
      const { status, body, headers } = await ask(email);
      answers.push({ status, body, names: Object.keys(headers).toSorted() });
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    await office.letterTo(known.email);
    const written = office.letters.flatMap(({ to }) => to);
    for (const email of ['nobody@kitchen.example', disabled.email, provider.email])
      expect(written).not.toContain(email);
  });

  test('takes about as long for an unknown account as for a known one', async () => {
    const person = await site.person();
    const timed = async (email: string): Promise<number> => {
      await site.db.deleteFrom('attempts').execute();
      const began = performance.now();
      expect((await ask(email)).status).toBe(202);
      return performance.now() - began;
    };
    const known: number[] = [];
    const unknown: number[] = [];
    for (let round = 0; round < 15; round += 1) {
      known.push(await timed(person.email));
      unknown.push(await timed(`nobody.${round}@kitchen.example`));
    }
    const median = (list: number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
    // milliseconds of a few statements; making and mailing the link alone would be several times that
    expect(median(known)).toBeLessThan(median(unknown) * 2.5 + 5);
  });

  test('five times an hour for an address of mail, known or not', async () => {
    const person = await site.person();
    for (const email of [person.email, 'nobody@kitchen.example']) {
      for (let attempt = 0; attempt < 5; attempt += 1) expect((await ask(email)).status).toBe(202);
      const refused = await ask(email);
      expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    }
  });

  test('sixty at once for one address of mail: five letters', async () => {
    const person = await site.person();
    const answers = await Promise.all(Array.from({ length: 60 }, () => ask(person.email)));
    const accepted = answers.filter(({ status }) => status === 202);
    expect(accepted).toHaveLength(5);
    const letters = () => office.letters.filter(({ to }) => to.includes(person.email)).length;
    await expect.poll(letters).toBe(5);
    const refusals = await site.db
      .selectFrom('audit_events')
      .select('id')
      .where('action', '=', 'password_reset.refused')
      .where('subject_id', '=', person.id)
      .execute();
    expect(refusals).toHaveLength(1);
  });

  test('thirty times an hour from one address', async () => {
    for (let attempt = 0; attempt < 30; attempt += 1)
      expect((await ask(`n${attempt}@kitchen.example`)).status).toBe(202);
    expect((await ask('another@kitchen.example')).status).toBe(429);
  });

  test('mail that is refused is in the log, not in the answer', async () => {
    const person = await site.person();
    office.refuse(true);
    expect((await ask(person.email)).status).toBe(202);
    await expect.poll(() => log.join('')).toContain('reset link not mailed');
    office.refuse(false);
  });
});

describe('without mail', () => {
  test('asking is refused with whom to ask instead, and an owner makes a link', async () => {
    const bare = await startOrganizationApp();
    const company = await bare.company();
    const [owner, admin, buyer] = [
      await bare.member(company, 'owner'),
      await bare.member(company, 'admin'),
      await bare.member(company, 'buyer'),
    ];
    const asked = await bare.anonymous.post('/api/v1/password-resets', { email: buyer.email });
    expect(asked).toMatchObject({ status: 503, body: { code: 'mail_unavailable' } });
    const path = (id: string): string => `/api/v1/organizations/${company.organizationId}/members/${id}/password-reset`;
    expect((await admin.client.post(path(buyer.id))).body).toMatchObject({ code: 'missing_capability' });
    const made = await owner.client.post<{ link: string }>(path(buyer.id));
    expect(made.status).toBe(201);
    const token = made.body.link.split('#')[1] ?? '';
    const chosen = await bare.anonymous.post(`/api/v1/password-resets/${token}`, { password: 'a new long password' });
    expect(chosen.status).toBe(204);
    expect((await buyer.client.get('/api/v1/me')).status).toBe(401);
    expect(await auditedActions(bare, { userId: owner.id })).toEqual(['password_reset.created']);
    // not for oneself, not for strangers, not for somebody who has another door behind the same password
    expect((await owner.client.post(path(owner.id))).status).toBe(409);
    const elsewhere = await bare.company();
    const stranger = await bare.member(elsewhere, 'buyer');
    expect(await owner.client.post(path(stranger.id))).toMatchObject({ status: 403, body: { code: 'access_denied' } });
    await bare.joinCompany(elsewhere, buyer, 'buyer');
    expect(await owner.client.post(path(buyer.id))).toMatchObject({ status: 409, body: { code: 'conflict' } });
    await bare.close();
  });
});

describe('a link that an owner made', () => {
  const memberships = (userId: string, organizationId: string) =>
    site.db
      .selectFrom('organization_members')
      .where('user_id', '=', userId)
      .where('organization_id', '=', organizationId);
  const change = (organizationId: string, userId: string, role: string) =>
    site.db
      .updateTable('organization_members')
      .set({ role })
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', userId)
      .execute();
  const remove = (organizationId: string, userId: string) =>
    site.db
      .deleteFrom('organization_members')
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', userId)
      .execute();

  async function handedOver() {
    const company = await site.company();
    const [owner, buyer] = [await site.member(company, 'owner'), await site.member(company, 'buyer')];
    const path = `/api/v1/organizations/${company.organizationId}/members/${buyer.id}/password-reset`;
    const made = await owner.client.post<{ link: string }>(path);
    expect(made.status).toBe(201);
    return { company, owner, buyer, token: made.body.link.split('#')[1] ?? '' };
  }
  type Made = Awaited<ReturnType<typeof handedOver>>;
  const losses: [string, (made: Made) => Promise<unknown>, ((made: Made) => Promise<unknown>) | null][] = [
    [
      'the person joined another organization',
      async ({ buyer }) => site.joinCompany(await site.company(), buyer, 'buyer'),
      ({ company, buyer }) =>
        site.db
          .deleteFrom('organization_members')
          .where('user_id', '=', buyer.id)
          .where('organization_id', '<>', company.organizationId)
          .execute(),
    ],
    [
      'the person was removed',
      ({ company, buyer }) => remove(company.organizationId, buyer.id),
      ({ company, buyer }) => site.joinOrganization(company.organizationId, buyer, 'member'),
    ],
    [
      'its maker lost ownership',
      ({ company, owner }) => change(company.organizationId, owner.id, 'admin'),
      ({ company, owner }) => change(company.organizationId, owner.id, 'owner'),
    ],
    [
      'its maker was removed',
      ({ company, owner }) => remove(company.organizationId, owner.id),
      ({ company, owner }) => site.joinOrganization(company.organizationId, owner, 'owner'),
    ],
    [
      'its maker was disabled',
      ({ owner }) =>
        site.db.updateTable('users').set({ disabled_at: '2026-11-01T00:00:00Z' }).where('id', '=', owner.id).execute(),
      null,
    ],
  ];
  test.each(losses)('opens nothing once %s, nor when that is undone', async (_what, lose, undo) => {
    const made = await handedOver();
    await lose(made);
    expect(await site.anonymous.get(`/api/v1/password-resets/${made.token}`)).toMatchObject(linkRefused);
    expect(await choose(made.token)).toMatchObject(linkRefused);
    await undo?.(made);
    if (undo) expect(await choose(made.token)).toMatchObject(linkRefused);
    expect((await signIn(made.buyer.email, testPassword)).status).toBe(200);
  });

  test('goes on working while other members come and go, and the link of another owner stays', async () => {
    const { company, buyer, token } = await handedOver();
    const [second, third] = [await site.member(company, 'owner'), await site.member(company, 'admin')];
    const path = `/api/v1/organizations/${company.organizationId}/members/${buyer.id}/password-reset`;
    await second.client.post<{ link: string }>(path);
    await change(company.organizationId, second.id, 'admin');
    await remove(company.organizationId, third.id);
    await change(company.organizationId, buyer.id, 'admin');
    expect(await memberships(buyer.id, company.organizationId).select('role').execute()).toEqual([{ role: 'admin' }]);
    expect((await choose(token)).status).toBe(204);
  });
});

test('a second factor stays: the new password alone is not enough', async () => {
  const person = await site.person();
  await site.db
    .insertInto('second_factors')
    .values({ user_id: person.id, secret: Buffer.from('sealed'), confirmed_at: new Date().toISOString() })
    .execute();
  expect((await choose(await tokenFor(person))).status).toBe(204);
  const answer = await signIn(person.email, 'a new long password');
  expect(answer).toMatchObject({ status: 401, body: { code: 'second_factor_required' } });
  const half = clientWith(site.app, {
    cookie: String(answer.headers['set-cookie']).split(';')[0] ?? '',
    origin: testSite,
  });
  expect((await half.get('/api/v1/me')).status).toBe(401);
});
