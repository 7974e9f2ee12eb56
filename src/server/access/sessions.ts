/** The browsers a person is signed in with, and ending any of them: it takes effect at that browser's next request. */
import { sql } from 'kysely';
import { ProductError } from '#contract/errors.ts';
import type { SessionEntry } from '#contract/organization.ts';
import type { Database } from '#server/database/database.ts';
import { audit, type Origin } from './audit.ts';
import { asId, type Principal } from './decide.ts';
import { sessionLife } from './tokens.ts';

const currentId = (principal: Principal): string | null =>
  principal.via === 'session' ? principal.credentialId : null;

/** Those that still work, last used first. */
export async function listSessions(
  db: Database,
  owner: Principal & { userId: string },
  page: { page: number; pageSize: number },
): Promise<{ results: SessionEntry[]; total: number }> {
  const alive = db
    .selectFrom('sessions')
    .where('user_id', '=', owner.userId)
    .where(sql<boolean>`expires_at > now()`)
    .where(sql<boolean>`last_seen_at > now() - ${sessionLife.idleSeconds} * interval '1 second'`);
  const rows = await alive
    .select(['id', 'created_at', 'last_seen_at', 'expires_at', 'address', 'user_agent', 'method'])
    .orderBy('last_seen_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.pageSize)
    .offset(page.page * page.pageSize)
    .execute();
  const counted = await alive.select(sql<number>`count(*)::int`.as('total')).executeTakeFirstOrThrow();
  return {
    results: rows.map((row) => ({ ...row, current: row.id === currentId(owner) })),
    total: counted.total,
  };
}

/** @throws ProductError access_denied for a session that is not the principal's. */
export async function endSession(
  db: Database,
  owner: Principal & { userId: string },
  origin: Origin,
  id: string,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const gone = await tx
      .deleteFrom('sessions')
      .where('id', '=', asId(id) ?? '0')
      .where('user_id', '=', owner.userId)
      .returning('id')
      .executeTakeFirst();
    if (!gone) throw new ProductError('access_denied', 'You have access to no session by this id.');
    await audit(tx, owner, origin, { action: 'session.ended', subjectType: 'session', subjectId: gone.id });
  });
}
