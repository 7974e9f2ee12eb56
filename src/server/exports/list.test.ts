import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExportJob, jobOrderingFields, type Page } from '#contract/export-jobs.ts';
import type { Problem } from '#contract/errors.ts';
import { type ExportSite, startExportSite } from '#test/exports.ts';
import type { Person, TestCompany } from '#test/http.ts';

let site: ExportSite;
let company: TestCompany;
let finance: Person;
const path = '/api/v1/export-jobs';

beforeAll(async () => {
  site = await startExportSite();
  company = await site.company({ timeZone: 'Europe/Berlin' });
  finance = await site.member(company, 'finance');
});
afterAll(() => site.close());

const list = async (query: string, who = finance): Promise<Page<ExportJob>> => {
  const { status, body } = await who.client.get<Page<ExportJob>>(`${path}?${query}`);
  if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body;
};

/** A company with `count` finished jobs whose formats, types, periods and instants repeat, so that every ordering has ties. */
async function filled(count: number, timeZone = 'Europe/Berlin'): Promise<{ place: TestCompany; who: Person }> {
  const place = await site.company({ timeZone });
  const who = await site.member(place, 'finance');
  await sql`INSERT INTO pgboss.job (id, name, state, singleton_key)
    SELECT ('01a00000-0000-7000-8000-' || lpad(to_hex(${place.id}::bigint * 100000 + g), 12, '0'))::uuid, 'exports-quick-1', 'created', 'x' || g
    FROM generate_series(1, ${count}::int) g`.execute(site.db);
  await sql`INSERT INTO export_jobs (id, company_id, created_by, report_type, file_format, date_from, date_to, question, queue, created_at, updated_at)
    SELECT ('01a00000-0000-7000-8000-' || lpad(to_hex(${place.id}::bigint * 100000 + g), 12, '0'))::uuid, ${place.id}, ${who.id},
      (ARRAY['delivery_location','vendor','item'])[1 + g % 3], (ARRAY['csv','pdf'])[1 + g % 2],
      date '2026-01-01' + g % 5, date '2026-02-01' + g % 4, 'q' || g, 'exports-quick-1',
      timestamptz '2026-03-01 12:00Z' + make_interval(mins => g / 3), timestamptz '2026-03-02 12:00Z' + make_interval(mins => g / 4)
    FROM generate_series(1, ${count}::int) g`.execute(site.db);
  await sql`UPDATE pgboss.job SET state = (ARRAY['active', 'cancelled'])[1 + ascii(right(id::text, 1)) % 2]::pgboss.job_state
    WHERE id IN (SELECT id FROM export_jobs WHERE company_id = ${place.id}) AND ascii(right(id::text, 1)) % 3 > 0`.execute(
    site.db,
  );
  return { place, who };
}

describe('pages (M21)', () => {
  it('answers results, page, page_size, total and total_pages, newest first, 20 by default', async () => {
    const { place, who } = await filled(45);
    const first = await list(`company_id=${place.id}`, who);
    expect(first).toMatchObject({ page: 0, page_size: 20, total: 45, total_pages: 3 });
    expect(first.results).toHaveLength(20);
    const times = first.results.map((job) => job.created_at);
    expect(times.toSorted().toReversed()).toEqual(times);
    expect((await list(`company_id=${place.id}&page=2`, who)).results).toHaveLength(5);
  });

  it('a page past the end is empty, with the true totals', async () => {
    const { place, who } = await filled(3);
    expect(await list(`company_id=${place.id}&page=7`, who)).toEqual({
      results: [],
      page: 7,
      page_size: 20,
      total: 3,
      total_pages: 1,
    });
  });

  it('so is one that is very far past it', async () => {
    const { place, who } = await filled(3);
    const far = await list(`company_id=${place.id}&page=9999999999999&page_size=200`, who);
    expect(far).toMatchObject({ results: [], page: 9_999_999_999_999, total: 3 });
  });

  it('nothing there is an empty page', async () => {
    const place = await site.company();
    const who = await site.member(place, 'finance');
    expect(await list(`company_id=${place.id}`, who)).toEqual({
      results: [],
      page: 0,
      page_size: 20,
      total: 0,
      total_pages: 0,
    });
  });
});

