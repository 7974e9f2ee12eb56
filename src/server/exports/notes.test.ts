import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportJob, Page } from '#contract/export-jobs.ts';
import { type ExportNote, notesMax } from '#contract/notes.ts';
import type { Problem } from '#contract/errors.ts';
import { type ExportSite, startExportSite } from '#test/exports.ts';
import type { Answer, Person, TestCompany } from '#test/http.ts';

let site: ExportSite;
let company: TestCompany;
let finance: Person;
let other: Person;
let manager: Person;
const base = '/api/v1/export-jobs';
let day = 0;

beforeAll(async () => {
  site = await startExportSite();
  company = await site.company();
  finance = await site.member(company, 'finance');
  other = await site.member(company, 'finance');
  manager = await site.member(company, 'manager');
});
afterAll(() => site.close());

/** Of days nobody else has. */
const exported = (): Promise<ExportJob> => {
  day += 1;
  return site.create(finance.client, company, {
    date_from: '2025-02-01',
    date_to: new Date(Date.UTC(2025, 1, day)).toISOString().slice(0, 10),
  });
};
type Said = Answer<ExportNote & Pick<Problem, 'code' | 'errors'>>;
const write = (job: string, text: unknown, who = finance, key?: string): Promise<Said> =>
  who.client.ask('POST', `${base}/${job}/notes`, {
    body: { text },
    ...(key !== undefined && { headers: { 'idempotency-key': key } }),
  });
const notesOf = async (job: string, who = finance, query = ''): Promise<Page<ExportNote>> =>
  (await who.client.get<Page<ExportNote>>(`${base}/${job}/notes${query}`)).body;
const take = (job: string, note: string, who: Person): Promise<Said> =>
  who.client.ask('DELETE', `${base}/${job}/notes/${note}`);
const read = async (job: string): Promise<ExportJob> => (await finance.client.get<ExportJob>(`${base}/${job}`)).body;

