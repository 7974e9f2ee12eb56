/**
 * Signing in, passwords and second factors, many at once. What another process does meanwhile is done here by a transaction
 * of its own that holds the account's row: the request is let run until it waits for it, or is through.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guess, Wrong } from '#server/access/attempts.ts';
import { setPassword } from '#server/access/change-password.ts';
import { hashPassword } from '#server/access/passwords.ts';
import { recoveryCodesLeft, takeCode, writeRecoveryCodes } from '#server/access/second-factor.ts';
import { newToken } from '#server/access/tokens.ts';
import { ProductError } from '#contract/errors.ts';
import type { DatabaseTransaction } from '#server/database/database.ts';
import { sql } from 'kysely';
import { type Answer, clientWith, type Person, type TestApp, testKeys, testPassword, testSite } from '#test/http.ts';
import { startOrganizationApp } from '#test/organization.ts';
import { atOnce, audited, oneOf, rounds, statuses } from './at-once.ts';

let site: TestApp;
beforeAll(async () => {
  site = await startOrganizationApp();
});
afterAll(() => site.close());

const signIn = (person: Person, password = testPassword) =>
  site.anonymous.post('/api/v1/sign-in', { email: person.email, password });
const forgetAddress = () => site.db.deleteFrom('attempts').where('door', '=', 'guess address').execute();

const someoneWaits = async (tx: DatabaseTransaction): Promise<boolean> => {
  const { rows } = await sql`SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(tx);
  return rows.length > 0;
};

describe('guesses', () => {
  const wrong = new Wrong(new ProductError('wrong_credentials', 'wrong'), async () => {});
  const tried = async (account: string, address: string, judged: string[]): Promise<string> => {
    const origin = { address, requestId: null };
    return guess(site.db, { account, origin }, async () => {
      judged.push(account);
      return wrong;
    }).then(
      () => 'right',
      (error: ProductError) => error.code,
    );
  };

  it('sixty at once on one account: ten are judged', async () => {
    for (const round of rounds(2)) {
      const judged: string[] = [];
      const codes = await atOnce((at) => tried(`bistro.${round}@kitchen.example`, `192.0.2.${at}`, judged), 60);
      expect(judged).toHaveLength(10);
      expect(codes.filter((code) => code === 'too_many_requests')).toHaveLength(50);
    }
  });

  it('a hundred and eighty accounts at once from one address: a hundred are judged', async () => {
    for (const round of rounds(1)) {
      const judged: string[] = [];
      await atOnce((at) => tried(`cook.${round}.${at}@kitchen.example`, `198.51.100.${round}`, judged), 180);
      expect(judged).toHaveLength(100);
    }
  });

  it('the addresses of one network of IPv6 are one', async () => {
    const judged: string[] = [];
    await atOnce((at) => tried(`host.${at}@kitchen.example`, `2001:db8:0:7::${at.toString(16)}`, judged), 120);
    expect(judged).toHaveLength(100);
  });

  it('what is right gives its place back: none is missing afterwards', async () => {
    const origin = { address: '203.0.113.7', requestId: null };
    for (const round of rounds(1)) {
      const account = `sommelier.${round}@kitchen.example`;
      await atOnce(() => guess(site.db, { account, origin }, async () => 'right'));
      const rows = await site.db
        .selectFrom('attempts')
        .select(sql<number>`cardinality(at)`.as('n'))
        .where('who', 'in', [account, origin.address])
        .execute();
      expect(rows).toEqual([{ n: 0 }, { n: 0 }]);
    }
  });

  it('ninety wrong passwords at once and the right one last: nobody is let in, and the refusal is told once', async () => {
    const person = await site.person();
    const answers = await atOnce((at) => signIn(person, at === 89 ? testPassword : `wrong number ${at}`), 90);
    expect(answers.filter(({ status }) => status === 200)).toEqual([]);
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(10);
    expect(await signIn(person)).toMatchObject({ status: 429 });
    expect(await audited(site.db, 'sign_in.failed', person.id)).toBe(10);
    expect(await audited(site.db, 'sign_in.refused', person.id)).toBe(1);
    await forgetAddress();
  });

  it('thirty right ones at once are all let in', async () => {
    const person = await site.person();
    expect(statuses(await atOnce(() => signIn(person), 30))).toEqual(Array.from({ length: 30 }, () => 200));
  });

  it('sixty wrong `current` at once and the right one last: the password stays', async () => {
    const person = await site.person();
    const answers = await atOnce(
      (at) =>
        person.client.post('/api/v1/password', {
          current: at === 59 ? testPassword : `wrong number ${at}`,
          new: 'a new long password',
        }),
      60,
    );
    expect(answers.filter(({ status }) => status === 204)).toEqual([]);
    expect(await audited(site.db, 'password.refused', person.id)).toBe(10);
    await forgetAddress();
  });
});

describe('an old password', () => {
  it('ten changes with one `current`: one is made', async () => {
    for (const _ of rounds(1)) {
      const person = await site.person();
      const change = (at: number) =>
        person.client.post('/api/v1/password', { current: testPassword, new: `a new long password ${at}` });
      expect(statuses(await atOnce(change, 6))).toEqual(oneOf(204, 400, 6));
      expect(await audited(site.db, 'password.changed', person.id)).toBe(1);
      await forgetAddress();
    }
  });

  /** What a change or reset in another process does, while `act` runs up to the account's row. */
  async function besideAReset(person: Person, act: () => Promise<Answer>): Promise<Answer> {
    const passwordHash = await hashPassword('set by somebody else');
    const { started } = await site.db.transaction().execute(async (tx) => {
      await setPassword(tx, person.id, passwordHash, { session: null, apiKeys: false });
      let isOver = false;
      const running = act().finally(() => (isOver = true));
      await expect.poll(async () => isOver || (await someoneWaits(tx)), { timeout: 10_000, interval: 5 }).toBe(true);
      return { started: running };
    });
    return started;
  }
  const holds = async (person: Person, table: 'sessions' | 'sign_in_steps' | 'api_keys') =>
    (await site.db.selectFrom(table).select('user_id').where('user_id', '=', person.id).execute()).length;

  it('a sign-in begun before a reset makes no session after it', async () => {
    for (const _ of rounds(1)) {
      const person = await site.person();
      expect(await besideAReset(person, () => signIn(person))).toMatchObject({ status: 401 });
      expect(await holds(person, 'sessions')).toBe(0);
    }
  });

  it('nor a step that only wants its code', async () => {
    const person = await site.person();
    await site.db
      .insertInto('second_factors')
      .values({ user_id: person.id, secret: Buffer.from('sealed'), confirmed_at: new Date().toISOString() })
      .execute();
    expect(await besideAReset(person, () => signIn(person))).toMatchObject({ body: { code: 'wrong_credentials' } });
    expect(await holds(person, 'sign_in_steps')).toBe(0);
  });

  it('a change begun before a reset does not undo it', async () => {
    for (const _ of rounds(1)) {
      const person = await site.person();
      const change = { current: testPassword, new: 'a new long password' };
      const answer = await besideAReset(person, () => person.client.post('/api/v1/password', change));
      expect([400, 401]).toContain(answer.status);
      expect(await signIn(person, 'set by somebody else')).toMatchObject({ status: 200 });
      await forgetAddress();
    }
  });

  it('a key asked for by a session that the reset ends is not made', async () => {
    const person = await site.person();
    const answer = await besideAReset(person, () => person.client.post('/api/v1/api-keys', { name: 'till' }));
    expect(answer).toMatchObject({ status: 401, body: { code: 'not_signed_in' } });
    expect(await holds(person, 'api_keys')).toBe(0);
  });

  it('a second factor begun with the old password is not set up', async () => {
    const person = await site.person();
    const begin = () => person.client.post('/api/v1/second-factor', { password: testPassword });
    expect((await besideAReset(person, begin)).status).toBeGreaterThanOrEqual(400);
    const begun = await site.db
      .selectFrom('second_factors')
      .select('user_id')
      .where('user_id', '=', person.id)
      .execute();
    expect(begun).toEqual([]);
  });

  it('a link being used when the password changes opens nothing', async () => {
    const person = await site.person();
    const token = newToken();
    await site.db
      .insertInto('password_resets')
      .values({ user_id: person.id, token_hash: token.hash, expires_at: '2099-01-01T00:00:00Z' })
      .execute();
    const use = () =>
      site.anonymous.post(`/api/v1/password-resets/${token.text}`, { password: 'chosen by an old link' });
    expect(await besideAReset(person, use)).toMatchObject({ status: 403, body: { code: 'link_refused' } });
    expect(await signIn(person, 'set by somebody else')).toMatchObject({ status: 200 });
  });
});

