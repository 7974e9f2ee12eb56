/**
 * A new password for somebody who has forgotten it. The answer to a request is the same, and takes the same work, whether
 * or not there is such an account; what concerns the account happens after the answer. The link works once, for an hour.
 */
import { sql } from 'kysely';
import { ProductError } from '#contract/errors.ts';
import type { Database, Queryable } from '#server/database/database.ts';
import { passwordChangedLetter, resetLetter } from '#server/mail/letters.ts';
import type { Mailer } from '#server/mail/mailer.ts';
import { audit, type Origin } from './audit.ts';
import type { Principal } from './decide.ts';
import { hashPassword } from './passwords.ts';
import { hashToken, newToken } from './tokens.ts';

export const resetLimits = { minutes: 60, perAccount: 5, perAddress: 30, seconds: 3600 } as const;

/**
 * Counts the request and finds out whether there is anybody to write to.
 * @throws ProductError too_many_requests, whether or not there is such an account.
 */
export async function askForReset(
  db: Database,
  origin: Origin,
  email: string,
): Promise<{ readonly id: string; readonly name: string; readonly email: string } | null> {
  const address = origin.address ?? 'unknown';
  const { rows } = await sql<{ by_account: number; by_address: number }>`
    SELECT count(*) FILTER (WHERE account = ${email})::int AS by_account,
      count(*) FILTER (WHERE address = ${address})::int AS by_address
    FROM password_reset_requests
    WHERE (account = ${email} OR address = ${address}) AND at > now() - ${resetLimits.seconds} * interval '1 second'`.execute(
    db,
  );
  const [counts] = rows;
  if (counts && (counts.by_account >= resetLimits.perAccount || counts.by_address >= resetLimits.perAddress)) {
    throw new ProductError('too_many_requests', 'Too many links were asked for. Wait an hour.', {
      retryAfterSeconds: resetLimits.seconds,
    });
  }
  await db.insertInto('password_reset_requests').values({ account: email, address }).execute();
  const user = await db
    .selectFrom('users')
    .select(['id', 'name', 'email'])
    .where('email', '=', email)
    .where('disabled_at', 'is', null)
    // who signs in at a provider alone is not given a second door
    .where('password_hash', 'is not', null)
    .executeTakeFirst();
  return user ?? null;
}

/** Makes the link and mails it. @throws Error when it could not be mailed. */
export async function mailReset(
  db: Database,
  mailer: Mailer,
  user: { id: string; name: string; email: string },
  origin: Origin,
  linkOf: (token: string) => string,
): Promise<void> {
  const token = await makeReset(db, null, origin, user.id);
  await mailer.send(resetLetter(user.email, { name: user.name, url: linkOf(token), minutes: resetLimits.minutes }));
}

/**
 * @param by who made the link for somebody else; null: the person asked for mail
 * @param organizationId as owner of which they made it; null for mail and for the operator's own command
 * @returns the token, which exists nowhere else.
 */
export async function makeReset(
  db: Database,
  by: Principal | null,
  origin: Origin,
  userId: string,
  organizationId: string | null = null,
): Promise<string> {
  const token = newToken();
  await db.transaction().execute(async (tx) => {
    await tx
      .insertInto('password_resets')
      .values({
        user_id: userId,
        token_hash: token.hash,
        organization_id: organizationId,
        made_by: by?.userId ?? null,
        expires_at: sql<string>`now() + ${resetLimits.minutes} * interval '1 minute'`,
      })
      .execute();
    await audit(tx, by, origin, {
      action: by ? 'password_reset.created' : 'password_reset.requested',
      organizationId,
      subjectType: 'user',
      subjectId: userId,
    });
  });
  return token.text;
}

const refused = (): ProductError =>
  new ProductError('link_refused', 'This link is not valid, has expired or was used already. Ask for a new one.');

/** A link that an owner made is worth what that owner could do today: become somebody who belongs here and nowhere else. */
const stillStands = sql<boolean>`(r.organization_id IS NULL OR (
  EXISTS (SELECT FROM organization_members m WHERE m.user_id = r.user_id AND m.organization_id = r.organization_id)
  AND NOT EXISTS (SELECT FROM organization_members m WHERE m.user_id = r.user_id AND m.organization_id <> r.organization_id)
  AND (r.made_by IS NULL OR EXISTS (
    SELECT FROM organization_members m JOIN users maker ON maker.id = m.user_id AND maker.disabled_at IS NULL
    WHERE m.user_id = r.made_by AND m.organization_id = r.organization_id AND m.role = 'owner'))))`;

const selectOpen = (db: Queryable, token: string) =>
  db
    .selectFrom('password_resets as r')
    .innerJoin('users as u', 'u.id', 'r.user_id')
    .select(['r.id', 'r.user_id', 'r.expires_at', 'u.email', 'u.name'])
    .where('r.token_hash', '=', hashToken(token))
    .where(sql<boolean>`r.expires_at > now()`)
    .where('u.disabled_at', 'is', null)
    .where(stillStands);

/** @throws ProductError link_refused, the same for every token that opens nothing. */
export async function previewReset(db: Database, token: string): Promise<{ email: string; expires_at: string }> {
  const row = await selectOpen(db, token).executeTakeFirst();
  if (!row) throw refused();
  return { email: row.email, expires_at: row.expires_at };
}

/**
 * Ends every session of the person and every other link; a second factor stays. Nobody is signed in by it.
 * @returns who it was, to be told. @throws ProductError link_refused.
 */
export async function resetPassword(
  db: Database,
  origin: Origin,
  token: string,
  password: string,
): Promise<{ email: string; name: string }> {
  // a password costs a lot to hash: nobody gets that for the asking
  await previewReset(db, token);
  const passwordHash = await hashPassword(password);
  return db.transaction().execute(async (tx) => {
    const found = await selectOpen(tx, token).forUpdate('r').executeTakeFirst();
    if (!found) throw refused();
    const { user_id: userId, email, name } = found;
    await tx.deleteFrom('password_resets').where('user_id', '=', userId).execute();
    await tx.updateTable('users').set({ password_hash: passwordHash }).where('id', '=', userId).execute();
    await tx.deleteFrom('sessions').where('user_id', '=', userId).execute();
    await tx.deleteFrom('sign_in_steps').where('user_id', '=', userId).execute();
    await tx.deleteFrom('sign_in_failures').where('account', '=', email).execute();
    await audit(tx, null, origin, { action: 'password.reset', subjectType: 'user', subjectId: userId });
    return { email, name };
  });
}

/** So that a reset somebody else made does not go unnoticed. */
export const mailPasswordChanged = (mailer: Mailer, { email, name }: { email: string; name: string }): Promise<void> =>
  mailer.send(passwordChangedLetter(email, { name }));