describe('orderings (M23)', () => {
  it.each(jobOrderingFields.flatMap((field) => [field, `-${field}`]))(
    '%s: sorted, and pages never overlap',
    async (ordering) => {
      const { place, who } = await filled(23);
      const all: ExportJob[] = [];
      for (let page = 0; page < 5; page += 1) {
        all.push(...(await list(`company_id=${place.id}&ordering=${ordering}&page_size=5&page=${page}`, who)).results);
      }
      expect(new Set(all.map((job) => job.id)).size).toBe(23);
      const field = ordering.replace('-', '') as keyof ExportJob;
      const values = all.map((job) => JSON.stringify(job[field]));
      const sorted = values.toSorted();
      expect(values).toEqual(ordering.startsWith('-') ? sorted.toReversed() : sorted);
    },
  );
});

describe('filters (M22)', () => {
  it('several values, by comma or repeated, in every combination', async () => {
    const { place, who } = await filled(30);
    const csv = await list(`company_id=${place.id}&file_format=csv&page_size=200`, who);
    const both = await list(`company_id=${place.id}&file_format=csv,pdf&page_size=200`, who);
    const repeated = await list(`company_id=${place.id}&file_format=csv&file_format=pdf&page_size=200`, who);
    expect(csv.total).toBe(15);
    expect(csv.results.every((job) => job.file_format === 'csv')).toBe(true);
    expect([both.total, repeated.total]).toEqual([30, 30]);
    const narrowed = await list(`company_id=${place.id}&file_format=csv&report_type=vendor,item&page_size=200`, who);
    expect(narrowed.total).toBe(10);
    expect(narrowed.results.every((job) => job.file_format === 'csv' && job.report_type !== 'delivery_location')).toBe(
      true,
    );
  });

  it('by status', async () => {
    const job = await site.create(finance.client, company, { date_to: '2026-10-02' });
    await site.engine.start(job.id);
    const running = await list(`company_id=${company.id}&status=processing,failed`);
    expect(running.results.map(({ id }) => id)).toEqual([job.id]);
    expect((await list(`company_id=${company.id}&status=failed`)).total).toBe(0);
  });

  it('by requester, report period and location', async () => {
    const place = await site.company();
    const [a, b] = [await site.member(place, 'finance'), await site.member(place, 'manager')];
    const [bar, kitchen] = [await site.location(place, 'Bar'), await site.location(place, 'Kitchen')];
    const january = await site.create(a.client, place, {
      date_from: '2026-01-01',
      date_to: '2026-01-31',
      filters: { delivery_location_ids: [bar] },
    });
    const march = await site.create(b.client, place, { date_from: '2026-03-01', date_to: '2026-03-31' });
    const ids = async (query: string) =>
      (await list(`company_id=${place.id}&ordering=id&${query}`, a)).results.map(({ id }) => id);
    expect(await ids(`created_by=${b.id}`)).toEqual([march.id]);
    expect(await ids('period_from=2026-01-31&period_to=2026-02-15')).toEqual([january.id]);
    expect(await ids(`delivery_location_id=${bar}`)).toEqual([january.id, march.id]);
    expect(await ids(`delivery_location_id=${kitchen}`)).toEqual([march.id]);
  });

  it('facets count each choice with the other filters applied', async () => {
    const { place, who } = await filled(12);
    const { body } = await who.client.get<{ file_format: object; report_type: object }>(
      `${path}/facets?company_id=${place.id}&file_format=csv`,
    );
    expect(body.file_format).toEqual({ csv: 6, pdf: 6 });
    expect(body.report_type).toEqual({ delivery_location: 2, vendor: 2, item: 2 });
  });
});

