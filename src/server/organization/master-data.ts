/** Storage units, vendors and ingredients as short lists for pickers: in use before archived, by name. */
import { sql } from 'kysely';
import type { ItemEntry, StorageUnitEntry, VendorEntry } from '#contract/delivery-locations.ts';
import type { Page } from '#contract/export-jobs.ts';
import type { CompanyAccess } from '#server/access/decide.ts';
import type { Database } from '#server/database/database.ts';
import { contains, isArchived, type PageOf, readPage } from './paging.ts';

export interface PickerFilter extends PageOf {
  readonly search?: string | undefined;
  readonly archived: 'true' | 'false' | 'all';
}

const matches = (filter: PickerFilter, columns: readonly string[]) =>
  filter.search === undefined ? sql<boolean>`true` : contains(columns, filter.search);

export function listStorageUnits(
  db: Database,
  company: CompanyAccess,
  filter: PickerFilter,
): Promise<Page<StorageUnitEntry>> {
  const query = db
    .selectFrom('storage_units')
    .select(['id', 'code', 'name', 'archived_at'])
    .where('company_id', '=', company.id)
    .where(isArchived('archived_at', filter.archived))
    .where(matches(filter, ['name', 'code']))
    .orderBy(sql`archived_at IS NOT NULL`)
    .orderBy(sql`lower(name)`)
    .orderBy('id');
  return readPage(query, filter);
}

export function listVendors(db: Database, company: CompanyAccess, filter: PickerFilter): Promise<Page<VendorEntry>> {
  const query = db
    .selectFrom('vendors')
    .select(['id', 'code', 'name', 'currency', 'archived_at'])
    .where('company_id', '=', company.id)
    .where(isArchived('archived_at', filter.archived))
    .where(matches(filter, ['name', 'code']))
    .orderBy(sql`archived_at IS NOT NULL`)
    .orderBy(sql`lower(name)`)
    .orderBy('id');
  return readPage(query, filter);
}

export function listItems(db: Database, company: CompanyAccess, filter: PickerFilter): Promise<Page<ItemEntry>> {
  const query = db
    .selectFrom('items')
    .select(['id', 'code', 'name', 'category', 'base_unit', 'archived_at'])
    .where('company_id', '=', company.id)
    .where(isArchived('archived_at', filter.archived))
    .where(matches(filter, ['name', 'code', 'category']))
    .orderBy(sql`archived_at IS NOT NULL`)
    .orderBy(sql`lower(name)`)
    .orderBy('id');
  return readPage(query, filter);
}
