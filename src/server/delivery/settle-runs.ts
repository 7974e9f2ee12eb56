/**
 * What follows the end of a run's export: the condition is judged, and its deliveries are written in the transaction that says
 * so. A run has ended when each of its deliveries has been tried once; what becomes of them later still changes its status.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { RunStatus } from '#contract/schedules.ts';
import type { Database, DatabaseTransaction } from '#server/database/database.ts';
import { notify, pauseSchedule, sentences } from './pause.ts';

/** Failed runs in a row that pause a schedule. */
const failuresMax = 3;

interface EndedRun {
  readonly schedule_id: string;
  readonly occurrence: string;
  readonly company_id: string;
  readonly condition: string;
  readonly owner_id: string | null;
  readonly date_from: string | null;
  readonly date_to: string | null;
  readonly job_id: string;
  readonly job_status: string | null;
  readonly error_message: string | null;
  readonly row_count: string | null;
  readonly files: readonly { readonly name: string; readonly sha256: string }[] | null;
  readonly control_totals: unknown;
  readonly members: unknown;
}

type RunKey = Pick<EndedRun, 'schedule_id' | 'occurrence'>;

/** One run. False when there is none. */
export async function settleEnded(db: Database): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<EndedRun>`
      SELECT r.schedule_id, r.occurrence, r.company_id, s.condition, s.owner_id, r.date_from, r.date_to, r.job_id,
        j.status AS job_status, j.error_message, j.row_count, j.files, j.control_totals,
        -- of a pack, what its exports hold: the file around them says when it was made
        (SELECT jsonb_agg(jsonb_build_array(m.company_id, m.report_type, m.file_format, m.row_count, m.control_totals,
          CASE WHEN m.file_format = 'csv' THEN m.files -> 0 ->> 'sha256' END) ORDER BY m.pack_place)
          FROM export_jobs m WHERE m.pack_id = j.id) AS members
      FROM schedule_runs r JOIN schedules s ON s.id = r.schedule_id LEFT JOIN export_jobs j ON j.id = r.job_id
      WHERE r.status = 'running' AND r.job_id IS NOT NULL AND r.fingerprint IS NULL
        AND (j.id IS NULL OR j.status IN ('completed', 'failed', 'canceled'))
      ORDER BY r.schedule_id LIMIT 1 FOR UPDATE OF r SKIP LOCKED`.execute(tx);
    const [run] = rows;
    if (!run) return false;
    if (run.job_status !== 'completed') {
      const why = { failed: run.error_message, canceled: 'The export was canceled.' }[run.job_status ?? ''];
      await failRun(tx, run, why ?? 'The export was deleted before it was sent.');
      return true;
    }
    const fingerprint = fingerprintOf(run);
    const skipped = await reasonToSkip(tx, run, fingerprint);
    await tx
      .updateTable('schedule_runs')
      .set({
        fingerprint,
        ...(skipped !== null && { status: 'skipped', reason: skipped, ended_at: sql`clock_timestamp()` }),
      })
      .where('schedule_id', '=', run.schedule_id)
      .where('occurrence', '=', run.occurrence)
      .execute();
    if (skipped !== null) return true;
    await writeDeliveries(tx, run);
    await settleStatus(tx, run);
    return true;
  });
}

/** Of what was found, whoever made the file and whenever: in CSV the rows as they stand in the file, else count and totals. */
function fingerprintOf({ files, row_count, control_totals, members }: EndedRun): string {
  if (members !== null) return createHash('sha256').update(JSON.stringify(members)).digest('hex');
  const rows = files?.find(({ name }) => name.endsWith('.csv') && name !== 'summary.csv');
  if (rows) return rows.sha256;
  return createHash('sha256')
    .update(JSON.stringify([row_count, control_totals]))
    .digest('hex');
}

