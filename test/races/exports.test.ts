/** Export jobs, every verb ten at once: created once, stopped once, gone once, and no instant that runs backwards. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DownloadLink, ExportJob } from '#contract/export-jobs.ts';
import type { Problem } from '#contract/errors.ts';
import { notesMax } from '#contract/notes.ts';
import { connectAlone } from '#server/database/connection.ts';
import { archiveRows } from '#server/exports/archive.ts';
import { createLock } from '#server/exports/plan.ts';
import { type ExportSite, startExportSite } from '#test/exports.ts';
import type { Answer, Person, TestCompany } from '#test/http.ts';
import { atOnce, audited, crowd, expectWell, oneOf, rounds, statuses } from './at-once.ts';

let site: ExportSite;
let company: TestCompany;
let finance: Person;
const path = '/api/v1/export-jobs';
let asked = 0;

beforeAll(async () => {
  site = await startExportSite();
  company = await site.company();
  finance = await site.member(company, 'finance');
});
afterAll(async () => {
  await expectWell(site.db, site.store);
  await site.close();
});

type Asked = Answer<ExportJob & Pick<Problem, 'code' | 'errors' | 'detail'>>;

/** A period nobody else has asked for. */
const question = (): Record<string, unknown> => {
  asked += 1;
  const date_to = new Date(Date.UTC(2020, 0, asked)).toISOString().slice(0, 10);
  return { company_id: company.id, date_from: '2020-01-01', date_to, file_format: 'csv' };
};
const created = (changes = {}): Promise<ExportJob> =>
  site.create(finance.client, company, { ...question(), ...changes });
const post = (address: string, body: unknown, key?: string): Promise<Asked> =>
  finance.client.ask('POST', address, { body, ...(key !== undefined && { headers: { 'idempotency-key': key } }) });
const sha256 = createHash('sha256').update('a finished file').digest('hex');
const complete = (id: string): Promise<void> => site.engine.complete(id, { sha256 });
const ids = (answers: readonly Asked[]): number => new Set(answers.map(({ body }) => body.id)).size;
const newKey = (): string => `race-${(asked += 1)}`;

/** Makes every job as soon as it is there, as the fastest of workers would, until `work` is done. */
async function whileJobsFinish<T>(work: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const finishing = (async () => {
    while (!over.signal.aborted) {
      const { rows } = await sql<{ id: string }>`
        SELECT id FROM export_jobs WHERE company_id = ${company.id} AND status = 'pending'`.execute(site.db);
      for (const { id } of rows) await complete(id);
    }
  })();
  try {
    return await work();
  } finally {
    over.abort();
    await finishing;
  }
}

describe('create', () => {
  it('under one key is one job, whether the first is still made or has finished meanwhile', async () => {
    for (const _ of rounds(5)) {
      const [body, key] = [question(), newKey()];
      const answers = await whileJobsFinish(() => atOnce(() => post(path, body, key)));
      expect(statuses(answers)).toEqual(oneOf(201, 200));
      expect(ids(answers)).toBe(1);
      expect(await audited(site.db, 'export.created', answers[0]?.body.id ?? '')).toBe(1);
    }
  });

  it('without a key is one job for all who came while the first was unanswered, though it has finished meanwhile', async () => {
    for (const _ of rounds(10)) {
      const body = question();
      const answers = await whileJobsFinish(() => atOnce(() => post(path, body)));
      expect(statuses(answers)).toEqual(oneOf(201, 200));
      expect(ids(answers)).toBe(1);
    }
  });

  it('is a new job for whoever asks after it has finished', async () => {
    for (const _ of rounds(5)) {
      const body = question();
      const first = await post(path, body);
      await complete(first.body.id);
      const answers = await atOnce(() => post(path, body));
      expect(statuses(answers)).toEqual(oneOf(201, 200));
      expect(ids([first, ...answers])).toBe(2);
    }
  });

  it('of other questions under one key is one job, and the others are told so', async () => {
    for (const _ of rounds(3)) {
      const key = newKey();
      const answers = await atOnce(() => post(path, question(), key));
      expect(statuses(answers)).toEqual(oneOf(201, 422));
    }
  });

  it('makes no more than the limit, and each job of its own', async () => {
    const few = await startExportSite({ unfinishedMax: 3, rowsMax: { pdf: 100_000 } });
    const place = await few.company();
    const { client } = await few.member(place, 'finance');
    const answers = await atOnce(() => client.post(path, { ...question(), company_id: place.id }));
    expect(statuses(answers)).toEqual([201, 201, 201, ...Array.from({ length: crowd - 3 }, () => 429)]);
    await few.close();
  });
});

