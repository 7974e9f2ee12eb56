/**
 * Random histories of a company: after every step, for every report, the rows of an earlier file and the difference are the
 * rows of now, money included; drift is told exactly when they differ; and what is undone is as it was.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DataVersion, ExportDifference } from '#contract/changes.ts';
import { type ReportType, reportTypes } from '#contract/reports.ts';
import { inOneSnapshot } from '#server/database/snapshot.ts';
import { companyAsOf } from '#server/reports/as-of.ts';
import type { ReportScope } from '#server/reports/definition.ts';
import { findReport } from '#server/reports/registry.ts';
import { rowTraits } from '#server/reports/row-traits.ts';
import { selectPart } from '#server/reports/statement.ts';
import { proveChanges } from '#server/proof/prove-changes.ts';
import { bufferSource } from '#test/signed-export.ts';
import { startInstallation, type TestInstallation } from '#test/installation.ts';
import type { ExportJob, Page } from '#contract/export-jobs.ts';
import { exportJobChanges } from './changes.ts';
import { readDifference } from './difference-page.ts';

let site: TestInstallation;
const db = () => site.installation.pool.db;
const run = (statement: string) => sql.raw(statement).execute(db());
beforeAll(async () => {
  site = await startInstallation({ receiptLines: 24 });
  const company = site.companyId;
  await run(`
    INSERT INTO items (company_id, code, name, category, base_unit, standard_cost)
      SELECT ${company}, 'I' || n, 'Ziele ' || n, 'Zioła', 'kg', n FROM generate_series(1, 3) n;
    INSERT INTO storage_units (company_id, code, name) VALUES (${company}, 'S', 'Piwnica');
    INSERT INTO stock_movements (company_id, movement_ref, storage_unit_id, item_id, kind, occurred_on, qty, unit_cost, value)
      SELECT ${company}, 'M' || i.code || n, u.id, i.id, CASE n % 2 WHEN 0 THEN 'RECEIPT' ELSE 'ISSUE' END, date '2026-02-01' + n,
        CASE n % 2 WHEN 0 THEN 7.5 ELSE -2.25 END, 3.33 + n, 9.99 FROM items i, storage_units u, generate_series(0, 5) n;
    INSERT INTO vendors (company_id, code, name) VALUES (${company}, 'ZZ', 'Zweiter');
    UPDATE receipt_lines r SET item_id = i.id, article_number = '007', unit_price = r.unit_price + r.id % 3 FROM items i WHERE i.code = 'I1' AND r.id % 2 = 0;
    UPDATE purchase_orders SET expected_on = date '2026-01-03', ordered_on = date '2026-01-01'`);
});
afterAll(() => site.close());

const period = { date_from: '2026-01-01', date_to: '2026-12-31' };
const random = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

/** What somebody, or an import, may do; `n` chooses which rows. */
const deeds: readonly ((n: number) => string)[] = [
  (n) =>
    `UPDATE receipt_lines SET net_amount = net_amount + 1.37, tax_amount = tax_amount - 0.01 WHERE id % 7 = ${n % 7}`,
  (n) => `UPDATE receipt_lines SET received_on = received_on + ${1 + (n % 300)} WHERE id % 5 = ${n % 5}`,
  (n) => `UPDATE receipt_lines SET void_id = CASE WHEN void_id IS NULL THEN 1 END WHERE id % 6 = ${n % 6}`,
  (n) =>
    `UPDATE receipt_lines SET currency = CASE currency WHEN 'EUR' THEN 'JPY' ELSE 'EUR' END, net_amount = round(net_amount), tax_amount = round(tax_amount) WHERE id % 9 = ${n % 9}`,
  (n) => `UPDATE receipt_lines SET description = 'Other ${n}' WHERE id % 4 = ${n % 4}`,
  (n) => `DELETE FROM receipt_lines WHERE id % 23 = ${n % 23}`,
  (
    n,
  ) => `INSERT INTO receipt_lines (company_id, received_on, delivery_location_id, vendor_id, receipt_id, po_line_id, lot, po_number, line_no, line_type,
      kind, description, order_unit, ordered_qty, received_qty, unit_price, net_amount, tax_amount, currency)
    SELECT company_id, received_on, delivery_location_id, vendor_id, receipt_id, po_line_id, 'L${n}' || id, po_number || '-${n}', line_no, line_type, kind, 'New',
      order_unit, 2, 2, 3, 6, 0.42, 'EUR' FROM receipt_lines WHERE id % 8 = ${n % 8}`,
  (n) => `UPDATE vendors SET name = 'Vendor ${n % 3}'`,
  (n) => `UPDATE delivery_locations SET name = 'Kitchen ${n % 3}' WHERE id % 2 = ${n % 2}`,
  (n) => `UPDATE items SET category = 'C${n % 2}', name = 'Item ' || code || ${n % 3} WHERE id % 3 = ${n % 3}`,
  (n) => `UPDATE companies SET name = 'Grill ${n}' WHERE id = ${site.companyId}`,
  (n) => `UPDATE stock_movements SET qty = qty + 0.25, value = value + 1 WHERE id % 5 = ${n % 5}`,
  (n) => `UPDATE stock_movements SET occurred_on = occurred_on + ${n % 9} WHERE id % 4 = ${n % 4}`,
  (n) => `DELETE FROM stock_movements WHERE id % 29 = ${n % 29}`,
  (n) =>
    `UPDATE purchase_orders SET status = CASE status WHEN 'received' THEN 'sent' ELSE 'received' END, expected_on = expected_on + ${n % 3}`,
  (n) => `UPDATE purchase_order_lines SET ordered_qty = ordered_qty + ${n % 4}`,
];

