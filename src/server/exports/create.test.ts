import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportJob } from '#contract/export-jobs.ts';
import type { Problem } from '#contract/errors.ts';
import { type ExportSite, period, startExportSite } from '#test/exports.ts';
import type { Person, TestCompany } from '#test/http.ts';

let site: ExportSite;
let company: TestCompany;
let finance: Person;
const path = '/api/v1/export-jobs';

beforeAll(async () => {
  site = await startExportSite();
  company = await site.company();
  finance = await site.member(company, 'finance');
});
afterAll(() => site.close());

const ask = (body: Record<string, unknown>, headers: Record<string, string> = {}, who = finance) =>
  who.client.ask<ExportJob & Pick<Problem, 'code' | 'detail' | 'errors' | 'request_id'>>('POST', path, {
    body: { company_id: company.id, ...period, ...body },
    headers,
  });

describe('201: creating an export (M20)', () => {
  it('answers the job as it was inserted, with its address', async () => {
    const { status, body, headers } = await ask({ date_to: '2026-10-02' });
    expect(status).toBe(201);
    expect(headers['location']).toBe(`${path}/${body.id}`);
    expect(body).toMatchObject({
      company_id: company.id,
      report_type: 'delivery_location',
      file_format: 'csv',
      status: 'pending',
      date_from: '2026-10-01',
      date_to: '2026-10-02',
      filters: {},
      options: {},
      attempt: 1,
      error: null,
      progress: null,
      is_downloadable: false,
      created_by: { id: finance.id, name: finance.name },
    });
    expect(body.created_at).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/);
    expect(body.updated_at).toBe(body.created_at);
  });

  it('queues it in the same transaction: the engine has a job by the same id, and the audit log an entry', async () => {
    const job = await site.create(finance.client, company, { date_to: '2026-10-03' });
    const { rows } = await sql`SELECT state, singleton_key FROM pgboss.job WHERE id = ${job.id}`.execute(site.db);
    expect(rows).toEqual([
      { state: 'created', singleton_key: expect.stringMatching(new RegExp(`^${company.id}#\\d$`)) },
    ]);
    const entry = await site.db
      .selectFrom('audit_events')
      .selectAll()
      .where('subject_id', '=', job.id)
      .executeTakeFirstOrThrow();
    expect(entry).toMatchObject({ action: 'export.created', company_id: company.id, user_id: finance.id });
  });

  it('takes every format, with locations and options', async () => {
    const location = await site.location(company, 'Main Kitchen');
    for (const file_format of ['csv', 'pdf', 'xlsx']) {
      const { status, body } = await ask({
        file_format,
        date_to: '2026-10-04',
        filters: { delivery_location_ids: [location, location] },
        options: { csv_dialect: 'spreadsheets' },
      });
      expect(status).toBe(201);
      expect(body).toMatchObject({
        file_format,
        filters: { delivery_location_ids: [location] },
        options: { csv_dialect: 'spreadsheets' },
      });
    }
  });

  it('takes a list of ids as text, with blanks around the commas', async () => {
    const [bar, terrace] = [await site.location(company, 'Bar'), await site.location(company, 'Terrasse')];
    const { status, body } = await ask({ filters: { delivery_location_ids: ` ${bar} , ${terrace},, ` } });
    expect([status, body.filters]).toEqual([201, { delivery_location_ids: [bar, terrace] }]);
  });

  it('takes a single day and one in the future', async () => {
    expect((await ask({ date_from: '2031-02-28', date_to: '2031-02-28' })).status).toBe(201);
  });

  it('gives ids in the order of creation', async () => {
    const ids = [];
    for (const day of ['05', '06', '07'])
      ids.push((await site.create(finance.client, company, { date_to: `2026-10-${day}` })).id);
    expect([...ids].sort()).toEqual(ids);
  });
});