async function reasonToSkip(tx: DatabaseTransaction, run: EndedRun, fingerprint: string): Promise<string | null> {
  const rows = Number(run.row_count ?? 0);
  switch (run.condition) {
    case 'with_rows':
      return rows === 0 ? 'It has no rows, and is sent only when it has some.' : null;
    case 'without_rows':
      return rows > 0 ? `It has ${rows.toLocaleString('en')} rows, and is sent only when it has none.` : null;
    case 'when_changed': {
      // of the same days: another period is another report, and always new
      const last = await tx
        .selectFrom('schedule_runs')
        .select(['fingerprint', 'occurrence'])
        .where('schedule_id', '=', run.schedule_id)
        .where('status', 'in', ['sent', 'partly_sent'])
        .where(sql<boolean>`date_from = ${run.date_from} AND date_to = ${run.date_to}`)
        .orderBy('started_at', 'desc')
        .limit(1)
        .executeTakeFirst();
      return last?.fingerprint === fingerprint ? `Nothing has changed since it was sent for ${last.occurrence}.` : null;
    }
    default:
      return null;
  }
}

/** One for each receiver. What a webhook is told of the export anyway is this run's too, and not told twice. */
async function writeDeliveries(tx: DatabaseTransaction, run: EndedRun): Promise<void> {
  await sql`UPDATE deliveries d SET schedule_id = ${run.schedule_id}, occurrence = ${run.occurrence}
    FROM schedule_destinations p WHERE p.schedule_id = ${run.schedule_id} AND p.destination_id = d.destination_id
      AND d.job_id = ${run.job_id} AND d.event = 'export.completed' AND d.schedule_id IS NULL
      AND NOT EXISTS (SELECT FROM deliveries o WHERE o.schedule_id = ${run.schedule_id} AND o.occurrence = ${run.occurrence}
        AND o.destination_id = d.destination_id)`.execute(tx);
  // made again after it failed: what was not sent then is sent now
  await sql`INSERT INTO deliveries (company_id, destination_id, recipient, schedule_id, occurrence, job_id, pack_id, event, on_behalf_of)
    SELECT ${run.company_id}::bigint, d.id, r.recipient, ${run.schedule_id}::bigint, ${run.occurrence}::date, ${run.job_id}::uuid,
      (SELECT x.pack_id FROM schedule_runs x WHERE x.schedule_id = ${run.schedule_id} AND x.occurrence = ${run.occurrence}),
      CASE d.type WHEN 'webhook' THEN 'export.completed' END, ${run.owner_id}::bigint
    FROM schedule_destinations p JOIN destinations d ON d.id = p.destination_id
      CROSS JOIN LATERAL (SELECT jsonb_array_elements_text(d.settings -> 'recipients') WHERE d.type = 'mail'
        UNION ALL SELECT NULL WHERE d.type <> 'mail') r (recipient)
    WHERE p.schedule_id = ${run.schedule_id} ORDER BY p.place
    ON CONFLICT (schedule_id, occurrence, destination_id, coalesce(recipient, ''), coalesce(event, '')) WHERE schedule_id IS NOT NULL
    DO UPDATE SET job_id = excluded.job_id, pack_id = excluded.pack_id, status = 'waiting', next_at = now(), tries_now = 0, message_id = gen_random_uuid(),
      on_behalf_of = excluded.on_behalf_of WHERE deliveries.status IN ('failed', 'refused')`.execute(tx);
}

interface Tally {
  readonly all: number;
  readonly sent: number;
  readonly untried: number;
  readonly open: number;
  readonly detail: string | null;
}

