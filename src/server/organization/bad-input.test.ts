/** Every wrong field of every verb is named, as the caller wrote it, and nothing is changed. */
import type { HTTPMethods } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Problem } from '#contract/errors.ts';
import type { Client, TestApp } from '#test/http.ts';
import { startOrganizationApp } from '#test/organization.ts';

let site: TestApp;
let owner: Client;
const ids = { o: '', c: '', l: '', u: '' };

beforeAll(async () => {
  site = await startOrganizationApp();
  const company = await site.company();
  owner = (await site.member(company, 'owner')).client;
  ids.o = company.organizationId;
  ids.c = company.id;
  ids.u = (await site.member(company, 'viewer')).id;
  const made = await owner.post<{ id: string }>(`/api/v1/companies/${ids.c}/delivery-locations`, { name: 'Bar' });
  ids.l = made.body.id;
});
afterAll(() => site.close());

const company = { name: 'Grill', time_zone: 'Europe/Berlin', currency: 'EUR', locale: 'de-DE' };
const set = { name: 'Amelie', email: 'a@b.example', password: 'long enough', organization: 'Group', company };
const long = 'x'.repeat(201);

type Case = [method: HTTPMethods, path: string, body: unknown, code: string, ...fields: string[]];
const organizations: Case[] = [
  ['POST', '/organizations', {}, 'invalid_input', 'name'],
  ['POST', '/organizations', { name: '  ' }, 'invalid_input', 'name'],
  ['POST', '/organizations', { name: long }, 'invalid_input', 'name'],
  ['POST', '/organizations', { name: 'A\nB' }, 'invalid_input', 'name'],
  ['POST', '/organizations', { name: 'A\u0000B' }, 'invalid_input', 'name'],
  ['POST', '/organizations', { name: 'A', plan: 'gold' }, 'unknown_field', 'plan'],
  ['PATCH', '/organizations/:o', { name: 7 }, 'invalid_input', 'name'],
  ['GET', '/organizations?page=-1&page_size=201', undefined, 'invalid_input', 'page', 'page_size'],
  ['GET', '/organizations?limit=3', undefined, 'unknown_field', 'limit'],
];
const companies: Case[] = [
  ['POST', '/organizations/:o/companies', {}, 'invalid_input', 'name', 'time_zone', 'currency', 'locale'],
  ['POST', '/organizations/:o/companies', { ...company, time_zone: '+01:00' }, 'invalid_input', 'time_zone'],
  ['POST', '/organizations/:o/companies', { ...company, time_zone: 'Mars/Base' }, 'invalid_input', 'time_zone'],
  ['POST', '/organizations/:o/companies', { ...company, currency: 'eur' }, 'invalid_input', 'currency'],
  ['POST', '/organizations/:o/companies', { ...company, currency: 'ABC' }, 'invalid_input', 'currency'],
  ['POST', '/organizations/:o/companies', { ...company, locale: 'de_DE' }, 'invalid_input', 'locale'],
  ['POST', '/organizations/:o/companies', { ...company, locale: 'qq-QQ' }, 'invalid_input', 'locale'],
  ['PATCH', '/companies/:c', { archived: 'yes' }, 'invalid_input', 'archived'],
  ['PATCH', '/companies/:c', { organization_id: '1' }, 'unknown_field', 'organization_id'],
  ['GET', '/organizations/:o/companies?archived=maybe', undefined, 'invalid_input', 'archived'],
];
const members: Case[] = [
  ['POST', '/organizations/:o/members', { email: 'nobody' }, 'invalid_input', 'email'],
  ['POST', '/organizations/:o/members', { email: 'a@b.example', role: 'king' }, 'invalid_input', 'role'],
  ['PATCH', '/organizations/:o/members/:u', {}, 'invalid_input', 'role'],
  ['PUT', '/companies/:c/members/:u', {}, 'invalid_input', 'role'],
  ['PUT', '/companies/:c/members/:u', { role: 'owner' }, 'invalid_input', 'role'],
  ['PUT', '/companies/:c/members/:u', { role: 'viewer', granted: ['fly'] }, 'invalid_input', 'granted'],
  ['PUT', '/companies/:c/members/:u', { role: 'viewer', capabilities: [] }, 'unknown_field', 'capabilities'],
  ['GET', '/companies/:c/members?page=one', undefined, 'invalid_input', 'page'],
  ['POST', '/organizations/:o/invitations', { email: 'a b@c' }, 'invalid_input', 'email'],
  [
    'POST',
    '/organizations/:o/invitations',
    { email: 'a@b.example', company_roles: [{ company_id: '1', role: 'chef' }] },
    'invalid_input',
    'company_roles.0.role',
  ],
  [
    'POST',
    '/organizations/:o/invitations',
    {
      email: 'a@b.example',
      company_roles: [
        { company_id: '1', role: 'buyer' },
        { company_id: '1', role: 'staff' },
      ],
    },
    'invalid_input',
    'company_roles',
  ],
];
const locations: Case[] = [
  ['POST', '/companies/:c/delivery-locations', {}, 'invalid_input', 'name'],
  ['POST', '/companies/:c/delivery-locations', { name: 'A', code: '' }, 'invalid_input', 'code'],
  ['POST', '/companies/:c/delivery-locations', { name: 'A', street: long }, 'invalid_input', 'street'],
  [
    'POST',
    '/companies/:c/delivery-locations',
    { name: 'A', instructions: 'x'.repeat(501) },
    'invalid_input',
    'instructions',
  ],
  ['POST', '/companies/:c/delivery-locations', { name: 'A', storage_unit_id: 7 }, 'invalid_input', 'storage_unit_id'],
  ['POST', '/companies/:c/delivery-locations', { name: 'A', archived: true }, 'unknown_field', 'archived'],
  ['PATCH', '/companies/:c/delivery-locations/:l', { name: null }, 'invalid_input', 'name'],
  ['PATCH', '/companies/:c/delivery-locations/:l', { archived: 'true' }, 'invalid_input', 'archived'],
  ['GET', '/companies/:c/delivery-locations?ordering=city', undefined, 'invalid_input', 'ordering'],
  ['GET', '/companies/:c/delivery-locations?search=%00', undefined, 'invalid_input', 'search'],
  ['GET', '/companies/:c/vendors?archived=1', undefined, 'invalid_input', 'archived'],
  ['GET', '/companies/:c/items?page_size=0', undefined, 'invalid_input', 'page_size'],
  ['GET', '/companies/:c/storage-units?sort=name', undefined, 'unknown_field', 'sort'],
];
const rest: Case[] = [
  ['GET', '/audit-events?company_id=:c&from=yesterday', undefined, 'invalid_input', 'from'],
  ['GET', '/audit-events?company_id=:c&to=2026-02-30', undefined, 'invalid_input', 'to'],
  ['GET', '/audit-events?company_id=:c&action=drop%20table', undefined, 'invalid_input', 'action'],
  ['GET', '/audit-events?company_id=:c&who=me', undefined, 'unknown_field', 'who'],
  ['POST', '/first-run', {}, 'invalid_input', 'name', 'email', 'password', 'organization', 'company'],
  ['POST', '/first-run', { ...set, password: 'short' }, 'invalid_input', 'password'],
  [
    'POST',
    '/first-run',
    { ...set, company: { ...company, time_zone: 'Berlin', currency: 'euro' } },
    'invalid_input',
    'company.time_zone',
    'company.currency',
  ],
  ['POST', '/invitations/x/accept', { password: 'short' }, 'invalid_input', 'password'],
  ['POST', '/invitations/x/accept', { token: 'x' }, 'unknown_field', 'token'],
  ['POST', '/password', { current: 'a' }, 'invalid_input', 'new'],
  ['POST', '/password', { current: 'a', new: 'short' }, 'invalid_input', 'new'],
  ['POST', '/password', { current: 'wrong', new: 'long enough' }, 'invalid_input', 'current'],
  ['GET', '/sessions?page_size=many', undefined, 'invalid_input', 'page_size'],
];

