/**
 * A reset link that an owner makes for somebody, to be handed over: the way out where there is no mail. Whoever holds it
 * can become that person, so only an owner makes one, and only for somebody who belongs to no other organization.
 */
import { z } from 'zod';
import { ProductError } from '#contract/errors.ts';
import { asId } from '#server/access/decide.ts';
import { inPath, organizationOf, originOf, principalOf } from '#server/access/guard.ts';
import { makeReset, resetLimits } from '#server/access/password-reset.ts';
import { resetLink } from '#server/access/password-reset-routes.ts';
import type { Database } from '#server/database/database.ts';
import { answers } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import { byUser } from './answer-schemas.ts';
import { accessDenied } from './changes.ts';

interface MemberPasswordOptions {
  readonly db: Database;
  /** The address people use. */
  readonly site: () => string;
}

export function memberPasswordRoute(app: App, { db, site }: MemberPasswordOptions): void {
  app.post(
    '/api/v1/organizations/:id/members/:user_id/password-reset',
    {
      config: { access: { organizationRole: 'owner', organization: inPath('id') } },
      schema: {
        tags: ['Members'],
        summary: 'A link with which a member chooses a new password; for owners, shown once',
        params: byUser,
        response: answers({ 201: z.object({ link: z.string(), expires_in_minutes: z.int() }) }, 401, 403, 409),
      },
    },
    async (request, reply) => {
      const { id: organizationId } = organizationOf(request);
      const principal = principalOf(request);
      const userId = asId(request.params.user_id) ?? '0';
      if (userId === principal.userId) {
        throw new ProductError('conflict', 'This is your own account: change its password under Account.');
      }
      const memberships = await db
        .selectFrom('organization_members as m')
        .innerJoin('users as u', 'u.id', 'm.user_id')
        .select(['m.organization_id', 'u.password_hash'])
        .where('m.user_id', '=', userId)
        .where('u.disabled_at', 'is', null)
        .execute();
      const own = memberships.find((each) => each.organization_id === organizationId);
      if (!own) throw accessDenied('member');
      if (memberships.length > 1) {
        throw new ProductError(
          'conflict',
          'This person belongs to another organization as well, which a link of yours would open too. Ask whoever runs this installation.',
        );
      }
      if (own.password_hash === null) {
        throw new ProductError(
          'conflict',
          'This person signs in at the provider of single sign-on, without a password.',
        );
      }
      const token = await makeReset(db, principal, originOf(request), userId, organizationId);
      return reply.status(201).send({ link: resetLink(site(), token), expires_in_minutes: resetLimits.minutes });
    },
  );
}
