/** Packs under many hands: however many run, retry, cancel and delete one at once, it is as if one after another. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ExportPack } from '#contract/packs.ts';
import { startInstallation, type TestInstallation } from '#test/installation.ts';
import { atOnce, audited, crowd, oneOf, rounds, statuses } from './at-once.ts';

let site: TestInstallation;
let other: string;
let organizationId: string;

beforeAll(async () => {
  site = await startInstallation({ receiptLines: 10, work: false });
  other = await site.addCompany({ lines: 5 });
  const { db } = site.installation.pool;
  organizationId =
    (await sql<{ id: string }>`SELECT organization_id AS id FROM companies LIMIT 1`.execute(db)).rows[0]?.id ?? '';
});
afterAll(() => site.close());

const packs = '/api/v1/export-packs';
let day = 0;
const question = () => ({
  organization_id: organizationId,
  members: [site.companyId, other].map((company_id) => ({ company_id, report_type: 'vendor', file_format: 'csv' })),
  date_from: '2026-01-01',
  date_to: new Date(Date.UTC(2026, 1, (day += 1))).toISOString().slice(0, 10),
});
const post = (path: string, body?: object) => site.ask<ExportPack>('POST', path, body);

it('equal packs that arrive together are one', async () => {
  for (const _ of rounds(2)) {
    const asked = question();
    const answers = await atOnce(() => post(packs, asked));
    expect(statuses(answers)).toEqual(oneOf(201, 200));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    const id = answers[0]?.body.id ?? '';
    expect(await audited(site.installation.pool.db, 'pack.created', id)).toBe(1);
    expect((await post(`${packs}/${id}/cancel`)).status).toBe(200);
  }
});

it('canceled by many, and run again by many, it is so once', async () => {
  for (const _ of rounds(2)) {
    const { id } = (await post(packs, question())).body;
    expect(statuses(await atOnce(() => post(`${packs}/${id}/cancel`)))).toEqual(oneOf(200, 409));
    expect(statuses(await atOnce(() => post(`${packs}/${id}/retry`)))).toEqual(oneOf(200, 409));
    const { db } = site.installation.pool;
    expect(await audited(db, 'export.canceled', id)).toBe(1);
    expect(await audited(db, 'pack.retried', id)).toBe(1);
    const { rows } = await sql<{
      n: number;
    }>`SELECT count(*)::int AS n FROM export_jobs WHERE pack_id = ${id} AND status = 'pending'`.execute(db);
    expect(rows[0]?.n).toBe(2);
    expect((await post(`${packs}/${id}/cancel`)).status).toBe(200);
  }
});

it('members that end together while the pack is canceled: it ends, and nothing is left of it when it is deleted', async () => {
  const { db } = site.installation.pool;
  for (const _ of rounds(2)) {
    const pack = (await post(packs, question())).body;
    const end = (id: string | undefined) =>
      sql`UPDATE pgboss.job SET state = 'failed', output = '{"code": "query_failed", "message": "No."}' WHERE id = ${id ?? ''} AND state < 'completed'`.execute(
        db,
      );
    await Promise.all([
      end(pack.members[0]?.id),
      post(`${packs}/${pack.id}/cancel`),
      end(pack.members[1]?.id),
      site.ask('GET', `${packs}/${pack.id}`),
    ]);
    const after = (await site.ask<ExportPack>('GET', `${packs}/${pack.id}`)).body;
    expect(after.status).toBe('canceled');
    expect(after.members.every(({ status }) => status === 'canceled' || status === 'failed')).toBe(true);
    const gone = await atOnce(() => site.ask('DELETE', `${packs}/${pack.id}`));
    expect(statuses(gone)).toEqual(oneOf(204, 403, crowd));
    const left = await sql`SELECT FROM export_jobs WHERE id = ${pack.id} OR pack_id = ${pack.id}`.execute(db);
    expect(left.rows).toEqual([]);
  }
});
