/** Whatever has become of the data since: a file can be made again as it stood, and its CSV is the very same bytes. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExportJob } from '#contract/export-jobs.ts';
import { type ReportType, reportTypes } from '#contract/reports.ts';
import { startInstallation, type TestInstallation } from '#test/installation.ts';
import { unzip } from '#test/read-workbook.ts';

let site: TestInstallation;
const run = (statement: string) => sql.raw(statement).execute(site.installation.pool.db);

beforeAll(async () => {
  site = await startInstallation({ receiptLines: 40 });
  const company = site.companyId;
  await run(`
    INSERT INTO items (company_id, code, name, category, base_unit, standard_cost)
      SELECT ${company}, 'I' || n, 'Βασιλικός ' || n, 'Herbs', 'kg', n FROM generate_series(1, 3) n;
    INSERT INTO storage_units (company_id, code, name) VALUES (${company}, 'S', 'Cella');
    INSERT INTO stock_movements (company_id, movement_ref, storage_unit_id, item_id, kind, occurred_on, qty, unit_cost, value)
      SELECT ${company}, 'M' || i.code || n, u.id, i.id, CASE n % 2 WHEN 0 THEN 'RECEIPT' ELSE 'ISSUE' END, date '2026-02-01' + n,
        CASE n % 2 WHEN 0 THEN 7.5 ELSE -2.25 END, 3.33 + n, 9.99 FROM items i, storage_units u, generate_series(0, 9) n WHERE i.company_id = ${company};
    INSERT INTO stock_counts (company_id, count_ref, storage_unit_id, item_id, counted_on, counted_qty, book_qty)
      SELECT ${company}, 'C', u.id, i.id, date '2026-02-05', 4, 5 FROM items i, storage_units u WHERE i.company_id = ${company};
    INSERT INTO stock_snapshots (company_id, storage_unit_id, item_id, as_of, qty, value)
      SELECT ${company}, u.id, i.id, date '2026-01-31', 3, 10.01 FROM items i, storage_units u WHERE i.company_id = ${company};
    UPDATE receipt_lines r SET item_id = i.id, article_number = '007', unit_price = r.unit_price + r.id % 3 FROM items i WHERE i.code = 'I1' AND r.id % 2 = 0;
    UPDATE purchase_orders SET expected_on = date '2026-01-03', ordered_on = date '2026-01-01'`);
});
afterAll(() => site.close());

const asked = (report_type: ReportType) => ({ report_type, date_from: '2026-01-01', date_to: '2026-12-31' });
const made = async (body: Record<string, unknown>): Promise<ExportJob> =>
  site.finished((await site.create(body)).id, 60);

async function csvOf(job: ExportJob): Promise<{ text: string; sha256: string; manifest: Record<string, unknown> }> {
  const [[, csv] = [], , [, manifest] = []] = [...(await unzip(await site.fetchZip(job.id)))];
  const said = JSON.parse(String(manifest)) as { files: { sha256: string }[] };
  return {
    text: String(csv),
    sha256: said.files[0]?.sha256 ?? '',
    manifest: said as unknown as Record<string, unknown>,
  };
}

/** Everything that a report can show becomes something else. */
const upheaval = `
  UPDATE companies SET name = 'Другой', currency = 'JPY', time_zone = 'America/New_York', locale = 'ja-JP';
  UPDATE delivery_locations SET name = 'Bar', customer_number = '77';
  UPDATE vendors SET name = name || '!', code = code || 'X';
  UPDATE items SET name = 'Dill', category = NULL, base_unit = 'g', standard_cost = 9;
  UPDATE storage_units SET name = 'Another';
  UPDATE purchase_orders SET status = 'cancelled', expected_on = date '2026-05-05', po_number = 'PO-2';
  UPDATE purchase_order_lines SET ordered_qty = 99, unit_price = 2, description = 'y';
  UPDATE receipts SET posted_on = received_on + 3, document_number = 'D';
  UPDATE receipt_lines SET net_amount = net_amount + 1, received_on = received_on - 1 WHERE id % 3 = 0;
  UPDATE receipt_lines SET void_id = 1 WHERE id % 3 = 1;
  DELETE FROM receipt_lines WHERE id % 3 = 2;
  DELETE FROM stock_snapshots;
  UPDATE stock_movements SET qty = qty * 2, unit_cost = 1 WHERE id % 2 = 0;
  DELETE FROM stock_movements WHERE id % 2 = 1;
  UPDATE stock_counts SET void_id = 1`;