test.each([...organizations, ...companies, ...members, ...locations, ...rest])(
  '%s %s %j is %s',
  async (method, path, body, code, ...fields) => {
    const url = `/api/v1${path}`.replaceAll(/:([oclu])\b/g, (_, key: keyof typeof ids) => ids[key]);
    const answer = await owner.ask<Problem>(method, url, body === undefined ? {} : { body });
    expect(answer).toMatchObject({ status: 400, body: { code } });
    expect(answer.body.errors?.map(({ field }) => field)).toEqual(fields);
  },
);

test('a body that is no JSON, no object or too large is refused as that', async () => {
  const send = (payload: string, type = 'application/json') =>
    owner.ask<Problem>('POST', '/api/v1/organizations', { body: payload, headers: { 'content-type': type } });
  expect(await send('{"name":')).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
  expect(await send('[]')).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
  for (const type of ['application/xml', 'text/plain']) {
    expect(await send('{"name":"A"}', type)).toMatchObject({ status: 415, body: { code: 'wrong_media_type' } });
  }
  expect(await send(`{"name":"${'x'.repeat(1_100_000)}"}`)).toMatchObject({ status: 413, body: { code: 'too_large' } });
});

test('who may not ask is told that first, whatever is wrong with the body; an empty body is none, of any type', async () => {
  const stranger = (await site.person('Stranger')).client;
  const send = (who: Client, method: HTTPMethods, path: string, type: string, body: string) =>
    who.ask<Problem>(method, path, { body, headers: { 'content-type': type } });
  const companies = `/api/v1/organizations/${ids.o}/companies`;
  for (const [type, body] of [
    ['application/json', '{'],
    ['text/plain', 'x'],
    ['application/x-www-form-urlencoded', 'name=A'],
  ] as const) {
    expect((await send(stranger, 'POST', companies, type, body)).status).toBe(403);
    expect((await send(site.anonymous, 'POST', companies, type, body)).status).toBe(401);
  }
  const location = await owner.post<{ id: string }>(`/api/v1/companies/${ids.c}/delivery-locations`, { name: 'Dock' });
  const path = `/api/v1/companies/${ids.c}/delivery-locations/${location.body.id}`;
  expect((await send(owner, 'PATCH', path, 'application/json', '')).status).toBe(400);
  expect((await send(owner, 'DELETE', path, 'application/json', '')).status).toBe(204);
  expect((await send(owner, 'POST', '/api/v1/sign-out', 'application/x-www-form-urlencoded', '')).status).toBe(204);
});
