/** `storage_units.csv`: where stock is kept. Matched by `code`. */
import { code, text, truth } from './cells.ts';
import { refuseRepeated } from './checks.ts';
import type { ImportKind } from './kind.ts';
import { upsert } from './upsert.ts';

export const storageUnits: ImportKind = {
  name: 'storage_units',
  label: 'Storage units',
  columns: [
    { name: 'code', required: true, cell: code(), about: 'Your own code; rows are matched by it.', example: 'COLD' },
    { name: 'name', required: true, cell: text(1000), about: 'As reports show it.', example: 'Cold store' },
    {
      name: 'delivery_location_code',
      cell: code(),
      about: 'The delivery location whose goods are put here; that location may also name its storage unit itself.',
      example: 'MAIN',
    },
    { name: 'active', cell: truth, about: 'false archives the storage unit.', example: 'true' },
  ],
  async apply(run) {
    await refuseRepeated(run, 'storage_units', ['code']);
    // the location is linked by location-links.ts, when both files are in; it asks which rows are counted already
    await run.client.query(
      `CREATE TEMP TABLE written_storage_units AS SELECT s.row_no FROM staged_storage_units s WHERE NOT EXISTS (
         SELECT FROM storage_units t WHERE t.company_id = ${run.company.id} AND t.code = s.code)`,
    );
    const outcome = await upsert(run, {
      table: 'storage_units',
      source: 'staged_storage_units',
      keys: ['code'],
      values: ['name'],
    });
    await run.client.query('INSERT INTO written_storage_units SELECT unnest($1::integer[])', [outcome.changedRows]);
    return outcome;
  },
};
