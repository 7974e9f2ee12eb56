/** A guest's own way to one file: for seven days, counted, ended with the guest, the file, or by hand. */
import { sql } from 'kysely';
import { z } from 'zod';
import { linkLifeSeconds } from '#contract/export-jobs.ts';
import { ProductError } from '#contract/errors.ts';
import { audit } from '#server/access/audit.ts';
import { originOf } from '#server/access/guard.ts';
import { hashToken, newToken } from '#server/access/tokens.ts';
import type { Database } from '#server/database/database.ts';
import { downloadableFile } from '#server/exports/downloads.ts';
import { jobRows } from '#server/exports/job-view.ts';
import type { App } from '#server/http/app-type.ts';
import { answers } from '#server/http/input.ts';
import { serveObject } from '#server/storage/serve-file.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import { standingForFile } from './recipients.ts';
import { viewForFile } from './standing.ts';

const base = '/api/v1/guest-files';
const lifeDays = 7;
/** Of the link that a click is led to: long enough for a slow line to begin. */
const clickSeconds = 300;

/** One for each try: of a letter that is sent again only the newest is known to anybody. */
export async function guestLink(db: Database, site: string, deliveryId: string): Promise<string> {
  const token = newToken();
  await db
    .insertInto('guest_links')
    .values({
      token_hash: token.hash,
      delivery_id: deliveryId,
      expires_at: sql<string>`clock_timestamp() + ${lifeDays} * interval '1 day'`,
    })
    .execute();
  return `${site}${base}/${token.text}`;
}

const over = (): ProductError =>
  new ProductError('link_refused', 'This link has ended, or was taken back. Ask whoever sent it for another.');

export interface GuestFileParts {
  readonly db: Database;
  readonly store: ObjectStore;
  /** Where files go through the API, no link of the store is made. */
  readonly streams: boolean;
}

export function guestFileRoute(app: App, { db, store, streams }: GuestFileParts): void {
  app.get(
    `${base}/:token`,
    {
      config: { access: 'public' },
      schema: {
        tags: ['Deliveries'],
        summary: 'The file of a guest’s own link; each use is counted',
        params: z.object({ token: z.string() }),
        response: answers({ 302: z.null() }, 403, 404, 409, 410, 503),
      },
    },
    async (request, reply) => {
      const hash = hashToken(request.params.token);
      const found = await db
        .selectFrom('guest_links as g')
        .innerJoin('deliveries as d', 'd.id', 'g.delivery_id')
        .innerJoin('companies as c', 'c.id', 'd.company_id')
        .select([
          'd.id',
          'd.company_id',
          'd.recipient',
          'd.job_id',
          'd.on_behalf_of',
          'd.destination_id',
          'c.organization_id',
        ])
        .where('g.token_hash', '=', hash)
        .where('g.revoked_at', 'is', null)
        .where(sql<boolean>`g.expires_at > now()`)
        .executeTakeFirst();
      if (!found?.recipient || !found.job_id || !found.on_behalf_of) throw over();
      const job = await jobRows(db).where('j.id', '=', found.job_id).executeTakeFirst();
      if (!job) throw over();
      const standing = await standingForFile(db, found.company_id, job, found.recipient);
      if (standing.kind === 'refused' || !(await viewForFile(db, found.on_behalf_of, found.company_id, job)))
        throw over();
      const { key, filename, contentType, lifeSeconds } = downloadableFile(job);
      const expiresInSeconds = Math.min(clickSeconds, lifeSeconds, linkLifeSeconds);
      const link = streams ? null : await store.link({ key, filename, contentType, expiresInSeconds });
      await db.transaction().execute(async (tx) => {
        await tx
          .updateTable('guest_links')
          .set({ opened: sql<number>`opened + 1`, opened_at: sql`clock_timestamp()` })
          .where('token_hash', '=', hash)
          .execute();
        await audit(tx, null, originOf(request), {
          action: 'delivery.opened',
          companyId: found.company_id,
          organizationId: found.organization_id,
          subjectType: 'delivery',
          subjectId: found.id,
          details: { job_id: found.job_id },
        });
      });
      if (link) return reply.redirect(link.url, 302);
      const { status, headers, body } = await serveObject(
        store,
        { key, filename, contentType },
        { method: 'GET', headers: {} },
      );
      return reply.status(status).headers(headers).send(body);
    },
  );
}
