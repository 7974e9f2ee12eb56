/**
 * Every route, role and company, generated from what the routes declare: whoever may not is refused before anything
 * else of the request is judged, and a company that does not exist cannot be told from somebody else's.
 */
import type { FastifyRequest, HTTPMethods } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { companyRoles, effectiveCapabilities, type OrganizationRole } from '#contract/access.ts';
import type { Problem } from '#contract/errors.ts';
import type { RouteAccess, Subject } from '#server/http/app-type.ts';
import { createServer } from '#server/http/server.ts';
import { clientWith, type DeclaredRoute, type Person, type TestApp, type TestCompany, testSite } from '#test/http.ts';
import { silentLog } from '#test/silent-log.ts';
import { startOrganizationApp, unreachableProvider } from '#test/organization.ts';

let site: TestApp;
let home: TestCompany;
let foreign: TestCompany;
const people = new Map<string, Person>();
const roles = ['owner', 'admin', 'member', ...companyRoles] as const;

beforeAll(async () => {
  site = await startOrganizationApp({ singleSignOn: unreachableProvider });
  home = await site.company();
  foreign = await site.company();
  for (const role of roles) people.set(role, await site.member(home, role));
  people.set('stranger', await site.member(foreign, 'owner'));
});
afterAll(() => site.close());

const isProtected = (access: RouteAccess): access is Exclude<RouteAccess, 'public' | 'signed-in'> =>
  typeof access === 'object';

/** Where a route finds what it is about; `where` is asked, so that the test cannot disagree with the route. */
function addressed(route: DeclaredRoute, company: TestCompany | { id: string; organizationId: string }): string {
  if (!isProtected(route.access)) return route.url.replaceAll(/:\w+/g, '999999999');
  const subject: Subject = 'organization' in route.access ? route.access.organization : route.access.company;
  const place = subject({
    query: { company_id: 'query' },
    params: { id: 'path' },
    body: {},
  } as unknown as FastifyRequest);
  const id = 'organization' in route.access ? company.organizationId : company.id;
  const path = route.url.replace(':id', encodeURIComponent(id)).replaceAll(/:\w+/g, '999999999');
  return place === 'query' ? `${path}?company_id=${encodeURIComponent(id)}` : path;
}

type Verdict = 'admitted' | 'not_signed_in' | 'missing_capability' | 'company_access_denied';

function expected(access: RouteAccess, who: string): Verdict {
  if (!isProtected(access)) return 'admitted';
  if (who === 'stranger') return 'company_access_denied';
  const companyRole = companyRoles.find((role) => role === who) ?? null;
  const organizationRole: OrganizationRole = who === 'owner' || who === 'admin' ? who : 'member';
  if ('organizationRole' in access) {
    const enough = { owner: ['owner'], admin: ['owner', 'admin'], member: ['owner', 'admin', 'member'] };
    return enough[access.organizationRole].includes(organizationRole) ? 'admitted' : 'missing_capability';
  }
  if (organizationRole === 'member' && companyRole === null) return 'company_access_denied';
  if ('member' in access) return 'admitted';
  const held = effectiveCapabilities({ organizationRole, companyRole, granted: [], denied: [] });
  return held.includes(access.capability) ? 'admitted' : 'missing_capability';
}

const refusals: readonly string[] = ['not_signed_in', 'missing_capability', 'company_access_denied'];
const verdictOf = (body: unknown): string => {
  const code = (body as Partial<Problem> | null)?.code;
  return code !== undefined && refusals.includes(code) ? code : 'admitted';
};

const routes = (): DeclaredRoute[] => site.routes.filter((route) => route.url.startsWith('/api/v1/'));
const labelled = (route: DeclaredRoute): string => `${route.method} ${route.url}`;

test('there are routes to walk, and every one of them says who may use it', () => {
  expect(routes().length).toBeGreaterThan(35);
  const server = createServer({ log: silentLog, publicUrl: undefined });
  expect(() => server.get('/api/v1/undeclared', () => null)).toThrow('who may use it');
});

describe.each(roles)('%s', (role) => {
  test.each(['session', 'api key'])(
    'is admitted by %s where the declaration says so, and nowhere else',
    async (via) => {
      const person = people.get(role) as Person;
      const client = via === 'session' ? person.client : await site.withKey(person);
      const found: Record<string, string> = {};
      const wanted: Record<string, string> = {};
      for (const route of routes()) {
        if (!isProtected(route.access)) continue;
        const answer = await client.ask(route.method as HTTPMethods, addressed(route, home));
        found[labelled(route)] = verdictOf(answer.body);
        wanted[labelled(route)] = expected(route.access, role);
      }
      expect(found).toEqual(wanted);
    },
  );
});

test('somebody of another organization is refused at every door, and learns nothing from the answer', async () => {
  const stranger = people.get('stranger') as Person;
  const impossible = ['999999999', '0', '-1', '1.5', 'abc', '9'.repeat(30), "1' OR 1=1", '\u0000', '%', 'null'];
  for (const route of routes().filter(({ access }) => isProtected(access))) {
    const method = route.method as HTTPMethods;
    const there = await stranger.client.ask<Problem>(method, addressed(route, home));
    expect({ route: labelled(route), status: there.status, code: there.body.code }).toEqual({
      route: labelled(route),
      status: 403,
      code: 'company_access_denied',
    });
    for (const id of impossible) {
      const answer = await stranger.client.ask<Problem>(method, addressed(route, { id, organizationId: id }));
      expect({ id, ...answer.body, request_id: '' }).toEqual({ id, ...there.body, request_id: '' });
    }
  }
});

test('nobody, a dead session and a made-up key are all not signed in, whatever the request says', async () => {
  const clients = {
    nobody: site.anonymous,
    'dead session': clientWith(site.app, { cookie: 'session=gone', origin: testSite }),
    'made-up key': clientWith(site.app, { authorization: 'Bearer msk_made_up' }),
  };
  for (const [who, client] of Object.entries(clients)) {
    for (const route of routes().filter(({ access }) => access !== 'public')) {
      const answer = await client.ask<Problem>(route.method as HTTPMethods, addressed(route, home));
      expect({ who, route: labelled(route), status: answer.status, code: answer.body.code }).toEqual({
        who,
        route: labelled(route),
        status: 401,
        code: 'not_signed_in',
      });
    }
  }
});

test('what is public is a short list', () => {
  const open = routes().filter(({ access }) => access === 'public');
  expect(open.map(labelled).sort()).toEqual([
    'GET /api/v1/first-run',
    'GET /api/v1/invitations/:token',
    'GET /api/v1/password-resets/:token',
    'GET /api/v1/sign-in-options',
    'GET /api/v1/single-sign-on',
    'GET /api/v1/single-sign-on/callback',
    'POST /api/v1/first-run',
    'POST /api/v1/invitations/:token/accept',
    'POST /api/v1/password-resets',
    'POST /api/v1/password-resets/:token',
    'POST /api/v1/sign-in',
    'POST /api/v1/sign-in/code',
  ]);
});
