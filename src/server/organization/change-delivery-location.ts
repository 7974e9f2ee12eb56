/** Adding, changing, archiving and deleting delivery locations. One that was ever used is archived, never deleted. */
import { sql } from 'kysely';
import type { DeliveryLocation, DeliveryLocationDetails } from '#contract/delivery-locations.ts';
import { ProductError } from '#contract/errors.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import { asId, type Grant } from '#server/access/decide.ts';
import { holdData } from '#server/database/data-versions.ts';
import type { Database, DatabaseTransaction } from '#server/database/database.ts';
import { accessDenied, changesBetween, conflictOn, refuseDuplicate } from './changes.ts';
import { readDeliveryLocation } from './delivery-locations.ts';

/** Undefined leaves a field as it is, null empties it. */
export interface LocationFields {
  code?: string | undefined;
  name?: string | undefined;
  street?: string | null | undefined;
  street_number?: string | null | undefined;
  postal_code?: string | null | undefined;
  city?: string | null | undefined;
  region?: string | null | undefined;
  country?: string | null | undefined;
  customer_number?: string | null | undefined;
  instructions?: string | null | undefined;
  storage_unit_id?: string | null | undefined;
}

type MayManage = Grant<'manage_locations'>;

export const codeLengthMax = 50;
const taken = 'belongs to another location of this company';

/** One writer at a time per company, so that a derived code is still free when it is written. */
const hold = (tx: DatabaseTransaction, { principal, company }: MayManage): Promise<void> =>
  holdData(tx, company.id, { userId: principal.userId, kind: 'hand' });

function tell(
  tx: DatabaseTransaction,
  { principal, company }: MayManage,
  origin: Origin,
  verb: string,
  locationId: string,
  details: Record<string, unknown>,
): Promise<void> {
  return audit(tx, principal, origin, {
    action: `delivery_location.${verb}`,
    organizationId: company.organizationId,
    companyId: company.id,
    subjectType: 'delivery_location',
    subjectId: locationId,
    details,
  });
}

/** @throws ProductError conflict for a code in use, access_denied for a storage unit that is not of this company. */
export async function createDeliveryLocation(
  tx: DatabaseTransaction,
  grant: MayManage,
  origin: Origin,
  input: LocationFields & { name: string },
): Promise<DeliveryLocationDetails> {
  const { company } = grant;
  await hold(tx, grant);
  if (input.code !== undefined) await refuseTakenCode(tx, company.id, input.code, null);
  await refuseForeignStorageUnit(tx, company.id, input.storage_unit_id);
  const code = input.code ?? (await freeCode(tx, company.id, input.name));
  const insert = tx
    .insertInto('delivery_locations')
    .values({ ...input, code, company_id: company.id })
    .returning('id')
    .executeTakeFirstOrThrow();
  const { id } = await refuseDuplicate(insert, 'code', taken);
  await tell(tx, grant, origin, 'created', id, { name: input.name, code });
  return readDeliveryLocation(tx, company, id);
}

/** @throws ProductError as `createDeliveryLocation`, and access_denied for an unknown location. */
export async function changeDeliveryLocation(
  db: Database,
  grant: MayManage,
  origin: Origin,
  locationId: string,
  input: LocationFields & { archived?: boolean | undefined },
): Promise<DeliveryLocation> {
  const { company } = grant;
  const { archived, ...fields } = input;
  return db.transaction().execute(async (tx) => {
    await hold(tx, grant);
    const before = await lockLocation(tx, company.id, locationId);
    if (fields.code !== undefined) await refuseTakenCode(tx, company.id, fields.code, before.id);
    await refuseForeignStorageUnit(tx, company.id, fields.storage_unit_id);
    const changes = changesBetween<LocationFields>(before, fields);
    // one instant for both, later than any before it
    const now = before.next_at;
    if (changes) {
      const update = tx
        .updateTable('delivery_locations')
        .set({ ...fields, updated_at: now })
        .where('id', '=', before.id)
        .execute();
      await refuseDuplicate(update, 'code', taken);
      await tell(tx, grant, origin, 'changed', before.id, { name: fields.name ?? before.name, changes });
    }
    if (archived !== undefined && archived !== (before.archived_at !== null)) {
      await tx
        .updateTable('delivery_locations')
        .set({ archived_at: archived ? now : null, updated_at: now })
        .where('id', '=', before.id)
        .execute();
      await tell(tx, grant, origin, archived ? 'archived' : 'restored', before.id, {
        name: fields.name ?? before.name,
      });
    }
    return readDeliveryLocation(tx, company, before.id);
  });
}

/** @throws ProductError conflict for one that was used. */
export async function deleteDeliveryLocation(
  db: Database,
  grant: MayManage,
  origin: Origin,
  locationId: string,
): Promise<void> {
  const { company } = grant;
  await db.transaction().execute(async (tx) => {
    await hold(tx, grant);
    const { id } = await lockLocation(tx, company.id, locationId);
    const { used, name, code } = await readDeliveryLocation(tx, company, id);
    if (used) {
      throw new ProductError('conflict', `${name} was used by orders, deliveries or exports. Archive it instead.`);
    }
    await tx.deleteFrom('delivery_locations').where('id', '=', id).execute();
    await tell(tx, grant, origin, 'deleted', id, { name, code });
  });
}

async function lockLocation(tx: DatabaseTransaction, companyId: string, id: string) {
  const row = await tx
    .selectFrom('delivery_locations')
    .selectAll()
    .select(sql<string>`later_than(updated_at)`.as('next_at'))
    .where('company_id', '=', companyId)
    .where('id', '=', asId(id) ?? '0')
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw accessDenied('delivery location');
  return row;
}

async function refuseTakenCode(
  tx: DatabaseTransaction,
  companyId: string,
  code: string,
  except: string | null,
): Promise<void> {
  const other = await tx
    .selectFrom('delivery_locations')
    .select('name')
    .where('company_id', '=', companyId)
    .where('code', '=', code)
    .where('id', '<>', except ?? '0')
    .executeTakeFirst();
  if (other) throw conflictOn('code', `${code} belongs to the location ${other.name}`);
}

async function refuseForeignStorageUnit(
  tx: DatabaseTransaction,
  companyId: string,
  id: string | null | undefined,
): Promise<void> {
  if (id === undefined || id === null) return;
  const unit = await tx
    .selectFrom('storage_units')
    .select('id')
    .where('company_id', '=', companyId)
    .where('id', '=', asId(id) ?? '0')
    .executeTakeFirst();
  if (!unit) throw accessDenied('storage unit');
}

/** `Küche Süd` -> `KUCHE-SUD`, then `KUCHE-SUD-2`, … until one is free. */
async function freeCode(tx: DatabaseTransaction, companyId: string, name: string): Promise<string> {
  const stem =
    name
      .normalize('NFKD')
      .toUpperCase()
      .replaceAll(/\p{Mark}/gu, '')
      .replaceAll(/[^A-Z0-9]+/g, '-')
      .slice(0, codeLengthMax - 10)
      .replaceAll(/^-|-$/g, '') || 'LOCATION';
  const rows = await tx
    .selectFrom('delivery_locations')
    .select('code')
    .where('company_id', '=', companyId)
    .where('code', 'like', `${stem}%`)
    .execute();
  const used = new Set(rows.map((row) => row.code));
  let code = stem;
  for (let n = 2; used.has(code); n += 1) code = `${stem}-${n}`;
  return code;
}
