/**
 * Every route of the whole product over real HTTP, for every role, by session and by API key, generated from what the
 * routes declare: events, files and reports included. And every door at once when access is lost.
 */
import type { FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CompanyRole, companyRoles, effectiveCapabilities, type OrganizationRole } from '#contract/access.ts';
import type { Problem } from '#contract/errors.ts';
import type { ExportJob } from '#contract/export-jobs.ts';
import { startSession } from '#server/access/authenticate.ts';
import { newToken } from '#server/access/tokens.ts';
import type { Database } from '#server/database/database.ts';
import { type DeclaredRoute, declaredRoutes } from '#server/http/declared-routes.ts';
import type { RouteAccess } from '#server/http/app-type.ts';
import { type TestInstallation, startInstallation } from '#test/installation.ts';

const roles = ['owner', 'admin', 'member', ...companyRoles, 'stranger'] as const;
type Role = (typeof roles)[number];
type Via = 'session' | 'api key';
interface Walker {
  readonly id: string;
  readonly headers: Readonly<Record<Via, Record<string, string>>>;
}

let site: TestInstallation;
let db: Database;
let address: string;
let organizationId: string;
let finished: ExportJob;
const walkers = new Map<Role, Walker>();

async function join(id: string, role: Role, companyId: string, group: string): Promise<void> {
  const inGroup: OrganizationRole = role === 'owner' || role === 'admin' ? role : 'member';
  await db.insertInto('organization_members').values({ organization_id: group, user_id: id, role: inGroup }).execute();
  if (!(companyRoles as readonly string[]).includes(role)) return;
  const values = { company_id: companyId, user_id: id, role: role as CompanyRole, granted: [], denied: [] };
  await db.insertInto('company_members').values(values).execute();
}

async function walker(role: Role, companyId: string, group: string): Promise<Walker> {
  const { id } = await db
    .insertInto('users')
    .values({ name: role, email: `${role}.${newToken().text.toLowerCase()}@walk.example` })
    .returning('id')
    .executeTakeFirstOrThrow();
  await join(id, role, companyId, group);
  const session = await startSession(db, id, { address: null, userAgent: null });
  const key = newToken('msk_');
  await db
    .insertInto('api_keys')
    .values({ user_id: id, name: 'Walk', prefix: key.text.slice(0, 10), key_hash: key.hash })
    .execute();
  const headers = {
    session: { cookie: `mathership_session=${session.token}`, origin: address },
    'api key': { authorization: `Bearer ${key.text}` },
  };
  return { id, headers };
}

beforeAll(async () => {
  // all walks come from one person at a time, faster than anybody clicks
  const environment = { DOWNLOAD_MODE: 'stream', REQUESTS_PER_SECOND_MAX: '100000' };
  site = await startInstallation({ receiptLines: 20, environment });
  ({ db } = site.installation.pool);
  address = site.installation.address ?? '';
  const company = await db
    .selectFrom('companies')
    .selectAll()
    .where('id', '=', site.companyId)
    .executeTakeFirstOrThrow();
  organizationId = company.organization_id;
  finished = await site.finished((await site.create()).id);
  const elsewhere = await db
    .insertInto('organizations')
    .values({ name: 'Elsewhere' })
    .returning('id')
    .executeTakeFirstOrThrow();
  for (const role of roles) {
    const group = role === 'stranger' ? elsewhere.id : organizationId;
    walkers.set(role, await walker(role === 'stranger' ? 'owner' : role, site.companyId, group));
  }
});
afterAll(() => site.close());

const isProtected = (access: RouteAccess): access is Exclude<RouteAccess, 'public' | 'signed-in'> =>
  typeof access === 'object';
/** HEAD where a route says so itself; the others are the framework's, by the same declaration. */
const routes = (): readonly DeclaredRoute[] =>
  declaredRoutes(site.installation.app ?? {}).filter(({ method, url }) => method !== 'HEAD' || url.endsWith('/file'));
