/** Deliveries as they are read, with every attempt. */
import { sql } from 'kysely';
import type { Delivery } from '#contract/deliveries.ts';
import type { DeliveryStatus } from '#contract/schedules.ts';
import { ProductError } from '#contract/errors.ts';
import { asId } from '#server/access/decide.ts';
import type { Database, Queryable } from '#server/database/database.ts';
import { readPage, type PageOf } from '#server/http/pages.ts';
import type { DeliveryGrant } from './standing.ts';

/** As instants are answered everywhere, of a value that JSON is made of. */
const instantText = (value: ReturnType<typeof sql>) =>
  sql`to_char(${value} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

export const deliveryRows = (db: Queryable) =>
  db
    .selectFrom('deliveries as d')
    .innerJoin('destinations as t', 't.id', 'd.destination_id')
    .selectAll('d')
    .select([
      't.name as destination_name',
      sql<
        Delivery['attempts']
      >`(SELECT coalesce(jsonb_agg(jsonb_build_object('at', ${instantText(sql`a.at`)}, 'outcome', a.outcome,
          'detail', a.detail) ORDER BY a.attempt), '[]') FROM delivery_attempts a WHERE a.delivery_id = d.id)`.as(
        'attempts',
      ),
      sql<
        Delivery['link']
      >`(SELECT jsonb_build_object('opened', g.opened, 'expires_at', ${instantText(sql`g.expires_at`)},
          'is_revoked', g.revoked_at IS NOT NULL) FROM guest_links g WHERE g.delivery_id = d.id
          ORDER BY g.created_at DESC LIMIT 1)`.as('link'),
    ]);

export type DeliveryRow = Awaited<ReturnType<ReturnType<typeof deliveryRows>['executeTakeFirstOrThrow']>>;

export const viewOfDelivery = (row: DeliveryRow): Delivery => ({
  id: row.id,
  company_id: row.company_id,
  job_id: row.pack_id === null ? row.job_id : null,
  pack_id: row.pack_id,
  schedule_id: row.schedule_id,
  occurrence: row.occurrence,
  destination_id: row.destination_id,
  destination_name: row.destination_name,
  recipient: row.recipient,
  event: row.event,
  status: row.status,
  attempts: row.attempts,
  next_at: row.status === 'waiting' ? row.next_at : null,
  sent_at: row.sent_at,
  created_at: row.created_at,
  link: row.link,
});

export interface DeliveryQuery extends PageOf {
  readonly status?: readonly DeliveryStatus[] | undefined;
  readonly destination_id?: string | undefined;
  readonly job_id?: string | undefined;
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Newest first. */
export const listDeliveries = (db: Database, { company }: DeliveryGrant, query: DeliveryQuery) =>
  readPage(
    db,
    query,
    (tx) =>
      deliveryRows(tx)
        .where('d.company_id', '=', company.id)
        .$if((query.status?.length ?? 0) > 0, (rows) => rows.where('d.status', 'in', [...(query.status ?? [])]))
        .$if(query.destination_id !== undefined, (rows) =>
          rows.where('d.destination_id', '=', asId(query.destination_id) ?? '0'),
        )
        .$if(query.job_id !== undefined, (rows) =>
          uuidPattern.test(query.job_id ?? '')
            ? rows.where('d.job_id', '=', query.job_id ?? '')
            : rows.where(sql<boolean>`false`),
        )
        .orderBy('d.id', 'desc'),
    (rows) => rows.map(viewOfDelivery),
  );

/** @throws ProductError access_denied */
export async function readDelivery(db: Queryable, companyId: string, id: string): Promise<Delivery> {
  const row = await deliveryRows(db).where('d.id', '=', id).where('d.company_id', '=', companyId).executeTakeFirst();
  if (!row) throw new ProductError('access_denied', 'There is no delivery by this id in this company.');
  return viewOfDelivery(row);
}
