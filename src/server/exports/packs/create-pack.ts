/**
 * Making a pack: its members judged, then in one transaction its job, theirs, and their engine jobs, all as of one version
 * of each company's data and one instant. Its own engine job waits for the last member (0036_packs.sql), so nothing that
 * dies on the way loses it.
 */
import { sql } from 'kysely';
import { ProductError } from '#contract/errors.ts';
import type { ExportPack, PackMember, PackOptions } from '#contract/packs.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import type { FinancialView } from '#server/access/decide.ts';
import { type Asked, onlyOnce, questionOf } from '#server/access/idempotency.ts';
import type { Database, DatabaseTransaction } from '#server/database/database.ts';
import { activeTraceParent } from '#server/telemetry/tracing.ts';
import type { CreateDependencies } from '../create.ts';
import { newJobId } from '../job-id.ts';
import {
  clockOf,
  holdCreates,
  insertJob,
  type PlannedExport,
  planExport,
  refuseTooMany,
  requesterOf,
  twinOf,
} from '../plan.ts';
import { lanes } from '../queue.ts';
import { type MemberQuestion, ofMember, readMembers } from './members.ts';
import { readPack } from './pack-view.ts';

export interface PackQuestion {
  readonly organizationId: string;
  readonly name: string;
  /** The definition it is run from. */
  readonly savedPackId: string | null;
  readonly members: readonly PackMember[];
  readonly from: string;
  readonly to: string;
  readonly options: PackOptions;
}

/** Who asks: with the proof for every company of it. */
export interface PackAsker {
  readonly view: FinancialView;
  readonly origin: Origin;
}

export interface PlannedPack {
  readonly question: PackQuestion;
  readonly print: string;
  /** Each once, the first member's first. */
  readonly companyIds: readonly string[];
  readonly versions: Readonly<Record<string, number>>;
  readonly now: string;
  readonly requester: string;
  readonly members: readonly (MemberQuestion & { readonly planned: PlannedExport })[];
}

/** Unfinished ones of an organization. */
export const unfinishedPacksMax = 20;

/** @throws ProductError for what is wrong with a member, naming it */
export async function planPack(
  { db, limits }: Pick<CreateDependencies, 'db' | 'limits'>,
  { view }: PackAsker,
  question: PackQuestion,
): Promise<PlannedPack> {
  const { from, to, organizationId, name, options } = question;
  const asked = await readMembers(db, view, question.members, question);
  const companyIds = [...new Set(asked.map(({ companyId }) => companyId))];
  const { versions, now } = await versionsOf(db, companyIds);
  const members: PlannedPack['members'][number][] = [];
  for (const [place, member] of asked.entries()) {
    const company = view.companies.find(({ id }) => id === member.companyId);
    if (!company) throw new Error('a member of a company without a proof');
    const asOf = { version: versions[member.companyId] ?? 0, now };
    const planned = await ofMember(place, () =>
      planExport(db, company, member.question, { asOf, rowsMax: limits.rowsMax }),
    );
    members.push({ ...member, planned });
  }
  return {
    question,
    print: questionOf({ pack: { organizationId, name, from, to, options }, members: asked.map(({ print }) => print) }),
    companyIds,
    versions,
    now,
    requester: await requesterOf(db, view.principal, organizationId),
    members,
  };
}

/** Of all of them in one statement: what is written meanwhile is in all that it concerns, or in none. */
async function versionsOf(
  db: Database,
  companyIds: readonly string[],
): Promise<{ versions: Record<string, number>; now: string }> {
  const { rows } = await sql<{ id: string; version: string; now: string }>`
    SELECT id, data_version AS version, statement_timestamp() AS now FROM companies WHERE id = ANY (${[...companyIds]}::bigint[])`.execute(
    db,
  );
  return {
    versions: Object.fromEntries(rows.map(({ id, version }) => [id, Number(version)])),
    now: rows[0]?.now ?? new Date().toISOString(),
  };
}

/**
 * In the transaction that asks for it.
 * @param receivedAt an equal pack of this person that was unfinished then is the answer
 * @throws ProductError too_many_unfinished_exports
 */
