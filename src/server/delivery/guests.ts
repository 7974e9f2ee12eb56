/** Outsiders who may receive what is mailed: entered by whoever manages deliveries, approved by whoever manages the company. */
import { sql } from 'kysely';
import type { Guest } from '#contract/deliveries.ts';
import { ProductError, invalidField } from '#contract/errors.ts';
import type { Origin } from '#server/access/audit.ts';
import { asId } from '#server/access/decide.ts';
import type { Database, DatabaseTransaction, Queryable } from '#server/database/database.ts';
import { readPage, type PageOf } from '#server/http/pages.ts';
import { readRules } from './rules.ts';
import { type DeliveryGrant, told } from './standing.ts';

const guestRows = (db: Queryable, { company }: DeliveryGrant) =>
  db
    .selectFrom('guests as g')
    .leftJoin('users as u', 'u.id', 'g.approved_by')
    .selectAll('g')
    .select('u.name as approved_by_name')
    .where('g.company_id', '=', company.id);

type Row = Awaited<ReturnType<ReturnType<typeof guestRows>['executeTakeFirstOrThrow']>>;

const viewOf = (row: Row): Guest => ({
  id: row.id,
  email: row.email,
  created_at: row.created_at,
  approved_at: row.approved_at,
  approved_by: row.approved_by === null ? null : { id: row.approved_by, name: row.approved_by_name ?? '' },
});

export const listGuests = (db: Database, grant: DeliveryGrant, page: PageOf) =>
  readPage(
    db,
    page,
    (tx) =>
      guestRows(tx, grant)
        .orderBy(sql`lower(g.email)`)
        .orderBy('g.id'),
    (rows) => rows.map(viewOf),
  );

/** @throws ProductError access_denied */
export async function readGuest(db: Queryable, grant: DeliveryGrant, id: unknown): Promise<Guest> {
  const row = await guestRows(db, grant)
    .where('g.id', '=', asId(id) ?? '0')
    .executeTakeFirst();
  if (!row) throw new ProductError('access_denied', 'There is no guest by this id in this company.');
  return viewOf(row);
}

/**
 * Entered by somebody who manages the company, a guest is approved with it; one who waits is approved by being entered again.
 * @throws ProductError invalid_input for an address of a domain that the company sends nothing to.
 */
export async function enterGuest(
  tx: DatabaseTransaction,
  grant: DeliveryGrant,
  origin: Origin,
  email: string,
): Promise<{ guest: Guest; isNew: boolean }> {
  const { principal, company } = grant;
  const { guest_domains: domains } = await readRules(tx, company.id);
  const domain = email.slice(email.lastIndexOf('@') + 1);
  if (domains && !domains.includes(domain)) {
    throw invalidField('email', `this company sends nothing to guests at ${domain}`);
  }
  const approves = company.capabilities.includes('manage_company');
  const approval = approves ? { approved_by: principal.userId, approved_at: sql<string>`clock_timestamp()` } : {};
  const made = await tx
    .insertInto('guests')
    .values({ company_id: company.id, email, created_by: principal.userId, ...approval })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  const known = await guestRows(tx, grant)
    .where(sql<boolean>`lower(g.email) = ${email}`)
    .forUpdate('g')
    .executeTakeFirstOrThrow();
  const isApproved = !made && approves && known.approved_at === null;
  if (isApproved) await tx.updateTable('guests').set(approval).where('id', '=', known.id).execute();
  if (made) await told(tx, grant, origin, 'guest.created', known.id);
  if (made ? approves : isApproved) await told(tx, grant, origin, 'guest.approved', known.id);
  return { guest: await readGuest(tx, grant, known.id), isNew: made !== undefined };
}

/** Nothing is sent there any more, and links that were sent end. */
export async function removeGuest(db: Database, grant: DeliveryGrant, origin: Origin, id: unknown): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const guest = await readGuest(tx, grant, id);
    const gone = await tx.deleteFrom('guests').where('id', '=', guest.id).returning('id').executeTakeFirst();
    if (!gone) throw new ProductError('access_denied', 'There is no guest by this id in this company.');
    await sql`UPDATE guest_links g SET revoked_at = clock_timestamp() FROM deliveries d WHERE d.id = g.delivery_id
      AND d.company_id = ${grant.company.id} AND lower(d.recipient) = lower(${guest.email}) AND g.revoked_at IS NULL`.execute(
      tx,
    );
    await told(tx, grant, origin, 'guest.removed', guest.id);
  });
}