describe('200: the same again', () => {
  it('a double click is one job, also when both arrive at once', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => ask({ date_to: '2026-10-08' })));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  });

  it('the same question after the first has finished is a new job', async () => {
    const first = await site.create(finance.client, company, { date_to: '2026-10-09' });
    await site.engine.start(first.id);
    await site.engine.complete(first.id);
    const second = await ask({ date_to: '2026-10-09' });
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.id);
  });

  it('another person asking the same gets a job of their own', async () => {
    const other = await site.member(company, 'manager');
    const [mine, theirs] = [await ask({ date_to: '2026-10-10' }), await ask({ date_to: '2026-10-10' }, {}, other)];
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    expect(mine.body.id).not.toBe(theirs.body.id);
  });

  it('an Idempotency-Key answers the first job, finished or not', async () => {
    const headers = { 'idempotency-key': 'month-end-1' };
    const first = await ask({ date_to: '2026-10-11' }, headers);
    await site.engine.start(first.body.id);
    await site.engine.complete(first.body.id);
    const again = await ask({ date_to: '2026-10-11' }, headers);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body.id).toBe(first.body.id);
  });

  it('equal requests with one key that arrive at once are one job', async () => {
    const answers = await Promise.all(
      [1, 2, 3].map(() => ask({ date_to: '2026-10-12' }, { 'idempotency-key': 'race-1' })),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 201]);
  });
});

describe('422: an Idempotency-Key used for another request', () => {
  it('is refused and makes nothing', async () => {
    const headers = { 'idempotency-key': 'month-end-2' };
    await ask({ date_to: '2026-10-13' }, headers);
    const { status, body } = await ask({ date_to: '2026-10-14' }, headers);
    expect(status).toBe(422);
    expect(body.code).toBe('idempotency_key_reused');
  });

  it("is nobody else's: another person may use the same text", async () => {
    const other = await site.member(company, 'manager');
    await ask({ date_to: '2026-10-15' }, { 'idempotency-key': 'shared' });
    expect((await ask({ date_to: '2026-10-16' }, { 'idempotency-key': 'shared' }, other)).status).toBe(201);
  });
});

describe('400: bad input names the field (M26)', () => {
  const cases: [string, Record<string, unknown>, string, string][] = [
    ['a date that does not exist', { date_from: '2026-02-30' }, 'invalid_input', 'date_from'],
    ['a date in another notation', { date_to: '31.10.2026' }, 'invalid_input', 'date_to'],
    ['a date with a time', { date_to: '2026-10-31T00:00:00Z' }, 'invalid_input', 'date_to'],
    ['no date', { date_to: undefined }, 'invalid_input', 'date_to'],
    ['the end before the start', { date_from: '2026-11-01' }, 'invalid_date_range', 'date_from'],
    ['an unknown format', { file_format: 'docx' }, 'invalid_input', 'file_format'],
    ['an unknown report', { report_type: 'payroll' }, 'invalid_input', 'report_type'],
    ['an unknown field', { colour: 'red' }, 'unknown_field', 'colour'],
    ['an unknown filter', { filters: { vendor: 'x' } }, 'unknown_field', 'filters.vendor'],
    [
      'a location of nobody',
      { filters: { delivery_location_ids: ['999999'] } },
      'invalid_input',
      'filters.delivery_location_ids',
    ],
    [
      'a location that cannot be one',
      { filters: { delivery_location_ids: ["' OR 1=1"] } },
      'invalid_input',
      'filters.delivery_location_ids',
    ],
    ['filters that are no object', { filters: [] }, 'invalid_input', 'filters'],
    ['an unknown option', { options: { csv_dialect: 'excel' } }, 'invalid_input', 'options.csv_dialect'],
    ['a date that is a number', { date_from: 20261001 }, 'invalid_input', 'date_from'],
  ];
  it.each(cases)('%s', async (_what, body, code, field) => {
    const answer = await ask(body);
    expect(answer.status).toBe(400);
    expect(answer.body.code).toBe(code);
    expect(answer.body.errors?.map((error) => error.field)).toContain(field);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.body.request_id).toBeTruthy();
  });

  it('no company at all', async () => {
    const { status, body } = await finance.client.post<Problem>(path, { ...period });
    expect(status).toBe(400);
    expect(body.errors?.[0]?.field).toBe('company_id');
  });

  it('a body that is not JSON, and one of another type', async () => {
    const send = (type: string) =>
      finance.client.ask<Problem>('POST', path, { body: '{', headers: { 'content-type': type } });
    expect(await send('application/json')).toMatchObject({ status: 400, body: { errors: [{ field: 'body' }] } });
    expect(await send('text/plain')).toMatchObject({ status: 415, body: { code: 'wrong_media_type' } });
  });

  it('a location of another company, in the same words as one that does not exist', async () => {
    const foreign = await site.location(await site.company(), 'Elsewhere');
    const answers = [];
    for (const id of [foreign, '888888']) answers.push(await ask({ filters: { delivery_location_ids: [id] } }));
    const [there, nowhere] = answers.map(({ body }) => ({ ...body, request_id: '' }));
    expect(there).toEqual(nowhere);
  });
});