describe('a note', () => {
  it('is read by everybody who may see the export, newest first, and stands on the export', async () => {
    const { id } = await exported();
    expect(await notesOf(id)).toMatchObject({ results: [], total: 0 });
    expect((await read(id)).notes).toBeNull();
    const first = await write(id, '  מסרתי לרואה החשבון ');
    expect(first).toMatchObject({ status: 201, body: { text: 'מסרתי לרואה החשבון', created_by: { id: finance.id } } });
    await write(id, 'Ŝendita, 1 Dec', other);
    const seen = await notesOf(id, manager);
    expect(seen.results.map(({ text }) => text)).toEqual(['Ŝendita, 1 Dec', 'מסרתי לרואה החשבון']);
    expect(await notesOf(id, finance, '?page_size=1&page=1')).toMatchObject({ total: 2, results: [first.body] });
    const { notes } = await read(id);
    expect(notes).toEqual({
      count: 2,
      last: { text: 'Ŝendita, 1 Dec', created_at: seen.results[0]?.created_at, by: seen.results[0]?.created_by?.name },
    });
    const list = await finance.client.get<Page<ExportJob>>(`${base}?company_id=${company.id}&page_size=200`);
    expect(list.body.results.find((job) => job.id === id)?.notes).toEqual(notes);
  });

  it.each([
    ['nothing', undefined],
    ['spaces', '  '],
    ['a number', 5],
    ['too much', 'x'.repeat(501)],
    ['a control character', 'a\u0001b'],
  ])('of %s is refused by the name of its field', async (_what, text) => {
    const { id } = await exported();
    expect(await write(id, text)).toMatchObject({
      status: 400,
      body: { code: 'invalid_input', errors: [{ field: 'text' }] },
    });
    expect((await write(id, 'x'.repeat(500))).status).toBe(201);
  });

  it('is for nobody without financial viewing in the company of the export', async () => {
    const { id } = await exported();
    const note = await write(id, 'Πήγε');
    const viewer = await site.member(company, 'viewer');
    const elsewhere = await site.member(await site.company(), 'finance');
    for (const [who, code] of [
      [viewer, 'missing_capability'],
      [elsewhere, 'company_access_denied'],
    ] as const) {
      // decided before the input is looked at
      expect(await write(id, 5, who)).toMatchObject({ status: 403, body: { code } });
      expect(await take(id, note.body.id, who)).toMatchObject({ status: 403, body: { code } });
      expect(await who.client.get(`${base}/${id}/notes`)).toMatchObject({ status: 403, body: { code } });
    }
    expect((await notesOf(id)).total).toBe(1);
  });

  it('is taken back by who wrote it, or who manages the company, and by nobody else', async () => {
    const { id } = await exported();
    const [own, managed] = [await write(id, 'eigen'), await write(id, 'fremd')];
    expect(await take(id, own.body.id, other)).toMatchObject({ status: 403, body: { code: 'access_denied' } });
    expect((await take(id, own.body.id, finance)).status).toBe(204);
    expect((await take(id, managed.body.id, manager)).status).toBe(204);
    expect(await take(id, own.body.id, finance)).toMatchObject({ status: 403, body: { code: 'access_denied' } });
    expect(await notesOf(id)).toMatchObject({ total: 0 });
  });

  it('of one export is not reached by another', async () => {
    const [one, two] = [await exported(), await exported()];
    const note = await write(one.id, 'nur hier');
    expect(await take(two.id, note.body.id, finance)).toMatchObject({ status: 403, body: { code: 'access_denied' } });
    expect((await notesOf(one.id)).total).toBe(1);
  });

  it('is one under one key, and another text under it is refused', async () => {
    const { id } = await exported();
    const first = await write(id, 'einmal', finance, 'note-1');
    expect(await write(id, 'einmal', finance, 'note-1')).toMatchObject({ status: 200, body: { id: first.body.id } });
    expect((await write(id, 'anders', finance, 'note-1')).body.code).toBe('idempotency_key_reused');
    await take(id, first.body.id, finance);
    expect((await write(id, 'einmal', finance, 'note-1')).body.code).toBe('idempotency_result_deleted');
  });

  it('is in the audit log without its words, and so is its taking back', async () => {
    const { id } = await exported();
    const note = await write(id, 'geheim: 4711');
    await take(id, note.body.id, finance);
    const found = await site.db
      .selectFrom('audit_events')
      .selectAll()
      .where('subject_id', '=', id)
      .orderBy('id')
      .execute();
    const about = found.filter(({ action }) => action.includes('note'));
    expect(about.map(({ action, user_id, company_id }) => [action, user_id, company_id])).toEqual([
      ['export.noted', finance.id, company.id],
      ['export.note_deleted', finance.id, company.id],
    ]);
    for (const { details } of about) {
      expect(details).toMatchObject({ note_id: note.body.id });
      expect(JSON.stringify(details)).not.toContain('4711');
    }
  });

  it('tells everybody who looks at the exports of the company to look again', async () => {
    const { id } = await exported();
    const told = async (): Promise<number> =>
      (
        await site.db
          .selectFrom('export_job_changes')
          .select('seq')
          .where('company_id', '=', company.id)
          .where('job_id', 'is', null)
          .execute()
      ).length;
    const before = await told();
    await write(id, 'schau');
    expect(await told()).toBe(before + 1);
  });

  it('stays when its author has gone, and goes with the export', async () => {
    const { id } = await exported();
    const gone = await site.member(company, 'finance');
    await write(id, 'bleibt', gone);
    await site.db.deleteFrom('company_members').where('user_id', '=', gone.id).execute();
    expect((await notesOf(id)).results).toMatchObject([{ text: 'bleibt', created_by: { id: gone.id } }]);
    await finance.client.delete(`${base}/${id}`);
    expect(await site.db.selectFrom('export_notes').select('id').where('job_id', '=', id).execute()).toEqual([]);
  });

  it(`is one of at most ${notesMax}`, async () => {
    const { id } = await exported();
    await site.db
      .insertInto('export_notes')
      .values(Array.from({ length: notesMax - 1 }, (_, at) => ({ job_id: id, created_by: finance.id, text: `${at}` })))
      .execute();
    expect((await write(id, 'die letzte')).status).toBe(201);
    expect(await write(id, 'zu viel')).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });
});