const labelled = ({ method, url }: DeclaredRoute): string => `${method} ${url}`;

/** Some routes end or remove a job: whoever is admitted there gets one of its own. */
let jobs = 0;
async function jobFor(route: DeclaredRoute): Promise<string> {
  if (route.method === 'GET' || route.method === 'HEAD') return finished.id;
  jobs += 1;
  const day = new Date(Date.UTC(2020, 0, 1 + jobs)).toISOString().slice(0, 10);
  return (await site.create({ date_from: day, date_to: day })).id;
}

/** One that went out, to be sent again or taken back. */
async function delivery(): Promise<string> {
  jobs += 1;
  const { rows } = await sql<{ id: string }>`WITH d AS (
      INSERT INTO destinations (company_id, name, type, settings) VALUES (${site.companyId}, ${`Walk ${jobs}`}, 'mail', '{"recipients": []}') RETURNING id)
    INSERT INTO deliveries (company_id, destination_id, recipient, job_id, status)
    SELECT ${site.companyId}, id, 'walk@outside.example', ${finished.id}, 'failed' FROM d RETURNING id`.execute(db);
  return rows[0]?.id ?? '';
}

let packs = 0;
const member = () => ({ company_id: site.companyId, report_type: 'vendor', file_format: 'csv' });

/** Packs are of what they hold: of the walked company alone here. */
async function packAddressed({ method, url }: DeclaredRoute): Promise<{ path: string; body?: object }> {
  packs += 1;
  const day = new Date(Date.UTC(2019, 0, 1 + packs)).toISOString().slice(0, 10);
  const isNew = method === 'POST' && !url.includes('/:id/');
  if (url.startsWith('/api/v1/export-packs')) {
    const pack = { organization_id: organizationId, members: [member()], date_from: day, date_to: day };
    if (isNew) return { path: url, body: { ...pack, date_to: 'never' } };
    const { body } = await site.ask<{ id: string }>('POST', '/api/v1/export-packs', pack);
    return { path: url.replace(':id', body.id) };
  }
  const path = url.replace(':id', organizationId);
  if (!url.includes(':pack_id')) return { path, body: { members: [member()] } };
  const { rows } = await sql<{ id: string }>`INSERT INTO packs (organization_id, name, members, company_ids, period)
    VALUES (${organizationId}, ${`Walk ${packs}`}, ${JSON.stringify([member()])}, ${[site.companyId]}, '{"kind": "last_month"}') RETURNING id`.execute(
    db,
  );
  return { path: path.replace(':pack_id', rows[0]?.id ?? ''), ...(method === 'PATCH' && { body: { name: '' } }) };
}

const isOfPacks = ({ method, url }: DeclaredRoute): boolean =>
  /\/(export-)?packs\b/.test(url) && !(method === 'GET' && !url.includes('export-packs/'));

/** Where a route finds what it is about is asked of the route itself, so that the test cannot disagree with it. */
async function addressed(route: DeclaredRoute): Promise<{ path: string; body?: object }> {
  if (isOfPacks(route)) return packAddressed(route);
  if (!isProtected(route.access)) return { path: route.url.replaceAll(/:\w+|\*/g, '999999999') };
  // several exports at once, each of them proven
  if (route.url === '/api/v1/export-jobs/download') {
    return route.method === 'POST'
      ? { path: route.url, body: { ids: [finished.id] } }
      : { path: `${route.url}?ids=${finished.id}` };
  }
  const isGroup = 'organization' in route.access;
  const subject = isGroup && 'organization' in route.access ? route.access.organization : null;
  const find = subject ?? (route.access as { company: (request: FastifyRequest) => unknown }).company;
  const request = { query: { company_id: 'query' }, params: { id: 'path' }, body: { company_id: 'body' } };
  const place = await find(request as unknown as FastifyRequest);
  const id = isGroup ? organizationId : site.companyId;
  const inPath =
    place === 'path'
      ? id
      : place === 'query' || place === 'body'
        ? '999999999'
        : route.url.startsWith('/api/v1/deliveries/')
          ? await delivery()
          : await jobFor(route);
  const path = route.url.replace(':report_type', 'delivery_location').replace(':id', inPath);
  const filled = path.replaceAll(/:\w+/g, '999999999');
  if (place === 'query') return { path: `${filled}?company_id=${id}` };
  return place === 'body' ? { path: filled, body: { company_id: id } } : { path: filled };
}

