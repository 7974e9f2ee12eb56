import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LoadedDemo } from '#test/loaded-demo.ts';
import { asInvoiced } from './deliveries.ts';

let demo: LoadedDemo;
beforeAll(async () => {
  demo = await LoadedDemo.make();
});
afterAll(() => demo.drop());

describe('orders', () => {
  test('every company has three drafts, four sent, some scheduled and confirmed; none of them was received', async () => {
    const open = await demo.select(
      `SELECT count(*) FILTER (WHERE status = 'draft')::int AS draft, count(*) FILTER (WHERE status = 'sent')::int AS sent,
              count(*) FILTER (WHERE status = 'scheduled')::int AS scheduled, count(*) FILTER (WHERE status = 'confirmed')::int AS confirmed
       FROM purchase_orders GROUP BY company_id`,
    );
    expect(open).toEqual(Array.from({ length: 3 }, () => ({ draft: 3, sent: 4, scheduled: 2, confirmed: 2 })));
    const received = `receipt_lines r JOIN purchase_order_lines l ON l.id = r.po_line_id JOIN purchase_orders o ON o.id = l.purchase_order_id`;
    expect(
      await demo.count(`${received} WHERE o.status IN ('draft', 'scheduled', 'sent', 'confirmed', 'cancelled')`),
    ).toBe(0);
    expect(
      await demo.count(
        `purchase_orders WHERE status IN ('draft', 'scheduled') AND (ordered_at IS NOT NULL OR ordered_on IS NOT NULL)`,
      ),
    ).toBe(0);
    expect(
      await demo.count(`purchase_orders o WHERE status IN ('received', 'partially_received') AND NOT EXISTS
      (SELECT FROM receipt_lines r JOIN purchase_order_lines l ON l.id = r.po_line_id WHERE l.purchase_order_id = o.id)`),
    ).toBe(0);
  });

  test('are numbered per company and year without a gap', async () => {
    expect(await demo.count(`purchase_orders WHERE po_number !~ '^PO-26-[0-9]{6}$'`)).toBe(0);
    const numbers = await demo.select(
      `SELECT count(*)::int AS orders, max(right(po_number, 6)::int) AS last FROM purchase_orders GROUP BY company_id`,
    );
    for (const { orders, last } of numbers) expect(last).toBe(orders);
  });

  test('go out between 17:00 and 22:30 the evening before', async () => {
    const sent = `purchase_orders o JOIN companies c ON c.id = o.company_id WHERE o.ordered_at IS NOT NULL`;
    expect(
      await demo.count(`${sent} AND (ordered_at AT TIME ZONE time_zone)::time NOT BETWEEN '17:00' AND '22:30'`),
    ).toBe(0);
    expect(await demo.count(`${sent} AND (ordered_at AT TIME ZONE time_zone)::date <> ordered_on`)).toBe(0);
    expect(await demo.count(`${sent} AND status IN ('received', 'cancelled') AND expected_on <> ordered_on + 1`)).toBe(
      0,
    );
  });

  test('are cancelled, late, or brought in two parts at about the rates of the spec', async () => {
    const arrived = `(SELECT l.purchase_order_id, o.expected_on, min(r.received_on) AS first, count(DISTINCT r.receipt_id) AS receipts
      FROM receipt_lines r JOIN purchase_order_lines l ON l.id = r.po_line_id JOIN purchase_orders o ON o.id = l.purchase_order_id
      WHERE r.kind = 'receipt' GROUP BY 1, 2) arrived`;
    expect(await demo.share('purchase_orders', `status = 'cancelled'`)).toBeGreaterThan(0.005);
    expect(await demo.share('purchase_orders', `status = 'cancelled'`)).toBeLessThan(0.03);
    expect(await demo.share(arrived, 'first = expected_on + 1')).toBeGreaterThan(0.02);
    expect(await demo.share(arrived, 'first = expected_on + 1')).toBeLessThan(0.07);
    expect(await demo.share(arrived, 'receipts > 1')).toBeGreaterThan(0.03);
    expect(await demo.share(arrived, 'receipts > 1')).toBeLessThan(0.09);
  });
});

