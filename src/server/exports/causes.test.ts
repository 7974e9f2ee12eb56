/** Lines of derived reports that changed say why: the lines beneath them, each once, and under each what cost another amount for it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExportDifference } from '#contract/changes.ts';
import type { ReportType } from '#contract/reports.ts';
import { importRoutes } from '#server/imports/routes.ts';
import { startTestApp, type TestApp } from '#test/http.ts';
import { csv, type CsvFiles, type CsvRow, importFiles } from '#test/import-files.ts';
import { invoiceRow, invoices, orderRow, orders, places, receiptRow, receipts } from '#test/purchase-rows.ts';
import { readDifference } from './difference-page.ts';

let site: TestApp;
beforeAll(async () => {
  site = await startTestApp((app, { pool }) => importRoutes(app, { pool }));
});
afterAll(() => site.close());

const movement = (movement_id: string, day: number, qty: number, more: CsvRow = {}): CsvRow => ({
  movement_id,
  storage_unit_code: 'S',
  item_code: 'RIB',
  kind: qty < 0 ? 'ISSUE' : 'RECEIPT',
  occurred_at: `2026-03-${String(day).padStart(2, '0')}`,
  qty,
  unit: 'lb',
  unit_cost: qty < 0 ? null : 4,
  ...more,
});

async function kitchen(files: CsvFiles) {
  const company = await site.company({ timeZone: 'Europe/Athens' });
  const { client } = await site.member(company, 'manager');
  const send = async (more: CsvFiles, query = ''): Promise<void> => {
    expect([(await importFiles(client, company.id, more, query)).body]).toMatchObject([{ dry_run: false }]);
  };
  await send({ ...places, ...files });
  const version = async (): Promise<string> =>
    (
      await site.db
        .selectFrom('companies')
        .select('data_version')
        .where('id', '=', company.id)
        .executeTakeFirstOrThrow()
    ).data_version;
  const first = await version();
  const job = (report_type: ReportType, data_version: string) => ({
    id: '',
    company_id: company.id,
    report_type,
    date_from: '2026-03-01',
    date_to: '2026-03-31',
    filters: {},
    options: {},
    data_version,
    snapshot_at: '2026-04-01T00:00:00Z',
    as_of_instant: null,
  });
  return {
    send,
    version,
    since: (type: ReportType): Promise<ExportDifference> =>
      readDifference(site.db, job(type, first), undefined, { page: 0, page_size: 50 }),
    between: (type: ReportType, from: string, to: string): Promise<ExportDifference> =>
      readDifference(site.db, job(type, from), job(type, to), { page: 0, page_size: 50 }),
    first,
  };
}
const causesOf = ({ results }: ExportDifference) => results.map(({ causes }) => causes?.results ?? []);

test('a delivery that is booked days later, and makes ten issues cost another amount, is one cause', async () => {
  const issues = Array.from({ length: 10 }, (_, n) => movement(`OUT${n}`, 10 + n, -1));
  const { send, since, between, version, first } = await kitchen({
    'stock_movements.csv': csv([movement('IN', 2, 20), ...issues, movement('LATE', 29, 1)]),
  });
  await send({ 'stock_movements.csv': csv([movement('FORGOTTEN', 5, 20, { unit_cost: 6 })]) });
  for (const type of ['cost_of_goods', 'inventory_levels', 'inventory'] as const) {
    const difference = await since(type);
    expect([type, difference.results.map(({ causes }) => causes?.total)]).toEqual([type, [1]]);
    expect(causesOf(difference)).toMatchObject([
      [
        {
          kind: 'movement',
          change: 'added',
          key: { day: '2026-03-05', document: 'FORGOTTEN', place: 'Cella', what: 'RECEIPT' },
          fields: { quantity: { old: null, new: '20' }, amount: { old: null, new: '120.00' } },
          net_difference: '120.00',
          revalued: { lines: 10, net_difference: '-10.00' },
          source: { kind: 'import' },
        },
      ],
    ]);
  }
  // movements are rows themselves: what was booked has no other cause, what follows from it has that one
  const moved = await since('inventory_movements');
  const by = Map.groupBy(moved.results, ({ change, causes }) => `${change} ${causes?.total}`);
  expect(by.get('changed 1')).toHaveLength(10);
  expect(by.get('changed 1')?.map(({ causes }) => causes?.results[0]?.key.document)).toEqual(
    Array(10).fill('FORGOTTEN'),
  );
  expect(by.get('added 0')).toHaveLength(1);
  // from the later to the earlier the same, the other way round
  expect(causesOf(await between('cost_of_goods', await version(), first))).toMatchObject([
    [{ change: 'removed', net_difference: '-120.00', revalued: { lines: 10, net_difference: '10.00' } }],
  ]);
});

test('lines of purchases stand under what is added up of them, and nowhere else', async () => {
  const { send, since } = await kitchen({
    ...orders(
      orderRow('1', 'A', 1, { item_code: 'RIB', units_per_order_unit: 10, article_number: 'X7' }),
      orderRow('2', 'B', 1, { unit_price: '900' }),
    ),
    ...receipts(
      receiptRow('R1', '1', 1, { unit_price: 25 }),
      receiptRow('R2', '1', 1, { received_at: '2026-03-09', unit_price: 26 }),
      receiptRow('R3', '2', 1),
    ),
    ...invoices(invoiceRow('I1', 1, { po_number: '1', receipt_number: null, quantity: 4, unit_price: 25 })),
  });
  await send({ ...receipts(receiptRow('R2', '1', 1, { received_at: '2026-03-09', unit_price: 28 })) });
  const cause = {
    kind: 'receipt_line',
    change: 'changed',
    key: { day: '2026-03-09', document: 'R2', place: 'Küche' },
    fields: { unit_price: { old: '26', new: '28' }, amount: { old: '52.00', new: '56.00' } },
    net_difference: '4.00',
    currency: 'EUR',
    revalued: { lines: 0 },
  };
  for (const type of ['vendor', 'item', 'price_changes', 'receiving_variance', 'three_way'] as const) {
    const difference = await since(type);
    expect([type, causesOf(difference)]).toMatchObject([type, [[cause]]]);
  }
  expect(causesOf(await since('order_lines'))).toEqual([[]]);
  expect((await since('order_lines')).results[0]?.causes).toBeNull();
});