async function ask(route: DeclaredRoute, headers: Record<string, string>): Promise<{ status: number; code: string }> {
  const { path, body } = await addressed(route);
  const leave = new AbortController();
  const answer = await fetch(`${address}${path}`, {
    method: route.method,
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    signal: leave.signal,
  });
  const isProblem = answer.headers.get('content-type')?.includes('problem+json') ?? false;
  const code = isProblem && route.method !== 'HEAD' ? ((await answer.json()) as Problem).code : 'none';
  // a stream of events has no end of its own
  leave.abort();
  return { status: answer.status, code };
}

const refusals: readonly string[] = ['not_signed_in', 'missing_capability', 'company_access_denied'];

function expected(access: Exclude<RouteAccess, 'public' | 'signed-in'>, role: Role): string {
  if (role === 'stranger') return 'company_access_denied';
  const companyRole = companyRoles.find((one) => one === role) ?? null;
  const organizationRole: OrganizationRole = role === 'owner' || role === 'admin' ? role : 'member';
  if ('organizationRole' in access) {
    const order: readonly OrganizationRole[] = ['member', 'admin', 'owner'];
    const isEnough = order.indexOf(organizationRole) >= order.indexOf(access.organizationRole);
    return isEnough ? 'admitted' : 'missing_capability';
  }
  if (organizationRole === 'member' && companyRole === null) return 'company_access_denied';
  if ('member' in access) return 'admitted';
  const held = effectiveCapabilities({ organizationRole, companyRole, granted: [], denied: [] });
  const needed = [access.capability, ...(access.besides ?? [])];
  return needed.every((one) => held.includes(one)) ? 'admitted' : 'missing_capability';
}

describe.each(roles)('%s', (role) => {
  test.each(['session', 'api key'] as const)('by %s is admitted where declared, and nowhere else', async (via) => {
    const headers = walkers.get(role)?.headers[via] ?? {};
    const found: Record<string, string> = {};
    const wanted: Record<string, string> = {};
    for (const route of routes()) {
      if (!isProtected(route.access)) continue;
      const { status, code } = await ask(route, headers);
      const want = expected(route.access, role);
      // an answer to HEAD has no body to say why
      const isHead = route.method === 'HEAD';
      found[labelled(route)] = isHead
        ? `${status === 403}`
        : refusals.includes(code)
          ? `${status} ${code}`
          : 'admitted';
      wanted[labelled(route)] = isHead ? `${want !== 'admitted'}` : want === 'admitted' ? want : `403 ${want}`;
    }
    expect(Object.keys(found).length).toBeGreaterThan(40);
    expect(found).toEqual(wanted);
  });
});

test('outside the API only health, documents and links are public; nothing in it that tells of a company is', () => {
  const open = routes().filter(({ access, method }) => access === 'public' && method !== 'HEAD');
  const inside = open.filter(({ url }) => url.startsWith('/api/v1/')).map(labelled);
  expect(
    inside.filter((route) => /compan|export-jobs|reports|imports|audit|members|locations|api-keys/.test(route)),
  ).toEqual([]);
  const outside = open.filter(({ url }) => !url.startsWith('/api/v1/')).map(({ url }) => url);
  // in DOWNLOAD_MODE=stream not even /files/*
  expect(outside.toSorted()).toEqual([
    '/api/docs',
    '/api/docs.css',
    '/api/openapi.json',
    '/healthz',
    '/metrics',
    '/readyz',
  ]);
});

