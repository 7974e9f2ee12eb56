/** Asked for by somebody: a delivery once more, a finished export to destinations of the company, a guest's link taken back. */
import { sql } from 'kysely';
import type { Delivery } from '#contract/deliveries.ts';
import { ProductError, invalidField } from '#contract/errors.ts';
import type { Origin } from '#server/access/audit.ts';
import { asId, type Grant } from '#server/access/decide.ts';
import type { Database, DatabaseTransaction } from '#server/database/database.ts';
import { downloadableFile } from '#server/exports/downloads.ts';
import type { SelectedJob } from '#server/exports/job-view.ts';
import { deliveryRows, readDelivery, viewOfDelivery } from './deliveries-view.ts';
import { type DeliveryGrant, told } from './standing.ts';

/** Of what somebody asked for: they are told when it does not arrive, also of a webhook, whose other events are the company's. */
const byHand = JSON.stringify({ by_hand: true });

/**
 * Also of one that was sent: the receiver asked for it. It goes by the right of whoever asks.
 * @throws ProductError in_progress while it is being sent.
 */
export async function sendAgain(
  tx: DatabaseTransaction,
  grant: DeliveryGrant,
  origin: Origin,
  id: string,
): Promise<Delivery> {
  const again = await tx
    .updateTable('deliveries')
    .set({
      status: 'waiting',
      tries_now: 0,
      next_at: sql`clock_timestamp()`,
      on_behalf_of: grant.principal.userId ?? sql<string>`on_behalf_of`,
      details: sql`coalesce(details, '{}') || ${byHand}::jsonb`,
    })
    .where('id', '=', id)
    .where('company_id', '=', grant.company.id)
    .where('status', '<>', 'sending')
    .returning('id')
    .executeTakeFirst();
  if (!again) {
    await readDelivery(tx, grant.company.id, id);
    throw new ProductError('in_progress', 'It is being sent at this moment.', { retryAfterSeconds: 10 });
  }
  await told(tx, grant, origin, 'delivery.sent_again', id);
  return readDelivery(tx, grant.company.id, id);
}

/**
 * A finished export to destinations of its company: one delivery for each receiver.
 * @throws ProductError not_ready, file_expired; invalid_input for a destination that is not the company's.
 */
export async function sendExport(
  tx: DatabaseTransaction,
  grant: DeliveryGrant,
  origin: Origin,
  job: SelectedJob,
  destinationIds: readonly string[],
): Promise<Delivery[]> {
  downloadableFile(job);
  const asked = [...new Set(destinationIds)];
  const found = await tx
    .selectFrom('destinations')
    .select('id')
    .where('company_id', '=', grant.company.id)
    .where('deleted_at', 'is', null)
    .where('id', 'in', ['0', ...asked.map((id) => asId(id) ?? '0')])
    .execute();
  if (found.length < asked.length)
    throw invalidField('destination_ids', 'names a destination that this company has not');
  const { rows } = await sql<{ id: string }>`
    INSERT INTO deliveries (company_id, destination_id, recipient, job_id, pack_id, event, details, on_behalf_of)
    SELECT d.company_id, d.id, r.recipient, ${job.id}::uuid, ${job.pack_companies ? job.id : null}::uuid,
      CASE d.type WHEN 'webhook' THEN 'export.completed' END, ${byHand}::jsonb, ${grant.principal.userId}::bigint
    FROM destinations d CROSS JOIN LATERAL (SELECT jsonb_array_elements_text(d.settings -> 'recipients') WHERE d.type = 'mail'
      UNION ALL SELECT NULL WHERE d.type <> 'mail') r (recipient)
    WHERE d.id = ANY(${asked}::bigint[]) ORDER BY d.id RETURNING id`.execute(tx);
  await told(tx, grant, origin, 'export.sent', job.id, { destinations: asked.length });
  return deliveriesBy(
    tx,
    rows.map(({ id }) => id),
  );
}

export async function deliveriesBy(db: Database | DatabaseTransaction, ids: readonly string[]): Promise<Delivery[]> {
  if (ids.length === 0) return [];
  const rows = await deliveryRows(db)
    .where('d.id', 'in', [...ids])
    .orderBy('d.id')
    .execute();
  return rows.map(viewOfDelivery);
}

/** What was sent to a guest opens nothing any more. */
export async function takeLinkBack(db: Database, grant: Grant, origin: Origin, id: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx
      .updateTable('guest_links')
      .set({ revoked_at: sql`clock_timestamp()` })
      .where('delivery_id', '=', id)
      .where('revoked_at', 'is', null)
      .execute();
    await told(tx, grant, origin, 'delivery.link_revoked', id);
  });
}