describe('retry', () => {
  it('is one new job, with a key and without, though that one has finished meanwhile', async () => {
    for (const round of rounds(6)) {
      const failed = await created();
      await site.engine.fail(failed.id, { code: 'internal', message: 'x' });
      const key = round % 2 === 0 ? newKey() : undefined;
      const answers = await whileJobsFinish(() => atOnce(() => post(`${path}/${failed.id}/retry`, undefined, key)));
      expect(statuses(answers)).toEqual(oneOf(201, 200));
      expect(ids(answers)).toBe(1);
      expect(answers[0]?.body.id).not.toBe(failed.id);
    }
  });
});

describe('cancel', () => {
  it('is done once and written down once', async () => {
    for (const _ of rounds(5)) {
      const { id } = await created();
      const answers = await atOnce(() => finance.client.post(`${path}/${id}/cancel`));
      expect(statuses(answers)).toEqual(oneOf(200, 409));
      expect(await audited(site.db, 'export.canceled', id)).toBe(1);
    }
  });

  it('beside a worker that finishes: one of the two, as it was answered', async () => {
    for (const _ of rounds(10)) {
      const { id } = await created();
      await site.engine.start(id);
      const [canceled] = await Promise.all([finance.client.post<ExportJob>(`${path}/${id}/cancel`), complete(id)]);
      const { body } = await finance.client.get<ExportJob>(`${path}/${id}`);
      expect([
        [200, 'canceled'],
        [409, 'completed'],
      ]).toContainEqual([canceled.status, body.status]);
      expect(await audited(site.db, 'export.canceled', id)).toBe(canceled.status === 200 ? 1 : 0);
    }
  });
});

describe('delete', () => {
  it('is done once and written down once, waiting, running or finished', async () => {
    for (const round of rounds(6)) {
      const { id } = await created();
      if (round % 3 > 0) await site.engine.start(id);
      if (round % 3 > 1) await complete(id);
      const answers = await atOnce(() => finance.client.delete(`${path}/${id}`));
      expect(statuses(answers)).toEqual(oneOf(204, 403));
      expect(await audited(site.db, 'export.deleted', id)).toBe(1);
    }
  });

  it('beside the archive: the row goes to one of the two, and only what was deleted is said to be', async () => {
    for (const _ of rounds(10)) {
      const { id } = await created();
      await complete(id);
      await sql`UPDATE export_jobs SET file_deleted_at = now() WHERE id = ${id}`.execute(site.db);
      const [deleted] = await Promise.all([finance.client.delete(`${path}/${id}`), archiveRows(site.db, -1)]);
      const archived = await site.db
        .selectFrom('export_job_archive')
        .select('id')
        .where('id', '=', id)
        .executeTakeFirst();
      expect([deleted.status, archived?.id]).toEqual(archived ? [403, id] : [204, undefined]);
      expect(await audited(site.db, 'export.deleted', id)).toBe(archived ? 0 : 1);
    }
  });

  it('beside a cancel: what is gone was deleted, and was canceled at most once', async () => {
    for (const _ of rounds(5)) {
      const { id } = await created();
      const answers = await atOnce((at) =>
        at % 2 === 0 ? finance.client.delete(`${path}/${id}`) : finance.client.post(`${path}/${id}/cancel`),
      );
      expect(statuses(answers).filter((status) => status === 204)).toHaveLength(1);
      const canceled = statuses(answers).filter((status) => status === 200).length;
      expect(canceled).toBeLessThan(2);
      expect(await audited(site.db, 'export.canceled', id)).toBe(canceled);
    }
  });

  it('answers 410 to the key that made it', async () => {
    const [body, key] = [question(), newKey()];
    const { id } = (await post(path, body, key)).body;
    await finance.client.delete(`${path}/${id}`);
    const again = await post(path, body, key);
    expect([again.status, again.body.code]).toEqual([410, 'idempotency_result_deleted']);
    const other = await post(path, question(), key);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
  });
});

describe('notes', () => {
  it('are no more than there can be, each written down once; taken back once', async () => {
    for (const _ of rounds(1)) {
      const { id } = await created();
      const known = Array.from({ length: notesMax - 3 }, (__, at) => ({
        job_id: id,
        created_by: finance.id,
        text: `${at}`,
      }));
      await site.db.insertInto('export_notes').values(known).execute();
      const answers = await atOnce((at) => post(`${path}/${id}/notes`, { text: `Σημείωση ${at}` }));
      expect(statuses(answers)).toEqual([201, 201, 201, ...Array.from({ length: crowd - 3 }, () => 409)]);
      expect(await audited(site.db, 'export.noted', id)).toBe(3);
      const note = answers.find(({ status }) => status === 201)?.body.id ?? '';
      const taken = await atOnce(() => finance.client.delete(`${path}/${id}/notes/${note}`));
      expect(statuses(taken)).toEqual(oneOf(204, 403));
      expect(await audited(site.db, 'export.note_deleted', id)).toBe(1);
    }
  });

  it('under one key are one, and beside the deletion of the export none is left', async () => {
    for (const _ of rounds(2)) {
      const { id } = await created();
      const key = newKey();
      const same = await atOnce(() => post(`${path}/${id}/notes`, { text: 'Raz' }, key));
      expect([statuses(same), ids(same)]).toEqual([oneOf(201, 200).toSorted((a, b) => a - b), 1]);
      const beside = await atOnce((at) =>
        at === 0 ? finance.client.delete(`${path}/${id}`) : post(`${path}/${id}/notes`, { text: `${at}` }),
      );
      for (const { status } of beside) expect([201, 204, 403]).toContain(status);
      expect(await site.db.selectFrom('export_notes').select('id').where('job_id', '=', id).execute()).toEqual([]);
    }
  });
});

