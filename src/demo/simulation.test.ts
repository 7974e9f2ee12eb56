import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { groupCompanies } from './companies.ts';
import { fleetCompany, fleetLinesAMonth, fleetSize } from './fleet.ts';
import { dayNumber } from './local-days.ts';
import { Rows, tableColumns, type TableName, tableNames } from './rows.ts';
import { type SimulationOptions, simulateCompany } from './simulation.ts';

const noIds = Object.fromEntries(tableNames.map((table) => [table, 0])) as Record<TableName, number>;

/** Runs companies one after the other; `onText` is given what would be stored. */
function simulate(
  options: Partial<SimulationOptions> & { from: string; to: string },
  profiles = groupCompanies,
  onText: (table: TableName, text: string) => void = () => undefined,
): Rows {
  const rows = new Rows(noIds);
  const hand = (): void => {
    for (const [table, pieces] of rows.take()) onText(table, Buffer.concat(pieces).toString());
  };
  for (const [index, profile] of profiles.entries()) {
    const period = { first: dayNumber(options.from), last: dayNumber(options.to) };
    const days = simulateCompany({
      companyId: index + 1,
      profile,
      period,
      seed: 1,
      rows,
      writesStock: true,
      ...options,
    });
    for (const { day } of days) if (day % 30 === 0) hand();
    hand();
  }
  return rows;
}

function fingerprint(options: Partial<SimulationOptions> & { from: string; to: string }): string {
  const hash = createHash('sha256');
  simulate(options, groupCompanies, (table, text) => hash.update(table).update(text));
  return hash.digest('hex');
}

test('the same seed and days give the same bytes, another seed or day others', () => {
  const days = { from: '2026-10-01', to: '2026-11-05' };
  const once = fingerprint(days);
  expect(fingerprint(days)).toBe(once);
  expect(fingerprint({ ...days, seed: 2 })).not.toBe(once);
  expect(fingerprint({ ...days, to: '2026-11-06' })).not.toBe(once);
});

test('half a year makes stock that adds up in every month, whatever the seed', () => {
  for (const seed of [3, 4]) {
    expect(() => simulate({ from: '2025-11-15', to: '2026-04-30', seed })).not.toThrow();
  }
});

describe('the default demo', () => {
  const lines = new Map<string, number>();
  /** In cents: what is billed for goods that came or went back, and what came into stock or left it with them. */
  const worth = { receipt: 0n, return: 0n, credit: 0n, movedIn: 0n, movedOut: 0n };
  const cents = (amount = ''): bigint => BigInt(amount.replace('.', ''));
  let rows: Rows;

  beforeAll(() => {
    rows = simulate({ from: '2025-06-01', to: '2026-11-30' }, groupCompanies, (table, text) => {
      if (table !== 'receipt_lines' && table !== 'stock_movements') return;
      for (const line of text.trimEnd().split('\n')) {
        const fields = line.split('\t');
        const field = (name: string) => fields[(tableColumns[table] as readonly string[]).indexOf(name)] ?? '';
        if (table === 'receipt_lines') {
          const day = field('received_on');
          lines.set(day, (lines.get(day) ?? 0) + 1);
          if (field('item_id') !== '\\N') worth[field('kind') as 'receipt' | 'return'] += cents(field('net_amount'));
        } else if (field('kind') === 'RECEIPT') {
          worth[field('qty').startsWith('-') ? 'movedOut' : 'movedIn'] += cents(field('value'));
        }
      }
    });
  });

  test('has about 45,000 receipt lines and 400,000 stock movements', () => {
    expect(rows.made.receipt_lines).toBeGreaterThan(42_000);
    expect(rows.made.receipt_lines).toBeLessThan(48_000);
    expect(rows.made.stock_movements).toBeGreaterThan(370_000);
    expect(rows.made.stock_movements).toBeLessThan(430_000);
    expect(rows.made.stock_snapshots).toBeGreaterThan(18 * 190 * 3);
  });

  test('sends back for what was paid, to the cent', () => {
    expect(worth.return).toBeLessThan(0n);
    expect(worth.movedOut).toBe(worth.return);
    expect(worth.movedIn).toBe(worth.receipt);
  });

  test('is closed on 24 and 25 December and open on all other weekdays', () => {
    expect([lines.get('2025-12-24'), lines.get('2025-12-25')]).toEqual([undefined, undefined]);
    expect(lines.get('2025-12-23')).toBeGreaterThan(40);
    expect(lines.size).toBeGreaterThan(465);
  });
});

test('a fleet of kitchens makes lines at the rate its size is planned with, and no movements', () => {
  const rows = simulate({ from: '2026-05-01', to: '2026-07-31', writesStock: false }, [fleetCompany(10, 1)]);
  expect(rows.made.receipt_lines / (10 * 3 * fleetLinesAMonth)).toBeGreaterThan(0.85);
  expect(rows.made.receipt_lines / (10 * 3 * fleetLinesAMonth)).toBeLessThan(1.15);
  expect(rows.made).toMatchObject({ stock_movements: 0, stock_counts: 0, stock_snapshots: 0, storage_units: 0 });
  expect(rows.made.delivery_locations).toBe(10);
});

test.each([
  [1_000, undefined],
  [100_000, undefined],
  [1_000_000, undefined],
  [10_000_000, undefined],
  [25_000_000, undefined],
  [50_000, 5],
])('%i lines are planned as at most 400 sites that make about so many', (lines, given) => {
  const { sites, months } = fleetSize(lines, given);
  expect(sites).toBeLessThanOrEqual(400);
  expect(sites).toBe(given ?? sites);
  expect((sites * months * fleetLinesAMonth) / lines).toBeGreaterThan(0.9);
  expect((sites * months * fleetLinesAMonth) / lines).toBeLessThan(1.1);
});

test('400 kitchens have 400 names and codes', () => {
  const { outlets } = fleetCompany(400, 1);
  expect(new Set(outlets.map((outlet) => outlet.locations[0]?.name)).size).toBe(400);
  expect(new Set(outlets.map((outlet) => outlet.locations[0]?.code)).size).toBe(400);
});
