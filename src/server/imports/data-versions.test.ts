import { afterAll, beforeAll, expect, test } from 'vitest';
import { invoiceRow, invoices, orderRow, orders, purchaseKitchen, receiptRow, receipts } from '#test/purchase-rows.ts';
import { type ReportSite, startReportSite } from '#test/report-kitchen.ts';

let site: ReportSite;
beforeAll(async () => {
  site = await startReportSite();
});
afterAll(() => site.close());

type Kitchen = Awaited<ReturnType<typeof purchaseKitchen>>;
const versionOf = async ({ rows }: Kitchen): Promise<number> =>
  Number((await rows('SELECT data_version FROM companies WHERE id = $company'))[0]?.data_version);

const patience = { timeout: 120_000 };

test(
  'a version comes with each import that changes something, with lines and money, and with none that does not',
  patience,
  async () => {
    const kitchen = await purchaseKitchen(site);
    const both = receipts(receiptRow('R1', '7', 1), receiptRow('R1', '7', 2));
    await kitchen.send(orders(orderRow('7', 'A', 1), orderRow('7', 'A', 2)));
    await kitchen.send(orders(orderRow('7', 'A', 1), orderRow('7', 'A', 2)));
    await kitchen.send(both);
    await kitchen.send(both);
    await kitchen.send(both, '&dry_run=true');
    await kitchen.send(receipts(receiptRow('R1', '7', 1, { received_qty: 1 })));
    await kitchen.send(receipts(receiptRow('R1', '7', 2, { void: true })));
    await kitchen.send(invoices(invoiceRow('I1', 1, { po_number: '7' })));
    const found = await kitchen.rows(
      `SELECT version::int, source_kind, source_id::int > 0 AS named, lines::int, totals #>> '{0,net_difference}' AS net,
       tables -> 'receipt_lines' AS received FROM data_versions WHERE company_id = $company ORDER BY 1`,
    );
    const day = { from: '2026-03-02', to: '2026-03-02' };
    expect(found).toEqual([
      { version: 1, source_kind: 'import', named: true, lines: 0, net: null, received: null },
      { version: 2, source_kind: 'import', named: true, lines: 2, net: null, received: null },
      {
        version: 3,
        source_kind: 'import',
        named: true,
        lines: 2,
        net: '100.00',
        received: { added: 2, changed: 0, removed: 0, ...day },
      },
      {
        version: 4,
        source_kind: 'import',
        named: true,
        lines: 1,
        net: '-25.00',
        received: { added: 0, changed: 1, removed: 0, ...day },
      },
      {
        version: 5,
        source_kind: 'import',
        named: true,
        lines: 1,
        net: '-50.00',
        received: { added: 0, changed: 1, removed: 0, ...day },
      },
      { version: 6, source_kind: 'import', named: true, lines: 1, net: null, received: null },
    ]);
    expect(await versionOf(kitchen)).toBe(6);
  },
);

test('whoever writes without knowing of versions writes one all the same, also of several companies at once', async () => {
  const [one, other] = [await purchaseKitchen(site), await purchaseKitchen(site)];
  await site.pool.pool.query(
    `WITH renamed AS (UPDATE vendors SET name = 'Else' WHERE code = 'A' AND company_id IN (${one.id}, ${other.id}))
     INSERT INTO items (company_id, code, name, base_unit) VALUES (${one.id}, 'X', 'X', 'kg')`,
  );
  expect([await versionOf(one), await versionOf(other)]).toEqual([2, 2]);
  await site.pool.pool.query(`DELETE FROM items WHERE company_id = ${one.id} AND code = 'X'`);
  expect(await one.rows(`SELECT code, born_version, died_version FROM items_past WHERE company_id = $company`)).toEqual(
    [{ code: 'X', born_version: '2', died_version: '3' }],
  );
  // what no report shows is no change, and neither is what ends as it was
  await site.pool.pool.query(
    `UPDATE vendors SET phone = '040', name = 'Else' WHERE company_id = ${one.id} AND code = 'A'`,
  );
  await site.pool.pool.query(`UPDATE receipt_lines SET import_id = 1 WHERE company_id = ${one.id}`);
  expect(await versionOf(one)).toBe(3);
  await site.pool.pool.query(`UPDATE companies SET name = name || ' Süd' WHERE id = ${one.id}`);
  expect(await versionOf(one)).toBe(4);
});

