/** A schedule pauses itself, with the sentence why, and its owner is told; whoever resumes it makes what was missed. */
import { sql } from 'kysely';
import { audit } from '#server/access/audit.ts';
import type { DatabaseTransaction, Queryable } from '#server/database/database.ts';

export const sentences = {
  ownerGone: 'Whoever owned this schedule may not view financials here any more. Resume it to take it over.',
  reportGone: 'The saved report of this schedule has been deleted. Choose another one.',
  missed: 'Missed: nothing was running when it was due, and only the newest seven are made.',
  onlyNewest: 'Missed: the report shows what is there now, so that only the newest is made.',
  restored:
    'Held: this installation was restored from a backup. What went out after that backup is not known here: see what your receivers have, then resume.',
  threeFailed: (reason: string): string => `It failed three times in a row. ${reason}`,
} as const;

interface Paused {
  readonly id: string;
  readonly name: string;
  readonly company_id: string;
  readonly owner_id: string | null;
}

const nowhere = { address: null, requestId: null } as const;

export async function pauseSchedule(tx: DatabaseTransaction, schedule: Paused, reason: string): Promise<void> {
  const paused = await tx
    .updateTable('schedules')
    .set({ paused_at: sql`clock_timestamp()`, paused_reason: reason })
    .where('id', '=', schedule.id)
    .where('paused_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (!paused) return;
  const company = await tx
    .selectFrom('companies')
    .select('organization_id')
    .where('id', '=', schedule.company_id)
    .executeTakeFirstOrThrow();
  await audit(tx, null, nowhere, {
    action: 'schedule.paused',
    companyId: schedule.company_id,
    organizationId: company.organization_id,
    subjectType: 'schedule',
    subjectId: schedule.id,
    details: { reason },
  });
  await notify(tx, schedule.company_id, schedule.owner_id, 'schedule.paused', { schedule: schedule.name, reason });
}

/** A letter to somebody, sent by whoever sends letters. Nobody: none. */
export async function notify(
  db: Queryable,
  companyId: string,
  userId: string | null,
  kind: string,
  details: Record<string, unknown>,
): Promise<void> {
  if (userId === null) return;
  await db
    .insertInto('notices')
    .values({ company_id: companyId, user_id: userId, kind, details: JSON.stringify(details) })
    .execute();
}