async function rowsAt(type: ReportType, version: number | null, now: string): Promise<string[]> {
  const definition = findReport(type);
  if (!definition) throw new Error(type);
  return inOneSnapshot(db(), async (tx) => {
    const asOf = { version: version ?? Number.MAX_SAFE_INTEGER, now };
    const { name, currency, timeZone, locale } = await companyAsOf(tx, site.companyId, asOf);
    const scope: ReportScope = {
      companyId: site.companyId,
      companyName: name,
      currency,
      timeZone,
      locale,
      from: period.date_from,
      to: period.date_to,
      locationIds: null,
      filters: {},
      asOf,
    };
    if (version !== null)
      await sql.raw(`SET LOCAL search_path = as_of, public; SET LOCAL mathership.as_of = ${version}`).execute(tx);
    const { rows } = await sql
      .raw<{ row: string }>(
        `SELECT (SELECT jsonb_object_agg(key, value) FROM jsonb_each_text(to_jsonb(r)))::text AS row FROM (${selectPart(definition, scope, definition.table(scope))}) r`,
      )
      .execute(tx);
    return rows.map(({ row }) => row);
  });
}

type Cells = Record<string, unknown>;
const text = (cell: unknown): string | null =>
  typeof cell === 'string' || cell === null || cell === undefined ? (cell ?? null) : JSON.stringify(cell);

const byKey = (a: readonly unknown[], b: readonly unknown[]): number => (String(a[0]) < String(b[0]) ? -1 : 1);

/** The difference applied to the rows, as whoever has only both files would. */
function applied(type: ReportType, before: readonly string[], { results }: ExportDifference): string[] {
  const present = new Set(rowTraits[type].present ?? []);
  const flat = (row: string): string =>
    JSON.stringify(
      Object.entries(JSON.parse(row) as Cells)
        .flatMap(([key, cell]) => (present.has(key) ? [] : [[key, text(cell)]]))
        .toSorted(byKey),
    );
  const rows = before.map(flat);
  const all = (side: 'old' | 'new', fields: ExportDifference['results'][number]['fields'], rest: Cells = {}): string =>
    JSON.stringify(
      Object.entries({
        ...rest,
        ...Object.fromEntries(Object.entries(fields).map(([key, cells]) => [key, cells[side]])),
      }).toSorted(byKey),
    );
  for (const { change, fields, key: named } of results) {
    if (change === 'added')
      rows.push(JSON.stringify(withNulls(rows[0], JSON.parse(all('new', fields)) as [string, unknown][])));
    else {
      const at = rows.findIndex((row) => {
        const cells = Object.fromEntries(JSON.parse(row) as [string, unknown][]);
        return (
          Object.entries(fields).every(([key, { old }]) => cells[key] === old) &&
          Object.entries(named).every(([key, cell]) => key in fields || !(key in cells) || cells[key] === cell) &&
          (change === 'changed' || Object.entries(cells).every(([key, cell]) => cell === (fields[key]?.old ?? null)))
        );
      });
      expect([type, change, at >= 0]).toEqual([type, change, true]);
      const [row = '[]'] = rows.splice(at, 1);
      if (change === 'changed')
        rows.push(all('new', fields, Object.fromEntries(JSON.parse(row) as [string, unknown][])));
    }
  }
  return rows.toSorted();
}
const withNulls = (like: string | undefined, entries: [string, unknown][]): [string, unknown][] => {
  const keys = (JSON.parse(like ?? '[]') as [string, unknown][]).map(([key]) => key);
  const given = Object.fromEntries(entries);
  return [...new Set([...keys, ...Object.keys(given)])]
    .map((key): [string, unknown] => [key, given[key] ?? null])
    .toSorted(byKey);
};