describe('recovery codes', () => {
  it('renewed by four codes at once: ten are left, and of one code at once one is taken', async () => {
    for (const _ of rounds(1)) {
      const person = await site.person();
      await site.db
        .insertInto('second_factors')
        .values({ user_id: person.id, secret: Buffer.from('sealed'), confirmed_at: new Date().toISOString() })
        .execute();
      const codes = await site.db.transaction().execute((tx) => writeRecoveryCodes(tx, testKeys, person.id));
      const renew = (code: string): Promise<boolean> =>
        site.db.transaction().execute(async (tx) => {
          if (!(await takeCode(tx, testKeys, person.id, code))) return false;
          await writeRecoveryCodes(tx, testKeys, person.id);
          return true;
        });
      const taken = await atOnce((at) => renew(codes[at % 4] ?? ''), 8);
      expect(taken.filter(Boolean)).toHaveLength(1);
      expect(await recoveryCodesLeft(site.db, person.id)).toBe(10);
    }
  });

  it('of two renewed by codes of their own, the second waits for the first, and its code is then none', async () => {
    const person = await site.person();
    await site.db
      .insertInto('second_factors')
      .values({ user_id: person.id, secret: Buffer.from('sealed'), confirmed_at: new Date().toISOString() })
      .execute();
    const [one = '', two = ''] = await site.db
      .transaction()
      .execute((tx) => writeRecoveryCodes(tx, testKeys, person.id));
    const taken: string[] = [];
    const { second } = await site.db.transaction().execute(async (tx) => {
      expect(await takeCode(tx, testKeys, person.id, one)).toBe('recovery_code');
      const beside = site.db.transaction().execute(async (other) => {
        const method = await takeCode(other, testKeys, person.id, two);
        if (method) taken.push(method);
        return method;
      });
      await expect.poll(async () => taken.length > 0 || (await someoneWaits(tx)), { interval: 5 }).toBe(true);
      await writeRecoveryCodes(tx, testKeys, person.id);
      return { second: beside };
    });
    expect(await second).toBeNull();
    expect(await recoveryCodesLeft(site.db, person.id)).toBe(10);
  });

  it('renewed, and switched off, over HTTP at once: the code is worth one of them', async () => {
    for (const _ of rounds(1)) {
      const person = await site.person();
      await site.db
        .insertInto('second_factors')
        .values({ user_id: person.id, secret: Buffer.from('sealed'), confirmed_at: new Date().toISOString() })
        .execute();
      const [code = ''] = await site.db.transaction().execute((tx) => writeRecoveryCodes(tx, testKeys, person.id));
      const paths = ['recovery-codes', 'disable'];
      const answers = await atOnce(
        (at) => person.client.post(`/api/v1/second-factor/${paths[at % 2]}`, { password: testPassword, code }),
        6,
      );
      expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
      expect([0, 10]).toContain(await recoveryCodesLeft(site.db, person.id));
      await forgetAddress();
    }
  });
});

it('of ten sign-outs at once one is told', async () => {
  const person = await site.person();
  const answer = await signIn(person);
  const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
  const browser = clientWith(site.app, { cookie, origin: testSite });
  await atOnce(() => browser.post('/api/v1/sign-out'));
  const told = await site.db
    .selectFrom('audit_events')
    .select('id')
    .where('user_id', '=', person.id)
    .where('action', '=', 'sign_out')
    .execute();
  expect(told).toHaveLength(1);
});