describe('updated_at', () => {
  it('rises with every state a job goes through, whoever waits for whom', async () => {
    for (const _ of rounds(10)) {
      const { id } = await created();
      await Promise.all([
        site.engine.start(id),
        finance.client.post(`${path}/${id}/cancel`),
        finance.client.post(`${path}/${id}/cancel`),
      ]);
    }
    const { rows } = await sql`
      SELECT job_id, before, after FROM (SELECT job_id, seq, state ->> 'updated_at' AS after, state ->> 'status' AS status,
        lag(state ->> 'updated_at') OVER states AS before, lag(state ->> 'status') OVER states AS status_before
        FROM export_job_changes WHERE state IS NOT NULL WINDOW states AS (PARTITION BY job_id ORDER BY seq)) AS changes
      WHERE status <> status_before AND after::timestamptz <= before::timestamptz`.execute(site.db);
    expect(rows).toEqual([]);
  });
});

describe('a location', () => {
  it('that an export names is not deleted beside it: one of the two is refused, in words', async () => {
    const manager = await site.member(company, 'manager');
    for (const _ of rounds(10)) {
      const location = await site.location(company, 'Κουζίνα 厨房');
      const body = { ...question(), filters: { delivery_location_ids: [location] } };
      const [exported, deleted] = await Promise.all([
        post(path, body),
        manager.client.delete<Problem>(`/api/v1/companies/${company.id}/delivery-locations/${location}`),
      ]);
      expect([
        [201, 409],
        [400, 204],
      ]).toContainEqual([exported.status, deleted.status]);
      if (deleted.status === 409) expect(deleted.body.detail).toContain('Archive it instead');
      else expect(exported.body.errors?.[0]?.field).toBe('filters.delivery_location_ids');
    }
  });
});

describe('a location that goes while an export waits', () => {
  it('is looked at again when the export is made', async () => {
    const manager = await site.member(company, 'manager');
    const location = await site.location(company, 'Παλιά κουζίνα');
    const before = await connectAlone({ url: site.databaseUrl });
    // as a create of this company that is not over yet
    await before.query(`BEGIN; SELECT pg_advisory_xact_lock(${createLock}, hashint8(${company.id}))`);
    const exported = post(path, { ...question(), filters: { delivery_location_ids: [location] } });
    const itWaits = async (): Promise<void> => {
      const waiting = await before.query(
        `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND classid = ${createLock}`,
      );
      expect(waiting.rows).toHaveLength(1);
    };
    await vi.waitFor(itWaits, { timeout: 10_000 });
    const gone = await manager.client.delete(`/api/v1/companies/${company.id}/delivery-locations/${location}`);
    expect(gone.status).toBe(204);
    await before.query('COMMIT');
    await before.end();
    expect(await exported).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'filters.delivery_location_ids' }] },
    });
  });
});

describe('download', () => {
  it('is offered as long as it is given: one clock, one rule, to the last second', async () => {
    const { id } = await created();
    await complete(id);
    for (const milliseconds of [-1000, -1, 0, 1, 300, 600, 900, 999, 1001, 1400, 2000]) {
      await sql`UPDATE export_jobs SET expires_at = clock_timestamp() + ${milliseconds} * interval '1 millisecond'
        WHERE id = ${id}`.execute(site.db);
      // asked before and after, so that no second that ends in between is mistaken for a disagreement
      const before = await finance.client.get<ExportJob>(`${path}/${id}`);
      const link = await finance.client.get<DownloadLink>(`${path}/${id}/download`);
      const after = await finance.client.get<ExportJob>(`${path}/${id}`);
      const given = link.status === 200;
      expect({
        milliseconds,
        given,
        agree: [before, after].some(({ body }) => body.is_downloadable === given),
      }).toEqual({
        milliseconds,
        given,
        agree: true,
      });
      if (given) expect(link.body.expires_in_seconds).toBeGreaterThan(0);
    }
  });
});
