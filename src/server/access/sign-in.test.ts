import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '#contract/errors.ts';
import type { Me } from '#contract/access.ts';
import { clientWith, sessionCookie, startTestApp, type TestApp, testPassword } from '#test/http.ts';
import { sql } from 'kysely';

let site: TestApp;
beforeAll(async () => {
  site = await startTestApp(() => undefined);
});
afterAll(() => site.close());

const signIn = (email: string, password: string) =>
  site.anonymous.post<Problem>('/api/v1/sign-in', { email, password });

describe('sign-in', () => {
  it('answers the user and a cookie that a script cannot read; capital letters and spaces in the e-mail do not matter', async () => {
    const who = await site.person('Anna');
    const { status, body, headers } = await signIn(` ${who.email.toUpperCase()} `, testPassword);
    expect(status).toBe(200);
    expect(body).toEqual({ user: { id: who.id, email: who.email, name: who.name } });
    const cookie = String(headers['set-cookie']);
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
    const token = /=([^;]+)/.exec(cookie)?.[1] ?? '';
    const client = clientWith(site.app, { cookie: `${sessionCookie}=${token}` });
    expect((await client.get<Me>('/api/v1/me')).body.user.id).toBe(who.id);
    const { rows } = await sql<{
      n: number;
    }>`SELECT count(*)::int AS n FROM sessions WHERE encode(token_hash, 'escape') LIKE ${`%${token}%`}`.execute(
      site.db,
    );
    expect(rows[0]?.n).toBe(0);
  });

  it('401 in the same words for a wrong password, an unknown account and a disabled one', async () => {
    const [known, disabled] = [await site.person('Ben'), await site.person('Cora')];
    await sql`UPDATE users SET disabled_at = now() WHERE id = ${disabled.id}`.execute(site.db);
    const answers = [
      await signIn(known.email, 'wrong wrong wrong'),
      await signIn('nobody@kitchen.example', testPassword),
      await signIn(disabled.email, testPassword),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(401);
      expect({ ...body, request_id: '' }).toEqual({ ...answers[0]?.body, request_id: '' });
    }
  });

  it('429 after ten failures of one account, with Retry-After; the right password does not help then, and another account is not held up', async () => {
    const [attacked, other] = [await site.person('Dora'), await site.person('Emil')];
    for (let n = 0; n < 10; n += 1) expect((await signIn(attacked.email, 'wrong')).status).toBe(401);
    const refused = await signIn(attacked.email, testPassword);
    expect([refused.status, refused.body.code]).toEqual([429, 'too_many_requests']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await signIn(other.email, testPassword)).status).toBe(200);
  });

  it('of an address that nobody has nothing is told to the audit log, and its failures are counted', async () => {
    const told = () => site.db.selectFrom('audit_events').select('id').where('action', 'like', 'sign_in%').execute();
    const before = (await told()).length;
    for (let n = 0; n < 12; n += 1) await signIn('nobody.at.all@kitchen.example', 'wrong');
    expect((await told()).length).toBe(before);
    const counted = await site.db
      .selectFrom('attempts')
      .select('failures')
      .where('who', '=', 'nobody.at.all@kitchen.example')
      .executeTakeFirst();
    expect(counted?.failures).toBe('10');
  });

  it('successes do not count', async () => {
    const who = await site.person('Finn');
    for (let n = 0; n < 12; n += 1) expect((await signIn(who.email, testPassword)).status).toBe(200);
  });

  it('400 names what is missing or not known', async () => {
    const { status, body } = await site.anonymous.post<Problem>('/api/v1/sign-in', { email: 'a@b.example', pass: 'x' });
    expect(status).toBe(400);
    expect(body.errors?.map(({ field }) => field).toSorted()).toEqual(['pass', 'password']);
  });

  it('sign-out ends the session at once', async () => {
    const who = await site.person('Gina');
    expect((await who.client.post('/api/v1/sign-out')).status).toBe(204);
    expect((await who.client.get('/api/v1/me')).status).toBe(401);
  });
});

describe('API keys', () => {
  it('are shown once, listed by prefix, and stop when deleted', async () => {
    const who = await site.person('Hugo');
    const made = await who.client.post<{ id: string; key: string; prefix: string }>('/api/v1/api-keys', {
      name: 'Month end',
    });
    expect(made.status).toBe(201);
    const client = clientWith(site.app, { authorization: `Bearer ${made.body.key}` });
    expect((await client.get('/api/v1/me')).status).toBe(200);
    const listed = await who.client.get<{ results: object[] }>('/api/v1/api-keys');
    expect(JSON.stringify(listed.body)).not.toContain(made.body.key);
    expect(listed.body.results).toEqual([
      expect.objectContaining({ id: made.body.id, prefix: made.body.prefix, name: 'Month end' }),
    ]);
    expect((await who.client.delete(`/api/v1/api-keys/${made.body.id}`)).status).toBe(204);
    expect((await client.get('/api/v1/me')).status).toBe(401);
  });

  it('do not work after their day', async () => {
    const who = await site.person('Ida');
    const made = await who.client.post<{ key: string }>('/api/v1/api-keys', { name: 'Old', expires_at: '2020-01-01' });
    const client = clientWith(site.app, { authorization: `Bearer ${made.body.key}` });
    expect((await client.get('/api/v1/me')).status).toBe(401);
  });
});
