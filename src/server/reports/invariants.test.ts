/** What must hold between the reports of the same data, tried on three demo companies over three months of days and nights. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ControlTotals } from '#contract/reports.ts';
import { addDays } from '#contract/calendar.ts';
import { DatabasePool } from '#server/database/database.ts';
import { measureRows } from '#server/renderers/measured.ts';
import { LoadedDemo } from '#test/loaded-demo.ts';
import { addDecimals } from './decimal.ts';
import type { ReportScope } from './definition.ts';
import { measureTable } from './measure.ts';
import { allReports, findReport } from './registry.ts';
import { inSnapshot } from './snapshot.ts';
import { apart, selectPage, selectPart } from './statement.ts';
import { pageTotals, readTotals } from './totals.ts';

type Row = Readonly<Record<string, string | null>>;

let demo: LoadedDemo;
let pool: DatabasePool;
let scopes: ReportScope[];

beforeAll(async () => {
  demo = await LoadedDemo.make();
  pool = new DatabasePool({ url: demo.database.url });
  const { rows } = await pool.pool.query<{
    id: string;
    name: string;
    currency: string;
    time_zone: string;
    from: string;
    to: string;
  }>(
    `SELECT c.id, c.name, c.currency, c.time_zone, (max(r.received_on) - 61)::date::text AS from, max(r.received_on)::date::text AS to
     FROM companies c JOIN receipt_lines r ON r.company_id = c.id GROUP BY c.id ORDER BY c.id`,
  );
  scopes = rows.map(({ id, name, currency, time_zone, from, to }) => ({
    companyId: id,
    companyName: name,
    currency,
    timeZone: time_zone,
    locale: 'en',
    from,
    to,
    locationIds: null,
    filters: {},
  }));
});
afterAll(async () => {
  await pool.close();
  await demo.drop();
});

/** Nothing is written here: what was read last is asked for again and again. */
const readLast = new Map<string, Promise<unknown>>();
const readsKept = 9;
function once<T>(what: string, type: string, scope: ReportScope, read: () => Promise<T>): Promise<T> {
  const key = JSON.stringify([what, type, scope]);
  const reading = (readLast.get(key) as Promise<T> | undefined) ?? read();
  readLast.delete(key);
  readLast.set(key, reading);
  if (readLast.size > readsKept) readLast.delete([...readLast.keys()][0]!);
  return reading;
}

/** Rows as they are exported: part by part, in the order of the file. */
const rowsOf = (type: string, scope: ReportScope): Promise<readonly Row[]> =>
  once('rows', type, scope, () => readRows(type, scope));
const readRows = (type: string, scope: ReportScope): Promise<Row[]> =>
  inSnapshot(pool, async ({ read }) => {
    const definition = findReport(type)!;
    const rows: Row[] = [];
    for (const part of (await definition.parts?.(scope, read)) ?? [definition.table(scope)])
      rows.push(...(await read(selectPart(definition, scope, part))));
    return rows;
  });

const totalsOf = (type: string, scope: ReportScope): Promise<ControlTotals> =>
  once('totals', type, scope, () => inSnapshot(pool, ({ read }) => readTotals(findReport(type)!, scope, read)));

const sum = (rows: readonly Row[], key: string): string =>
  rows.reduce((total, row) => addDecimals(total, row[key] ?? '0'), '0');
/** What was printed, where no row has a figure: any zero then. */
const sumAs = (rows: readonly Row[], key: string, printed: string | null | undefined): string | null | undefined =>
  rows.some((row) => row[key] !== null && row[key] !== undefined) || Number(printed) !== 0 ? sum(rows, key) : printed;
const equal = (a: string, b: string): boolean => Number(addDecimals(a, b.startsWith('-') ? b.slice(1) : `-${b}`)) === 0;

