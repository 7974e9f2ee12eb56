/** Whatever can be made under an Idempotency-Key, ten at once: made once, and its secret shown once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '#contract/errors.ts';
import { locationRoutes } from '#server/organization/location-routes.ts';
import { organizationRoutes } from '#server/organization/routes.ts';
import { type Answer, type Person, sessionCookie, startTestApp, type TestApp, type TestCompany } from '#test/http.ts';
import { atOnce, audited, crowd, oneOf, rounds, statuses } from './at-once.ts';

interface Made {
  readonly id: string;
  readonly key?: string;
  readonly link?: string | null;
  readonly name?: string;
}

let site: TestApp;
let company: TestCompany;
let owner: Person;
let count = 0;
const next = (): number => (count += 1);

beforeAll(async () => {
  site = await startTestApp((app, { db }) => {
    locationRoutes(app, { db });
    organizationRoutes(app, {
      db,
      sessionCookie,
      secure: false,
      publicUrl: undefined,
      mailer: null,
      site: () => 'http://mathership.test',
    });
  });
  company = await site.company();
  owner = await site.member(company, 'owner');
});
afterAll(() => site.close());

const ask = (address: string, body: unknown, key?: string): Promise<Answer<Made & Partial<Problem>>> =>
  owner.client.ask('POST', `/api/v1${address}`, {
    body,
    ...(key !== undefined && { headers: { 'idempotency-key': key } }),
  });

interface Verb {
  readonly address: () => string;
  /** Another question each time it is called. */
  readonly body: () => object | Promise<object>;
  readonly action: string;
  readonly remove?: (made: Made) => Promise<{ status: number }>;
}

const verbs: Record<string, Verb> = {
  'an API key': {
    address: () => '/api-keys',
    body: () => ({ name: `Ledger ${next()}` }),
    action: 'api_key.created',
    remove: ({ id }) => owner.client.delete(`/api/v1/api-keys/${id}`),
  },
  'an organization': {
    address: () => '/organizations',
    body: () => ({ name: `寿司グループ ${next()}` }),
    action: 'organization.created',
  },
  'a company': {
    address: () => `/organizations/${company.organizationId}/companies`,
    body: () => ({ name: `Osteria ${next()}`, time_zone: 'Asia/Kolkata', currency: 'INR', locale: 'en-IN' }),
    action: 'company.created',
  },
  'a delivery location': {
    address: () => `/companies/${company.id}/delivery-locations`,
    body: () => ({ name: `Bar ${next()}` }),
    action: 'delivery_location.created',
    remove: ({ id }) => owner.client.delete(`/api/v1/companies/${company.id}/delivery-locations/${id}`),
  },
  'an invitation': {
    address: () => `/organizations/${company.organizationId}/invitations`,
    body: () => ({ email: `guest.${next()}@kitchen.example` }),
    action: 'invitation.created',
    remove: ({ id }) => owner.client.delete(`/api/v1/organizations/${company.organizationId}/invitations/${id}`),
  },
  'a member': {
    address: () => `/organizations/${company.organizationId}/members`,
    async body() {
      const elsewhere = await site.organization();
      const known = await site.person();
      await site.joinOrganization(elsewhere, owner, 'owner');
      await site.joinOrganization(elsewhere, known, 'member');
      return { email: known.email };
    },
    // who stands as invited until they accept
    action: 'invitation.created',
    remove: ({ id }) => owner.client.delete(`/api/v1/organizations/${company.organizationId}/invitations/${id}`),
  },
};

describe.each(Object.entries(verbs))('%s', (_what, { address, body, action, remove }) => {
  it('under one key is made once, written down once, and its secret is shown once', async () => {
    for (const _ of rounds(2)) {
      const [question, key] = [await body(), `key-${next()}`];
      const answers = await atOnce(() => ask(address(), question, key));
      expect(statuses(answers)).toEqual(oneOf(201, 200));
      const ids = new Set(answers.map(({ body: made }) => made.id));
      expect(ids.size).toBe(1);
      expect(await audited(site.db, action, [...ids][0] ?? '')).toBe(1);
      const secrets = answers
        .map(({ body: made }) => made.key ?? made.link ?? null)
        .filter((secret) => secret !== null);
      expect(secrets.length).toBeLessThanOrEqual(1);
      const { rows } = await site.pool.pool.query<{ row: string }>(
        'SELECT idempotency_keys::text AS row FROM idempotency_keys',
      );
      for (const secret of secrets)
        expect(rows.some(({ row }) => row.includes(secret.split('#').at(-1) ?? ''))).toBe(false);
    }
  });

  it('refuses another question under the key, and then says what has been removed', async () => {
    const [question, key] = [await body(), `key-${next()}`];
    const first = await ask(address(), question, key);
    expect(first.status).toBe(201);
    if (remove) expect((await remove(first.body)).status).toBe(204);
    const other = await ask(address(), await body(), key);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
    const again = await ask(address(), question, key);
    expect([again.status, again.body.code]).toEqual(remove ? [410, 'idempotency_result_deleted'] : [200, undefined]);
  });
});

describe('a key', () => {
  it('that made nothing is free for another try', async () => {
    const key = `key-${next()}`;
    const taken = { name: `Trattoria ${next()}`, time_zone: 'Europe/Rome', currency: 'EUR', locale: 'it-IT' };
    const address = `/organizations/${company.organizationId}/companies`;
    await ask(address, taken);
    expect(statuses(await atOnce(() => ask(address, taken, key)))).toEqual(Array.from({ length: crowd }, () => 409));
    expect((await ask(address, { ...taken, name: `Trattoria ${next()}` }, key)).status).toBe(201);
  });

  it('is judged after who asks and what they may, and must look like one', async () => {
    const stranger = await site.person();
    const address = `/api/v1/organizations/${company.organizationId}/companies`;
    const headers = { 'idempotency-key': 'no key at all' };
    expect((await stranger.client.ask('POST', address, { body: {}, headers })).status).toBe(403);
    const bad = await owner.client.ask<Problem>('POST', '/api/v1/api-keys', { body: { name: 'x' }, headers });
    expect([bad.status, bad.body.errors?.[0]?.field]).toEqual([400, 'Idempotency-Key']);
  });

  it('lasts for a day', async () => {
    const [question, key] = [{ name: `Ledger ${next()}` }, `key-${next()}`];
    await ask('/api-keys', question, key);
    await site.pool.pool.query(
      `UPDATE idempotency_keys SET created_at = created_at - interval '25 hours' WHERE key = $1`,
      [key],
    );
    const answers = await atOnce(() => ask('/api-keys', { name: `Ledger ${next()}` }, key));
    expect(statuses(answers).filter((status) => status === 201)).toHaveLength(1);
  });
});

describe('lists', () => {
  it('count what they show, while what they list comes and goes', async () => {
    const address = `/companies/${company.id}/delivery-locations`;
    const change = async (): Promise<void> => {
      const made = await ask(address, { name: `Pop-up ${next()}` });
      await owner.client.delete(`/api/v1${address}/${made.body.id}`);
    };
    const lists = [address, '/api-keys', `/organizations/${company.organizationId}/companies`, '/audit-events'];
    const over = new AbortController();
    const changing = atOnce(async () => {
      while (!over.signal.aborted) await change();
    }, 3);
    for (const _ of rounds(10)) {
      for (const list of lists) {
        const { body } = await owner.client.get<{ results: unknown[]; total: number }>(`/api/v1${list}?page_size=200`);
        expect({ list, shown: Math.min(body.total, 200) }).toEqual({ list, shown: body.results.length });
      }
    }
    over.abort();
    await changing;
  });
});