test('every report, made again as it stood, has the very bytes; anew it has others', { timeout: 120_000 }, async () => {
  const first = await Promise.all(reportTypes.map((type) => made(asked(type))));
  expect(new Set(first.map(({ status }) => status))).toEqual(new Set(['completed']));
  const version = first[0]?.data_version ?? 0;
  expect(version).toBeGreaterThan(0);
  await run(upheaval);
  for (const job of first) {
    const again = await site.ask<ExportJob>('POST', `/api/v1/export-jobs/${job.id}/retry`, { as_of: 'original' });
    expect(again.status).toBe(201);
    const [before, then, now] = [
      await csvOf(job),
      await csvOf(await site.finished(again.body.id, 60)),
      await csvOf(await made(asked(job.report_type as ReportType))),
    ];
    expect([job.report_type, then.text]).toEqual([job.report_type, before.text]);
    expect(then.sha256).toBe(before.sha256);
    expect(then.manifest).toMatchObject({
      data_version: version,
      as_of_version: version,
      snapshot_at: before.manifest['snapshot_at'],
    });
    expect(before.manifest).toMatchObject({ data_version: version });
    expect(now.text).not.toBe(before.text);
    const named = await made({ ...asked(job.report_type as ReportType), as_of_version: version });
    expect(named).toMatchObject({ data_version: version, as_of_version: version });
    // what is a question of the present day is answered for the day of the version
    if (job.report_type !== 'receiving_variance') expect((await csvOf(named)).text).toBe(before.text);
  }
});

test('what is not known, not there yet, not kept or was written otherwise is refused, with why', async () => {
  const job = await made(asked('vendor'));
  const retry = () => site.ask<{ code: string }>('POST', `/api/v1/export-jobs/${job.id}/retry`, { as_of: 'original' });
  const create = (as_of_version: unknown) =>
    site.ask<{ code: string; errors?: { field: string }[] }>('POST', '/api/v1/export-jobs', {
      company_id: site.companyId,
      file_format: 'csv',
      ...asked('vendor'),
      as_of_version,
    });
  for (const wrong of [1e6, -1, 1.5, '3']) {
    const { status, body } = await create(wrong);
    expect([wrong, status, body.errors?.[0]?.field]).toEqual([wrong, 400, 'as_of_version']);
  }
  await run(`UPDATE export_jobs SET csv_form = 'csv 0' WHERE id = '${job.id}'`);
  expect(await retry()).toMatchObject({ status: 409, body: { code: 'not_reproducible' } });
  await run(`UPDATE export_jobs SET csv_form = NULL, data_version = NULL WHERE id = '${job.id}'`);
  expect(await retry()).toMatchObject({ status: 409, body: { code: 'not_reproducible' } });
  await run(`UPDATE companies SET kept_version = 3`);
  expect(await create(2)).toMatchObject({ status: 409, body: { code: 'not_reproducible' } });
  await run(`UPDATE companies SET kept_version = 0`);
  // nothing was there
  expect(await made({ ...asked('vendor'), as_of_version: 0 })).toMatchObject({ row_count: 0, data_version: 0 });
});

test("what once was another company's is no filter here", async () => {
  const other = await site.addCompany({ lines: 3 });
  await run(`UPDATE delivery_locations SET name = name || ' (old)' WHERE company_id = ${other}`);
  const { rows } = await sql<{
    id: string;
  }>`SELECT id FROM delivery_locations_past WHERE company_id = ${other}`.execute(site.installation.pool.db);
  expect(rows.length).toBeGreaterThan(0);
  const answer = await site.ask<{ errors?: { field: string }[] }>('POST', '/api/v1/export-jobs', {
    company_id: site.companyId,
    file_format: 'csv',
    ...asked('delivery_location'),
    filters: { delivery_location_ids: [rows[0]?.id] },
    as_of_version: 1,
  });
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'filters.delivery_location_ids' }] } });
});
