/**
 * The export history of the demo company: sixty exports of the last two months in every state. What can be downloaded
 * was really rendered; what failed says why; what is unfinished are real jobs that run when the worker starts.
 */
import { sql } from 'kysely';
import { addDays, dayIn } from '#contract/calendar.ts';
import type { FileFormat, ReportType } from '#contract/reports.ts';
import { type Principal, requireCapability } from '#server/access/decide.ts';
import { connectAlone, type Connection } from '#server/database/connection.ts';
import { type Database } from '#server/database/database.ts';
import { createExport } from '#server/exports/create.ts';
import { newJobId } from '#server/exports/job-id.ts';
import { questionOf as fingerprint } from '#server/access/idempotency.ts';
import { type ExportQueue, lanes } from '#server/exports/queue.ts';
import type { ReportDefinition, ReportScope } from '#server/reports/definition.ts';
import { findReport } from '#server/reports/registry.ts';
import { resolveScope } from '#server/reports/scope.ts';
import type { ManifestSigner } from '#server/proof/signing-key.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import { completionOf } from '#server/worker/completion.ts';
import { writeExport } from '#server/worker/write-export.ts';
import type { RenderedExport } from '#server/worker/render-task.ts';
import { type Ending, withEndings } from './past-endings.ts';
import { Random } from './random.ts';

export interface PastExportsOptions {
  readonly db: Database;
  readonly databaseUrl: string;
  readonly store: ObjectStore;
  readonly signer: ManifestSigner;
  readonly queue: ExportQueue;
  readonly retentionDays: number;
  readonly onProgress?: (done: number, total: number) => void;
}

const total = 60;
const historyDays = 62;
/** Share of the group's exports that each company asks for. */
const companyShares = [0.7, 0.2, 0.1];

export interface Planned {
  readonly company: { id: string; name: string; time_zone: string };
  readonly person: { id: string; name: string };
  readonly reportType: ReportType;
  readonly format: FileFormat;
  readonly createdAt: Date;
  readonly from: string;
  readonly to: string;
  readonly locationIds: readonly string[];
  readonly ending: Ending;
}

/** @returns how many jobs there are now. */
export async function loadPastExports(options: PastExportsOptions): Promise<number> {
  const { db } = options;
  const random = new Random('past exports');
  const plan = await planJobs(db, random);
  const rows = await connectAlone({ url: options.databaseUrl, applicationName: 'mathership demo' });
  const totals = await connectAlone({ url: options.databaseUrl, applicationName: 'mathership demo' });
  try {
    for (const [done, planned] of plan.entries()) {
      options.onProgress?.(done, total);
      await insertJob(options, planned, { rows, totals }, random);
    }
  } finally {
    await rows.end();
    await totals.end();
  }
  return plan.length + (await createUnfinished(options));
}

const periods = [
  (today: string) => lastMonth(today),
  (today: string) => ({ from: addDays(today, -30), to: addDays(today, -1) }),
  (today: string) => ({ from: addDays(today, -7), to: addDays(today, -1) }),
  (today: string) => ({ from: addDays(today, -1), to: addDays(today, -1) }),
  (today: string) => ({ from: `${addDays(lastMonth(today).from, -45).slice(0, 7)}-01`, to: lastMonth(today).to }),
];

function lastMonth(today: string): { from: string; to: string } {
  const to = addDays(`${today.slice(0, 7)}-01`, -1);
  return { from: `${to.slice(0, 7)}-01`, to };
}

