/** The browsers a person is signed in with, and ending any of them: it takes effect at that browser's next request. */
import { sql } from 'kysely';
import type { Page } from '#contract/export-jobs.ts';
import { ProductError } from '#contract/errors.ts';
import type { SessionEntry } from '#contract/organization.ts';
import type { Database, Queryable } from '#server/database/database.ts';
import { type PageOf, readPage } from '#server/http/pages.ts';
import { audit, type Origin } from './audit.ts';
import { asId, type Principal } from './decide.ts';
import { sessionLife } from './tokens.ts';

const currentId = (principal: Principal): string | null =>
  principal.via === 'session' ? principal.credentialId : null;

/** Those that still work, last used first. */
export function listSessions(
  db: Database,
  owner: Principal & { userId: string },
  page: PageOf,
): Promise<Page<SessionEntry>> {
  const alive = (tx: Queryable) =>
    tx
      .selectFrom('sessions')
      .select(['id', 'created_at', 'last_seen_at', 'expires_at', 'address', 'user_agent', 'method'])
      .where('user_id', '=', owner.userId)
      .where(sql<boolean>`expires_at > now()`)
      .where(sql<boolean>`last_seen_at > now() - ${sessionLife.idleSeconds} * interval '1 second'`)
      .orderBy('last_seen_at', 'desc')
      .orderBy('id', 'desc');
  return readPage(db, page, alive, (rows) => rows.map((row) => ({ ...row, current: row.id === currentId(owner) })));
}

/** Ends the session that asks; of two that ask at once one is told. */
export async function signOut(db: Database, owner: Principal, origin: Origin): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const gone = await tx
      .deleteFrom('sessions')
      .where('id', '=', owner.credentialId ?? '0')
      .returning('id')
      .executeTakeFirst();
    if (gone) await audit(tx, owner, origin, { action: 'sign_out' });
  });
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
