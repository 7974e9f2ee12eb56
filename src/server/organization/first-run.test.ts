import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientWith, type TestApp } from '#test/http.ts';
import { startOrganizationApp } from '#test/organization.ts';

let site: TestApp;
beforeEach(async () => {
  site = await startOrganizationApp();
});
afterEach(() => site.close());

const input = {
  name: 'Amelie Petersen',
  email: 'Amelie@Harbour-Hearth.example',
  password: 'ten letters',
  organization: 'Harbour & Hearth Group',
  company: { name: 'Harbour Grill', time_zone: 'Europe/Berlin', currency: 'EUR', locale: 'de-DE' },
};

test('an empty installation is set up once: owner, organization, company, and signed in', async () => {
  expect((await site.anonymous.get('/api/v1/first-run')).body).toEqual({ needed: true });
  const made = await site.anonymous.post('/api/v1/first-run', input);
  expect(made).toMatchObject({
    status: 201,
    body: { user: { email: 'amelie@harbour-hearth.example' }, organization: { name: input.organization } },
  });
  const cookie = String(made.headers['set-cookie']).split(';')[0] ?? '';
  const me = await clientWith(site.app, { cookie }).get('/api/v1/me');
  expect(me.body).toMatchObject({
    user: { name: input.name },
    organizations: [{ name: input.organization, role: 'owner' }],
    companies: [{ ...input.company, role: null }],
  });
  expect((await site.anonymous.get('/api/v1/first-run')).body).toEqual({ needed: false });
  expect(await site.anonymous.post('/api/v1/first-run', { ...input, email: 'second@b.example' })).toMatchObject({
    status: 409,
    body: { code: 'conflict' },
  });
  const signIn = await site.anonymous.post('/api/v1/sign-in', { email: input.email, password: input.password });
  expect(signIn.status).toBe(200);
});

test('five pages sent at once make one owner', async () => {
  const answers = await Promise.all(
    Array.from({ length: 5 }, (_, n) =>
      site.anonymous.post('/api/v1/first-run', { ...input, email: `p${n}@b.example` }),
    ),
  );
  expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 409, 409, 409, 409]);
  expect(await site.db.selectFrom('organizations').selectAll().execute()).toHaveLength(1);
  expect(await site.db.selectFrom('sessions').selectAll().execute()).toHaveLength(1);
});

test('any user at all closes it, a disabled one too', async () => {
  await site.person();
  await site.db.updateTable('users').set({ disabled_at: '2026-01-01T00:00:00Z' }).execute();
  expect((await site.anonymous.get('/api/v1/first-run')).body).toEqual({ needed: false });
  expect((await site.anonymous.post('/api/v1/first-run', input)).status).toBe(409);
});