describe.each(allReports().map((definition) => [definition.type, definition] as const))('%s', (type, definition) => {
  test('measured in passing, no figure or code needs more room than was said, and what stands in every row is known', async () => {
    for (const scope of scopes) {
      const columns = definition.columns(scope);
      const rows = (await rowsOf(type, scope)).map((row) => columns.map(({ key }) => row[key] ?? null));
      const wanted = measureRows(columns, rows);
      const some = Math.min(40, rows.length - 1);
      const { passing, whole } = await inSnapshot(pool, async ({ read }) => {
        const parts = (await definition.parts?.(scope, read)) ?? [definition.table(scope)];
        return {
          passing: await measureTable(definition, scope, parts, read, { inParts: some, inOne: some }),
          whole: await measureTable(definition, scope, parts, read, { inParts: 1e6, inOne: 1e6 }),
        };
      });
      // one row of a part that has more is enough to know that not all were seen
      expect(passing.sample.length).toBeLessThan(rows.length);
      expect([...passing.codes]).toEqual([...wanted.codes]);
      expect([...passing.figures.keys()]).toEqual([...wanted.figures.keys()]);
      for (const [key, { least, most, decimals }] of wanted.figures) {
        const said = passing.figures.get(key)!;
        expect([key, Number(said.least) <= Number(least)]).toEqual([key, true]);
        expect([key, Number(said.most) >= Number(most)]).toEqual([key, true]);
        expect([key, said.decimals]).toEqual([key, decimals]);
      }
      if (type === 'order_lines') expect(passing.same.get('company')).toBe(scope.companyName);
      // what looks the same in a sample is asked of all rows
      for (const [key, cell] of passing.same) expect([key, cell]).toEqual([key, wanted.same.get(key)]);
      if (whole.sample.length === rows.length) expect(whole).toEqual(wanted);
      else expect(definition.parts).toBeDefined();
    }
  });

  test('the rows are as many as were counted and add up to the printed totals, by group and in all', async () => {
    for (const scope of scopes) {
      const rows = await rowsOf(type, scope);
      const totals = await totalsOf(type, scope);
      expect(rows.length).toBeGreaterThan(5);
      expect([totals.rows, totals.currencies.length]).toEqual([rows.length, 1]);
      const summed = definition.columns(scope).filter((column) => column.sum === true);
      for (const { key } of summed) {
        const printed = totals.currencies[0]?.sums[key];
        expect([key, sumAs(rows, key, printed)]).toEqual([key, printed]);
      }
      // groups in the order in which the rows come to them
      const groups = [...new Set(rows.map((row) => definition.groupBy.map((key) => row[key] ?? '').join(' · ')))];
      if (definition.groupBy.length > 0) expect(totals.groups.map(({ group }) => group)).toEqual(groups);
      for (const { group, rows: count, sums } of totals.groups) {
        const own = rows.filter((row) => definition.groupBy.map((key) => row[key] ?? '').join(' · ') === group);
        expect(own.length).toBe(count);
        for (const { key } of summed) expect([group, key, sumAs(own, key, sums[key])]).toEqual([group, key, sums[key]]);
      }
    }
  });

  test('what a page adds up from sums of documents is what the lines add up to, and so are its rows', async () => {
    for (const scope of scopes) {
      for (const asked of [scope, { ...scope, dateBasis: 'posting' as const }]) {
        if (asked.dateBasis && !definition.postingBasis) continue;
        const [page, file] = await inSnapshot(pool, async ({ read }) => [
          await pageTotals(definition, asked, read),
          await readTotals(definition, asked, read),
        ]);
        expect(page).toEqual(file);
      }
      const wanted = { ordering: null, limit: 10_000, offset: 0 };
      const rows = await inSnapshot(pool, ({ read }) => read(selectPage(definition, scope, wanted)));
      const table = await inSnapshot(pool, ({ read }) => read(selectPart(definition, scope, definition.table(scope))));
      expect(rows.map((row) => apart(row).cells)).toEqual(table.slice(0, rows.length));
    }
  });

  test('a page can be ordered by every column, both ways', async () => {
    const [scope] = scopes;
    await inSnapshot(pool, async ({ read }) => {
      for (const { key } of definition.columns(scope!)) {
        const page = (descending: boolean) =>
          read(selectPage(definition, scope!, { ordering: { key, descending }, limit: 3, offset: 1 }));
        expect([key, (await page(false)).length, (await page(true)).length]).toEqual([key, 3, 3]);
      }
    });
  });

  test('numbers are in the order in which they are printed', async () => {
    const [scope] = scopes;
    await inSnapshot(pool, async ({ read }) => {
      for (const { key, type: kind } of definition.columns(scope!)) {
        if (!['money', 'price', 'quantity', 'percent'].includes(kind)) continue;
        const sql = selectPage(definition, scope!, { ordering: { key, descending: false }, limit: 1000, offset: 0 });
        const printed = (await read(sql)).map((row) => row[key]).filter((cell) => cell !== null);
        expect([key, printed]).toEqual([key, printed.toSorted((a, b) => Number(a) - Number(b))]);
      }
    });
  });

  test('parts one after another are the table, in its order', async () => {
    for (const scope of scopes) {
      const table = await inSnapshot(pool, ({ read }) => read(selectPart(definition, scope, definition.table(scope))));
      expect(await rowsOf(type, scope)).toEqual(table);
    }
  });
});

