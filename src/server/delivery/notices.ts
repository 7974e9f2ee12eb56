/** Letters to people about what happened to theirs: sent by whoever has time, tried again for a day, and judged when they go. */
import { sql } from 'kysely';
import type { Database } from '#server/database/database.ts';
import { jobRows } from '#server/exports/job-view.ts';
import type { Mail } from '#server/mail/mailer.ts';
import {
  canceledLetter,
  failedLetter,
  notDeliveredLetter,
  readyLetter,
  scheduleFailedLetter,
  schedulePausedLetter,
  slowLetter,
} from './letters.ts';
import type { SendParts } from './sender.ts';
import { sendMail } from './senders/mail.ts';
import { viewForFile } from './standing.ts';
import { noSlowExportsUrl } from './unsubscribe.ts';

const triesMax = 10;
const leaseSeconds = 60;

interface Notice {
  readonly id: string;
  readonly company_id: string;
  readonly user_id: string;
  readonly kind: string;
  readonly details: Readonly<Record<string, string>>;
  readonly tries: number;
  readonly email: string;
  readonly disabled_at: string | null;
  readonly company: string;
  readonly time_zone: string;
}

/** One of them. False when none is due. */
export async function sendNotice(parts: SendParts): Promise<boolean> {
  const { db } = parts;
  if (!parts.mailRoom.mailer) return false;
  const { rows } = await sql<Notice>`
    UPDATE notices n SET tries = n.tries + 1, next_at = clock_timestamp() + greatest(${leaseSeconds}, 30 * power(2, least(n.tries, 12))) * interval '1 second'
    FROM users u, companies c WHERE u.id = n.user_id AND c.id = n.company_id AND n.id = (
      SELECT id FROM notices WHERE sent_at IS NULL AND failed_at IS NULL AND next_at <= clock_timestamp() AND created_at > now() - interval '2 days'
      ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING n.id, n.company_id, n.user_id, n.kind, n.details, n.tries, u.email, u.disabled_at, c.name AS company, c.time_zone`.execute(
    db,
  );
  const [notice] = rows;
  if (!notice) return false;
  const letter = notice.disabled_at === null ? await letterOf(parts, notice) : null;
  const outcome = letter ? await sendMail(parts, letter, null) : null;
  const isOver = outcome === null || outcome.kind === 'failed' || notice.tries >= triesMax;
  if (outcome?.kind === 'sent' || isOver) {
    await db
      .updateTable('notices')
      .set(
        outcome?.kind === 'sent'
          ? { sent_at: sql<string>`clock_timestamp()` }
          : { failed_at: sql<string>`clock_timestamp()` },
      )
      .where('id', '=', notice.id)
      .execute();
  }
  return true;
}

/** Null: there is nothing to be said any more, or not to this person. */
async function letterOf({ db, mailRoom, keys }: SendParts, notice: Notice): Promise<Mail | null> {
  const { company_id: companyId, kind, details } = notice;
  const site = mailRoom.site();
  const to = { to: notice.email, company: { name: notice.company, timeZone: notice.time_zone } };
  const schedules = `${site}/schedules?company=${companyId}`;
  switch (kind) {
    case 'export.completed':
    case 'export.failed':
    case 'export.canceled': {
      const job = await jobOf(db, notice);
      if (!job) return null;
      const letter = { ...to, job, url: `${site}/export-history?company=${companyId}&job=${job.id}` };
      if (kind === 'export.canceled') return canceledLetter({ ...letter, by: details['by'] ?? '' });
      return kind === 'export.completed' ? readyLetter(letter) : failedLetter(letter);
    }
    case 'export.slow': {
      const job = (await hasLeft(db, notice)) ? await jobOf(db, notice) : null;
      if (!job) return null;
      const url = `${site}/export-history?company=${companyId}&job=${job.id}`;
      return slowLetter({ ...to, job, url, unsubscribeUrl: noSlowExportsUrl(keys, site, notice.user_id) });
    }
    case 'schedule.failed': {
      const { schedule = '', reason = '', occurrence = '' } = details;
      return scheduleFailedLetter({ ...to, schedule, reason, occurrence, url: schedules });
    }
    case 'schedule.paused': {
      const { schedule = '', reason = '' } = details;
      return schedulePausedLetter({ ...to, schedule, reason, url: schedules });
    }
    case 'delivery.ended': {
      const { destination = '', reason = '' } = details;
      return notDeliveredLetter({ ...to, destination, reason, url: `${schedules}&view=deliveries` });
    }
    default:
      return null;
  }
}

/** Whoever had a page open when it ended saw it there; whoever wants no such letters has none. */
async function hasLeft(db: Database, { user_id, details }: Notice): Promise<boolean> {
  const { rows } = await sql`SELECT FROM export_jobs j WHERE j.id = ${details['job_id'] ?? null}::uuid
    AND NOT EXISTS (SELECT FROM people_present p WHERE p.user_id = ${user_id} AND p.seen_at >= j.completed_at)
    AND NOT EXISTS (SELECT FROM mail_refused m WHERE m.user_id = ${user_id} AND m.kind = 'slow_exports')
    AND NOT j.notify`.execute(db);
  return rows.length > 0;
}

/** Figures only for whoever may see them now. */
async function jobOf(db: Database, { company_id, user_id, details }: Notice) {
  const job = await jobRows(db)
    .where('j.id', '=', details['job_id'] ?? '')
    .executeTakeFirst();
  return job && (await viewForFile(db, user_id, company_id, job, [])) ? job : null;
}
