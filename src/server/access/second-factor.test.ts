import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SecondFactor, SecondFactorSecret } from '#contract/sign-in.ts';
import {
  type Answer,
  clientWith,
  type Client,
  type Person,
  sessionCookie,
  startTestApp,
  testKeys,
  type TestApp,
  testPassword,
  testSite,
} from '#test/http.ts';
import { auditedActions } from '#test/organization.ts';
import { newSecret, stepOfCode } from './second-factor.ts';
import { SecretKeys } from './secret-keys.ts';

let site: TestApp;
beforeAll(async () => {
  site = await startTestApp(() => undefined);
});
afterAll(() => site.close());

const origin = testSite;
const periodMs = 30_000;
const codeOf = (secret: string, steps = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * periodMs });
/** Of no step that is taken now. */
const wrongCodeOf = (secret: string): string => {
  const right = [-2, -1, 0, 1, 2].map((steps) => codeOf(secret, steps));
  return ['000000', '111111', '222222', '333333', '444444', '555555'].find((code) => !right.includes(code)) ?? '';
};

/** The code of this step confirms; the next step's is the first that signs in. */
async function enrol(person: Person): Promise<{ secret: string; recoveryCodes: string[] }> {
  const begun = await person.client.post<SecondFactorSecret>('/api/v1/second-factor', { password: testPassword });
  expect(begun.status).toBe(201);
  const { secret } = begun.body;
  const done = await person.client.post<{ recovery_codes: string[] }>('/api/v1/second-factor/confirm', {
    code: codeOf(secret, -1),
  });
  expect(done.status).toBe(200);
  return { secret, recoveryCodes: done.body.recovery_codes };
}

const signIn = (person: Person, more: object = {}): Promise<Answer<{ code?: string }>> =>
  site.anonymous.post('/api/v1/sign-in', { email: person.email, password: testPassword, ...more });
const cookiesOf = (answer: Answer): string[] =>
  [answer.headers['set-cookie'] ?? []].flat().map((cookie) => String(cookie).split(';')[0] ?? '');
const withCookies = (answer: Answer): Client => clientWith(site.app, { cookie: cookiesOf(answer).join('; '), origin });

describe('setting it up', () => {
  test('takes the password and a right code, shows ten recovery codes once, and signs other browsers out', async () => {
    const person = await site.person();
    const other = withCookies(await signIn(person));
    expect((await person.client.post('/api/v1/second-factor', { password: 'wrong' })).body).toMatchObject({
      errors: [{ field: 'password' }],
    });
    const begun = await person.client.post<SecondFactorSecret>('/api/v1/second-factor', { password: testPassword });
    expect(begun.body.uri).toContain(`otpauth://totp/Mathership:${encodeURIComponent(person.email)}?`);
    // until it is confirmed it asks nothing of anybody
    expect((await signIn(person)).status).toBe(200);
    const refused = await person.client.post('/api/v1/second-factor/confirm', { code: wrongCodeOf(begun.body.secret) });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: 'code' }] } });
    const done = await person.client.post<{ recovery_codes: string[] }>('/api/v1/second-factor/confirm', {
      code: codeOf(begun.body.secret),
    });
    expect(new Set(done.body.recovery_codes).size).toBe(10);
    for (const code of done.body.recovery_codes) expect(code).toMatch(/^[a-z2-9]{5}-[a-z2-9]{5}$/);
    expect((await person.client.get<SecondFactor>('/api/v1/second-factor')).body).toMatchObject({
      enabled: true,
      recovery_codes_left: 10,
      has_password: true,
    });
    expect((await other.get('/api/v1/me')).status).toBe(401);
    expect((await person.client.post('/api/v1/second-factor', { password: testPassword })).status).toBe(409);
    expect(await auditedActions(site, { userId: person.id })).toContain('second_factor.enabled');
  });

  test('neither the secret nor a recovery code can be read in the database', async () => {
    const person = await site.person();
    const { secret, recoveryCodes } = await enrol(person);
    const bytes = Buffer.from(Secret.fromBase32(secret).bytes);
    const row = await site.db
      .selectFrom('second_factors')
      .select('secret')
      .where('user_id', '=', person.id)
      .executeTakeFirstOrThrow();
    expect(row.secret.includes(bytes)).toBe(false);
    expect(testKeys.open(row.secret, `second factor of ${person.id}`)).toEqual(bytes);
    expect(testKeys.open(row.secret, 'second factor of somebody else')).toBeNull();
    expect(new SecretKeys('another secret').open(row.secret, `second factor of ${person.id}`)).toBeNull();
    const kept = await site.db
      .selectFrom('recovery_codes')
      .select('code_hash')
      .where('user_id', '=', person.id)
      .execute();
    for (const code of recoveryCodes) {
      expect(kept.some(({ code_hash }) => code_hash.toString().includes(code.slice(0, 5)))).toBe(false);
    }
  });

  test('a wrong password is told to the audit log', async () => {
    const person = await site.person();
    await person.client.post('/api/v1/second-factor', { password: 'wrong' });
    expect(await auditedActions(site, { userId: person.id })).toContain('second_factor.refused');
  });

  test('an account without a password has none', async () => {
    const person = await site.person();
    await site.db.updateTable('users').set({ password_hash: null }).where('id', '=', person.id).execute();
    expect((await person.client.post('/api/v1/second-factor', { password: 'whatever' })).status).toBe(409);
  });
});