async function planJobs(db: Database, random: Random): Promise<Planned[]> {
  const companies = await db.selectFrom('companies').select(['id', 'name', 'time_zone']).orderBy('id').execute();
  const people = await db
    .selectFrom('users')
    .select(['id', 'name'])
    .where('email', 'like', '%@harbour-hearth.example')
    .orderBy('id')
    .limit(3)
    .execute();
  const locations = await db.selectFrom('delivery_locations').select(['id', 'company_id']).orderBy('id').execute();
  const offered = (
    [
      'delivery_location',
      'delivery_location',
      'delivery_location',
      'vendor',
      'item',
      'order_lines',
      'receiving_variance',
      'price_changes',
      'inventory',
      'inventory_levels',
    ] as const
  ).filter((type) => findReport(type));
  const planned: Planned[] = [];
  for (let n = 0; n < total; n += 1) {
    const draw = random.next();
    const at = companyShares.findIndex(
      (_, index) => draw < companyShares.slice(0, index + 1).reduce((a, b) => a + b, 0),
    );
    const company = companies[Math.max(0, at)] ?? companies[0];
    const person = people[Math.floor(random.next() ** 1.5 * people.length)] ?? people[0];
    if (!company || !person) throw new Error('the demo company is not there');
    // more lately than long ago
    const ageDays = 0.2 + historyDays * random.next() ** 1.4;
    const createdAt = new Date(Date.now() - ageDays * 86_400_000);
    createdAt.setUTCHours(
      6 + Math.floor(random.next() * 12),
      Math.floor(random.next() * 60),
      Math.floor(random.next() * 60),
      0,
    );
    if (createdAt.getTime() > Date.now() - 600_000) createdAt.setTime(createdAt.getTime() - 86_400_000);
    const today = dayIn(company.time_zone, createdAt);
    const period = (periods[Math.floor(random.next() * periods.length)] ?? lastMonth)(today);
    const own = locations.filter((location) => location.company_id === company.id);
    planned.push({
      company,
      person,
      reportType: offered[Math.floor(random.next() * offered.length)] ?? 'delivery_location',
      format: (['csv', 'csv', 'pdf', 'xlsx'] as const)[Math.floor(random.next() * 4)] ?? 'csv',
      createdAt,
      ...period,
      locationIds:
        random.next() < 0.3 ? [own[Math.floor(random.next() * own.length)]?.id ?? ''].filter((id) => id !== '') : [],
      ending: { status: 'completed' },
    });
  }
  return withEndings(
    planned.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime()),
    companies[0]?.id,
    random,
  );
}

async function insertJob(
  options: PastExportsOptions,
  planned: Planned,
  connections: { rows: Connection; totals: Connection },
  random: Random,
): Promise<void> {
  const { db } = options;
  const { ending } = planned;
  const attempts = ending.status === 'failed' ? ending.attempts : 1;
  const { definition, scope } = await questionOf(db, planned);
  const { id, createdAt } = newJobId(planned.createdAt.getTime());
  const queue = lanes.quick;
  const started = new Date(planned.createdAt.getTime() + 20 + random.next() * 900);
  const tookMs = ending.status === 'failed' ? ending.minutes * 60_000 : 150 + random.next() * 4000;
  const ended = new Date(started.getTime() + tookMs);
  const lastStarted = new Date(ended.getTime() - tookMs / attempts);
  const file = ending.status === 'completed' ? await render(options, planned, id, scope, connections) : undefined;
  await db.transaction().execute(async (tx) => {
    await sql`INSERT INTO pgboss.job (id, name, state, singleton_key) VALUES (${id}, ${queue}, 'created', ${id})`.execute(
      tx,
    );
    await tx
      .insertInto('export_jobs')
      .values({
        id,
        company_id: planned.company.id,
        created_by: planned.person.id,
        report_type: definition.type,
        file_format: planned.format,
        date_from: planned.from,
        date_to: planned.to,
        filters: JSON.stringify(scope.filters),
        options: '{}',
        question: fingerprint({
          companyId: scope.companyId,
          reportType: definition.type,
          fileFormat: planned.format,
          from: scope.from,
          to: scope.to,
          filters: scope.filters,
          options: {},
        }),
        queue,
        created_at: createdAt,
        updated_at: createdAt,
      })
      .execute();
    await sql`UPDATE pgboss.job SET state = 'active', started_on = ${started.toISOString()} WHERE id = ${id}`.execute(
      tx,
    );
    if (file) {
      const output = JSON.stringify(completionOf(file, options.retentionDays));
      await sql`UPDATE pgboss.job SET state = 'completed', output = ${output}::jsonb, completed_on = now() WHERE id = ${id}`.execute(
        tx,
      );
    } else if (ending.status === 'failed') {
      const output = JSON.stringify({ code: ending.code, message: ending.message });
      await sql`UPDATE pgboss.job SET state = 'failed', output = ${output}::jsonb, completed_on = now() WHERE id = ${id}`.execute(
        tx,
      );
    } else if (ending.status === 'canceled') {
      await sql`UPDATE export_jobs SET rows_done = ${ending.rowsDone}, rows_total = ${ending.rowsTotal} WHERE id = ${id}`.execute(
        tx,
      );
      await sql`UPDATE pgboss.job SET state = 'cancelled', completed_on = now() WHERE id = ${id}`.execute(tx);
    }
    const expires = new Date(ended.getTime() + options.retentionDays * 86_400_000);
    const expired = file !== undefined && expires.getTime() < Date.now();
    // the past has its own times; the status stays what the engine's row made it
    await sql`UPDATE export_jobs SET started_at = ${lastStarted.toISOString()}, completed_at = ${ended.toISOString()}, updated_at = ${ended.toISOString()}, attempt = ${attempts},
      expires_at = CASE WHEN status = 'completed' THEN ${expires.toISOString()}::timestamptz END,
      file_deleted_at = CASE WHEN ${expired} THEN ${expires.toISOString()}::timestamptz END WHERE id = ${id}`.execute(
      tx,
    );
    const outcome = ending.status === 'failed' ? ending.code : ending.status;
    const runMs = tookMs / attempts;
    await sql`INSERT INTO export_attempts (job_id, attempt, company_id, file_key, worker, started_at, ended_at, outcome, swept_at)
      SELECT ${id}, n, ${planned.company.id}, ${folderOf(planned, id)} || n || '.zip', 'demo',
        ${started.toISOString()}::timestamptz + (n - 1) * ${runMs}::float8 * interval '1 ms',
        ${started.toISOString()}::timestamptz + n * ${runMs}::float8 * interval '1 ms', ${outcome}, now()
      FROM generate_series(1, ${attempts}::int) AS n`.execute(tx);
    if (expired && file) await options.store.delete([file.fileKey]);
  });
}

