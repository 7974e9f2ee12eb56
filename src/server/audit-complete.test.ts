/**
 * Nothing is done without a trace: every route that changes something is asked once, and the audit log has who, what, when,
 * from where and by which request. A route that is new, and not in here, fails.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExportJob } from '#contract/export-jobs.ts';
import { startSession } from '#server/access/authenticate.ts';
import { hashPassword } from '#server/access/passwords.ts';
import { declaredRoutes } from '#server/http/declared-routes.ts';
import { aPack, packSteps } from '#test/audited-packs.ts';
import { type TestInstallation, startInstallation } from '#test/installation.ts';

let site: TestInstallation;
let address: string;
let owner: string;
let group: string;
let cookie = '';
let finished: ExportJob;
let schedule = '';
let destination = '';
let delivery = '';
let finishedPack = '';
const email = 'owner@audit.example';
const password = 'a long enough password';
let last: { requestId: string; body: Record<string, string> };

beforeAll(async () => {
  site = await startInstallation({ receiptLines: 20, work: false });
  address = site.installation.address ?? '';
  const { db } = site.installation.pool;
  const { organization_id } = await db.selectFrom('companies').select('organization_id').executeTakeFirstOrThrow();
  group = organization_id;
  const made = await db
    .insertInto('users')
    .values({ name: 'Owner', email, password_hash: await hashPassword(password) })
    .returning('id')
    .executeTakeFirstOrThrow();
  owner = made.id;
  await db
    .insertInto('organization_members')
    .values({ organization_id: group, user_id: owner, role: 'owner' })
    .execute();
  const worker = await site.startWorker();
  finished = await site.finished((await site.create()).id);
  finishedPack = (await site.ask<ExportJob>('POST', '/api/v1/export-packs', aPack(group, site.companyId))).body.id;
  await site.finished(finishedPack);
  await worker.stop();
});
afterAll(() => site.close());

/** Asks as the owner; keeps the answer, whose id of the request the log must know. */
async function ask(method: string, path: string, body?: object | FormData): Promise<void> {
  const form = body instanceof FormData;
  const answer = await fetch(`${address}/api/v1${path}`, {
    method,
    headers: {
      origin: address,
      ...(cookie && { cookie }),
      ...(body && !form && { 'content-type': 'application/json' }),
    },
    ...(body && { body: form ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie;
  last = {
    requestId: answer.headers.get('x-request-id') ?? '',
    body: (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, string>,
  };
}

const member = async (): Promise<string> => {
  const { db } = site.installation.pool;
  const values = { name: 'Member', email: `${crypto.randomUUID()}@audit.example` };
  const { id } = await db.insertInto('users').values(values).returning('id').executeTakeFirstOrThrow();
  await db.insertInto('organization_members').values({ organization_id: group, user_id: id, role: 'member' }).execute();
  return id;
};
const job = (day: string): Promise<void> =>
  ask('POST', '/export-jobs', { company_id: site.companyId, date_from: day, date_to: day, file_format: 'csv' });
const found = (field: string): string | undefined => last.body[field];
const company = { name: 'Second', time_zone: 'Europe/Berlin', currency: 'EUR', locale: 'de-DE' };
const known = { is_known: true };
const ofJob = (path: string): string => `/export-jobs/${finished.id}/${path}`;
const deliveries = (path: string): string => `/companies/${site.companyId}/${path}`;
const locations = (): string => `/companies/${site.companyId}/delivery-locations`;

/** In this order: later ones use what earlier ones made. */
const steps: [route: string, action: string, ask: () => Promise<void>][] = [
  ['POST /sign-in', 'sign_in.succeeded', () => ask('POST', '/sign-in', { email, password })],
  ['POST /api-keys', 'api_key.created', () => ask('POST', '/api-keys', { name: 'till' })],
  ['DELETE /api-keys/:id', 'api_key.deleted', () => ask('DELETE', `/api-keys/${last.body['id']}`)],
  ['PUT /me/mail', 'user.slow_exports_unsubscribed', () => ask('PUT', '/me/mail', { slow_exports: false })],
  ['PUT /report-marks/:report_type', 'report.starred', () => ask('PUT', '/report-marks/item', { is_starred: true })],
  [
    'POST /password',
    'password.changed',
    () => ask('POST', '/password', { current: password, new: 'another long password' }),
  ],
  ['POST /organizations', 'organization.created', () => ask('POST', '/organizations', { name: 'Another' })],
  [
    'PATCH /organizations/:id',
    'organization.changed',
    () => ask('PATCH', `/organizations/${group}`, { name: 'Renamed' }),
  ],
  [
    'POST /organizations/:id/companies',
    'company.created',
    () => ask('POST', `/organizations/${group}/companies`, company),
  ],
  ['PATCH /companies/:id', 'company.changed', () => ask('PATCH', `/companies/${last.body['id']}`, { name: 'Third' })],
  [
    'PATCH /organizations/:id/members/:user_id',
    'member.changed',
    async () => ask('PATCH', `/organizations/${group}/members/${await member()}`, { role: 'admin' }),
  ],
  [
    'DELETE /organizations/:id/members/:user_id',
    'member.removed',
    async () => ask('DELETE', `/organizations/${group}/members/${await member()}`),
  ],
  [
    'PUT /companies/:id/members/:user_id',
    'company_member.changed',
    () => ask('PUT', `/companies/${site.companyId}/members/${site.userId}`, { role: 'manager' }),
  ],
  [
    'DELETE /companies/:id/members/:user_id',
    'company_member.removed',
    () => ask('DELETE', `/companies/${site.companyId}/members/${site.userId}`),
  ],
  [
    'POST /organizations/:id/invitations',
    'invitation.created',
    () => ask('POST', `/organizations/${group}/invitations`, { email: 'cook@audit.example', role: 'member' }),
  ],
  [
    'DELETE /organizations/:id/invitations/:invitation_id',
    'invitation.revoked',
    () => ask('DELETE', `/organizations/${group}/invitations/${last.body['id']}`),
  ],
  [
    'POST /companies/:id/saved-reports',
    'saved_report.created',
    () =>
      ask('POST', `/companies/${site.companyId}/saved-reports`, {
        name: 'Month end',
        report_type: 'vendor',
        period: { kind: 'last_month' },
      }),
  ],
  [
    'PATCH /companies/:id/saved-reports/:saved_report_id',
    'saved_report.changed',
    () => ask('PATCH', `/companies/${site.companyId}/saved-reports/${last.body['id']}`, { is_shared: true }),
  ],
  [
    'DELETE /companies/:id/saved-reports/:saved_report_id',
    'saved_report.deleted',
    () => ask('DELETE', `/companies/${site.companyId}/saved-reports/${last.body['id']}`),
  ],
  [
    'POST /companies/:id/import-profiles',
    'import_profile.created',
    () =>
      ask('POST', `/companies/${site.companyId}/import-profiles`, {
        name: 'Bills of the till',
        fingerprint: 'a'.repeat(32),
        kind: 'invoices',
      }),
  ],
  [
    'PATCH /companies/:id/import-profiles/:profile_id',
    'import_profile.changed',
    () => ask('PATCH', `/companies/${site.companyId}/import-profiles/${last.body['id']}`, { decimal: ',' }),
  ],
  [
    'DELETE /companies/:id/import-profiles/:profile_id',
    'import_profile.deleted',
    () => ask('DELETE', `/companies/${site.companyId}/import-profiles/${last.body['id']}`),
  ],
  [
    'POST /companies/:id/delivery-locations',
    'delivery_location.created',
    () => ask('POST', locations(), { name: 'Bar' }),
  ],
  [
    'PATCH /companies/:id/delivery-locations/:location_id',
    'delivery_location.changed',
    async () => {
      const { id } = last.body;
      await ask('PATCH', `${locations()}/${id}`, { name: 'Terrace' });
      last.body['id'] = id ?? '';
    },
  ],
  [
    'DELETE /companies/:id/delivery-locations/:location_id',
    'delivery_location.deleted',
    () => ask('DELETE', `${locations()}/${last.body['id']}`),
  ],
  [
    'POST /imports',
    'import.completed',
    async () => {
      const form = new FormData();
      form.append('files', new Blob(['code,name\nX,Vendor\n'], { type: 'text/csv' }), 'vendors.csv');
      await ask('POST', `/imports?company_id=${site.companyId}`, form);
    },
  ],
  [
    'PUT /companies/:id/closing',
    'period.closed',
    () => ask('PUT', `/companies/${site.companyId}/closing`, { closed_until: '2024-01-31' }),
  ],
  [
    'POST /companies/:id/close',
    'period.closed',
    () => ask('POST', `/companies/${site.companyId}/close`, { month: '2024-02', reason: 'Asked for' }),
  ],
  [
    'DELETE /companies/:id/close',
    'period.reopened',
    () => ask('DELETE', `/companies/${site.companyId}/close?month=2024-02&reason=Again`),
  ],
  [
    'POST /companies/:id/data-versions/:version/undo',
    'data_version.undone',
    async () => {
      await ask('GET', `/companies/${site.companyId}/data-versions`);
      const [newest] = (last.body as unknown as { results: { version: number }[] }).results;
      await ask('POST', `/companies/${site.companyId}/data-versions/${newest?.version}/undo`);
    },
  ],
  ['POST /export-jobs', 'export.created', () => job('2026-03-01')],
  ['POST /export-jobs/:id/cancel', 'export.canceled', () => ask('POST', `/export-jobs/${last.body['id']}/cancel`)],
  ['POST /export-jobs/:id/retry', 'export.created', () => ask('POST', `/export-jobs/${finished.id}/retry`)],
  ['GET /export-jobs/:id/download', 'export.downloaded', () => ask('GET', `/export-jobs/${finished.id}/download`)],
  ['POST /export-jobs/:id/notes', 'export.noted', () => ask('POST', ofJob('notes'), { text: 'Sent' })],
  [
    'DELETE /export-jobs/:id/notes/:note_id',
    'export.note_deleted',
    () => ask('DELETE', `/export-jobs/${finished.id}/notes/${last.body['id']}`),
  ],
  ['PUT /export-jobs/:id/changes/known', 'export.changes_known', () => ask('PUT', ofJob('changes/known'), known)],
  ['GET /export-jobs/download', 'export.downloaded', () => ask('GET', `/export-jobs/download?ids=${finished.id}`)],
  ...packSteps({ ask, found, of: () => ({ organizationId: group, companyId: site.companyId, finishedPack }) }),
  ['PUT /companies/:id/closed-days', 'closed_days.changed', () => ask('PUT', deliveries('closed-days'), { days: [] })],
  [
    'PUT /companies/:id/delivery-rules',
    'delivery_rules.changed',
    () => ask('PUT', deliveries('delivery-rules'), { attachments: true, guest_domains: null, ignore_after_days: null }),
  ],
  [
    'POST /companies/:id/guests',
    'guest.created',
    () => ask('POST', deliveries('guests'), { email: 'a@books.example' }),
  ],
  [
    'DELETE /companies/:id/guests/:guest_id',
    'guest.removed',
    () => ask('DELETE', deliveries(`guests/${last.body['id']}`)),
  ],
  [
    'POST /companies/:id/schedules',
    'schedule.created',
    async () => {
      const question = { name: 'Daily', report_type: 'vendor', period: { kind: 'yesterday' } };
      await ask('POST', deliveries('saved-reports'), question);
      const recurrence = { kind: 'daily' };
      const saved_report_id = last.body['id'];
      await ask('POST', deliveries('schedules'), { name: 'Daily', saved_report_id, recurrence, at: '06:00' });
      schedule = last.body['id'] ?? '';
    },
  ],
  [
    'PATCH /companies/:id/schedules/:schedule_id',
    'schedule.paused',
    () => ask('PATCH', deliveries(`schedules/${schedule}`), { is_paused: true }),
  ],
  [
    'POST /companies/:id/schedules/:schedule_id/run',
    'schedule.run',
    () => ask('POST', deliveries(`schedules/${schedule}/run`)),
  ],
  [
    'DELETE /companies/:id/schedules/:schedule_id',
    'schedule.deleted',
    () => ask('DELETE', deliveries(`schedules/${schedule}`)),
  ],
  [
    'POST /companies/:id/destinations',
    'destination.created',
    async () => {
      const settings = { recipients: [email] };
      await ask('POST', deliveries('destinations'), { name: 'Mail', type: 'mail', settings });
      destination = last.body['id'] ?? '';
    },
  ],
  [
    'PATCH /companies/:id/destinations/:destination_id',
    'destination.changed',
    () => ask('PATCH', deliveries(`destinations/${destination}`), { name: 'Post' }),
  ],
  [
    'POST /export-jobs/:id/send',
    'export.sent',
    async () => {
      await ask('POST', `/export-jobs/${finished.id}/send`, { destination_ids: [destination] });
      delivery = (last.body as unknown as { deliveries: { id: string }[] }).deliveries[0]?.id ?? '';
    },
  ],
  ['POST /deliveries/:id/send-again', 'delivery.sent_again', () => ask('POST', `/deliveries/${delivery}/send-again`)],
  ['DELETE /deliveries/:id/link', 'delivery.link_revoked', () => ask('DELETE', `/deliveries/${delivery}/link`)],
  [
    'DELETE /companies/:id/destinations/:destination_id',
    'destination.deleted',
    () => ask('DELETE', deliveries(`destinations/${destination}`)),
  ],
  ['DELETE /export-jobs/:id', 'export.deleted', () => ask('DELETE', `/export-jobs/${finished.id}`)],
  [
    'GET /reports/:report_type/download',
    'report.downloaded',
    () => ask('GET', `/reports/vendor/download?company_id=${site.companyId}&file_format=csv`),
  ],
  [
    'DELETE /sessions/:id',
    'session.ended',
    async () => {
      const other = await startSession(site.installation.pool.db, owner, { address: null, userAgent: null });
      await ask('DELETE', `/sessions/${other.id}`);
    },
  ],
  ['POST /sign-out', 'sign_out', () => ask('POST', '/sign-out')],
];

/** Shown by tests of their own, or change nothing that lasts. */
const elsewhere: Readonly<Record<string, string>> = {
  'POST /first-run': 'organization/first-run.test.ts',
  'POST /invitations/:token/accept': 'organization/invitations.test.ts',
  'POST /organizations/:id/members': 'organization/members.test.ts',
  'POST /verify': 'keeps nothing',
  'POST /export-jobs/download': 'says an address, whose answer is written down',
  'POST /companies/:id/schedules/preview': 'keeps nothing',
  'POST /companies/:id/destinations/:destination_id/test': 'keeps nothing',
  'POST /companies/:id/destinations/host-key': 'keeps nothing',
  'POST /unsubscribe/:token': 'delivery/delivery.test.ts',
  'POST /imports/inspect': 'keeps nothing',
  'PUT /export-jobs/:id/notify': 'delivery/unasked.test.ts',
  'POST /documents/:type/:id/void': 'imports/documents.test.ts',
  'POST /documents/:type/:id/restore': 'imports/documents.test.ts',
  'POST /documents/receipt/:id/correct': 'imports/documents.test.ts',
  'DELETE /imports/current': 'stops what has written nothing yet',
};
const signInRoutes =
  /^POST \/(sign-in\/code|second-factor|password-resets|organizations\/:id\/members\/:user_id\/password-reset)/;

test('every route that changes something is asked here, or said where it is', () => {
  const covered = new Set([...steps.map(([route]) => route), ...Object.keys(elsewhere)]);
  const unsafe = declaredRoutes(site.installation.app ?? {})
    .filter(({ method }) => !['GET', 'HEAD', 'OPTIONS'].includes(method))
    .map(({ method, url }) => `${method} ${url.replace('/api/v1', '')}`);
  expect(unsafe.filter((route) => !covered.has(route) && !signInRoutes.test(route))).toEqual([]);
});

test('each of them leaves who, what, when, from where, and the id of its request', async () => {
  const { db } = site.installation.pool;
  for (const [route, action, step] of steps) {
    const began = new Date(Date.now() - 1000);
    await step();
    const found = await db
      .selectFrom('audit_events')
      .selectAll()
      .where('request_id', '=', last.requestId)
      .where('action', '=', action)
      .execute();
    expect({ route, found: found.map(({ user_id, address: from }) => ({ user_id, from })) }).toEqual({
      route,
      found: [{ user_id: owner, from: '127.0.0.1' }],
    });
    expect(Date.parse(found[0]?.at ?? '')).toBeGreaterThan(began.getTime());
    expect(JSON.stringify(found[0]?.details)).toContain('"via":"session"');
  }
});

test('a refused sign-in leaves whom it was about, and from where', async () => {
  const answer = await fetch(`${address}/api/v1/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: 'a wrong one' }),
  });
  expect(answer.status).toBe(401);
  const found = await site.installation.pool.db
    .selectFrom('audit_events')
    .selectAll()
    .where('request_id', '=', answer.headers.get('x-request-id'))
    .execute();
  expect(found).toMatchObject([{ action: 'sign_in.failed', user_id: null, subject_id: owner, address: '127.0.0.1' }]);
});