describe('signing in', () => {
  test('the password alone is refused by name, and is worth nothing but the right to send a code', async () => {
    const person = await site.person();
    const { secret } = await enrol(person);
    const first = await signIn(person);
    expect(first).toMatchObject({ status: 401, body: { code: 'second_factor_required' } });
    expect(cookiesOf(first).map((cookie) => cookie.split('=')[0])).toEqual([`${sessionCookie}_step`]);
    const token = cookiesOf(first)[0]?.split('=')[1] ?? '';
    const half = [
      withCookies(first),
      clientWith(site.app, { cookie: `${sessionCookie}=${token}`, origin }),
      clientWith(site.app, { authorization: `Bearer ${token}` }),
    ];
    for (const client of half) {
      for (const { method, url, access } of site.routes) {
        if (access === 'public') continue;
        expect((await client.ask(method as 'GET', url.replaceAll(/:\w+/g, '1'))).status).toBe(401);
      }
    }
    const second = await withCookies(first).post('/api/v1/sign-in/code', { code: codeOf(secret) });
    expect(second).toMatchObject({ status: 200, body: { user: { email: person.email } } });
    expect((await withCookies(second).get('/api/v1/me')).status).toBe(200);
    // the step is spent
    const again = await withCookies(first).post('/api/v1/sign-in/code', { code: codeOf(secret, 1) });
    expect(again).toMatchObject({ status: 401, body: { code: 'sign_in_step_over' } });
  });

  test('all three at once sign in as well, and no code is taken twice', async () => {
    const person = await site.person();
    const { secret } = await enrol(person);
    const code = codeOf(secret);
    expect((await signIn(person, { code })).status).toBe(200);
    expect(await signIn(person, { code })).toMatchObject({ status: 401, body: { code: 'wrong_second_factor' } });
    expect(await signIn(person, { code: codeOf(secret, -1) })).toMatchObject({ status: 401 });
    expect(
      (await signIn(person, { code: ` ${codeOf(secret, 1).slice(0, 3)} ${codeOf(secret, 1).slice(3)}` })).status,
    ).toBe(200);
  });

  test('of eight at once with the same code one is signed in', async () => {
    const person = await site.person();
    const { secret } = await enrol(person);
    const code = codeOf(secret);
    const answers = await Promise.all(Array.from({ length: 8 }, () => signIn(person, { code })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('a recovery code signs in once, whatever its writing', async () => {
    const person = await site.person();
    const { recoveryCodes } = await enrol(person);
    const code = recoveryCodes[3]?.toUpperCase().replace('-', ' ');
    expect((await signIn(person, { code })).status).toBe(200);
    expect((await signIn(person, { code })).status).toBe(401);
    const left = await person.client.get<SecondFactor>('/api/v1/second-factor');
    expect(left.body.recovery_codes_left).toBe(9);
    const made = await site.db.selectFrom('sessions').select('method').where('user_id', '=', person.id).execute();
    expect(made.map(({ method }) => method)).toContain('recovery_code');
  });

  test('one person’s code is not another’s', async () => {
    const [mine, theirs] = [await site.person(), await site.person()];
    const { secret, recoveryCodes } = await enrol(mine);
    await enrol(theirs);
    expect((await signIn(theirs, { code: codeOf(secret) })).status).toBe(401);
    expect((await signIn(theirs, { code: recoveryCodes[0] })).status).toBe(401);
  });

  test('five wrong codes end the step, ten lock the account, the right code included', async () => {
    const person = await site.person();
    const { secret } = await enrol(person);
    const code = wrongCodeOf(secret);
    const first = await signIn(person);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const answer = await withCookies(first).post('/api/v1/sign-in/code', { code });
      expect(answer).toMatchObject({ status: 401, body: { code: 'wrong_second_factor' } });
    }
    const over = await withCookies(first).post('/api/v1/sign-in/code', { code: codeOf(secret) });
    expect(over).toMatchObject({ status: 401, body: { code: 'sign_in_step_over' } });
    for (let attempt = 0; attempt < 5; attempt += 1) expect((await signIn(person, { code })).status).toBe(401);
    expect(await signIn(person, { code: codeOf(secret) })).toMatchObject({ status: 429 });
    expect((await person.client.get('/api/v1/me')).status).toBe(200);
  });

  test('guesses at the same moment are each counted', async () => {
    const person = await site.person();
    const { secret } = await enrol(person);
    const code = wrongCodeOf(secret);
    const answers = await Promise.all(Array.from({ length: 20 }, () => signIn(person, { code })));
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(10);
    expect(answers.some(({ status }) => status === 429)).toBe(true);
  });

  test('a wrong password is answered as ever, whatever the code', async () => {
    const person = await site.person();
    const { secret } = await enrol(person);
    const answer = await signIn(person, { password: 'wrong', code: codeOf(secret) });
    expect(answer).toMatchObject({ status: 401, body: { code: 'wrong_credentials' } });
    const without = await site.person();
    expect((await signIn(without, { code: '123456' })).status).toBe(200);
  });

  test('API keys go on working', async () => {
    const person = await site.person();
    const byKey = await site.withKey(person);
    await enrol(person);
    expect((await byKey.get('/api/v1/me')).status).toBe(200);
  });
});

describe('giving it up', () => {
  test('takes password and code; afterwards the password is enough', async () => {
    const person = await site.person();
    const { secret, recoveryCodes } = await enrol(person);
    const disable = (body: object) => person.client.post('/api/v1/second-factor/disable', body);
    expect(await disable({ password: 'wrong', code: codeOf(secret) })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'password' }] },
    });
    expect(await disable({ password: testPassword, code: wrongCodeOf(secret) })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'code' }] },
    });
    expect((await signIn(person)).status).toBe(401);
    expect((await disable({ password: testPassword, code: recoveryCodes[0] })).status).toBe(204);
    expect((await signIn(person)).status).toBe(200);
    expect(await auditedActions(site, { userId: person.id })).toContain('second_factor.disabled');
  });

  test('new recovery codes replace the old', async () => {
    const person = await site.person();
    const { secret, recoveryCodes } = await enrol(person);
    const renewed = await person.client.post<{ recovery_codes: string[] }>('/api/v1/second-factor/recovery-codes', {
      password: testPassword,
      code: codeOf(secret),
    });
    expect(renewed.body.recovery_codes).toHaveLength(10);
    expect((await signIn(person, { code: recoveryCodes[1] })).status).toBe(401);
    expect((await signIn(person, { code: renewed.body.recovery_codes[1] })).status).toBe(200);
  });
});

test('codes of one step either way are taken, and none at or before the last', () => {
  const secret = newSecret();
  const totp = new TOTP({ secret: new Secret({ buffer: new Uint8Array(secret).buffer }) });
  const now = 1_800_000_000_000;
  const step = now / periodMs;
  const at = (steps: number, last = 0): number | null =>
    stepOfCode(secret, totp.generate({ timestamp: now + steps * periodMs }), last, now);
  expect([-2, -1, 0, 1, 2].map((steps) => at(steps))).toEqual([null, step - 1, step, step + 1, null]);
  expect([at(0, step), at(-1, step), at(1, step)]).toEqual([null, null, step + 1]);
});