const folderOf = (planned: Planned, id: string): string => `exports/${planned.company.id}/${id}/`;
const keyOf = (planned: Planned, id: string): string => `${folderOf(planned, id)}1.zip`;

async function questionOf(
  db: Database,
  planned: Planned,
): Promise<{ definition: ReportDefinition; scope: ReportScope }> {
  const definition = findReport(planned.reportType);
  if (!definition) throw new Error(`no report ${planned.reportType}`);
  const principal: Principal = {
    userId: planned.person.id,
    name: planned.person.name,
    email: '',
    via: 'session',
    credentialId: null,
  };
  const { company } = await requireCapability(db, principal, 'view_financials', planned.company.id);
  const locatable = definition.filters.some((filter) => filter.key === 'delivery_location_ids');
  const filters = locatable && planned.locationIds.length > 0 ? { delivery_location_ids: planned.locationIds } : {};
  return {
    definition,
    scope: await resolveScope(db, company, { definition, from: planned.from, to: planned.to, filters }),
  };
}

function render(
  options: PastExportsOptions,
  planned: Planned,
  jobId: string,
  scope: ReportScope,
  connections: { rows: Connection; totals: Connection },
): Promise<RenderedExport> {
  return writeExport(
    {
      jobId,
      attempt: 1,
      reportType: planned.reportType,
      fileFormat: planned.format,
      options: {},
      scope,
      requestedBy: planned.person.name,
      requestedAt: planned.createdAt.toISOString(),
      fileKey: keyOf(planned, jobId),
    },
    {
      store: options.store,
      signer: options.signer,
      client: connections.rows,
      beside: () => Promise.resolve(connections.totals),
      signal: AbortSignal.timeout(60_000),
      onCounted: () => undefined,
      onRows: () => undefined,
    },
  );
}

/** Real jobs, queued now: they run as soon as there is a worker. */
async function createUnfinished({ db, queue }: PastExportsOptions): Promise<number> {
  const people = await db
    .selectFrom('users')
    .select(['id', 'name', 'email'])
    .where('email', 'like', '%@harbour-hearth.example')
    .orderBy('id')
    .limit(3)
    .execute();
  const [company] = await db.selectFrom('companies').select(['id', 'time_zone']).orderBy('id').limit(1).execute();
  if (!company) return 0;
  const yesterday = addDays(dayIn(company.time_zone), -1);
  const formats = ['csv', 'xlsx', 'pdf'] as const;
  let created = 0;
  for (const [at, person] of people.entries()) {
    const principal: Principal = {
      userId: person.id,
      name: person.name,
      email: person.email,
      via: 'session',
      credentialId: null,
    };
    const view = await requireCapability(db, principal, 'view_financials', company.id);
    const file_format = formats[at];
    if (!file_format) continue;
    await createExport(
      { db, queue, limits: { unfinishedMax: 1000, rowsMax: { pdf: 100_000 } } },
      { view, origin: { address: null, requestId: null }, key: null },
      { report_type: 'delivery_location', file_format, date_from: addDays(yesterday, -89), date_to: yesterday },
    );
    created += 1;
  }
  return created;
}