test('vendors, items and order lines hold the same money as the Purchase Orders Report', async () => {
  for (const scope of scopes) {
    const delivered = (await totalsOf('delivery_location', scope)).currencies[0]!.sums;
    const lines = (await totalsOf('order_lines', scope)).currencies[0]!;
    expect(lines.sums).toEqual({
      net: delivered['total_price'],
      tax: delivered['tax'],
      gross: delivered['total_incl_tax'],
    });
    const spent = (await totalsOf('vendor', scope)).currencies[0]!.sums;
    const parts = ['net_purchases', 'returns', 'credits', 'charges'].map((key) => spent[key] ?? '0');
    expect(parts.reduce(addDecimals, '0')).toBe(delivered['total_price']);
    expect([spent['tax'], spent['total_incl_tax'], spent['lines']]).toEqual([
      delivered['tax'],
      delivered['total_incl_tax'],
      String(lines.rows),
    ]);
    expect((await totalsOf('item', scope)).currencies[0]!.sums['net_purchases']).toBe(delivered['total_price']);
    const shares = (await rowsOf('vendor', scope)).reduce((all, row) => all + Number(row['share_of_spend']), 0);
    expect(Math.abs(shares - 100)).toBeLessThan(1);
  }
});

test('the ledger of each ingredient and storage unit: closing = opening + movements, and that is the level', async () => {
  for (const scope of scopes) {
    const ledgers = Map.groupBy(
      await rowsOf('inventory_movements', scope),
      (row) => `${row['storage_unit']} ${row['item_code']}`,
    );
    const levels = new Map(
      (await rowsOf('inventory_levels', scope)).map((row) => [`${row['storage_unit']} ${row['item_code']}`, row]),
    );
    expect(ledgers.size).toBeGreaterThan(100);
    for (const [pair, [opening, ...movements]] of ledgers) {
      expect([opening?.['type'], opening?.['date'], opening?.['quantity']]).toEqual(['OPENING', scope.from, null]);
      let balance = opening?.['balance_after'] ?? '';
      for (const movement of movements) {
        balance = addDecimals(balance, movement['quantity'] ?? '');
        expect([pair, equal(balance, movement['balance_after'] ?? '')]).toEqual([pair, true]);
      }
      expect([pair, equal(balance, levels.get(pair)?.['on_hand'] ?? '')]).toEqual([pair, true]);
    }
    for (const [pair, level] of levels) if (!ledgers.has(pair)) expect([pair, level['on_hand']]).toEqual([pair, '0']);
  }
});

test('the Inventory Report of the last day is worth what the levels are, and both are near the books', async () => {
  for (const scope of scopes) {
    const last = { ...scope, from: '2200-01-01', to: '2200-01-01' };
    const value = (await totalsOf('inventory', last)).currencies[0]!.sums['inventory_value']!;
    expect((await totalsOf('inventory_levels', last)).currencies[0]!.sums['value']).toBe(value);
    const { rows } = await pool.pool.query<{ value: string; movements: string }>(
      'SELECT sum(value) AS value, count(*) AS movements FROM stock_movements WHERE company_id = $1',
      [scope.companyId],
    );
    // a cent for every pair, for averages are kept to six decimals and books to the cent
    expect(Math.abs(Number(rows[0]?.value) - Number(value))).toBeLessThan(2);
  }
});