test('rows that say themselves of which version they are must say what is so', async () => {
  const kitchen = await purchaseKitchen(site);
  const insert = (code: string, version: number): string =>
    `INSERT INTO vendors (company_id, code, name, born_version) VALUES (${kitchen.id}, '${code}', 'G', ${version})`;
  const born = () =>
    kitchen.rows(`SELECT code, born_version::int AS born FROM vendors WHERE company_id = $company AND name = 'G'`);
  for (const version of [2, 3]) {
    await expect(site.pool.pool.query(insert('G', version))).rejects.toMatchObject({ code: 'MV001' });
    await expect(
      site.pool.pool.query(`BEGIN; SELECT reserve_version(${kitchen.id}); ${insert('G', version + 1)}; COMMIT`),
    ).rejects.toMatchObject({ code: 'MV001' });
  }
  expect(await born()).toEqual([]);
  await site.pool.pool.query(`BEGIN; SELECT reserve_version(${kitchen.id}); ${insert('G', 2)}; COMMIT`);
  // what a row has that says nothing, whatever version comes
  await site.pool.pool.query(insert('H', 1));
  expect(await born()).toEqual([
    { code: 'G', born: 2 },
    { code: 'H', born: 3 },
  ]);
  expect(await versionOf(kitchen)).toBe(3);
});

test('numbers follow one another whoever writes at once, and each row is of the version that says it wrote it', async () => {
  const kitchen = await purchaseKitchen(site);
  const writes = Array.from({ length: 8 }, (_, at) =>
    site.pool.pool.query(`INSERT INTO vendors (company_id, code, name) VALUES (${kitchen.id}, 'W${at}', 'W')`),
  );
  await Promise.all(writes);
  const versions = await kitchen.rows(
    `SELECT array_agg(version::int ORDER BY version) AS all, (SELECT count(DISTINCT born_version)::int FROM vendors WHERE company_id = $company) AS born
     FROM data_versions WHERE company_id = $company`,
  );
  expect(versions).toEqual([{ all: [1, 2, 3, 4, 5, 6, 7, 8, 9], born: 9 }]);
});

test('what is undone is as it was, as a new version; what something stands on is not undone', patience, async () => {
  const kitchen = await purchaseKitchen(site);
  const undo = (version: number) =>
    kitchen.client.post<{ version: number; source: object; lines: number }>(
      `/api/v1/companies/${kitchen.id}/data-versions/${version}/undo`,
    );
  const ordered = orders(orderRow('7', 'A', 1));
  await kitchen.send(ordered);
  await kitchen.send(receipts(receiptRow('R1', '7', 1)), '&receipts_move_stock=true');
  await kitchen.send(receipts(receiptRow('R1', '7', 1, { received_qty: 1 })));
  expect([(await undo(2)).status, (await undo(3)).status, (await undo(9)).status]).toEqual([409, 409, 404]);
  expect(await undo(4)).toMatchObject({
    status: 201,
    body: { version: 5, lines: 1, source: { kind: 'undo', id: '4' } },
  });
  expect((await kitchen.nets()).map(([, , net]) => net)).toEqual(['50.00']);
  expect((await undo(3)).status).toBe(201);
  expect(await kitchen.nets()).toEqual([]);
  expect((await undo(2)).status).toBe(201);
  expect(await kitchen.rows('SELECT FROM purchase_orders WHERE company_id = $company')).toEqual([]);
  // and once more
  expect((await kitchen.send(ordered)).files).toMatchObject([{ created: 1 }]);
  const { body } = await kitchen.client.get<{ results: { version: number }[]; total: number }>(
    `/api/v1/companies/${kitchen.id}/data-versions?page_size=2`,
  );
  expect([body.total, body.results.map(({ version }) => version)]).toEqual([8, [8, 7]]);
});

test('what was there before versions were counted is not undone, for nobody did it', patience, async () => {
  const kitchen = await purchaseKitchen(site);
  await kitchen.send(orders(orderRow('7', 'A', 1)));
  // as a migration and the demo leave it
  await kitchen.rows('UPDATE data_versions SET source_id = NULL WHERE company_id = $company AND version = 2');
  const undone = await kitchen.client.post<{ detail: string }>(`/api/v1/companies/${kitchen.id}/data-versions/2/undo`);
  expect([undone.status, undone.body.detail]).toEqual([409, expect.stringContaining('before versions were counted')]);
  expect(await kitchen.rows('SELECT FROM purchase_orders WHERE company_id = $company')).toHaveLength(1);
});

test('tables and their past agree in every column, also after a migration that forgot', async () => {
  const { rows } = await site.pool.pool.query(
    `SELECT t.relname || '.' || a.attname AS missing FROM pg_class v JOIN pg_namespace n ON n.oid = v.relnamespace AND n.nspname = 'as_of'
     JOIN pg_class t ON t.relname = v.relname AND t.relnamespace = 'public'::regnamespace
     JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE NOT EXISTS (SELECT FROM pg_attribute b WHERE b.attrelid = v.oid AND b.attname = a.attname AND b.atttypid = a.atttypid)
       OR NOT EXISTS (SELECT FROM pg_attribute b WHERE b.attrelid = (t.relname || '_past')::regclass AND b.attname = a.attname)
     UNION ALL
     SELECT 'keep_past of ' || tgrelid::regclass FROM pg_trigger WHERE tgname = 'version_updated' AND NOT starts_with(encode(tgargs, 'escape'),
       (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = tgrelid AND attnum > 0 AND NOT attisdropped) || '\\')`,
  );
  expect(rows).toEqual([]);
});
