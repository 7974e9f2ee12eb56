/** `delivery_locations.csv`: where vendors deliver. Matched by `code`. */
import { code, text, truth } from './cells.ts';
import { refuseRepeated, refuseUnknown } from './checks.ts';
import type { ImportKind } from './kind.ts';
import { upsert } from './upsert.ts';

const resolved = 'resolved_delivery_locations';

export const deliveryLocations: ImportKind = {
  name: 'delivery_locations',
  label: 'Delivery locations',
  columns: [
    { name: 'code', required: true, cell: code(), about: 'Your own code; rows are matched by it.', example: 'MAIN' },
    { name: 'name', required: true, cell: text(1000), about: 'As reports show it.', example: 'Main Kitchen' },
    { name: 'street', cell: text(200), about: 'Street, without the number.', example: 'Hafenstraße' },
    { name: 'street_number', cell: text(50), about: 'House number.', example: '12a' },
    { name: 'postal_code', cell: text(50), about: 'Text: leading zeros stay.', example: '20359' },
    { name: 'city', cell: text(200), about: 'City.', example: 'Hamburg' },
    { name: 'region', cell: text(200), about: 'State, county or canton.', example: 'Hamburg' },
    { name: 'country', cell: text(100), about: 'Country.', example: 'DE' },
    { name: 'customer_number', cell: text(200), about: 'The number vendors know you by.', example: '0048113' },
    { name: 'storage_unit_code', cell: code(), about: 'Where delivered goods are put.', example: 'COLD' },
    { name: 'instructions', cell: text(4000), about: 'For the driver.', example: 'Ring at the back door' },
    { name: 'active', cell: truth, about: 'false archives the location.', example: 'true' },
  ],
  async apply(run) {
    await refuseRepeated(run, 'delivery_locations', ['code']);
    await run.client.query(
      `CREATE TEMP TABLE ${resolved} AS SELECT s.*, u.id AS storage_unit_id FROM staged_delivery_locations s
       LEFT JOIN storage_units u ON u.company_id = ${run.company.id} AND u.code = s.storage_unit_code`,
    );
    const storageUnit = { column: 'storage_unit_code', to: 'storage_units' } as const;
    await refuseUnknown(run, 'delivery_locations', resolved, storageUnit, 's.storage_unit_id IS NULL');
    return upsert(run, {
      table: 'delivery_locations',
      source: resolved,
      keys: ['code'],
      values: ['name', ...address, 'customer_number', 'instructions', 'storage_unit_id'],
      stamp: 'updated_at = later_than(t.updated_at)',
    });
  },
};

const address = ['street', 'street_number', 'postal_code', 'city', 'region', 'country'];
