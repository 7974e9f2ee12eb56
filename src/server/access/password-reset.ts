/**
 * A new password for somebody who has forgotten it. The answer to a request is the same, and takes the same work, whether
 * or not there is such an account; what concerns the account happens after the answer. The link works once, for an hour.
 */
import { sql } from 'kysely';
import { invalidField, ProductError } from '#contract/errors.ts';
import type { Database, DatabaseTransaction, Queryable } from '#server/database/database.ts';
import { passwordChangedLetter, resetLetter } from '#server/mail/letters.ts';
import type { Mailer } from '#server/mail/mailer.ts';
import { type Account, accountsAt } from './accounts.ts';
import { countReset } from './attempts.ts';
import { audit, type Origin } from './audit.ts';
import { setPassword } from './change-password.ts';
import type { Principal } from './decide.ts';
import { hashingTurns } from './hashing-turns.ts';
import { holdAccount } from './hold-account.ts';
import { networkOf } from './network.ts';
import { refuseWeakPassword } from './password-rules.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { hasSecondFactor } from './second-factor.ts';
import { hashToken, newToken } from './tokens.ts';

export const resetLimits = { minutes: 60 } as const;

/** Of one request. Several are there only where accounts were made by links before there was mail. */
const lettersMax = 10;

/**
 * Counts the request and finds out to whom there is to write: every account of the address, the proven one first.
 * @throws ProductError too_many_requests, whether or not there is such an account.
 */
export async function askForReset(db: Database, origin: Origin, email: string): Promise<Account[]> {
  await countReset(db, { account: email, origin });
  const accounts = await accountsAt(db, email);
  // who signs in at a provider alone is not given a second door
  return accounts.filter(({ password_hash }) => password_hash !== null).slice(0, lettersMax);
}

/** Makes the link and mails it. @throws Error when it could not be mailed. */
export async function mailReset(
  db: Database,
  mailer: Mailer,
  { id, email, name, home }: Account,
  origin: Origin,
  linkOf: (token: string) => string,
): Promise<void> {
  const url = linkOf(await makeReset(db, null, origin, id));
  await mailer.send(resetLetter(email, { name, organization: home, url, minutes: resetLimits.minutes }));
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
    .select(['r.user_id', 'r.expires_at', 'r.organization_id', 'u.email', 'u.name', 'u.password_hash'])
    .where('r.token_hash', '=', hashToken(token))
    .where(sql<boolean>`r.expires_at > now()`)
    .where('u.disabled_at', 'is', null)
    .where(stillStands);

/** @throws ProductError link_refused, the same for every token that opens nothing. */
async function requireOpen(db: Queryable, token: string) {
  const row = await selectOpen(db, token).executeTakeFirst();
  if (!row) throw refused();
  return row;
}

/** @throws ProductError link_refused */
export async function previewReset(db: Database, token: string): Promise<{ email: string; expires_at: string }> {
  const { email, expires_at } = await requireOpen(db, token);
  return { email, expires_at };
}

/**
 * Ends every session and API key of the person and every other link; a second factor stays. Nobody is signed in by it.
 * A link that came by mail proves the address.
 * @returns who it was, to be told.
 * @throws ProductError link_refused; invalid_input for a password that will not do; too_many_requests.
 */
export async function resetPassword(
  db: Database,
  origin: Origin,
  token: string,
  password: string,
): Promise<{ email: string; name: string }> {
  // a password costs a lot to hash: nobody gets that for the asking
  const { email: account, password_hash: before } = await requireOpen(db, token);
  await refuseWeakPassword('password', password, account);
  return hashingTurns.take(networkOf(origin.address), async () => {
    if (before !== null && (await verifyPassword(password, before))) {
      throw invalidField('password', 'is the one you have: sign in with it, or choose another');
    }
    const passwordHash = await hashPassword(password, before);
    return db.transaction().execute(async (tx) => {
      const { user_id: userId, email, name } = await requireOpen(tx, token);
      await holdAccount(tx, userId, 'change');
      // looked at again under the account: it may have been used, or have lost its ground, a moment ago
      const found = await selectOpen(tx, token).forUpdate('r').executeTakeFirst();
      if (!found) throw refused();
      const ended = await setPassword(tx, userId, passwordHash, { session: null, apiKeys: false });
      await audit(tx, null, origin, {
        action: 'password.reset',
        subjectType: 'user',
        subjectId: userId,
        details: ended,
      });
      if (found.organization_id === null) await proveAddress(tx, origin, { id: userId, email });
      return { email, name };
    });
  });
}

/**
 * By a link that was mailed, or that the operator vouches for. What anybody had of the account has just ended, but for a
 * second factor: with one, or where the address has a proven account, it goes on belonging to its organization alone.
 */
async function proveAddress(
  tx: DatabaseTransaction,
  origin: Origin,
  { id, email }: { id: string; email: string },
): Promise<void> {
  if (await hasSecondFactor(tx, id)) return;
  const proven = await tx
    .updateTable('users as u')
    .set({ home_organization_id: null })
    .where('u.id', '=', id)
    .where('u.home_organization_id', 'is not', null)
    .where(sql<boolean>`NOT EXISTS (SELECT FROM users o WHERE o.email = ${email} AND o.home_organization_id IS NULL)`)
    .returning('u.id')
    .executeTakeFirst();
  if (proven) await audit(tx, null, origin, { action: 'address.proven', subjectType: 'user', subjectId: id });
}

/** So that a reset somebody else made does not go unnoticed. */
export const mailPasswordChanged = (mailer: Mailer, { email, name }: { email: string; name: string }): Promise<void> =>
  mailer.send(passwordChangedLetter(email, { name }));