export async function insertPack(
  tx: DatabaseTransaction,
  { queue, limits }: Pick<CreateDependencies, 'queue' | 'limits'>,
  { view, origin }: PackAsker,
  pack: PlannedPack,
  { receivedAt, notify = false }: { readonly receivedAt?: number | undefined; readonly notify?: boolean } = {},
): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const { question, companyIds, members, requester, print } = pack;
  const [companyId = ''] = companyIds;
  await holdCreates(tx, companyIds);
  const twin = await twinOf(tx, requester, print, receivedAt);
  if (twin !== null) {
    if (notify) await tx.updateTable('export_jobs').set({ notify }).where('id', '=', twin).execute();
    return { id: twin, isNew: false };
  }
  for (const id of companyIds) await refuseTooMany(tx, id, limits.unfinishedMax);
  await refuseTooManyPacks(tx, question.organizationId);
  const { id, createdAt } = newJobId(await clockOf(tx));
  await tx
    .insertInto('export_jobs')
    .values({
      id,
      company_id: companyId,
      created_by: requester,
      report_type: 'pack',
      file_format: 'zip',
      date_from: question.from,
      date_to: question.to,
      filters: '{}',
      options: '{}',
      question: print,
      queue: lanes.packs,
      created_at: createdAt,
      updated_at: createdAt,
      trace_context: activeTraceParent(),
      notify,
      pack_companies: [...companyIds],
    })
    .execute();
  await queue.enqueue(tx, { id, companyId, lane: 'packs' });
  await tx
    .insertInto('export_packs')
    .values({
      id,
      organization_id: question.organizationId,
      was_saved: question.savedPackId !== null,
      saved_pack_id: question.savedPackId,
      name: question.name,
      data_versions: JSON.stringify(pack.versions),
      as_of_instant: pack.now,
      options: JSON.stringify(question.options),
    })
    .execute();
  for (const [place, { planned, saved }] of members.entries()) {
    await insertMember(tx, queue, { view, origin }, { packId: id, place, planned, saved, requester });
  }
  await audit(tx, view.principal, origin, {
    action: 'pack.created',
    companyId,
    organizationId: question.organizationId,
    subjectType: 'export_job',
    subjectId: id,
    details: packFacts(question, companyIds),
  });
  return { id, isNew: true };
}

export const packFacts = (
  { name, members, from, to }: Pick<PackQuestion, 'name' | 'members' | 'from' | 'to'>,
  companyIds: readonly string[],
): Record<string, unknown> => ({
  name,
  date_from: from,
  date_to: to,
  exports: members.length,
  company_ids: companyIds,
});

interface NewMember {
  readonly packId: string;
  readonly place: number;
  readonly planned: PlannedExport;
  readonly saved: MemberQuestion['saved'];
  readonly requester: string;
  readonly retryOf?: string;
}

/** Its question is of its pack alone: no single export is its twin. */
export const insertMember = (
  tx: DatabaseTransaction,
  queue: CreateDependencies['queue'],
  { view, origin }: PackAsker,
  { packId, place, planned, saved, requester, retryOf }: NewMember,
): Promise<string> =>
  insertJob(tx, queue, planned, {
    principal: view.principal,
    origin,
    requester,
    print: questionOf({ pack: packId, place, retryOf }),
    retryOf: retryOf ?? null,
    saved,
    member: { packId, place },
  });

async function refuseTooManyPacks(tx: DatabaseTransaction, organizationId: string): Promise<void> {
  const { n } = await tx
    .selectFrom('export_packs as p')
    .innerJoin('export_jobs as j', 'j.id', 'p.id')
    .select(sql<number>`count(*)::int`.as('n'))
    .where('p.organization_id', '=', organizationId)
    .where('j.status', 'in', ['pending', 'processing'])
    .executeTakeFirstOrThrow();
  if (n < unfinishedPacksMax) return;
  throw new ProductError(
    'too_many_unfinished_exports',
    `This organization has ${n} unfinished packs, the most allowed. Wait until some are done, or cancel some.`,
    { retryAfterSeconds: 10 },
  );
}

/** By itself, once for each key. @throws ProductError as `planPack` and `insertPack` */
export async function createPack(
  parts: CreateDependencies,
  asker: PackAsker,
  asked: Asked,
  question: () => Promise<PackQuestion>,
  notify = false,
): Promise<{ pack: ExportPack; isNew: boolean }> {
  let planned: PlannedPack | undefined;
  const { value, isNew } = await onlyOnce(parts.db, asked, {
    async before() {
      planned = await planPack(parts, asker, await question());
    },
    async make(tx) {
      if (!planned) throw new Error('nothing was planned');
      const receivedAt = asked.key === null ? asker.origin.receivedAt : undefined;
      const made = await insertPack(tx, parts, asker, planned, { receivedAt, notify });
      return { ...made, value: await readPack(tx, asker.view, made.id) };
    },
    read: (of, id) => readPack(of, asker.view, id),
  });
  return { pack: value, isNew };
}