/** From the deliveries, in the transaction that changed one: whether the run has ended, and how it stands. */
export async function settleStatus(tx: DatabaseTransaction, { schedule_id, occurrence }: RunKey): Promise<void> {
  const run = await tx
    .selectFrom('schedule_runs')
    .select(['status', 'ended_at'])
    .where('schedule_id', '=', schedule_id)
    .where('occurrence', '=', occurrence)
    .forUpdate()
    .executeTakeFirst();
  if (!run) return;
  const { rows } = await sql<Tally>`
    SELECT count(*)::int AS all, count(*) FILTER (WHERE status = 'sent')::int AS sent,
      count(*) FILTER (WHERE status IN ('waiting', 'sending') AND tries_now = 0 OR status = 'sending' AND tries_now = 1)::int AS untried,
      count(*) FILTER (WHERE status IN ('waiting', 'sending'))::int AS open,
      (SELECT a.detail FROM deliveries f JOIN delivery_attempts a ON a.delivery_id = f.id
        WHERE f.schedule_id = ${schedule_id} AND f.occurrence = ${occurrence} AND f.status <> 'sent' AND a.outcome <> 'sent'
        ORDER BY a.at DESC LIMIT 1) AS detail
    FROM deliveries WHERE schedule_id = ${schedule_id} AND occurrence = ${occurrence}`.execute(tx);
  const tally = rows[0];
  if (!tally || tally.untried > 0) return;
  const status: RunStatus = tally.sent === tally.all ? 'sent' : tally.sent > 0 ? 'partly_sent' : 'failed';
  if (status === 'failed') return failRun(tx, { schedule_id, occurrence }, reasonOf(tally));
  await tx
    .updateTable('schedule_runs')
    .set({
      status,
      reason:
        status === 'sent'
          ? tally.all === 0
            ? 'It has no destination: the file is in Export History.'
            : null
          : reasonOf(tally),
      ended_at: run.ended_at ?? sql<string>`clock_timestamp()`,
    })
    .where('schedule_id', '=', schedule_id)
    .where('occurrence', '=', occurrence)
    .execute();
}

const reasonOf = ({ all, sent, open, detail }: Tally): string => {
  const reached = sent === 0 ? 'It has reached none of its receivers' : `It has reached ${sent} of ${all}`;
  return [`${reached}${open > 0 ? ', and is tried again' : ''}.`, detail].filter(Boolean).join(' ');
};

/** Told to the owner and to webhooks once, when it comes to be so; three in a row pause the schedule. */
export async function failRun(
  tx: DatabaseTransaction,
  { schedule_id, occurrence }: RunKey,
  reason: string,
): Promise<void> {
  const before = await tx
    .selectFrom('schedule_runs')
    .select('status')
    .where('schedule_id', '=', schedule_id)
    .where('occurrence', '=', occurrence)
    .forUpdate()
    .executeTakeFirst();
  if (!before) return;
  await tx
    .updateTable('schedule_runs')
    .set({ status: 'failed', reason, ended_at: sql`coalesce(ended_at, clock_timestamp())` })
    .where('schedule_id', '=', schedule_id)
    .where('occurrence', '=', occurrence)
    .execute();
  if (before.status === 'failed') return;
  const schedule = await tx
    .selectFrom('schedules')
    .select(['id', 'name', 'company_id', 'owner_id'])
    .where('id', '=', schedule_id)
    .executeTakeFirstOrThrow();
  const facts = { schedule_id, schedule: schedule.name, occurrence, reason };
  await sql`INSERT INTO deliveries (company_id, destination_id, event, details, on_behalf_of)
    SELECT d.company_id, d.id, 'schedule.failed', ${JSON.stringify(facts)}::jsonb, d.created_by FROM destinations d
    WHERE d.company_id = ${schedule.company_id} AND d.type = 'webhook' AND d.deleted_at IS NULL AND d.disabled_at IS NULL
      AND d.settings -> 'events' ? 'schedule.failed'`.execute(tx);
  const { rows } = await sql<{ status: string }>`
    SELECT status FROM schedule_runs WHERE schedule_id = ${schedule_id} AND status IN ('sent', 'partly_sent', 'failed')
    ORDER BY occurrence DESC LIMIT ${failuresMax}`.execute(tx);
  if (rows.length === failuresMax && rows.every(({ status }) => status === 'failed')) {
    await pauseSchedule(tx, schedule, sentences.threeFailed(reason));
  } else {
    await notify(tx, schedule.company_id, schedule.owner_id, 'schedule.failed', facts);
  }
}