describe('created between: days in the zone of the company, instants to the microsecond', () => {
  it('bounds may be as far away as dates go', async () => {
    const { place, who } = await filled(3);
    for (const to of ['9999-12-31', '9999-12-31T23:59:59.999999Z'])
      expect((await list(`company_id=${place.id}&created_at_from=1900-01-01&created_at_to=${to}`, who)).total).toBe(3);
  });

  const at = async (place: TestCompany, who: Person, ...instants: string[]): Promise<void> => {
    for (const [n, instant] of instants.entries()) {
      const job = await site.create(who.client, place, { date_to: `2026-10-${String(n + 1).padStart(2, '0')}` });
      await sql`UPDATE export_jobs SET created_at = ${instant} WHERE id = ${job.id}`.execute(site.db);
    }
  };

  it.each([
    // the night the clocks go forward: 2026-03-29 has 23 hours in Berlin
    [
      'Europe/Berlin',
      '2026-03-29',
      '2026-03-28T23:00:00.000000Z',
      '2026-03-29T21:59:59.999999Z',
      '2026-03-28T22:59:59.999999Z',
      '2026-03-29T22:00:00.000000Z',
    ],
    // and back: 2026-10-25 has 25
    [
      'Europe/Berlin',
      '2026-10-25',
      '2026-10-24T22:00:00.000000Z',
      '2026-10-25T22:59:59.999999Z',
      '2026-10-24T21:59:59.999999Z',
      '2026-10-25T23:00:00.000000Z',
    ],
    [
      'America/New_York',
      '2026-11-01',
      '2026-11-01T04:00:00.000000Z',
      '2026-11-02T04:59:59.999999Z',
      '2026-11-01T03:59:59.999999Z',
      '2026-11-02T05:00:00.000000Z',
    ],
    [
      'Asia/Kathmandu',
      '2026-06-15',
      '2026-06-14T18:15:00.000000Z',
      '2026-06-15T18:14:59.999999Z',
      '2026-06-14T18:14:59.999999Z',
      '2026-06-15T18:15:00.000000Z',
    ],
  ])(
    '%s %s holds its first and last microsecond and not their neighbours',
    async (zone, day, first, last, before, after) => {
      const place = await site.company({ timeZone: zone });
      const who = await site.member(place, 'finance');
      await at(place, who, first, last, before, after);
      const found = await list(
        `company_id=${place.id}&created_at_from=${day}&created_at_to=${day}&ordering=created_at`,
        who,
      );
      expect(found.results.map((job) => job.created_at)).toEqual([first, last]);
      expect(found.total).toBe(2);
    },
  );

  it.each([
    // between two microseconds lies no job: the next begins, the last ends
    ['05.1234560', '05.1234560', 1],
    ['05.123456000', '05.123456000', 1],
    ['05.1234559', '05.1234561', 1],
    ['05.123456001', '06', 0],
    ['05.1234564', '06', 0],
    ['05', '05.123455999', 0],
    ['05', '05.1234559', 0],
    ['04.999999999', '05.1234569', 1],
  ])('from second %s to %s are %i: finer instants are compared, not rounded', async (from, to, total) => {
    const place = await site.company();
    const who = await site.member(place, 'finance');
    await at(place, who, '2026-05-05T05:05:05.123456Z');
    const [first, last] = [from, to].map((second) => `2026-05-05T05:05:${second}Z`);
    const found = await list(`company_id=${place.id}&created_at_from=${first}&created_at_to=${last}`, who);
    expect(found.total).toBe(total);
  });

  it.each(['+15:59', '-15:59', '+14:00', '-00:00'])('an offset of %s is one', async (offset) => {
    const place = await site.company();
    const who = await site.member(place, 'finance');
    for (const instant of [`2026-05-05T05:05:05${offset}`, `9999-12-31T23:59:59.9999999${offset}`]) {
      const bound = encodeURIComponent(instant);
      expect((await list(`company_id=${place.id}&created_at_to=${bound}&created_at_from=${bound}`, who)).total).toBe(0);
    }
  });

  it('an instant equal to created_at includes that job, at both ends', async () => {
    const place = await site.company();
    const who = await site.member(place, 'finance');
    await at(place, who, '2026-05-05T05:05:05.123456Z');
    const bound = '2026-05-05T05:05:05.123456Z';
    expect((await list(`company_id=${place.id}&created_at_from=${bound}&created_at_to=${bound}`, who)).total).toBe(1);
    expect((await list(`company_id=${place.id}&created_at_from=2026-05-05T05:05:05.123457Z`, who)).total).toBe(0);
    expect(
      (
        await list(
          `company_id=${place.id}&created_at_to=${encodeURIComponent('2026-05-05T07:05:05.123456+02:00')}`,
          who,
        )
      ).total,
    ).toBe(1);
  });

  it("without a company a day is each company's own", async () => {
    const group = await site.organization();
    const berlin = await site.company({ organizationId: group, timeZone: 'Europe/Berlin' });
    const york = await site.company({ organizationId: group, timeZone: 'America/New_York' });
    const who = await site.person('Group finance');
    for (const place of [berlin, york]) await site.joinCompany(place, who, 'finance');
    await at(berlin, who, '2026-07-01T01:00:00.000000Z');
    await at(york, who, '2026-07-01T01:00:00.000000Z');
    const found = await list('created_at_from=2026-07-01&created_at_to=2026-07-01', who);
    expect(found.results.map((job) => job.company_id)).toEqual([berlin.id]);
  });
});

