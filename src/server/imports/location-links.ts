/**
 * The circle: a delivery location names its storage unit, a storage unit names its delivery location. Locations are
 * linked as they are written, since storage units come first; this is the other direction, when both files are in.
 * What a location says itself counts; else the first storage unit that names it.
 */
import { refuseUnknown } from './checks.ts';
import type { ImportRun } from './kind.ts';

/** @returns rows of storage_units.csv that changed nothing but a location's link */
export async function linkStorageUnits(run: ImportRun): Promise<number> {
  const company = run.company.id;
  await refuseUnknown(
    run,
    'storage_units',
    'staged_storage_units',
    { column: 'delivery_location_code', to: 'delivery_locations' },
    `NOT EXISTS (SELECT FROM delivery_locations l WHERE l.company_id = ${company} AND l.code = s.delivery_location_code)`,
  );
  const linked = await run.client.query<{ row_no: number; counted: boolean }>(
    `WITH named AS (
       SELECT s.row_no, u.id AS unit_id, l.id AS location_id, l.storage_unit_id AS linked_id
       FROM staged_storage_units s
       JOIN storage_units u ON u.company_id = ${company} AND u.code = s.code
       JOIN delivery_locations l ON l.company_id = ${company} AND l.code = s.delivery_location_code
       WHERE NOT s.faulty AND NOT EXISTS (
         SELECT FROM staged_delivery_locations d WHERE d.code = l.code AND d.storage_unit_code IS NOT NULL)
     ), chosen AS (
       -- a location that is linked to one of several that name it stays as it is
       SELECT DISTINCT ON (location_id) * FROM named ORDER BY location_id, (unit_id = linked_id) DESC NULLS LAST, row_no
     )
     UPDATE delivery_locations t SET storage_unit_id = c.unit_id, updated_at = later_than(t.updated_at) FROM chosen c
     WHERE t.id = c.location_id AND t.storage_unit_id IS DISTINCT FROM c.unit_id
     RETURNING c.row_no, EXISTS (SELECT FROM written_storage_units w WHERE w.row_no = c.row_no) AS counted`,
  );
  return linked.rows.filter((row) => !row.counted).length;
}
