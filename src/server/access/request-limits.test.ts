/** What one person may ask, and how often an address may guess, by the clock and over HTTP. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProductError } from '#contract/errors.ts';
import { type TestInstallation, startInstallation } from '#test/installation.ts';
import { createServer } from '#server/http/server.ts';
import { silentLog } from '#test/silent-log.ts';
import { installGuard } from './guard.ts';
import { KeyGuesses, RequestRate } from './request-limits.ts';

const refused = (work: () => void): ProductError | null => {
  try {
    work();
    return null;
  } catch (error) {
    return error as ProductError;
  }
};

describe('the rate of one person', () => {
  test('is never met at a hundred requests a second, for as long as they like', () => {
    const rate = new RequestRate(100);
    for (let n = 0; n < 60_000; n += 1) rate.take('7', n * 10);
  });

  test('allows a burst, then refuses with the seconds to wait, and allows again', () => {
    const rate = new RequestRate(100);
    for (let n = 0; n < 500; n += 1) rate.take('7', 0);
    expect(refused(() => rate.take('7', 0))).toMatchObject({ code: 'too_many_requests', retryAfterSeconds: 1 });
    expect(refused(() => rate.take('8', 0))).toBeNull();
    for (let n = 0; n < 100; n += 1) rate.take('7', 1000);
    expect(refused(() => rate.take('7', 1000))).not.toBeNull();
  });

  test('forgets people who have gone', () => {
    const rate = new RequestRate(100);
    for (let n = 0; n < 50_000; n += 1) rate.take(String(n), n);
    for (let n = 0; n < 500; n += 1) rate.take('0', 50_000);
    expect(refused(() => rate.take('0', 50_000))).not.toBeNull();
  });
});

describe('guessing API keys', () => {
  const guessed = (): KeyGuesses => {
    const guesses = new KeyGuesses();
    guesses.wasRight('known', 0);
    for (let n = 0; n < 100; n += 1) guesses.wasWrong('192.0.2.1', `guess ${n}`, 0);
    return guesses;
  };

  test('ends after a hundred wrong ones in a minute, for that address and that minute', () => {
    const guesses = guessed();
    const error = refused(() => guesses.refuseWhenTooMany('192.0.2.1', 'one more', 20_000));
    expect(error).toMatchObject({ code: 'too_many_requests', retryAfterSeconds: 40 });
    expect(refused(() => guesses.refuseWhenTooMany('192.0.2.2', 'one more', 20_000))).toBeNull();
    expect(refused(() => guesses.refuseWhenTooMany('192.0.2.1', 'one more', 60_000))).toBeNull();
  });

  test('does not shut out a key of the same address that has proved right, until it no longer does', () => {
    const guesses = guessed();
    expect(refused(() => guesses.refuseWhenTooMany('192.0.2.1', 'known', 1))).toBeNull();
    guesses.wasWrong('192.0.2.1', 'known', 2);
    expect(refused(() => guesses.refuseWhenTooMany('192.0.2.1', 'known', 3))).not.toBeNull();
  });
});

describe('over HTTP', () => {
  let site: TestInstallation;
  beforeAll(async () => {
    site = await startInstallation({ work: false });
  });
  afterAll(() => site.close());

  const me = (key: string): Promise<Response> =>
    fetch(`${site.installation.address}/api/v1/me`, { headers: { authorization: `Bearer ${key}` } });

  test('a flood is answered 429 with Retry-After, as a problem; what came before it was answered', async () => {
    // five a second, so that a machine under load still has more asked of it than that
    const app = createServer({ log: silentLog, publicUrl: undefined });
    installGuard(app, { db: site.installation.pool.db, sessionCookie: 'session', requestsPerSecond: 5 });
    app.get('/one', { config: { access: 'signed-in' } }, () => ({}));
    const ask = () => app.inject({ url: '/one', headers: { authorization: `Bearer ${site.key}` } });
    const answers = await Promise.all(Array.from({ length: 200 }, ask));
    await app.close();
    const refusedOnes = answers.filter(({ statusCode }) => statusCode === 429);
    expect(answers.filter(({ statusCode }) => statusCode === 200).length).toBeGreaterThanOrEqual(25);
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200, 429]));
    expect(Number(refusedOnes[0]?.headers['retry-after'])).toBeGreaterThan(0);
    expect(refusedOnes[0]?.json()).toMatchObject({ code: 'too_many_requests' });
  });

  test('wrong keys are refused as such a hundred times, then 429, and a key that works goes on working', async () => {
    await expect.poll(async () => (await me(site.key)).status).toBe(200);
    const statuses: number[] = [];
    for (let n = 0; n < 101; n += 1) statuses.push((await me(`msk_guess_${n}`)).status);
    expect(statuses.slice(0, 100)).toEqual(Array.from({ length: 100 }, () => 401));
    expect(statuses[100]).toBe(429);
    expect((await me(site.key)).status).toBe(200);
  });
});