describe('400: bad input names the field', () => {
  it.each([
    ['page=-1', 'page'],
    ['page=x', 'page'],
    ['page_size=0', 'page_size'],
    ['page_size=201', 'page_size'],
    ['page=0&page=1', 'page'],
    ['ordering=size', 'ordering'],
    ['ordering=--created_at', 'ordering'],
    ['status=done', 'status'],
    ['status=pending,done', 'status'],
    ['file_format=doc', 'file_format'],
    ['created_at_from=yesterday', 'created_at_from'],
    ['created_at_from=2026-01-01T00:00:00%2B16:00', 'created_at_from'],
    ['created_at_to=2026-01-01T00:00:00-23:59', 'created_at_to'],
    ['created_at_to=2026-01-01T00:00:00%2B15:60', 'created_at_to'],
    ['created_at_to=2026-01-01T00:00:00.1234567891Z', 'created_at_to'],
    ['created_at_to=2026-13-01', 'created_at_to'],
    ['created_from=2026-01-01', 'created_from'],
    ['created_to=2026-01-01', 'created_to'],
    ['limit=5', 'limit'],
  ])('%s', async (query, field) => {
    const { status, body } = await finance.client.get<Problem>(`${path}?company_id=${company.id}&${query}`);
    expect(status).toBe(400);
    expect(body.errors?.map((error) => error.field)).toContain(field);
  });

  it('created_from is refused with a hint at the right name (M24)', async () => {
    const { body } = await finance.client.get<Problem>(`${path}?company_id=${company.id}&created_from=2026-01-01`);
    expect(body.code).toBe('unknown_field');
    expect(body.errors?.[0]?.message).toContain('created_at_from');
  });
});

describe('whose jobs (M25, M41)', () => {
  it('without company_id: every company where the capability is held, and no other', async () => {
    const [mine, alsoMine, blind, foreign] = [
      await site.company(),
      await site.company(),
      await site.company(),
      await site.company(),
    ];
    const who = await site.person('Traveller');
    await site.joinCompany(mine, who, 'finance');
    await site.joinCompany(alsoMine, who, 'manager');
    await site.joinCompany(blind, who, 'viewer');
    for (const place of [mine, alsoMine, blind, foreign]) {
      const local = await site.member(place, 'finance');
      await site.create(local.client, place);
    }
    const found = await list('page_size=200', who);
    expect(new Set(found.results.map((job) => job.company_id))).toEqual(new Set([mine.id, alsoMine.id]));
    expect(found.total).toBe(2);
  });

  it('somebody without any such company sees an empty list', async () => {
    const viewer = await site.member(company, 'viewer');
    expect((await list('', viewer)).total).toBe(0);
  });

  it('403 with a company that may not be seen, 401 for nobody', async () => {
    const viewer = await site.member(company, 'viewer');
    expect((await viewer.client.get<Problem>(`${path}?company_id=${company.id}`)).body.code).toBe('missing_capability');
    const stranger = await site.person();
    expect((await stranger.client.get<Problem>(`${path}?company_id=${company.id}`)).body.code).toBe(
      'company_access_denied',
    );
    expect((await site.anonymous.get(`${path}?company_id=${company.id}`)).status).toBe(401);
  });

  it('losing the capability takes effect at the next request (M40)', async () => {
    const place = await site.company();
    const who = await site.member(place, 'finance');
    await list(`company_id=${place.id}`, who);
    await site.joinCompany(place, who, 'finance', { denied: ['view_financials'] });
    expect((await who.client.get(`${path}?company_id=${place.id}`)).status).toBe(403);
  });
});
