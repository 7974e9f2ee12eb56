/** Where a company's files go. Secrets are sealed on the way in and opened only by whoever sends. */
import { sql } from 'kysely';
import type { Destination, DestinationSettings } from '#contract/deliveries.ts';
import { ProductError } from '#contract/errors.ts';
import type { DestinationType } from '#contract/schedules.ts';
import type { Origin } from '#server/access/audit.ts';
import { asId } from '#server/access/decide.ts';
import type { SecretKeys } from '#server/access/secret-keys.ts';
import type { Database, DatabaseTransaction, Queryable } from '#server/database/database.ts';
import { readPage, type PageOf } from '#server/http/pages.ts';
import { judgeAddress, type ReadSettings, readSettings } from './destination-settings.ts';
import { type DeliveryGrant, told } from './standing.ts';

export interface DestinationParts {
  readonly keys: SecretKeys;
  readonly allowPrivate: boolean;
}

/** An old secret goes on signing for so long. */
const rotationHours = 24;

/** Also those that have been deleted since. */
export const destinationRows = (db: Queryable) =>
  db
    .selectFrom('destinations as d')
    .leftJoin('users as u', 'u.id', 'd.created_by')
    .selectAll('d')
    .select('u.name as created_by_name');

export type DestinationRow = Awaited<ReturnType<ReturnType<typeof destinationRows>['executeTakeFirstOrThrow']>>;

const viewOf = (row: DestinationRow): Destination => ({
  id: row.id,
  company_id: row.company_id,
  name: row.name,
  type: row.type,
  settings: row.settings,
  has_secret: row.secret !== null,
  disabled_reason: row.disabled_reason,
  created_by: row.created_by === null ? null : { id: row.created_by, name: row.created_by_name ?? '' },
  created_at: row.created_at,
  updated_at: row.updated_at,
});

const contextOf = (id: string): string => `destination ${id}`;

const sealed = (keys: SecretKeys, id: string, secrets: ReadSettings['secrets']): Buffer | null =>
  secrets && keys.seal(Buffer.from(JSON.stringify(secrets)), contextOf(id));

/** What is secret of a destination; empty when another AUTH_SECRET sealed it. */
export function openSecrets(keys: SecretKeys, id: string, secret: Buffer | null): Readonly<Record<string, string>> {
  const text = secret && keys.open(secret, contextOf(id))?.toString();
  return text ? (JSON.parse(text) as Record<string, string>) : {};
}

export const listDestinations = (db: Database, { company }: DeliveryGrant, page: PageOf) =>
  readPage(
    db,
    page,
    (tx) =>
      destinationRows(tx)
        .where('d.company_id', '=', company.id)
        .where('d.deleted_at', 'is', null)
        .orderBy(sql`lower(d.name)`)
        .orderBy('d.id'),
    (rows) => rows.map(viewOf),
  );

/** @throws ProductError access_denied for what is not there, or another company's. */
export async function destinationRow(db: Queryable, { company }: DeliveryGrant, id: unknown): Promise<DestinationRow> {
  const row = await destinationRows(db)
    .where('d.company_id', '=', company.id)
    .where('d.deleted_at', 'is', null)
    .where('d.id', '=', asId(id) ?? '0')
    .executeTakeFirst();
  if (!row) throw new ProductError('access_denied', 'There is no destination by this id in this company.');
  return row;
}

export const readDestination = async (db: Queryable, grant: DeliveryGrant, id: unknown): Promise<Destination> =>
  viewOf(await destinationRow(db, grant, id));

export interface DestinationInput {
  readonly name: string;
  readonly type: DestinationType;
  readonly settings: Readonly<Record<string, unknown>>;
}

const uniqueViolation = '23505';
const named =
  (name: string) =>
  (error: unknown): never => {
    if ((error as { code?: string } | null)?.code !== uniqueViolation) throw error;
    throw new ProductError('conflict', `There is a destination named ${name} already. Choose another name.`, {
      fields: [{ field: 'name', message: 'is taken' }],
    });
  };

