import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addDays, dayIn } from '#contract/calendar.ts';
import type { DeliveryLocation, DeliveryLocationDetails } from '#contract/delivery-locations.ts';
import type { Page } from '#contract/export-jobs.ts';
import type { Client, TestApp, TestCompany } from '#test/http.ts';
import { startOrganizationApp } from '#test/organization.ts';

let site: TestApp;
let company: TestCompany;
let manager: Client;
let viewer: Client;
let path: string;

beforeAll(async () => {
  site = await startOrganizationApp();
  company = await site.company();
  manager = (await site.member(company, 'manager')).client;
  viewer = (await site.member(company, 'viewer')).client;
  path = `/api/v1/companies/${company.id}/delivery-locations`;
});
afterAll(() => site.close());

const add = async (body: object, to = path): Promise<DeliveryLocationDetails> => {
  const answer = await manager.post<DeliveryLocationDetails>(to, body);
  expect(answer.status).toBe(201);
  return answer.body;
};

async function another(): Promise<{ company: TestCompany; path: string; client: Client }> {
  const made = await site.company();
  const owner = await site.member(made, 'owner');
  return { company: made, path: `/api/v1/companies/${made.id}/delivery-locations`, client: owner.client };
}

/** An order to the location, with a delivery of one line on each of `days`. */
async function deliver(
  to: TestCompany,
  locationId: string,
  order: string,
  status: string,
  days: string[],
): Promise<void> {
  const { pool } = site.pool;
  const { rows } = await pool.query(
    `WITH v AS (INSERT INTO vendors (company_id, code, name) VALUES ($1, $3, 'Vendor') RETURNING id),
      o AS (INSERT INTO purchase_orders (company_id, po_number, vendor_id, delivery_location_id, status, currency)
        SELECT $1, $3, id, $2, $4, 'EUR' FROM v RETURNING id, vendor_id)
     INSERT INTO purchase_order_lines (purchase_order_id, line_no, description, order_unit, ordered_qty, unit_price)
     SELECT id, 1, 'Salt', 'kg', 1, 1 FROM o RETURNING id, (SELECT vendor_id FROM o)`,
    [to.id, locationId, order, status],
  );
  for (const day of days) {
    await pool.query(
      `WITH r AS (INSERT INTO receipts (company_id, receipt_number, kind, vendor_id, delivery_location_id, received_on)
        VALUES ($1, $2::text || $3::date, 'receipt', $4, $5, $3) RETURNING id)
       INSERT INTO receipt_lines (company_id, received_on, delivery_location_id, vendor_id, receipt_id, po_line_id, po_number,
         line_no, line_type, kind, description, order_unit, ordered_qty, received_qty, unit_price, net_amount, tax_amount, currency)
       SELECT $1, $3, $5, $4, r.id, $6, $2::text, 1, 'item', 'receipt', 'Salt', 'kg', 1, 1, 1, 1, 0, 'EUR' FROM r`,
      [to.id, order, day, rows[0].vendor_id, locationId, rows[0].id],
    );
  }
}

describe('adding', () => {
  test('keeps every field, links a storage unit, and names who did it', async () => {
    const unit = await site.db
      .insertInto('storage_units')
      .values({ company_id: company.id, code: 'COLD', name: 'Cold Store' })
      .returning(['id', 'code', 'name'])
      .executeTakeFirstOrThrow();
    const address = {
      street: 'Großmannstraße',
      street_number: '128a',
      postal_code: '20539',
      city: 'Hamburg',
      region: null,
      country: 'Germany',
      customer_number: 'HG-10447',
      instructions: 'Gate 3.\nFrozen goods first.',
    };
    const made = await add({ name: 'Cold Store', code: 'COL', ...address, region: ' ', storage_unit_id: unit.id });
    expect(made).toMatchObject({
      name: 'Cold Store',
      code: 'COL',
      ...address,
      storage_unit: unit,
      updated_by: 'manager',
    });
    expect(made).toMatchObject({ used: false, last_delivery_on: null, lines_last_month: 0, archived_at: null });
    expect((await viewer.get(`${path}/${made.id}`)).body).toEqual(made);
  });

  test('without a code makes one from the name that is free', async () => {
    expect((await add({ name: 'Küche Süd' })).code).toBe('KUCHE-SUD');
    expect((await add({ name: 'Küche, Süd!' })).code).toBe('KUCHE-SUD-2');
    expect((await add({ name: '厨房' })).code).toBe('LOCATION');
    const made = await Promise.all(Array.from({ length: 5 }, () => add({ name: 'Terrace' })));
    expect(new Set(made.map(({ code }) => code)).size).toBe(5);
  });

  test('a code that is taken says by whom, and is free in another company', async () => {
    await add({ name: 'Bar', code: 'BAR' });
    const message = 'BAR belongs to the location Bar';
    const conflict = { status: 409, body: { code: 'conflict', errors: [{ field: 'code', message }] } };
    expect(await manager.post(path, { name: 'Second bar', code: 'BAR' })).toMatchObject(conflict);
    const other = await add({ name: 'Other' });
    expect(await manager.patch(`${path}/${other.id}`, { code: 'BAR' })).toMatchObject(conflict);
    const elsewhere = await another();
    expect((await elsewhere.client.post(elsewhere.path, { name: 'Bar', code: 'BAR' })).status).toBe(201);
  });

  test('a storage unit of another company is refused like one that does not exist', async () => {
    const elsewhere = await another();
    const unit = await site.db
      .insertInto('storage_units')
      .values({ company_id: elsewhere.company.id, code: 'S', name: 'S' })
      .returning('id')
      .executeTakeFirstOrThrow();
    for (const storage_unit_id of [unit.id, '999999999', 'x']) {
      const answer = await manager.post(path, { name: 'Kiosk', storage_unit_id });
      expect(answer).toMatchObject({ status: 403, body: { code: 'access_denied' } });
    }
  });
});

