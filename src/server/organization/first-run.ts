/** The first account of an empty installation: owner, organization and company at once, and only once. */
import { sql } from 'kysely';
import { ProductError } from '#contract/errors.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import { type StartedSession, startSession } from '#server/access/authenticate.ts';
import { hashingTurns } from '#server/access/hashing-turns.ts';
import { networkOf } from '#server/access/network.ts';
import { refuseWeakPassword } from '#server/access/password-rules.ts';
import { hashPassword } from '#server/access/passwords.ts';
import type { Database, Queryable } from '#server/database/database.ts';
import type { CompanySettings } from './companies.ts';

/** Two pages that are sent at once wait for each other here, and the second finds a user. */
const lockKey = 7_263_114_206;

export async function isFirstRun(db: Queryable): Promise<boolean> {
  return (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) === undefined;
}

const tooLate = (): ProductError =>
  new ProductError('conflict', 'This installation is set up already. Sign in, or ask its owner for an invitation.');

export interface FirstRun {
  readonly user: { readonly id: string; readonly email: string; readonly name: string };
  readonly organization: { readonly id: string; readonly name: string };
  readonly company: { readonly id: string; readonly name: string };
  readonly session: StartedSession;
}

/** @throws ProductError conflict as soon as there is any user. */
export async function setUp(
  db: Database,
  origin: Origin & { userAgent: string | null },
  input: { name: string; email: string; password: string; organization: string; company: CompanySettings },
): Promise<FirstRun> {
  // a password costs a lot to hash: nobody gets that for the asking
  if (!(await isFirstRun(db))) throw tooLate();
  await refuseWeakPassword('password', input.password, input.email);
  const passwordHash = await hashingTurns.take(networkOf(origin.address), () => hashPassword(input.password));
  return db.transaction().execute(async (tx) => {
    await sql`SELECT pg_advisory_xact_lock(${lockKey})`.execute(tx);
    if (!(await isFirstRun(tx))) throw tooLate();
    const user = await tx
      .insertInto('users')
      .values({ name: input.name, email: input.email, password_hash: passwordHash })
      .returning(['id', 'email', 'name'])
      .executeTakeFirstOrThrow();
    const organization = await tx
      .insertInto('organizations')
      .values({ name: input.organization })
      .returning(['id', 'name'])
      .executeTakeFirstOrThrow();
    await tx
      .insertInto('organization_members')
      .values({ organization_id: organization.id, user_id: user.id, role: 'owner' })
      .execute();
    const company = await tx
      .insertInto('companies')
      .values({ organization_id: organization.id, ...input.company })
      .returning(['id', 'name'])
      .executeTakeFirstOrThrow();
    const session = await startSession(tx, user.id, { ...origin, method: 'set_up' });
    const owner = {
      userId: user.id,
      name: user.name,
      email: user.email,
      via: 'session',
      credentialId: session.id,
    } as const;
    await audit(tx, owner, origin, {
      action: 'installation.set_up',
      organizationId: organization.id,
      subjectType: 'organization',
      subjectId: organization.id,
      details: { company_id: company.id },
    });
    return { user, organization, company, session };
  });
}
