/** One click ends the mail of one destination to one address, without signing in (RFC 8058); a page asks before it is done by hand. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ProductError } from '#contract/errors.ts';
import type { SecretKeys } from '#server/access/secret-keys.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import { originOf } from '#server/access/guard.ts';
import type { Database } from '#server/database/database.ts';
import type { App } from '#server/http/app-type.ts';
import { answers } from '#server/http/input.ts';

const base = '/api/v1/unsubscribe';
const context = 'unsubscribe';

/** Sealed, not signed: who has the link learns nothing from it, and can make no other. */
export const unsubscribeUrl = (keys: SecretKeys, site: string, destinationId: string, email: string): string =>
  `${site}${base}/${keys.seal(Buffer.from(JSON.stringify([destinationId, email.toLowerCase()])), context).toString('base64url')}`;

const slowExports = 'slow exports';
/** Ends the letters about exports that took long, to one person. */
export const noSlowExportsUrl = (keys: SecretKeys, site: string, userId: string): string =>
  unsubscribeUrl(keys, site, slowExports, userId);

function opened(keys: SecretKeys, token: string): [string, string] {
  const text = keys.open(Buffer.from(token, 'base64url'), context)?.toString();
  if (text === undefined) throw new ProductError('link_refused', 'This link is not valid.');
  return JSON.parse(text) as [string, string];
}

const page = (body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><meta name="color-scheme" content="light dark"><title>Mathership</title></head><body>${body}</body></html>`;

export function unsubscribeRoutes(app: App, { db, keys }: { readonly db: Database; readonly keys: SecretKeys }): void {
  const params = z.object({ token: z.string() });
  const html = (text: string): string => text;

  app.get(
    `${base}/:token`,
    {
      config: { access: 'public' },
      schema: {
        tags: ['Deliveries'],
        summary: 'Asks whether mail of a destination is to end',
        params,
        response: answers({ 200: z.string() }, 403),
      },
    },
    (request, reply) => {
      opened(keys, request.params.token);
      return reply
        .type('text/html; charset=utf-8')
        .serializer(html)
        .send(
          page(
            '<form method="post"><p>Receive no more of these reports by mail?</p><button>Receive no more</button></form>',
          ),
        );
    },
  );

  app.post(
    `${base}/:token`,
    {
      config: { access: 'public', anyBody: true },
      schema: {
        tags: ['Deliveries'],
        summary: 'Ends the mail of a destination to one address (RFC 8058)',
        params,
        response: answers({ 200: z.string() }, 403),
      },
    },
    async (request, reply) => {
      const [destinationId, email] = opened(keys, request.params.token);
      if (destinationId === slowExports) await refuseSlowExports(db, originOf(request), email);
      else
        await db.transaction().execute(async (tx) => {
          const destination = await tx
            .selectFrom('destinations as d')
            .innerJoin('companies as c', 'c.id', 'd.company_id')
            .select(['d.company_id', 'c.organization_id'])
            .where('d.id', '=', destinationId)
            .executeTakeFirst();
          if (!destination) return;
          const done = await tx
            .insertInto('unsubscriptions')
            .values({ destination_id: destinationId, email })
            .onConflict((conflict) => conflict.doNothing())
            .returning('at')
            .executeTakeFirst();
          if (!done) return;
          await audit(tx, null, originOf(request), {
            action: 'destination.unsubscribed',
            companyId: destination.company_id,
            organizationId: destination.organization_id,
            subjectType: 'destination',
            subjectId: destinationId,
            // who it was is the recipient's own business, and found again by whoever knows the address
            details: { recipient: createHash('sha256').update(email).digest('hex').slice(0, 16) },
          });
        });
      return reply
        .type('text/html; charset=utf-8')
        .serializer(html)
        .send(page('<p>You receive no more of these reports.</p>'));
    },
  );
}

async function refuseSlowExports(db: Database, origin: Origin, userId: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const user = await tx.selectFrom('users').select('id').where('id', '=', userId).executeTakeFirst();
    if (!user) return;
    const done = await tx
      .insertInto('mail_refused')
      .values({ user_id: userId, kind: 'slow_exports' })
      .onConflict((conflict) => conflict.doNothing())
      .returning('at')
      .executeTakeFirst();
    if (!done) return;
    await audit(tx, null, origin, {
      action: 'user.slow_exports_unsubscribed',
      subjectType: 'user',
      subjectId: userId,
    });
  });
}