test('the stream of exports tells of each version, in its order', async () => {
  const log = exportJobChanges(db());
  const { since } = await log.now();
  await run(`UPDATE vendors SET name = name || '.'`);
  const { rows } = await sql<{
    n: string;
  }>`SELECT data_version AS n FROM companies WHERE id = ${site.companyId}`.execute(db());
  expect((await log.read(since, [site.companyId])).changes).toMatchObject([
    { companyId: site.companyId, dataVersion: Number(rows[0]?.n) },
  ]);
});

test.each([1])(
  'history %i: rows of a file and the difference are the rows of now, for every report',
  async (seed) => {
    const below = random(seed * 7919);
    const jobs = new Map<ReportType, ExportJob>();
    for (const type of reportTypes) {
      jobs.set(type, await site.finished((await site.create({ ...period, report_type: type })).id, 60));
    }
    const kept = new Map<ReportType, string[]>();
    const nowOf = (id: string) =>
      db().selectFrom('export_jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    for (const [type, job] of jobs)
      kept.set(type, await rowsAt(type, job.data_version, (await nowOf(job.id)).snapshot_at ?? ''));
    for (let step = 0; step < 4; step += 1) {
      for (let deed = 0; deed <= below(3); deed += 1)
        await run((deeds[below(deeds.length)] as (n: number) => string)(below(1000)));
      for (const [type, job] of jobs) {
        const row = await nowOf(job.id);
        const difference = await readDifference(db(), row, undefined, { page: 0, page_size: 10_000 });
        const [before, after] = [kept.get(type) ?? [], await rowsAt(type, null, row.snapshot_at ?? '')];
        expect(await rowsAt(type, job.data_version, row.snapshot_at ?? '')).toEqual(before);
        const flat = applied(type, after, { ...difference, results: [] });
        if (before.length > 0) expect([type, applied(type, before, difference)]).toEqual([type, flat]);
        const { body } = await site.ask<ExportJob>('GET', `/api/v1/export-jobs/${job.id}`);
        const counted = difference.results.filter(({ wording_only }) => !wording_only).length;
        expect([type, body.changed_since?.lines ?? 0, body.changed_since?.wording_lines ?? 0]).toEqual([
          type,
          counted,
          difference.total - counted,
        ]);
        expect(body.changed_since === null).toBe(difference.total === 0);
        const { body: list } = await site.ask<Page<ExportJob>>(
          'GET',
          `/api/v1/export-jobs?report_type=${type}&page_size=1`,
        );
        if (list.results[0]?.id === job.id) expect(list.results[0].changed_since).toEqual(body.changed_since);
      }
    }
    // as a file, whose totals are those of the difference
    for (const [at, type] of (['delivery_location', 'vendor', 'inventory_movements', 'three_way'] as const).entries()) {
      const job = jobs.get(type);
      const { totals } = await readDifference(db(), await nowOf(job?.id ?? ''), undefined, { page: 0, page_size: 1 });
      const asked = {
        ...period,
        report_type: type,
        file_format: at === 1 ? 'xlsx' : 'csv',
        options: { changes_since: job?.id },
      };
      const file = await site.finished((await site.create(asked)).id, 60);
      expect([
        type,
        file.error,
        file.control_totals?.currencies.map(({ currency, sums }) => [currency, sums['net_difference']]),
      ]).toEqual([type, null, totals.map(({ currency, net_difference }) => [currency, net_difference])]);
    }
    const zipOf = async (id: string) => bufferSource(await site.fetchZip(id));
    for (const type of ['delivery_location', 'vendor', 'receiving_variance'] as const) {
      const old = jobs.get(type)?.id ?? '';
      const asked = { ...period, report_type: type };
      const [since, next] = await Promise.all([
        site.create({ ...asked, options: { changes_since: old } }),
        site.create(asked),
      ]);
      for (const { id } of [since, next]) await site.finished(id, 60);
      const sources = { old: await zipOf(old), changes: await zipOf(since.id), new: await zipOf(next.id) };
      expect([type, (await proveChanges(sources)).faults]).toEqual([type, []]);
      expect((await proveChanges({ ...sources, new: sources.old })).faults).not.toEqual([]);
    }
    // step by step back: each undo is a version of its own, and in the end nothing has changed
    const base = `/api/v1/companies/${site.companyId}/data-versions`;
    await run(`UPDATE company_members SET role = 'manager'`);
    const versions = (await site.ask<Page<DataVersion>>('GET', `${base}?page_size=200`)).body.results;
    const oldest = Math.min(...[...jobs.values()].map(({ data_version }) => data_version ?? 0));
    for (const { version } of versions.filter((one) => one.version > oldest)) {
      const { status, body } = await site.ask<DataVersion>('POST', `${base}/${version}/undo`);
      expect([version, status, body.source]).toEqual([version, 201, { kind: 'undo', id: String(version) }]);
    }
    for (const [type, job] of jobs) {
      expect([type, await rowsAt(type, null, (await nowOf(job.id)).snapshot_at ?? '')]).toEqual([type, kept.get(type)]);
      const { body } = await site.ask<ExportJob>('GET', `/api/v1/export-jobs/${job.id}`);
      expect([type, body.changed_since]).toEqual([type, null]);
    }
  },
  300_000,
);

test('a list looks at versions once: of many that concern nothing of a file, that is written down', async () => {
  const job = await site.create({ ...period, report_type: 'delivery_location' });
  await site.finished(job.id, 60);
  const look = async (): Promise<ExportJob['changed_since']> =>
    (
      await site.ask<Page<ExportJob>>('GET', `/api/v1/export-jobs?company_id=${site.companyId}&page_size=200`)
    ).body.results.find(({ id }) => id === job.id)?.changed_since ?? null;
  const known = async (): Promise<string | undefined> =>
    (await db().selectFrom('export_changes').select('data_version').where('job_id', '=', job.id).executeTakeFirst())
      ?.data_version;
  // names of storage units are in no line of purchases
  for (let n = 0; n < 101; n += 1) await run(`UPDATE storage_units SET name = 'Piwnica ${n}'`);
  const { data_version: newest } = await db()
    .selectFrom('companies')
    .select('data_version')
    .where('id', '=', site.companyId)
    .executeTakeFirstOrThrow();
  expect(await look()).toBeNull();
  await expect.poll(known, { timeout: 10_000 }).toBe(newest);
  await run(
    `UPDATE receipt_lines SET net_amount = net_amount + 2 WHERE id = (SELECT max(id) FROM receipt_lines WHERE void_id IS NULL)`,
  );
  await expect.poll(look, { timeout: 20_000 }).toMatchObject({ lines: 1, totals: [{ net_difference: '2.00' }] });
  // known to whoever says so, until something else is different
  const marked = await site.ask<ExportJob>('PUT', `/api/v1/export-jobs/${job.id}/changes/known`, { is_known: true });
  expect([marked.status, marked.body.changed_since?.is_known, (await look())?.is_known]).toEqual([200, true, true]);
  await run(`UPDATE storage_units SET name = 'Strych'`);
  expect((await look())?.is_known).toBe(true);
  await run(
    `UPDATE receipt_lines SET net_amount = net_amount + 1 WHERE id = (SELECT max(id) FROM receipt_lines WHERE void_id IS NULL)`,
  );
  await expect.poll(look, { timeout: 20_000 }).toMatchObject({ totals: [{ net_difference: '3.00' }], is_known: false });
});
