/**
 * Every route against inputs nobody thought of, seeded so that a failure can be had again: never a 500, and every refusal
 * a problem document that names what was wrong.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Problem } from '#contract/errors.ts';
import { addDays, isDay, startOfDay } from '#contract/calendar.ts';
import { newToken } from '#server/access/tokens.ts';
import { type DeclaredRoute, declaredRoutes } from '#server/http/declared-routes.ts';
import { type TestInstallation, startInstallation } from '#test/installation.ts';

const seed = 20_261_123;
const runsPerRoute = 30;
/** They would end the credential that asks, or never end by themselves. */
const left =
  /^(DELETE \/api\/v1\/(api-keys|sessions)\/:id|POST \/api\/v1\/sign-out|GET \/api\/v1\/export-jobs\/events)$/;

let site: TestInstallation;
let headers: Record<string, string>;
let routes: readonly DeclaredRoute[];
beforeAll(async () => {
  site = await startInstallation({
    work: false,
    receiptLines: 10,
    environment: { REQUESTS_PER_SECOND_MAX: '1000000', DOWNLOAD_MODE: 'stream' },
  });
  const { db } = site.installation.pool;
  const company = await db.selectFrom('companies').select('organization_id').executeTakeFirstOrThrow();
  const owner = await db
    .insertInto('users')
    .values({ name: 'Owner', email: 'owner@fuzz.example' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('organization_members')
    .values({ organization_id: company.organization_id, user_id: owner.id, role: 'owner' })
    .execute();
  const key = newToken('msk_');
  await db
    .insertInto('api_keys')
    .values({ user_id: owner.id, name: 'Fuzz', prefix: 'msk_', key_hash: key.hash })
    .execute();
  headers = { authorization: `Bearer ${key.text}` };
  routes = declaredRoutes(site.installation.app ?? {}).filter(
    ({ method, url }) => method !== 'HEAD' && url.startsWith('/api/v1/') && !left.test(`${method} ${url}`),
  );
});
afterAll(() => site.close());

/** Names that routes know, so that deeper code is met than the refusal of unknown fields. */
const names = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.constantFrom(
      ...['company_id', 'organization_id', 'page', 'page_size', 'ordering', 'status'],
      ...[
        'report_type',
        'file_format',
        'date_from',
        'date_to',
        'created_at_from',
        'created_at_to',
        'filters',
        'options',
      ],
      ...[
        'delivery_location_ids',
        'vendor_ids',
        'item_ids',
        'search',
        'q',
        'from',
        'to',
        'action',
        'user_id',
        'name',
        'email',
      ],
      ...[
        'password',
        'role',
        'granted',
        'denied',
        'company_roles',
        'time_zone',
        'currency',
        'locale',
        'archived',
        'expires_at',
      ],
      ...['redirect', 'dry_run', 'filename', 'code', 'token', 'current', 'new', 'csv_dialect'],
      ...['compare_to', 'columns', 'saved_report_id', 'period', 'is_shared', 'date_basis', 'as_of', 'as_of_version'],
      ...['month', 'months', 'reason', 'closed_until', 'policy', 'key', 'text', 'ids'],
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
);
const odd = fc.constantFrom(
  '',
  '0',
  '1',
  '-1',
  '1.5',
  '1e309',
  'NaN',
  'null',
  'true',
  '9'.repeat(30),
  '2026-10-01',
  '2026-10-31',
  '2026-02-30',
  '0000-01-01',
  '9999-12-31',
  '1900-01-01',
  '3800-12-31',
  'previous_period',
  'original',
  '2026-10',
  '1900-01',
  '2200-12',
  '9999-13',
  'posting',
  'previous_year',
  '-000001-01-01',
  '275760-09-13',
  '2026-10-31T23:59:59.999999999Z',
  '2026-10-31T00:00:00+99:99',
  '2026-10-25T02:30:00',
  'csv',
  'pdf',
  'delivery_location',
  '-total_price',
  'a,b,,a',
  ','.repeat(2000),
  '\0',
  'a\0b',
  '\ud800',
  "' OR 1=1 --",
  '%00',
  '${7*7}',
  '../../etc/passwd',
  '<script>',
  'owner',
  'manager',
  'Europe/Berlin',
  'Mars/Olympus',
  'EUR',
  'XXX',
  'x'.repeat(5000),
  '__proto__',
  'constructor',
);
const text = fc.oneof(
  { weight: 4, arbitrary: odd },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);
const scalar = fc.oneof(text, fc.integer(), fc.double(), fc.boolean(), fc.constant(null));
const value = fc.oneof(
  { weight: 5, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(scalar, { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.dictionary(names, scalar, { maxKeys: 4 }) },
);
const body = fc.oneof(
  { weight: 6, arbitrary: fc.dictionary(names, value, { maxKeys: 7 }) },
  { weight: 1, arbitrary: fc.jsonValue() },
);
const question = fc.record({
  params: fc.array(text, { minLength: 3, maxLength: 3 }),
  ownIds: fc.boolean(),
  query: fc.array(fc.tuple(names, text), { maxLength: 5 }),
  body,
});

async function judged(
  route: DeclaredRoute,
  asked: typeof question extends fc.Arbitrary<infer T> ? T : never,
): Promise<void> {
  let next = 0;
  const own = asked.ownIds ? [site.companyId] : [];
  const path = route.url.replaceAll(/:\w+/g, () =>
    encodeURIComponent((own[next] ?? asked.params[next++] ?? '').toWellFormed() || '0'),
  );
  const given = asked.query.map(([name, one]): [string, string] => [name.toWellFormed(), one.toWellFormed()]);
  const query = new URLSearchParams(asked.ownIds ? [['company_id', site.companyId], ...given] : given);
  const sent =
    asked.ownIds && typeof asked.body === 'object' && asked.body !== null && !Array.isArray(asked.body)
      ? { ...asked.body, company_id: site.companyId }
      : asked.body;
  const takesBody = route.method !== 'GET';
  const answer = await site.installation.app?.inject({
    method: route.method as 'GET',
    url: `${path}?${query}`,
    headers: { ...headers, ...(takesBody && { 'content-type': 'application/json' }) },
    ...(takesBody && { payload: JSON.stringify(sent) }),
  });
  const status = answer?.statusCode ?? 0;
  expect({ status, failed: status >= 500 && answer?.body }).toMatchObject({ failed: false });
  if (status < 400) return;
  expect(answer?.headers['content-type']).toContain('application/problem+json');
  const problem = answer?.json() as Problem;
  expect(problem).toMatchObject({ status, code: expect.any(String), request_id: expect.any(String) });
  expect(problem.detail).not.toMatch(/\bat .*\.ts:|node_modules|select .* from/i);
  if (['unknown_field', 'invalid_date_range'].includes(problem.code)) expect(problem.errors?.length).toBeGreaterThan(0);
  for (const { field, message } of problem.errors ?? [])
    expect([typeof field, message.length > 0]).toEqual(['string', true]);
  if (problem.code === 'invalid_input')
    expect(problem).toMatchObject({
      errors: expect.arrayContaining([{ field: expect.stringMatching(/./), message: expect.any(String) }]),
    });
}

test('no input makes any route fail, and every refusal says what was wrong', { timeout: 120_000 }, async () => {
  expect(routes.length).toBeGreaterThan(50);
  const failures: string[] = [];
  for (const route of routes) {
    await fc
      .assert(
        fc.asyncProperty(question, (asked) => judged(route, asked)),
        { seed, numRuns: runsPerRoute, endOnFailure: true },
      )
      .catch((error: Error) => failures.push(`${route.method} ${route.url}: ${error.message.slice(0, 1500)}`));
  }
  expect(failures).toEqual([]);
});

test('text that no database keeps is refused by the name of its field, in requests that are right but for it', async () => {
  const dates = { company_id: site.companyId, date_from: '2026-10-01', date_to: '2026-10-31' };
  const job = { ...dates, file_format: 'csv' };
  const query = `/api/v1/reports/inventory?${new URLSearchParams(dates)}`;
  const requests: [method: 'GET' | 'POST', path: string, field: string, body?: (text: string) => object][] = [
    [
      'POST',
      '/api/v1/export-jobs',
      'filters.ingredient',
      (ingredient) => ({ ...job, report_type: 'inventory', filters: { ingredient } }),
    ],
    [
      'POST',
      '/api/v1/export-jobs',
      'filters.categories',
      (text) => ({ ...job, report_type: 'inventory', filters: { categories: ['a', text] } }),
    ],
    ['POST', `/api/v1/companies/${site.companyId}/delivery-locations`, 'name', (name) => ({ name, code: 'Z' })],
    ['POST', '/api/v1/organizations', 'name', (name) => ({ name })],
    ['POST', '/api/v1/api-keys', 'name', (name) => ({ name })],
    ['POST', '/api/v1/sign-in', 'email', (text) => ({ email: `${text}a@b.example`, password: 'x' })],
    ['POST', '/api/v1/sign-in', 'password', (password) => ({ email: 'a@b.example', password })],
    ['GET', `${query}&ingredient=a%00`, 'ingredient'],
    ['GET', `${query}&categories=a,%00`, 'categories'],
  ];
  for (const [method, url, field, body] of requests)
    for (const text of ['a\0b', '\ud800', 'x\udc00']) {
      const payload = body && { payload: JSON.stringify(body(text)) };
      const answer = await site.installation.app?.inject({
        method,
        url,
        headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
        ...payload,
      });
      expect({ url, text, status: answer?.statusCode, body: answer?.json() as Problem }).toMatchObject({
        status: 400,
        body: { code: 'invalid_input', errors: [{ field }] },
      });
    }
});

test('what a schema finds is said in plain words', async () => {
  const asked = {
    company_id: site.companyId,
    date_from: 5,
    date_to: '2026-10-31',
    file_format: 'doc',
    options: { csv_dialect: 'x' },
  };
  const answer = await site.installation.app?.inject({
    method: 'POST',
    url: '/api/v1/export-jobs',
    headers,
    payload: asked,
  });
  const problem = answer?.json() as Problem;
  expect(problem.errors).toEqual(
    expect.arrayContaining([
      { field: 'options.csv_dialect', message: 'must be one of systems, spreadsheets' },
      { field: 'file_format', message: expect.stringContaining('must be one of csv') },
    ]),
  );
  for (const { message } of problem.errors ?? []) expect(message).not.toMatch(/^(Invalid|Too )|expected|received/);
});

test('bounds of the lists: any day or instant is answered or refused by name', async () => {
  const bound = fc.oneof(
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc
      .date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') })
      .map((date) => date.toISOString().slice(0, 10)),
    text,
  );
  await fc.assert(
    fc.asyncProperty(
      bound,
      bound,
      fc.constantFrom('export-jobs?created_at_', 'audit-events?'),
      async (from, to, path) => {
        const prefix = path.endsWith('_') ? 'created_at_' : '';
        const query = new URLSearchParams({
          company_id: site.companyId,
          [`${prefix}from`]: from.toWellFormed(),
          [`${prefix}to`]: to.toWellFormed(),
        });
        const answer = await site.installation.app?.inject({ url: `/api/v1/${path.split('?')[0]}?${query}`, headers });
        expect([200, 400]).toContain(answer?.statusCode);
        if (answer?.statusCode === 400)
          expect((answer.json() as Problem).errors?.[0]?.field).toMatch(/^(created_at_)?(from|to)$/);
      },
    ),
    { seed, numRuns: 150 },
  );
});

describe('days', () => {
  const zone = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'Asia/Kathmandu',
    'America/St_Johns',
    'Pacific/Apia',
    'Africa/Cairo',
    'Australia/Lord_Howe',
  );
  const day = fc
    .date({ noInvalidDate: true, min: new Date('1990-01-01'), max: new Date('2060-12-31') })
    .map((date) => date.toISOString().slice(0, 10));

  test('begin one after the other in every zone, 23 to 25 hours apart, or two at once where a zone skipped one', () => {
    fc.assert(
      fc.property(day, zone, fc.integer({ min: -400, max: 400 }), (one, where, n) => {
        expect(addDays(addDays(one, n), -n)).toBe(one);
        const hours = (startOfDay(addDays(one, 1), where).getTime() - startOfDay(one, where).getTime()) / 3_600_000;
        expect(hours).toBeGreaterThanOrEqual(0);
        expect(hours).toBeLessThanOrEqual(25);
      }),
      { seed, numRuns: 1000 },
    );
  });

  test('are only what the calendar has', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{4}-\d{2}-\d{2}$/)), (one) => {
        if (isDay(one)) expect(new Date(`${one}T00:00:00Z`).toISOString().slice(0, 10)).toBe(one);
      }),
      { seed, numRuns: 1000 },
    );
  });
});

test('any id of an event is taken: the stream opens, and never fails', async () => {
  const ids = fc.oneof(
    text,
    fc
      .tuple(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.bigInt({ min: 0n, max: 10n ** 12n }))
      .map(([a, b]) => `${a}-${b}`),
  );
  await fc.assert(
    fc.asyncProperty(ids, async (id) => {
      const leave = new AbortController();
      const query = new URLSearchParams({ company_id: site.companyId, last_event_id: id.toWellFormed().slice(0, 100) });
      const answer = await fetch(`${site.installation.address}/api/v1/export-jobs/events?${query}`, {
        headers,
        signal: leave.signal,
      });
      // text that no database keeps is refused as everywhere
      expect(answer.status).toBe(id.includes('\0') ? 400 : 200);
      leave.abort();
    }),
    { seed, numRuns: 60 },
  );
});