test('what the Inventory Report says moved is what the ledger of the same days says', async () => {
  const kinds = {
    receipts: 'RECEIPT',
    issues: 'ISSUE',
    waste: 'WASTE',
    adjustments: 'ADJUSTMENT',
    transfers_in: 'TRANSFER_IN',
    transfers_out: 'TRANSFER_OUT',
  };
  const goesOut = new Set(['ISSUE', 'WASTE', 'TRANSFER_OUT']);
  for (const scope of scopes) {
    const ledger = Map.groupBy(await rowsOf('inventory_movements', scope), (row) => row['item_code']);
    const totals = (await totalsOf('inventory', scope)).currencies[0]!.sums;
    const all = [...ledger.values()].flat();
    for (const [key, kind] of Object.entries(kinds)) {
      const value = sum(
        all.filter((row) => row['type'] === kind),
        'value',
      );
      expect([key, equal(goesOut.has(kind) ? `-${value}`.replace('--', '') : value, totals[key]!)]).toEqual([
        key,
        true,
      ]);
    }
    for (const row of await rowsOf('inventory', scope)) {
      const own = (ledger.get(row['item_code'] ?? null) ?? []).filter(({ type }) => type !== 'OPENING');
      expect([row['item_code'], row['active']]).toEqual([row['item_code'], own.length > 0 ? 'Active' : 'Inactive']);
      const issued = sum(
        own.filter(({ type }) => type === 'ISSUE'),
        'quantity',
      );
      expect([row['item_code'], Number(row['issues'])]).toEqual([row['item_code'], -Number(issued) + 0]);
    }
  }
});

test('cost of goods: both ends are levels, and every row adds up as it is printed', async () => {
  for (const scope of scopes) {
    const totals = (await totalsOf('cost_of_goods', scope)).currencies[0]!.sums;
    expect((await totalsOf('inventory_levels', scope)).currencies[0]!.sums['value']).toBe(totals['closing_value']);
    const before = addDays(scope.from, -1);
    const opening = await totalsOf('inventory_levels', { ...scope, from: before, to: before });
    expect(opening.currencies[0]?.sums['value']).toBe(totals['opening_value']);
    for (const row of await rowsOf('cost_of_goods', scope)) {
      for (const what of ['quantity', 'value']) {
        const of = (name: string): number => Number(row[`${name}_${what}`]);
        const used = of('opening') + of('purchases') + of('transfers_net') - of('closing');
        expect(of('actual_usage')).toBeCloseTo(used, 4);
        expect(of('unexplained')).toBeCloseTo(used - of('recorded_issues') - of('waste'), 4);
      }
    }
  }
});

test('receiving variance: the two variances are what was paid less what was ordered, line by line', async () => {
  for (const scope of scopes) {
    // with the orders of the days to come
    const rows = await rowsOf('receiving_variance', { ...scope, to: addDays(scope.to, 10) });
    expect(new Set(rows.map((row) => row['state']))).toEqual(
      new Set([null, 'short', 'over', 'refused', 'cancelled', 'open']),
    );
    for (const row of rows) {
      const figure = (key: string): number => Number(row[key]);
      const accepted = figure('received') - figure('refused');
      const paid = accepted * figure('price_received') - figure('ordered') * figure('price_ordered');
      expect(Math.abs(figure('variance_value') + figure('price_variance') - paid)).toBeLessThan(0.02);
      expect(figure('variance')).toBeCloseTo(accepted - figure('ordered'), 4);
      if (row['state'] === 'short') expect(figure('variance')).toBeLessThan(0);
      if (row['state'] === 'over') expect(figure('variance')).toBeGreaterThan(0);
    }
  }
});

test('price changes: by what they cost, the largest first', async () => {
  for (const scope of scopes) {
    const effects = (await rowsOf('price_changes', scope)).map((row) => Math.abs(Number(row['effect'])));
    expect(effects).toEqual(effects.toSorted((a, b) => b - a));
  }
});
