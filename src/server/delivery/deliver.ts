/**
 * One delivery at a time: claimed under a lease, judged by the rights of this moment, sent, and written down. A claim that is lost
 * (a process that died) is taken over when its lease has run out, under the same id; what it wrote before is then unknown, and
 * receivers that know ids or names have it once.
 */
import { setInterval } from 'node:timers';
import { sql } from 'kysely';
import type { DestinationType } from '#contract/schedules.ts';
import type { Database, DatabaseTransaction } from '#server/database/database.ts';
import { notify } from './pause.ts';
import { type Sending, send } from './send.ts';
import type { SendOutcome, SendParts } from './sender.ts';
import { webhookTries } from './senders/webhook.ts';
import { settleStatus } from './settle-runs.ts';

/** Seconds after the first try at which the next ones come. */
const otherTries = [0, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 57_600, 86_400, 129_600];
const triesOf = (type: DestinationType): readonly number[] => (type === 'webhook' ? webhookTries : otherTries);
const jitter = 0.1;

const leaseSeconds = 30;
const renewSeconds = 8;

/** At once to one destination: one that never answers holds so many of those who send, and the rest goes out. */
const atOnceMax = 2;

/** Claims what is due longest, of destinations that are not busy. Null: nothing is. */
export async function claimDelivery(db: Database): Promise<Sending | null> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<Sending>`
      UPDATE deliveries d SET status = 'sending', tries = d.tries + 1, tries_now = d.tries_now + 1,
        lease_until = clock_timestamp() + ${leaseSeconds} * interval '1 second'
      FROM destinations t WHERE t.id = d.destination_id AND d.id = (
        SELECT w.id FROM deliveries w WHERE w.status IN ('waiting', 'sending') AND coalesce(w.lease_until, w.next_at) <= clock_timestamp()
          AND w.destination_id <> ALL (ARRAY(SELECT b.destination_id FROM deliveries b
            WHERE b.status = 'sending' AND b.lease_until > clock_timestamp() GROUP BY b.destination_id HAVING count(*) >= ${atOnceMax}))
        ORDER BY coalesce(w.lease_until, w.next_at) LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING d.*, t.type, t.name AS destination_name, t.settings, t.secret, t.previous_secret,
        t.previous_until > clock_timestamp() AS is_rotating, t.deleted_at, t.disabled_reason`.execute(tx);
    const claimed = rows[0];
    if (!claimed) return null;
    // nobody is left to say how the one before ended
    await tx
      .updateTable('delivery_attempts')
      .set({ outcome: 'unknown', detail: 'Whoever sent it stopped before it was known to have arrived.' })
      .where('delivery_id', '=', claimed.id)
      .where('outcome', 'is', null)
      .execute();
    await tx
      .insertInto('delivery_attempts')
      .values({ delivery_id: claimed.id, attempt: claimed.tries, outcome: null })
      .execute();
    return claimed;
  });
}

/** Never rejects for what a receiver does. */
export async function deliver(parts: SendParts, claimed: Sending): Promise<void> {
  const { db } = parts;
  const renewing = setInterval(() => {
    void sql`UPDATE deliveries SET lease_until = clock_timestamp() + ${leaseSeconds} * interval '1 second'
      WHERE id = ${claimed.id} AND tries = ${claimed.tries} AND status = 'sending'`
      .execute(db)
      .catch(() => undefined);
  }, renewSeconds * 1000);
  let outcome: SendOutcome;
  try {
    outcome = await send(parts, claimed);
  } catch (error) {
    outcome = { kind: 'later', detail: error instanceof Error ? error.message.slice(0, 300) : 'Something went wrong.' };
  } finally {
    clearInterval(renewing);
  }
  await db.transaction().execute((tx) => writeDown(tx, claimed, outcome));
}

async function writeDown(tx: DatabaseTransaction, claimed: Sending, outcome: SendOutcome): Promise<void> {
  const { id, tries, tries_now, type } = claimed;
  const times = triesOf(type);
  const gap = (times[tries_now] ?? 0) - (times[tries_now - 1] ?? 0);
  const isLast = tries_now >= times.length;
  const status = outcome.kind === 'later' ? (isLast ? 'failed' : 'waiting') : outcome.kind;
  const after = outcome.kind === 'later' ? Math.max(outcome.afterSeconds ?? 0, gap * (1 + jitter * Math.random())) : 0;
  const written = await tx
    .updateTable('deliveries')
    .set({
      status,
      lease_until: null,
      next_at: sql<string>`clock_timestamp() + ${after} * interval '1 second'`,
      ...(status === 'sent' && { sent_at: sql<string>`clock_timestamp()` }),
    })
    .where('id', '=', id)
    // the fence: a claim that was lost writes nothing
    .where('tries', '=', tries)
    .where('status', '=', 'sending')
    .returning('id')
    .executeTakeFirst();
  if (!written) return;
  await tx
    .updateTable('delivery_attempts')
    .set({ outcome: outcome.kind === 'later' ? 'failed' : outcome.kind, detail: outcome.detail })
    .where('delivery_id', '=', id)
    .where('attempt', '=', tries)
    .execute();
  // what is tried no more is told to whoever it was sent for; events of the whole company are not, unless somebody sent them
  const isSomebodys = claimed.event === null || claimed.schedule_id !== null || claimed.details?.['by_hand'] === true;
  if ((status === 'refused' || status === 'failed') && isSomebodys) {
    const facts = {
      delivery_id: id,
      destination: claimed.recipient ?? claimed.destination_name,
      reason: outcome.detail,
    };
    await notify(tx, claimed.company_id, claimed.on_behalf_of, 'delivery.ended', facts);
  }
  if (type === 'webhook' && status === 'failed' && (isLast || (outcome.kind === 'failed' && outcome.disables))) {
    await disable(tx, claimed, outcome.detail);
  }
  if (claimed.schedule_id !== null && claimed.occurrence !== null) {
    await settleStatus(tx, { schedule_id: claimed.schedule_id, occurrence: claimed.occurrence });
  }
}

/** A webhook that wants nothing more, or took nothing for three days. */
async function disable(tx: DatabaseTransaction, claimed: Sending, reason: string): Promise<void> {
  const done = await tx
    .updateTable('destinations')
    .set({ disabled_at: sql`clock_timestamp()`, disabled_reason: reason })
    .where('id', '=', claimed.destination_id)
    .where('disabled_at', 'is', null)
    .returning('created_by')
    .executeTakeFirst();
  if (!done) return;
  const facts = { destination: claimed.destination_name, reason: `${reason} Nothing more is sent there.` };
  await notify(tx, claimed.company_id, done.created_by, 'delivery.ended', facts);
}
