/** Names of files: of any company in any script they can be unpacked everywhere, read, and told apart. */
import { describe, expect, test } from 'vitest';
import { hostileCompanies } from '#test/hostile-companies.ts';
import type { PartSource, ReportScope } from './definition.ts';
import { fileStem, slug, zipName } from './file-names.ts';
import { allReports, findReport } from './registry.ts';

const scope = (companyName: string, filters: Record<string, unknown> = {}): ReportScope => ({
  ...{ companyId: '7', companyName, currency: 'EUR', timeZone: 'UTC', locale: 'en' },
  ...{ from: '2026-10-01', to: '2026-10-31', locationIds: null, filters },
});
/** The names behind ids, as the database answers them. */
const named =
  (...names: string[]): PartSource =>
  async () =>
    names.map((name) => ({ name }));
const stem = (companyName: string, filters: Record<string, unknown> = {}, ...names: string[]): Promise<string> =>
  fileStem(findReport('delivery_location')!, scope(companyName, filters), named(...names));

describe('a slug', () => {
  test.each([
    ['Grill Süd & Söhne', 'grill-sud-sohne'],
    ['Straße Łódź, İstanbul', 'strasse-łodz-istanbul'],
    ['e\u0301clair', 'eclair'],
    ['Йогурт и Ёлочка', 'йогурт-и-ёлочка'],
    ['한강변 식당', '한강변-식당'],
    ['がぎぐ パパ', 'がぎぐ-パパ'],
    ['ห้องครัวใหญ่', 'ห้องครัวใหญ่'],
    ['हिन्दी रसोई', 'हिन्दी-रसोई'],
    ['ऍक्\u200dष', 'ऍक्ष'],
    ['Ταβέρνα', 'ταβέρνα'],
    ['!!', 'company'],
    ['🍕', 'company'],
  ])('of %s keeps its letters', (text, wanted) => {
    expect(slug(text, 'company')).toBe(wanted);
  });
});

describe('a stem', () => {
  const long = { ...hostileCompanies, endless: { name: 'ж'.repeat(200), places: [{ name: 'ก'.repeat(200) }] } };
  test.each(Object.entries(long))('of %s can be unpacked everywhere', async (_, { name, places }) => {
    for (const report of allReports()) {
      const place = [...places].at(-1)?.name ?? '';
      const made = await fileStem(report, scope(name, { delivery_location_ids: ['1'] }), named(place));
      expect(made.length).toBeLessThan(80);
      expect(Buffer.byteLength(made)).toBeLessThan(180);
      expect(Buffer.byteLength(zipName(made, 'csv', { csv_dialect: 'spreadsheets' }))).toBeLessThan(255);
      expect(made).toBe(made.normalize('NFC'));
      expect(made).toMatch(new RegExp(`^${report.slug}_.+_2026-10-31_.+$`));
    }
  });

  test('says the one place, and needs no more', async () => {
    expect(await stem('Harbour Grill Hamburg')).toBe('purchase-orders_harbour-grill-hamburg_2026-10-01_2026-10-31');
    const place = { delivery_location_ids: ['1'] };
    expect(await stem('Harbour Grill Hamburg', place, 'Main Kitchen')).toBe(
      'purchase-orders_harbour-grill-hamburg_2026-10-01_2026-10-31_main-kitchen',
    );
    expect(await fileStem(findReport('inventory_levels')!, scope('Grill'), named())).toBe(
      'inventory-levels_grill_2026-10-31',
    );
  });

  test('is cut between words, in half at most where both are long', async () => {
    const words = 'Общество с ограниченной ответственностью Чайка на набережной';
    const made = await stem(words, { delivery_location_ids: ['1'] }, 'Главная кухня ресторана на набережной');
    expect(made).toMatch(/^purchase-orders_общество-с_2026-10-01_2026-10-31_главная-кухня_[0-9a-f]{6}$/);
  });

  test('is another for another question, and the same for the same', async () => {
    const many = (...ids: string[]) => stem('Grill', { delivery_location_ids: ids }, ...ids);
    const inventory = (filters: Record<string, unknown>) =>
      fileStem(findReport('inventory')!, scope('Grill', filters), named('Bar'));
    const long = 'x'.repeat(200);
    const names = [
      await stem('Grill'),
      await many('1', '2'),
      await many('1', '3'),
      await many('1', '2', '3'),
      // two that are called alike, and two whose names have the same letters
      await stem('Grill', { delivery_location_ids: ['1'] }, 'Kitchen (L1)'),
      await stem('Grill', { delivery_location_ids: ['2'] }, 'Kitchen L1'),
      await stem('Grill', { delivery_location_ids: ['3'] }, 'Kitchen-L1!'),
      await stem('Grill', { delivery_location_ids: ['4'] }, `${long}a`),
      await stem('Grill', { delivery_location_ids: ['5'] }, `${long}b`),
      await inventory({ activity: 'active' }),
      await inventory({ activity: 'inactive' }),
      await inventory({ activity: 'active', ingredient: 'tom' }),
      await inventory({ activity: 'active', storage_unit_ids: ['1'] }),
      await inventory({ storage_unit_ids: ['1'] }),
      await inventory({ delivery_location_ids: ['1'], storage_unit_ids: ['1'] }),
    ];
    expect(new Set(names.map((name) => name.replace(/_filtered/, ''))).size).toBe(names.length);
    expect(await many('1', '2')).toBe(names[1]);
    expect(names[1]).toMatch(/_2-delivery-locations_[0-9a-f]{6}$/);
  });
});
