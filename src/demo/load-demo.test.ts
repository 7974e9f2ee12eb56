import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectAlone } from '#server/database/connection.ts';
import { createTestDatabase } from '#test/database.ts';
import { LoadedDemo, demoAsked } from '#test/loaded-demo.ts';
import { demoAccounts } from './accounts.ts';
import { loadDemo } from './load-demo.ts';

let demo: LoadedDemo;
beforeAll(async () => {
  demo = await LoadedDemo.make();
});
afterAll(() => demo.drop());

describe('the load', () => {
  test('says what it made', async () => {
    expect(demo.result.companies.map((company) => company.name)).toEqual([
      'Harbour Grill Hamburg',
      'Hearth Berlin Mitte',
      'Brooklyn Hearth',
    ]);
    expect(demo.result.receiptLines).toBe(await demo.count('receipt_lines'));
    expect(demo.result.stockMovements).toBe(await demo.count('stock_movements'));
    expect(demo.result.seconds).toBeGreaterThan(0);
  });

  test('tells how far it is, company by company, to the last day', () => {
    expect(new Set(demo.progress.map((at) => at.step)).size).toBe(3);
    expect(demo.progress.at(-1)).toEqual({ step: 'Brooklyn Hearth', done: 92, total: 92 });
  });

  test('leaves every index and constraint as it was, enforced', async () => {
    expect(await demo.schema()).toEqual(demo.schemaBefore);
  });

  test('leaves little to vacuum in tables that were empty: only the pages two batches share', async () => {
    const pages = await demo.select(
      `SELECT relpages, relallvisible FROM pg_class WHERE relname IN ('receipt_lines', 'stock_movements') AND relkind = 'r'`,
    );
    for (const { relpages, relallvisible } of pages)
      expect(Number(relallvisible) / Number(relpages)).toBeGreaterThan(0.7);
  });

  test('lets the next row have the next id', async () => {
    const [before] = await demo.select('SELECT max(id) AS id FROM items');
    const [added] = await demo.select(
      `INSERT INTO items (company_id, code, name, base_unit) VALUES ($1, 'X-1', 'Test', 'kg') RETURNING id`,
      [demo.result.companies[0]?.id],
    );
    expect(BigInt(String(added?.['id']))).toBe(BigInt(String(before?.['id'])) + 1n);
    await demo.select(`DELETE FROM items WHERE code = 'X-1'`);
  });

  test('refuses a second time, and changes nothing', async () => {
    await expect(loadDemo({ ...demoAsked, url: demo.database.url })).rejects.toThrow('Harbour & Hearth Group');
    expect(await demo.count('organizations')).toBe(1);
    expect(await demo.schema()).toEqual(demo.schemaBefore);
  });

  test('stands beside other data, and keeps the password of a person who is already there', async () => {
    const other = await createTestDatabase();
    const there = await connectAlone({ url: other.url });
    await there.query(
      `INSERT INTO users (email, name, password_hash) VALUES ('owner@harbour-hearth.example', 'Me', 'mine')`,
    );
    await there.query(`INSERT INTO organizations (name) VALUES ('Elsewhere')`);
    await there.query(
      `INSERT INTO companies (organization_id, name, currency, time_zone) VALUES (1, 'A', 'EUR', 'Europe/Rome')`,
    );
    await there.query(`INSERT INTO vendors (company_id, code, name) VALUES (1, 'V', 'First')`);
    await there.query(`INSERT INTO items (company_id, code, name, base_unit) VALUES (1, 'I', 'First', 'kg')`);
    await loadDemo({ url: other.url, today: '2026-11-23', months: 1, sites: 3, passwordHash: 'h' });
    const { rows } = await there.query(
      `SELECT (SELECT password_hash FROM users WHERE name = 'Me') AS password, (SELECT name FROM vendors WHERE id = 1) AS vendor,
              (SELECT count(*)::int FROM companies) AS companies,
              (SELECT count(*)::int FROM delivery_locations JOIN companies c ON c.id = company_id WHERE c.name = 'Harbour Grill Fleet') AS sites`,
    );
    expect(rows).toEqual([{ password: 'mine', vendor: 'First', companies: 5, sites: 3 }]);
    await there.end();
    await other.drop();
  });

  test('refuses a number of sites it cannot make', async () => {
    await expect(loadDemo({ ...demoAsked, url: demo.database.url, sites: 401 })).rejects.toThrow('1 to 400');
  });
});

describe('people and places', () => {
  test('five accounts are members of all three companies, the buyer without financial viewing', async () => {
    const people = await demo.select(
      `SELECT u.email, u.password_hash, om.role, array_agg(DISTINCT cm.role) AS company_roles, count(*)::int AS companies
       FROM users u JOIN organization_members om ON om.user_id = u.id JOIN company_members cm ON cm.user_id = u.id
       GROUP BY 1, 2, 3 ORDER BY min(u.id)`,
    );
    expect(people).toEqual(
      demoAccounts.map(({ email, organizationRole, companyRole }) => ({
        email,
        password_hash: 'scrypt$demo',
        role: organizationRole,
        company_roles: [companyRole],
        companies: 3,
      })),
    );
  });

  test('three companies with their currency, zone and delivery locations, each linked to its storage unit', async () => {
    const places = await demo.select(
      `SELECT c.currency, c.time_zone, array_agg(d.name ORDER BY d.id) AS names, count(d.storage_unit_id)::int AS linked
       FROM companies c JOIN delivery_locations d ON d.company_id = c.id GROUP BY c.id ORDER BY c.id`,
    );
    expect(places).toEqual([
      { currency: 'EUR', time_zone: 'Europe/Berlin', names: ['Main Kitchen', 'Bar', 'Cold Store'], linked: 3 },
      { currency: 'EUR', time_zone: 'Europe/Berlin', names: ['Küche Mitte', 'Café & Bar'], linked: 2 },
      { currency: 'USD', time_zone: 'America/New_York', names: ['Kitchen', 'Bar & Cellar'], linked: 2 },
    ]);
  });

  test('every company has ten vendors, 190 ingredients and 320 articles, beside the vintages of its wines', async () => {
    const [sizes] = await demo.select(
      `SELECT (SELECT count(*)::int FROM vendors WHERE company_id = c.id) AS vendors,
              (SELECT count(*)::int FROM items WHERE company_id = c.id) AS items,
              (SELECT count(*)::int FROM vendor_items WHERE company_id = c.id AND archived_at IS NULL) AS articles,
              (SELECT count(*)::int FROM vendor_items WHERE company_id = c.id AND archived_at IS NOT NULL) AS earlier
       FROM companies c LIMIT 1`,
    );
    expect(sizes).toMatchObject({ vendors: 10, items: 190, articles: 320 });
    expect(sizes?.['earlier']).toBeGreaterThan(0);
  });
});
