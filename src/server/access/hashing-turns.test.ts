import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ProductError } from '#contract/errors.ts';
import type { TestApp } from '#test/http.ts';
import { testPassword } from '#test/http.ts';
import { startOrganizationApp } from '#test/organization.ts';
import { hashingTurns, Turns } from './hashing-turns.ts';
import { newToken } from './tokens.ts';

const gate = (): { readonly opened: Promise<void>; open: () => void } => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
};

describe('turns', () => {
  test('never more at once than may be, first come first served, and all have had theirs', async () => {
    const turns = new Turns({ atOnce: 2, waitingMax: 100, waitingOfOneMax: 100 });
    let running = 0;
    let most = 0;
    const order: number[] = [];
    const work = (n: number) => async (): Promise<void> => {
      order.push(n);
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      if (n % 7 === 0) throw new Error('a turn that fails is handed on as well');
    };
    const ended = await Promise.allSettled(Array.from({ length: 60 }, (_, n) => turns.take('one', work(n))));
    expect(most).toBe(2);
    expect(order).toEqual(Array.from({ length: 60 }, (_, n) => n));
    expect(ended.filter(({ status }) => status === 'rejected')).toHaveLength(9);
    await turns.take('one', async () => {});
  });

  test('one address fills its part alone, and the rest is for others, until all is full', async () => {
    const turns = new Turns({ atOnce: 1, waitingMax: 5, waitingOfOneMax: 3 });
    const { opened, open } = gate();
    const taken = [turns.take('a', () => opened), ...[1, 2, 3].map(() => turns.take('a', () => opened))];
    await expect(turns.take('a', () => opened)).rejects.toMatchObject({ code: 'too_many_requests' });
    taken.push(
      turns.take('b', () => opened),
      turns.take('c', () => opened),
    );
    await expect(turns.take('d', () => opened)).rejects.toBeInstanceOf(ProductError);
    open();
    await Promise.all(taken);
    await turns.take('a', async () => {});
  });
});

describe('every door behind which a password is hashed', () => {
  let site: TestApp;
  beforeAll(async () => {
    site = await startOrganizationApp();
  });
  afterAll(() => site.close());

  test('says 429 with Retry-After when its turns are taken, and goes on afterwards', async () => {
    const setUp = {
      name: 'Ngozi Okoye',
      email: 'ngozi@kitchen.example',
      password: 'a good long password',
      organization: 'Okoye',
      company: { name: 'Okoye Lagos', time_zone: 'Africa/Lagos', currency: 'NGN', locale: 'en-NG' },
    };
    const flood = async (ask: () => Promise<{ status: number; headers: object }>): Promise<void> => {
      const { opened, open } = gate();
      const refusals: unknown[] = [];
      const all = Array.from({ length: 400 }, (_, n) =>
        hashingTurns.take(`filler ${n % 40}`, () => opened).catch((error: unknown) => refusals.push(error)),
      );
      const answer = await ask();
      open();
      await Promise.all(all);
      expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
      expect(refusals.length).toBeGreaterThan(300);
    };
    await flood(() => site.anonymous.post('/api/v1/first-run', setUp));
    expect((await site.anonymous.post('/api/v1/first-run', setUp)).status).toBe(201);

    const company = await site.company();
    const [owner, buyer] = [await site.member(company, 'owner'), await site.member(company, 'buyer')];
    const credentials = { email: buyer.email, password: testPassword };
    await flood(() => site.anonymous.post('/api/v1/sign-in', credentials));
    await flood(() => site.anonymous.post('/api/v1/sign-in', { ...credentials, email: 'nobody@kitchen.example' }));
    expect((await site.anonymous.post('/api/v1/sign-in', credentials)).status).toBe(200);

    const change = { current: testPassword, new: 'another long one' };
    await flood(() => buyer.client.post('/api/v1/password', change));
    await flood(() => buyer.client.post('/api/v1/second-factor', { password: testPassword }));

    const token = newToken();
    await site.db
      .insertInto('password_resets')
      .values({ user_id: buyer.id, token_hash: token.hash, expires_at: '2099-01-01T00:00:00Z' })
      .execute();
    const choose = () => site.anonymous.post(`/api/v1/password-resets/${token.text}`, { password: 'another long one' });
    await flood(choose);
    expect((await choose()).status).toBe(204);

    const invited = await owner.client.post<{ link: string }>(
      `/api/v1/organizations/${company.organizationId}/invitations`,
      { email: 'chipo@kitchen.example' },
    );
    const accept = () =>
      site.anonymous.post(`/api/v1/invitations/${invited.body.link.split('#')[1]}/accept`, {
        name: 'Chipo',
        password: 'a good long password',
      });
    await flood(accept);
    expect((await accept()).status).toBe(200);
  });
});