describe('every door closes at once', () => {
  const losses: [what: string, status: number, lose: (id: string) => Promise<unknown>][] = [
    [
      'the capability is denied',
      403,
      (id) =>
        db
          .updateTable('company_members')
          .set({ denied: ['view_financials'] })
          .where('user_id', '=', id)
          .execute(),
    ],
    [
      'the role is lowered',
      403,
      (id) => db.updateTable('company_members').set({ role: 'staff' }).where('user_id', '=', id).execute(),
    ],
    ['the company is left', 403, (id) => db.deleteFrom('company_members').where('user_id', '=', id).execute()],
    [
      'the account is disabled',
      401,
      (id) => db.updateTable('users').set({ disabled_at: new Date().toISOString() }).where('id', '=', id).execute(),
    ],
    [
      'session and key are ended',
      401,
      async (id) => {
        await db.deleteFrom('sessions').where('user_id', '=', id).execute();
        await db.deleteFrom('api_keys').where('user_id', '=', id).execute();
      },
    ],
  ];

  describe.each(['session', 'api key'] as const)('by %s', (via) => {
    test.each(losses)('when %s', async (_what, status, lose) => {
      const { id, headers: both } = await walker('finance', site.companyId, organizationId);
      const headers = { ...both[via], 'content-type': 'application/json' };
      const one = `/api/v1/export-jobs/${finished.id}`;
      const company = `company_id=${site.companyId}`;
      const report = `/api/v1/reports/delivery_location`;
      const create = JSON.stringify({
        company_id: site.companyId,
        date_from: '2026-01-01',
        date_to: '2026-01-31',
        file_format: 'csv',
      });
      const doors: [name: string, ask: () => Promise<Response>][] = [
        ...[
          `/api/v1/export-jobs?${company}`,
          one,
          `${one}/activity`,
          `${one}/download`,
          `${one}/file`,
          `/api/v1/export-jobs/download?ids=${finished.id}`,
          `${report}?${company}`,
          `${report}/download?${company}&file_format=csv`,
          `/api/v1/export-jobs/events?${company}`,
        ].map((path): [string, () => Promise<Response>] => [path, () => fetch(`${address}${path}`, { headers })]),
        ['a part of the file', () => fetch(`${address}${one}/file`, { headers: { ...headers, range: 'bytes=0-1' } })],
        ['create', () => fetch(`${address}/api/v1/export-jobs`, { method: 'POST', headers, body: create })],
        ['retry', () => fetch(`${address}${one}/retry`, { method: 'POST', headers })],
      ];
      const statuses = async (): Promise<[string, number][]> => {
        const found: [string, number][] = [];
        for (const [name, open] of doors) {
          const answer = await open();
          found.push([name, answer.status]);
          await answer.body?.cancel();
        }
        return found;
      };
      expect((await statuses()).filter(([, answered]) => answered >= 300)).toEqual([]);
      const stream = await fetch(`${address}/api/v1/export-jobs/events?${company}`, { headers });
      const ended = (stream.body as ReadableStream<Uint8Array>).pipeTo(new WritableStream());
      await lose(id);
      expect((await statuses()).filter(([, answered]) => answered !== status)).toEqual([]);
      await ended;
    });
  });
});

test('nobody, a dead session and a made-up key are not signed in at any door that is not public', async () => {
  for (const headers of [
    {},
    { cookie: 'mathership_session=gone', origin: address },
    { authorization: 'Bearer msk_made_up' },
  ] as Record<string, string>[]) {
    for (const route of routes().filter(({ access }) => access !== 'public')) {
      // an address guesses keys a hundred times a minute, not more
      const { status } = await ask(route, headers);
      expect({ route: labelled(route), status: status === 429 ? 401 : status }).toEqual({
        route: labelled(route),
        status: 401,
      });
    }
  }
});
