import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from '#contract/export-jobs.ts';
import type { SessionEntry } from '#contract/organization.ts';
import {
  type Client,
  clientWith,
  sessionCookie,
  type TestApp,
  startTestApp,
  testPassword,
  testSite,
} from '#test/http.ts';
import { accountRoutes } from './account-routes.ts';

let site: TestApp;
beforeAll(async () => {
  site = await startTestApp((app, { db }) => accountRoutes(app, { db }));
});
afterAll(() => site.close());

async function signIn(email: string, password = testPassword): Promise<Client> {
  const answer = await site.anonymous.post('/api/v1/sign-in', { email, password });
  expect(answer.status).toBe(200);
  const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
  expect(cookie.startsWith(`${sessionCookie}=`)).toBe(true);
  return clientWith(site.app, { cookie, origin: testSite });
}

const sessionsOf = async (client: Client): Promise<SessionEntry[]> =>
  (await client.get<Page<SessionEntry>>('/api/v1/sessions')).body.results;

test('the command on the server makes a key, alone on its last line, that works', async () => {
  const person = await site.person();
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['src/cli/main.ts', 'api-key', 'create', '--user', person.email, '--name', 'Month end'],
    { env: { ...process.env, DATABASE_URL: site.pool.url } },
  );
  const key = stdout.trimEnd().split('\n').at(-1) ?? '';
  const client = clientWith(site.app, { authorization: `Bearer ${key}` });
  expect(await client.get('/api/v1/sessions')).toMatchObject({ status: 200 });
});

describe('sessions', () => {
  test('are listed with where they are, and the one that asks is marked', async () => {
    const person = await site.person();
    const second = await signIn(person.email);
    const listed = await sessionsOf(second);
    expect(listed).toHaveLength(2);
    expect(listed.filter(({ current }) => current)).toMatchObject([{ address: '127.0.0.1' }]);
    const byKey = await site.withKey(person);
    expect((await sessionsOf(byKey)).map(({ current }) => current)).toEqual([false, false]);
  });

  test('ended and expired ones are not', async () => {
    const person = await site.person();
    await signIn(person.email);
    await site.db
      .updateTable('sessions')
      .set({ expires_at: '2026-01-01T00:00:00Z' })
      .where('user_id', '=', person.id)
      .where('address', 'is not', null)
      .execute();
    expect(await sessionsOf(person.client)).toMatchObject([{ current: true }]);
  });

  test('ending one signs that browser out at its next request, and no other', async () => {
    const person = await site.person();
    const second = await signIn(person.email);
    const other = (await sessionsOf(person.client)).find(({ current }) => !current);
    expect((await person.client.delete(`/api/v1/sessions/${other?.id}`)).status).toBe(204);
    expect(await second.get('/api/v1/me')).toMatchObject({ status: 401, body: { code: 'not_signed_in' } });
    expect((await person.client.get('/api/v1/me')).status).toBe(200);
  });

  test('somebody else’s is refused like one that does not exist', async () => {
    const [mine, theirs] = [await site.person(), await site.person()];
    const [session] = await sessionsOf(theirs.client);
    for (const id of [session?.id, '999999999', 'x', '0']) {
      expect(await mine.client.delete(`/api/v1/sessions/${id}`)).toMatchObject({
        status: 403,
        body: { code: 'access_denied', detail: 'You have access to no session by this id.' },
      });
    }
    expect((await theirs.client.get('/api/v1/me')).status).toBe(200);
  });
});

