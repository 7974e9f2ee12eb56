import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from './http.ts';

let site: TestApp;
beforeAll(async () => {
  site = await startTestApp((app) => {
    app.get('/api/v1/open', { config: { access: 'public' } }, () => ({ open: true }));
  });
});
afterAll(() => site.close());

test('a person asks by session and by key, and nobody is nobody', async () => {
  const company = await site.company({ name: 'Harbour Grill' });
  const cook = await site.member(company, 'finance', { denied: ['view_inventory'] });
  const me = await cook.client.get('/api/v1/me');
  expect(me).toMatchObject({
    status: 200,
    body: {
      user: { id: cook.id },
      companies: [
        { id: company.id, role: 'finance', capabilities: ['view_financials', 'close_periods', 'manage_deliveries'] },
      ],
    },
  });
  const byKey = await site.withKey(cook);
  expect((await byKey.get('/api/v1/me')).body).toEqual(me.body);
  expect(await site.anonymous.get('/api/v1/me')).toMatchObject({ status: 401, body: { code: 'not_signed_in' } });
  expect(await site.anonymous.get('/api/v1/open')).toMatchObject({ status: 200, body: { open: true } });
  expect(site.routes).toContainEqual({ method: 'GET', url: '/api/v1/open', access: 'public' });
});

test('a write with the cookie needs the Origin of the site', async () => {
  const cook = await site.person();
  expect((await cook.client.post('/api/v1/api-keys', { name: 'Till' })).status).toBe(201);
  const foreign = { headers: { origin: 'https://elsewhere.example' }, body: { name: 'Till' } };
  expect(await cook.client.ask('POST', '/api/v1/api-keys', foreign)).toMatchObject({
    status: 403,
    body: { code: 'origin_refused' },
  });
});