/** Before any transaction: names are resolved here. @throws ProductError invalid_input, naming the field. */
export async function judgedSettings(
  { type, settings }: Pick<DestinationInput, 'type' | 'settings'>,
  { allowPrivate }: DestinationParts,
  known?: DestinationSettings['settings'],
): Promise<ReadSettings> {
  const read = readSettings(type, settings, known);
  await judgeAddress({ type, settings: read.settings } as DestinationSettings, allowPrivate);
  return read;
}

export async function createDestination(
  tx: DatabaseTransaction,
  grant: DeliveryGrant,
  origin: Origin,
  { name, type }: DestinationInput,
  { settings, secrets }: ReadSettings,
  { keys }: DestinationParts,
): Promise<Destination> {
  const { id } = await tx
    .insertInto('destinations')
    .values({
      company_id: grant.company.id,
      name,
      type,
      settings: JSON.stringify(settings),
      created_by: grant.principal.userId,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
    .catch(named(name));
  await tx
    .updateTable('destinations')
    .set({ secret: sealed(keys, id, secrets) })
    .where('id', '=', id)
    .execute();
  await told(tx, grant, origin, 'destination.created', id, { type });
  return readDestination(tx, grant, id);
}

/** What is changed is enabled again. Secrets stay as they are unless others are given. */
export async function changeDestination(
  db: Database,
  grant: DeliveryGrant,
  origin: Origin,
  id: unknown,
  patch: { readonly name?: string | undefined; readonly settings?: Readonly<Record<string, unknown>> | undefined },
  parts: DestinationParts,
): Promise<Destination> {
  const before = await destinationRow(db, grant, id);
  const read =
    patch.settings && (await judgedSettings({ type: before.type, settings: patch.settings }, parts, before.settings));
  return db.transaction().execute(async (tx) => {
    await tx.selectFrom('destinations').select('id').where('id', '=', before.id).forUpdate().execute();
    const known = await destinationRow(tx, grant, id);
    const rotates = known.type === 'webhook' && read?.secrets != null;
    await tx
      .updateTable('destinations')
      .set({
        ...(patch.name !== undefined && { name: patch.name }),
        ...(read && { settings: JSON.stringify(read.settings), disabled_at: null, disabled_reason: null }),
        ...(read?.secrets && { secret: sealed(parts.keys, known.id, read.secrets) }),
        ...(rotates && {
          previous_secret: known.secret,
          previous_until: sql<string>`clock_timestamp() + ${rotationHours} * interval '1 hour'`,
        }),
        updated_at: sql`clock_timestamp()`,
      })
      .where('id', '=', known.id)
      .execute()
      .catch(named(patch.name ?? known.name));
    await told(tx, grant, origin, 'destination.changed', known.id, { type: known.type });
    return readDestination(tx, grant, known.id);
  });
}

/**
 * What was delivered stays listed; what waits goes nowhere any more; its secret is gone.
 * @throws ProductError conflict while a schedule sends to it.
 */
export async function deleteDestination(
  db: Database,
  grant: DeliveryGrant,
  origin: Origin,
  id: unknown,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const { id: held } = await destinationRow(tx, grant, id);
    await tx.selectFrom('destinations').select('id').where('id', '=', held).forUpdate().execute();
    const used = await tx
      .selectFrom('schedule_destinations as d')
      .innerJoin('schedules as s', 's.id', 'd.schedule_id')
      .select('s.name')
      .where('d.destination_id', '=', held)
      .orderBy('s.name')
      .execute();
    if (used.length > 0) {
      throw new ProductError(
        'conflict',
        `Schedules send to it: ${used.map(({ name }) => name).join(', ')}. Take it out of them first.`,
      );
    }
    await tx
      .updateTable('destinations')
      .set({ deleted_at: sql`clock_timestamp()`, secret: null, previous_secret: null })
      .where('id', '=', held)
      .execute();
    await told(tx, grant, origin, 'destination.deleted', held);
  });
}
