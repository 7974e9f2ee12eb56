/** Storage units, vendors and ingredients as short lists for pickers: in use before archived, by name. */
import { sql } from 'kysely';
import type { ItemEntry, StorageUnitEntry, VendorEntry } from '#contract/delivery-locations.ts';
import type { Page } from '#contract/export-jobs.ts';
import type { CompanyAccess } from '#server/access/decide.ts';
import type { Database } from '#server/database/database.ts';
import { type PageOf, readPage } from '#server/http/pages.ts';
import { contains, isArchived } from './paging.ts';

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
  return readPage(db, filter, (tx) =>
    tx
      .selectFrom('storage_units')
      .select(['id', 'code', 'name', 'archived_at'])
      .where('company_id', '=', company.id)
      .where(isArchived('archived_at', filter.archived))
      .where(matches(filter, ['name', 'code']))
      .orderBy(sql`archived_at IS NOT NULL`)
      .orderBy(sql`lower(name)`)
      .orderBy('id'),
  );
}

export function listVendors(db: Database, company: CompanyAccess, filter: PickerFilter): Promise<Page<VendorEntry>> {
  return readPage(db, filter, (tx) =>
    tx
      .selectFrom('vendors')
      .select(['id', 'code', 'name', 'currency', 'archived_at'])
      .where('company_id', '=', company.id)
      .where(isArchived('archived_at', filter.archived))
      .where(matches(filter, ['name', 'code']))
      .orderBy(sql`archived_at IS NOT NULL`)
      .orderBy(sql`lower(name)`)
      .orderBy('id'),
  );
}

export function listItems(db: Database, company: CompanyAccess, filter: PickerFilter): Promise<Page<ItemEntry>> {
  return readPage(db, filter, (tx) =>
    tx
      .selectFrom('items')
      .select(['id', 'code', 'name', 'category', 'base_unit', 'archived_at'])
      .where('company_id', '=', company.id)
      .where(isArchived('archived_at', filter.archived))
      .where(matches(filter, ['name', 'code', 'category']))
      .orderBy(sql`archived_at IS NOT NULL`)
      .orderBy(sql`lower(name)`)
      .orderBy('id'),
  );
}

/** The categories ingredients have, each once; those of archived ones too, since old movements are of them. */
export function listItemCategories(
  db: Database,
  company: CompanyAccess,
  filter: PageOf & { readonly search?: string | undefined },
): Promise<Page<{ name: string }>> {
  return readPage(db, filter, (tx) =>
    tx
      .selectFrom(
        tx
          .selectFrom('items')
          .select(sql<string>`category`.as('name'))
          .distinct()
          .where('company_id', '=', company.id)
          .where('category', 'is not', null)
          .as('found'),
      )
      .select('name')
      .where(filter.search === undefined ? sql<boolean>`true` : contains(['name'], filter.search))
      .orderBy(sql`lower(name)`)
      .orderBy('name'),
  );
}
