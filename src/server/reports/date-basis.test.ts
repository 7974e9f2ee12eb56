/** By posting day: a late document is in the month it was posted in, in every purchase report, and the files say by which day they are. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { orderRow, orders, purchaseKitchen, receiptRow, receipts } from '#test/purchase-rows.ts';
import { askReport, type ReportSite, startReportSite } from '#test/report-kitchen.ts';

let site: ReportSite;
beforeAll(async () => {
  site = await startReportSite();
});
afterAll(() => site.close());

test('every purchase report by posting day holds the same lines, and says so; others are by one day alone', async () => {
  const { send, client, id } = await purchaseKitchen(site);
  await send({
    ...orders(orderRow('1', 'A', 1), orderRow('1', 'A', 2), orderRow('2', 'A', 1)),
    ...receipts(
      receiptRow('R1', '1', 1, { received_at: '2026-03-02' }),
      receiptRow('R2', '1', 2, { received_at: '2026-03-31', posted_at: '2026-04-02', net_amount: '49.98' }),
      receiptRow('R3', '2', 1, { received_at: '2026-02-27', posted_at: '2026-03-01', net_amount: '7.01' }),
    ),
  });
  const nets: Readonly<Record<string, string>> = {
    delivery_location: 'total_price',
    vendor: 'net_purchases',
    item: 'net_purchases',
    order_lines: 'net',
  };
  const march = { company_id: id, date_from: '2026-03-01', date_to: '2026-03-31' };
  for (const [type, net] of Object.entries(nets)) {
    const by = async (date_basis: string) => {
      const { totals, ...page } = await askReport(client, type, { ...march, date_basis });
      return [totals[0]?.[net], (page as unknown as { date_basis: string }).date_basis];
    };
    expect([type, await by('delivery'), await by('posting')]).toEqual([
      type,
      ['99.98', 'Delivery date'],
      ['57.01', 'Posting date'],
    ]);
    const pdf = await client.ask(
      'GET',
      `/api/v1/reports/${type}/download?${new URLSearchParams({ ...march, date_basis: 'posting', file_format: 'csv' }).toString()}`,
    );
    expect(pdf.status).toBe(200);
    const { body } = await client.get<{ charts: { points: { day: string | null }[] }[] }>(
      `/api/v1/reports/${type}/summary?${new URLSearchParams({ ...march, date_basis: 'posting' }).toString()}`,
    );
    const days = body.charts.flatMap(({ points }) => points.flatMap(({ day }) => day ?? []));
    expect(days.filter((day) => day < '2026-03-01' || day > '2026-03-31')).toEqual([]);
  }
  const refused = await client.get(`/api/v1/reports/inventory?company_id=${id}&date_basis=posting`);
  expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: 'date_basis' }] } });
  expect((await client.get(`/api/v1/reports/inventory?company_id=${id}&date_basis=delivery`)).status).toBe(200);
  expect((await client.get(`/api/v1/reports/vendor?company_id=${id}&date_basis=invoice`)).status).toBe(400);
});