describe('receipts', () => {
  const items = `(SELECT * FROM receipt_lines WHERE line_type = 'item' AND kind = 'receipt') lines`;

  test('their day is the local day of their instant; credits have a day alone', async () => {
    const timed = 'receipts r JOIN companies c ON c.id = r.company_id';
    expect(await demo.count(`${timed} WHERE (received_at AT TIME ZONE time_zone)::date <> received_on`)).toBe(0);
    expect(await demo.count(`receipts WHERE (received_at IS NULL) <> (kind = 'credit')`)).toBe(0);
    expect(
      await demo.count(
        'receipt_lines l JOIN receipts r ON r.id = l.receipt_id WHERE l.received_on <> r.received_on OR l.kind <> r.kind',
      ),
    ).toBe(0);
    expect(
      await demo.count(
        `receipts WHERE posted_on NOT BETWEEN received_on AND received_on + 6 OR posted_on > '2026-11-22'`,
      ),
    ).toBe(0);
  });

  test('come between 06:00 and 11:00, 2 % late in the evening, some at 23:59, some on both nights of change', async () => {
    const local = `(SELECT (received_at AT TIME ZONE time_zone) AS at FROM receipts r JOIN companies c ON c.id = r.company_id WHERE kind = 'receipt') r`;
    expect(await demo.share(local, `at::time BETWEEN '06:00' AND '11:01'`)).toBeGreaterThan(0.94);
    expect(await demo.share(local, `at::time >= '19:00'`)).toBeGreaterThan(0.01);
    expect(await demo.share(local, `at::time >= '19:00'`)).toBeLessThan(0.04);
    expect(await demo.count(`${local} WHERE to_char(at, 'HH24:MI') = '23:59'`)).toBeGreaterThan(2);
    const nights = await demo.select(
      `SELECT DISTINCT to_char(received_at AT TIME ZONE 'UTC', 'MM-DD HH24:MI') AS at FROM receipts r JOIN companies c ON c.id = r.company_id
       WHERE received_on IN ('2026-10-24', '2026-10-25', '2026-10-31', '2026-11-01')
         AND (received_at AT TIME ZONE time_zone)::time NOT BETWEEN '03:00' AND '23:58' ORDER BY 1`,
    );
    // 23:59, then 00:00, 01:30 and the two times 02:30 of Berlin; New York has 01:30 twice
    expect(nights.map((night) => night['at'])).toEqual(
      expect.arrayContaining(['10-24 21:59', '10-24 22:00', '10-24 23:30', '10-25 00:30', '10-25 01:30']),
    );
    expect(nights.map((night) => night['at'])).toEqual(
      expect.arrayContaining(['11-01 03:59', '11-01 04:00', '11-01 05:30', '11-01 06:30', '11-01 07:30']),
    );
  });

  test('net is accepted x price, rounded half away from zero, but for a few as the vendor wrote them', async () => {
    const differs = 'net_amount <> round(accepted_qty * unit_price, 2)';
    expect(await demo.count(`${items} WHERE ${differs} AND note IS DISTINCT FROM '${asInvoiced}'`)).toBe(0);
    expect(await demo.count(`${items} WHERE NOT (${differs}) AND note = '${asInvoiced}'`)).toBe(0);
    expect(await demo.share(items, differs)).toBeGreaterThan(0.002);
    expect(await demo.share(items, differs)).toBeLessThan(0.012);
    expect(await demo.count(`${items} WHERE abs(net_amount - accepted_qty * unit_price) > 0.035`)).toBe(0);
    expect(await demo.count('receipt_lines WHERE tax_amount <> round(net_amount * tax_rate, 2)')).toBe(0);
  });

  test('taxes are those of the country', async () => {
    const rates = await demo.select(
      `SELECT l.currency, coalesce(l.category, 'Unmapped') AS category, array_agg(DISTINCT tax_rate::float8) AS rates FROM receipt_lines l GROUP BY 1, 2`,
    );
    const expected = rates.map(({ currency, category }) => {
      const german = ['Drinks', 'Non-food', 'Charges', 'Unmapped'].includes(String(category)) ? 0.19 : 0.07;
      const american = ['Non-food', 'Unmapped'].includes(String(category)) ? 0.08875 : 0;
      return { currency, category, rates: [currency === 'EUR' ? german : american] };
    });
    expect(rates).toEqual(expected);
  });

  test('lines are refused, short, over, returned and credited at about the rates of the spec', async () => {
    const lines = await demo.count(items);
    const shareOf = async (kind: string): Promise<number> =>
      (await demo.count(`receipt_lines WHERE line_type = 'item' AND kind = '${kind}'`)) / lines;
    const found = {
      refused: await demo.share(items, 'rejected_qty > 0'),
      short: await demo.share(items, `note = 'Short delivered'`),
      over: await demo.share(items, `note = 'More than ordered'`),
      returned: await shareOf('return'),
      credited: await shareOf('credit'),
    };
    expect(found).toEqual({
      refused: expect.closeTo(0.016, 2),
      short: expect.closeTo(0.02, 2),
      over: expect.closeTo(0.01, 2),
      returned: expect.closeTo(0.012, 2),
      credited: expect.closeTo(0.008, 2),
    });
  });

  test('returns are negative in quantity and amount, credits in amount alone, on days of their own', async () => {
    expect(
      await demo.count(
        `receipt_lines WHERE kind = 'return' AND (received_qty >= 0 OR net_amount >= 0 OR rejected_qty <> 0)`,
      ),
    ).toBe(0);
    expect(await demo.count(`receipt_lines WHERE kind = 'credit' AND (received_qty <> 0 OR net_amount >= 0)`)).toBe(0);
    const later = `receipt_lines b JOIN receipt_lines a ON a.po_line_id = b.po_line_id AND a.kind = 'receipt'
      WHERE b.line_type = 'item' AND b.kind =`;
    expect(
      await demo.count(`${later} 'return' AND NOT EXISTS (SELECT FROM receipt_lines c WHERE c.po_line_id = b.po_line_id
      AND c.kind = 'receipt' AND b.received_on - c.received_on BETWEEN 1 AND 5)`),
    ).toBe(0);
    expect(
      await demo.count(`${later} 'credit' AND NOT EXISTS (SELECT FROM receipt_lines c WHERE c.po_line_id = b.po_line_id
      AND c.kind = 'receipt' AND b.received_on - c.received_on BETWEEN 3 AND 20)`),
    ).toBe(0);
  });

  test('drinks bring deposits and take back empties; other charges stand on lines of their own', async () => {
    const deposits = `receipt_lines WHERE line_type = 'deposit' AND description = 'Deposit, keg' AND unit_price = 30`;
    expect(await demo.count(`${deposits} AND kind = 'receipt'`)).toBeGreaterThan(20);
    expect(await demo.count(`${deposits} AND kind = 'return'`)).toBeGreaterThan(20);
    const types = await demo.select(`SELECT DISTINCT line_type FROM receipt_lines ORDER BY 1`);
    expect(types.map((type) => type['line_type'])).toEqual(['deposit', 'discount', 'fee', 'freight', 'item']);
    expect(await demo.count(`receipt_lines WHERE (line_type <> 'item') <> (coalesce(category, '') = 'Charges')`)).toBe(
      0,
    );
  });

  test('fish and meat come by weight; a line says what its order line said', async () => {
    expect(
      await demo.count(`${items} WHERE order_unit IN ('kg', 'lb') AND received_qty <> ordered_qty`),
    ).toBeGreaterThan(300);
    expect(
      await demo.count(`receipt_lines r JOIN purchase_order_lines l ON l.id = r.po_line_id JOIN purchase_orders o ON o.id = l.purchase_order_id
        WHERE (r.po_number, r.line_no, r.line_type, r.article_number, r.description, r.order_unit, r.units_per_order_unit, r.ordered_qty, r.tax_rate)
          IS DISTINCT FROM (o.po_number, l.line_no, l.line_type, l.article_number, l.description, l.order_unit, l.units_per_order_unit, l.ordered_qty, l.tax_rate)
          OR r.item_id IS DISTINCT FROM l.item_id OR r.vendor_id <> o.vendor_id OR r.delivery_location_id <> o.delivery_location_id`),
    ).toBe(0);
  });

  test('a new harvest is a new article', async () => {
    const numbers = await demo.select(
      `SELECT DISTINCT article_number FROM receipt_lines WHERE company_id = $1 AND description LIKE 'House red%6 bottles' ORDER BY 1`,
      [demo.result.companies[0]?.id],
    );
    expect(numbers.map((line) => line['article_number'])).toEqual(['WW-2023-013', 'WW-2024-013']);
  });

  test('some lines are of articles nobody has mapped; they move no stock', async () => {
    expect(await demo.share(items, 'item_id IS NULL')).toBeGreaterThan(0.002);
    const unmoved = `${items} JOIN receipts r ON r.id = lines.receipt_id WHERE lines.item_id IS NOT NULL AND accepted_qty > 0 AND NOT EXISTS
      (SELECT FROM stock_movements m WHERE m.company_id = r.company_id AND m.source_ref = r.receipt_number AND m.item_id = lines.item_id
         AND m.qty = round(lines.accepted_qty * lines.units_per_order_unit, 4) AND m.value = lines.net_amount)`;
    expect(await demo.count(unmoved)).toBe(0);
    const booked = await demo.count(`${items} WHERE item_id IS NOT NULL AND accepted_qty > 0`);
    expect(await demo.count(`stock_movements WHERE source_type = 'receipt'`)).toBe(booked);
  });
});