describe('API keys', () => {
  test('somebody else’s is refused like one that does not exist, and goes on working', async () => {
    const [mine, theirs] = [await site.person(), await site.person()];
    const made = await theirs.client.post<{ id: string; key: string }>('/api/v1/api-keys', { name: 'till' });
    for (const id of [made.body.id, '999999999', 'x', '0']) {
      expect(await mine.client.delete(`/api/v1/api-keys/${id}`)).toMatchObject({
        status: 403,
        body: { code: 'access_denied', detail: 'You have access to no API key by this id.' },
      });
    }
    const byKey = clientWith(site.app, { authorization: `Bearer ${made.body.key}` });
    expect((await byKey.get('/api/v1/me')).status).toBe(200);
  });

  test('deleting one’s own ends it at once', async () => {
    const person = await site.person();
    const made = await person.client.post<{ id: string; key: string }>('/api/v1/api-keys', { name: 'till' });
    const byKey = clientWith(site.app, { authorization: `Bearer ${made.body.key}` });
    expect((await byKey.get('/api/v1/me')).status).toBe(200);
    expect((await person.client.delete(`/api/v1/api-keys/${made.body.id}`)).status).toBe(204);
    expect(await byKey.get('/api/v1/me')).toMatchObject({ status: 401, body: { code: 'not_signed_in' } });
  });
});

describe('password', () => {
  const change = { current: testPassword, new: 'another long one' };

  test('a change ends every other session, and only the new one signs in', async () => {
    const person = await site.person();
    const second = await signIn(person.email);
    expect((await person.client.post('/api/v1/password', change)).status).toBe(204);
    expect((await second.get('/api/v1/me')).status).toBe(401);
    expect((await person.client.get('/api/v1/me')).status).toBe(200);
    const old = await site.anonymous.post('/api/v1/sign-in', { email: person.email, password: testPassword });
    expect(old).toMatchObject({ status: 401, body: { code: 'wrong_credentials' } });
    await signIn(person.email, change.new);
  });

  test('a change by key ends all sessions, whatever their ids', async () => {
    const person = await site.person();
    const byKey = await site.withKey(person);
    expect((await byKey.post('/api/v1/password', change)).status).toBe(204);
    expect((await person.client.get('/api/v1/me')).status).toBe(401);
  });

  test.each([
    [undefined, 401],
    [true, 401],
    [false, 200],
  ])('a change with end_api_keys %s leaves keys answering %i', async (end_api_keys, status) => {
    const person = await site.person();
    const [byKey, stranger] = [await site.withKey(person), await site.withKey(await site.person())];
    const body = { ...change, ...(end_api_keys !== undefined && { end_api_keys }) };
    expect((await person.client.post('/api/v1/password', body)).status).toBe(204);
    expect((await byKey.get('/api/v1/me')).status).toBe(status);
    expect((await stranger.get('/api/v1/me')).status).toBe(200);
    expect((await person.client.get('/api/v1/me')).status).toBe(200);
  });

  test('a change ends what the old password had opened: links for a new one, and a sign-in half done', async () => {
    const person = await site.person();
    const factor = { user_id: person.id, secret: Buffer.from('sealed'), confirmed_at: new Date().toISOString() };
    await site.db.insertInto('second_factors').values(factor).execute();
    const half = await site.anonymous.post('/api/v1/sign-in', { email: person.email, password: testPassword });
    const cookie = String(half.headers['set-cookie']).split(';')[0] ?? '';
    const step = clientWith(site.app, { cookie, origin: testSite });
    const reset = { user_id: person.id, token_hash: Buffer.alloc(32), expires_at: '2099-01-01T00:00:00Z' };
    await site.db.insertInto('password_resets').values(reset).execute();
    expect((await person.client.post('/api/v1/password', change)).status).toBe(204);
    expect(await step.post('/api/v1/sign-in/code', { code: '123456' })).toMatchObject({
      status: 401,
      body: { code: 'sign_in_step_over' },
    });
    const links = await site.db.selectFrom('password_resets').select('id').where('user_id', '=', person.id).execute();
    expect(links).toEqual([]);
  });

  test('one that will not do is refused by name, and nothing is changed', async () => {
    const person = await site.person();
    for (const unfit of [testPassword, 'Password2026!', person.email, 'aaaaaaaaaaaa']) {
      const answer = await person.client.post('/api/v1/password', { current: testPassword, new: unfit });
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input', errors: [{ field: 'new' }] } });
    }
    await signIn(person.email);
  });

  test('a wrong current one names the field, changes nothing, and runs out of tries', async () => {
    const person = await site.person();
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const answer = await person.client.post('/api/v1/password', { ...change, current: 'wrong' });
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'current' }] } });
    }
    const refused = await person.client.post('/api/v1/password', change);
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });
});