describe('listing', () => {
  test('in use before archived, by name, searched in name, code, address and number', async () => {
    const { client, path: here } = await another();
    const put = (body: object) => client.post<DeliveryLocation>(here, body);
    await put({ name: 'bar', code: 'B', city: 'Hamburg' });
    await put({ name: 'Annex', code: 'X', customer_number: 'HG-7' });
    const old = (await put({ name: 'Alte Küche', code: 'A_1', street: 'Fischmarkt' })).body;
    await client.patch(`${here}/${old.id}`, { archived: true });
    const names = async (query = ''): Promise<string[]> =>
      (await client.get<Page<DeliveryLocation>>(`${here}${query}`)).body.results.map(({ name }) => name);
    expect(await names()).toEqual(['Annex', 'bar', 'Alte Küche']);
    expect(await names('?ordering=-name')).toEqual(['bar', 'Annex', 'Alte Küche']);
    expect(await names('?ordering=code')).toEqual(['bar', 'Annex', 'Alte Küche']);
    expect(await names('?archived=false')).toEqual(['Annex', 'bar']);
    expect(await names('?archived=true')).toEqual(['Alte Küche']);
    expect(await names('?search=hamb')).toEqual(['bar']);
    expect(await names('?search=hg-7')).toEqual(['Annex']);
    expect(await names('?search=fisch')).toEqual(['Alte Küche']);
    expect(await names('?search=_')).toEqual(['Alte Küche']);
    expect(await names('?page=1&page_size=2')).toEqual(['Alte Küche']);
  });

  test('says when it was last delivered to and how much last month', async () => {
    const { client, path: here, company: there } = await another();
    const bar = (await client.post<DeliveryLocation>(here, { name: 'Bar' })).body;
    const lastOfMonth = addDays(`${dayIn('Europe/Berlin').slice(0, 7)}-01`, -1);
    const firstOfMonth = `${lastOfMonth.slice(0, 7)}-01`;
    const days = [addDays(firstOfMonth, -1), firstOfMonth, lastOfMonth, addDays(lastOfMonth, 1)];
    await deliver(there, bar.id, 'PO-1', 'received', days);
    const [found] = (await client.get<Page<DeliveryLocation>>(here)).body.results;
    expect(found).toMatchObject({ last_delivery_on: days[3], lines_last_month: 2, used: true });
  });

  test('one location tells the orders that are still on their way', async () => {
    const { client, path: here, company: there } = await another();
    const bar = (await client.post<DeliveryLocation>(here, { name: 'Bar' })).body;
    for (const [order, status] of [
      ['PO-3', 'sent'],
      ['PO-1', 'confirmed'],
      ['PO-2', 'received'],
      ['PO-4', 'draft'],
      ['PO-5', 'partially_received'],
      ['PO-6', 'cancelled'],
      ['PO-7', 'sent'],
    ] as const) {
      await deliver(there, bar.id, order, status, []);
    }
    await site.db
      .updateTable('purchase_orders')
      .set({ archived_at: new Date().toISOString() })
      .where('company_id', '=', there.id)
      .where('po_number', '=', 'PO-7')
      .execute();
    expect((await client.get(`${here}/${bar.id}`)).body).toMatchObject({
      used: true,
      open_orders: { total: 3, numbers: ['PO-1', 'PO-3', 'PO-5'] },
    });
  });
});

