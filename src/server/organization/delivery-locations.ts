/** The delivery locations of a company as pages and pickers read them: in use before archived, by name. */
import { sql } from 'kysely';
import { addDays, dayIn } from '#contract/calendar.ts';
import type { DeliveryLocation, DeliveryLocationDetails } from '#contract/delivery-locations.ts';
import type { Page } from '#contract/export-jobs.ts';
import { asId, type CompanyAccess } from '#server/access/decide.ts';
import type { Database, Queryable } from '#server/database/database.ts';
import { type PageOf, readPage } from '#server/http/pages.ts';
import { accessDenied } from './changes.ts';
import { contains, isArchived } from './paging.ts';

export const locationOrderings = ['name', '-name', 'code', '-code'] as const;

export interface LocationFilter extends PageOf {
  readonly search?: string | undefined;
  readonly archived: 'true' | 'false' | 'all';
  readonly ordering: (typeof locationOrderings)[number];
}

const searched = ['name', 'code', 'street', 'postal_code', 'city', 'region', 'country', 'customer_number'].map(
  (column) => `l.${column}`,
);

/** First and last business day of the month before this one, in the company's zone. */
function lastMonth(timeZone: string): { from: string; to: string } {
  const to = addDays(`${dayIn(timeZone).slice(0, 7)}-01`, -1);
  return { from: `${to.slice(0, 7)}-01`, to };
}

const selectLocations = (db: Queryable, company: CompanyAccess) => {
  const month = lastMonth(company.timeZone);
  const lines = sql`receipt_lines r WHERE r.company_id = l.company_id AND r.delivery_location_id = l.id`;
  return db
    .selectFrom('delivery_locations as l')
    .leftJoin('storage_units as s', 's.id', 'l.storage_unit_id')
    .where('l.company_id', '=', company.id)
    .select([
      'l.id',
      'l.company_id',
      'l.code',
      'l.name',
      'l.street',
      'l.street_number',
      'l.postal_code',
      'l.city',
      'l.region',
      'l.country',
      'l.customer_number',
      'l.instructions',
      sql<DeliveryLocation['storage_unit']>`CASE WHEN s.id IS NOT NULL THEN
        json_build_object('id', s.id::text, 'code', s.code, 'name', s.name) END`.as('storage_unit'),
      'l.archived_at',
      'l.created_at',
      'l.updated_at',
      sql<string | null>`(SELECT u.name FROM audit_events a LEFT JOIN users u ON u.id = a.user_id
        WHERE a.subject_type = 'delivery_location' AND a.subject_id = l.id::text ORDER BY a.id DESC LIMIT 1)`.as(
        'updated_by',
      ),
      // both walk the index of the default report: the last entry, and one month of entries
      sql<string | null>`(SELECT r.received_on FROM ${lines} AND r.kind = 'receipt'
        ORDER BY r.received_on DESC LIMIT 1)`.as('last_delivery_on'),
      sql<number>`(SELECT count(*)::int FROM ${lines}
        AND r.received_on BETWEEN ${month.from}::date AND ${month.to}::date)`.as('lines_last_month'),
    ]);
};

export async function listDeliveryLocations(
  db: Database,
  company: CompanyAccess,
  filter: LocationFilter,
): Promise<Page<DeliveryLocation>> {
  const column = filter.ordering.replace('-', '');
  const direction = filter.ordering.startsWith('-') ? 'desc' : 'asc';
  const { search } = filter;
  const locations = (tx: Queryable) => {
    const all = selectLocations(tx, company)
      .where(isArchived('l.archived_at', filter.archived))
      .orderBy(sql`l.archived_at IS NOT NULL`)
      .orderBy(sql`lower(${sql.ref(`l.${column}`)})`, direction)
      .orderBy('l.id', direction);
    return search === undefined ? all : all.where(contains(searched, search));
  };
  return readPage(db, filter, locations, (rows, tx) => withUse(tx, company.id, rows));
}

/** @throws ProductError access_denied for one that is unknown or of another company. */
export async function readDeliveryLocation(
  db: Queryable,
  company: CompanyAccess,
  id: string,
): Promise<DeliveryLocationDetails> {
  const row = await selectLocations(db, company)
    .where('l.id', '=', asId(id) ?? '0')
    .executeTakeFirst();
  if (!row) throw accessDenied('delivery location');
  const [location] = await withUse(db, company.id, [row]);
  if (!location) throw accessDenied('delivery location');
  const open = await db
    .selectFrom('purchase_orders')
    .select(['po_number', sql<number>`count(*) OVER ()::int`.as('total')])
    .where('company_id', '=', company.id)
    .where('delivery_location_id', '=', row.id)
    .where('status', 'in', ['sent', 'confirmed', 'partially_received'])
    .where('archived_at', 'is', null)
    .orderBy('po_number')
    .limit(5)
    .execute();
  return { ...location, open_orders: { total: open[0]?.total ?? 0, numbers: open.map((order) => order.po_number) } };
}

/** Looks at orders and exports once for all locations without a delivery, not once for each. */
async function withUse(
  db: Queryable,
  companyId: string,
  rows: readonly Omit<DeliveryLocation, 'used'>[],
): Promise<DeliveryLocation[]> {
  const unsure = rows.filter((row) => row.last_delivery_on === null).map((row) => row.id);
  const named = unsure.length === 0 ? new Set<string>() : await namedElsewhere(db, companyId, unsure);
  return rows.map((row) => ({ ...row, used: row.last_delivery_on !== null || named.has(row.id) }));
}

async function namedElsewhere(db: Queryable, companyId: string, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    SELECT delivery_location_id::text AS id FROM purchase_orders
    WHERE company_id = ${companyId} AND delivery_location_id = ANY(${ids}::bigint[])
    UNION
    SELECT delivery_location_id::text FROM receipts
    WHERE company_id = ${companyId} AND delivery_location_id = ANY(${ids}::bigint[])
    UNION
    SELECT named FROM export_jobs
    CROSS JOIN LATERAL jsonb_array_elements_text(CASE WHEN jsonb_typeof(filters -> 'delivery_location_ids') = 'array'
      THEN filters -> 'delivery_location_ids' ELSE '[]' END) AS named
    WHERE company_id = ${companyId} AND named = ANY(${ids}::text[])`.execute(db);
  return new Set(rows.map((row) => row.id));
}