describe('401 and 403: who may not (M40, M41)', () => {
  it('nobody signed in', async () => {
    const { status, body } = await site.anonymous.post<Problem>(path, { company_id: company.id, ...period });
    expect([status, body.code]).toEqual([401, 'not_signed_in']);
  });

  it('no capability: says which and whom to ask', async () => {
    const buyer = await site.member(company, 'buyer');
    const { status, body } = await ask({}, {}, buyer);
    expect([status, body.code]).toEqual([403, 'missing_capability']);
    expect(body.detail).toContain('view_financials');
  });

  it('access is decided before the input is judged', async () => {
    const buyer = await site.member(company, 'buyer');
    expect((await ask({ date_from: 'nonsense', extra: 1 }, {}, buyer)).status).toBe(403);
  });

  it.each(['999999', 'abc', '', '0', '-1', '1e3', '99999999999999999999', "1' OR '1'='1"])(
    "company %j is answered like somebody else's",
    async (id) => {
      const stranger = await site.person();
      const foreign = await stranger.client.post<Problem>(path, { company_id: company.id, ...period });
      const unknown = await stranger.client.post<Problem>(path, { company_id: id, ...period });
      expect(unknown.status).toBe(403);
      expect({ ...unknown.body, request_id: '' }).toEqual({ ...foreign.body, request_id: '' });
    },
  );

  it('denied beats role, granted lifts it', async () => {
    const denied = await site.member(company, 'finance', { denied: ['view_financials'] });
    const granted = await site.member(company, 'buyer', { granted: ['view_financials'] });
    expect((await ask({ date_to: '2026-10-17' }, {}, denied)).status).toBe(403);
    expect((await ask({ date_to: '2026-10-17' }, {}, granted)).status).toBe(201);
  });

  it('an API key can what its person can, no more', async () => {
    const buyer = await site.member(company, 'buyer');
    const body = { company_id: company.id, ...period, date_to: '2026-10-18' };
    expect((await (await site.withKey(finance)).post(path, body)).status).toBe(201);
    expect((await (await site.withKey(buyer)).post(path, body)).status).toBe(403);
  });
});

describe('429: admission', () => {
  it('refuses what is above the limit of unfinished exports, with Retry-After and a sentence', async () => {
    const strict = await startExportSite({ unfinishedMax: 2, rowsMax: { pdf: 100_000 } });
    try {
      const place = await strict.company();
      const who = await strict.member(place, 'finance');
      const answers = await Promise.all(
        ['01', '02', '03', '04'].map((day) =>
          who.client.post<Problem>(path, { company_id: place.id, ...period, date_to: `2026-11-${day}` }),
        ),
      );
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 201, 429, 429]);
      const refused = answers.find(({ status }) => status === 429);
      expect(refused?.body.code).toBe('too_many_unfinished_exports');
      expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(0);
    } finally {
      await strict.close();
    }
  });
});

describe('a promise that a crash cannot break', () => {
  it('an unfinished job without its engine job cannot be committed', async () => {
    const insert = sql`INSERT INTO export_jobs (id, company_id, created_by, report_type, file_format, date_from, date_to, question, queue, created_at, updated_at)
      VALUES (gen_random_uuid(), ${company.id}, ${finance.id}, 'delivery_location', 'csv', '2026-01-01', '2026-01-02', 'q', 'exports-quick-1', now(), now())`;
    await expect(insert.execute(site.db)).rejects.toThrow(/has no engine job/);
  });
});