describe('changing', () => {
  test('leaves what is not given, empties what is null, and records old and new', async () => {
    const made = await add({ name: 'Pier', city: 'Hamburg', customer_number: 'HG-10446' });
    const changed = await manager.patch(`${path}/${made.id}`, { customer_number: 'HG-10447', city: null });
    expect(changed).toMatchObject({ status: 200, body: { name: 'Pier', city: null, customer_number: 'HG-10447' } });
    await manager.patch(`${path}/${made.id}`, { name: 'Pier' });
    const events = await site.db
      .selectFrom('audit_events')
      .select(['action', 'details'])
      .where('subject_type', '=', 'delivery_location')
      .where('subject_id', '=', made.id)
      .orderBy('id')
      .execute();
    expect(events).toMatchObject([
      { action: 'delivery_location.created' },
      {
        action: 'delivery_location.changed',
        details: {
          name: 'Pier',
          changes: { customer_number: { from: 'HG-10446', to: 'HG-10447' }, city: { from: 'Hamburg', to: null } },
        },
      },
    ]);
  });

  test('archiving and bringing back', async () => {
    const { id } = await add({ name: 'Summer Terrace' });
    const archived = await manager.patch(`${path}/${id}`, { archived: true });
    expect(archived).toMatchObject({ status: 200, body: { archived_at: expect.any(String) } });
    const again = await manager.patch(`${path}/${id}`, { archived: true });
    expect(again.body).toEqual(archived.body);
    expect(await manager.patch(`${path}/${id}`, { archived: false })).toMatchObject({ body: { archived_at: null } });
  });
});

describe('deleting', () => {
  test('one that was never used is gone', async () => {
    const { id } = await add({ name: 'Typo' });
    expect((await manager.delete(`${path}/${id}`)).status).toBe(204);
    expect((await manager.get(`${path}/${id}`)).status).toBe(403);
  });

  test('one that an order, a delivery or an export names is archived instead', async () => {
    const byOrder = await add({ name: 'By order' });
    await deliver(company, byOrder.id, 'PO-9', 'cancelled', []);
    const byDelivery = await add({ name: 'By delivery' });
    await deliver(company, byDelivery.id, 'PO-10', 'received', ['2026-01-05']);
    const byExport = await add({ name: 'By export' });
    const user = await site.member(company, 'finance');
    await site.pool.pool.query(
      `INSERT INTO export_jobs (id, company_id, created_by, report_type, file_format, status, date_from, date_to, filters,
         question, queue, created_at, updated_at)
       VALUES (uuidv7(), $1, $2, 'delivery_location', 'csv', 'canceled', '2026-01-01', '2026-01-31', $3, 'q', 'q', now(), now())`,
      [company.id, user.id, JSON.stringify({ delivery_location_ids: [byExport.id] })],
    );
    for (const { id, name } of [byOrder, byDelivery, byExport]) {
      expect((await viewer.get(`${path}/${id}`)).body).toMatchObject({ name, used: true });
      expect(await manager.delete(`${path}/${id}`)).toMatchObject({
        status: 409,
        body: { code: 'conflict', detail: expect.stringContaining('Archive it instead') },
      });
    }
  });
});

test('a location of another company is refused like one that does not exist', async () => {
  const elsewhere = await another();
  const foreign = (await elsewhere.client.post<DeliveryLocation>(elsewhere.path, { name: 'Bar' })).body;
  const bodies = new Set<string>();
  for (const id of [foreign.id, '999999999', '0', 'x', '9'.repeat(40)]) {
    for (const [method, body] of [['GET'], ['PATCH', { name: 'Mine' }], ['DELETE']] as const) {
      const answer = await manager.ask(method, `${path}/${id}`, { body });
      expect(answer).toMatchObject({ status: 403, body: { code: 'access_denied' } });
      bodies.add(JSON.stringify({ ...(answer.body as object), request_id: '' }));
    }
  }
  expect(bodies.size).toBe(1);
});

test('a thousand locations come in five pages of 200', async () => {
  const { client, path: here, company: there } = await another();
  await site.pool.pool.query(
    `INSERT INTO delivery_locations (company_id, code, name) SELECT $1, 'L' || n, 'Location ' || n FROM generate_series(1, 1000) n`,
    [there.id],
  );
  const answer = await client.get<Page<DeliveryLocation>>(`${here}?page_size=200&page=4`);
  expect(answer.body).toMatchObject({ total: 1000, total_pages: 5 });
  expect(answer.body.results).toHaveLength(200);
});
