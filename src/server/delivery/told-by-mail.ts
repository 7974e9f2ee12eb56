/**
 * What a person is told by mail because they want to be: that an export has ended, asked for while it waits or runs; and the
 * letters about slow exports that nobody asked for, which a click in one of them ends and this turns on again.
 */
import type { FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { z } from 'zod';
import { isFinished } from '#contract/export-jobs.ts';
import { ProductError } from '#contract/errors.ts';
import type { MailWishes, TellMe } from '#contract/deliveries.ts';
import { audit } from '#server/access/audit.ts';
import { companyDenied, type FinancialView, type Principal } from '#server/access/decide.ts';
import { grantOf, originOf, principalOf } from '#server/access/guard.ts';
import { person } from '#server/access/person.ts';
import type { Database, Queryable } from '#server/database/database.ts';
import type { SelectedJob } from '#server/exports/job-view.ts';
import { companyOfJob, entry, jobOf } from '#server/exports/verbs.ts';
import type { App } from '#server/http/app-type.ts';
import { answers } from '#server/http/input.ts';
import type { SendParts } from './sender.ts';

const tellMeSchema = z.object({
  notify: z.boolean(),
  to: z
    .string()
    .nullable()
    .describe('Where the letter goes; null: this installation sends no mail, or a key asks that is nobody’s.'),
});
const mailSchema = z.object({
  slow_exports: z.boolean().describe('Exports that took longer than a minute, when you had left the page.'),
});

export function toldByMailRoutes(app: App, { db, mailRoom }: Pick<SendParts, 'db' | 'mailRoom'>): void {
  const access = {
    capability: 'view_financials',
    company: (request: FastifyRequest) => companyOfJob(db, request),
  } as const;
  const url = '/api/v1/export-jobs/:id/notify';
  const params = z.object({ id: z.string() });
  const tellMe = async (of: Queryable, { principal }: FinancialView, job: SelectedJob): Promise<TellMe> => ({
    notify: await isListening(of, principal, job.id),
    to: mailRoom.mailer && principal.userId !== null ? principal.email : null,
  });

  app.get(
    url,
    {
      config: { access },
      schema: {
        tags: ['Export jobs'],
        summary: 'Whether you are told by mail when it has ended',
        params,
        response: answers({ 200: tellMeSchema }, 401, 403),
      },
    },
    (request) => {
      const view = grantOf(request, 'view_financials');
      return tellMe(db, view, jobOf(request, view));
    },
  );

  app.put(
    url,
    {
      config: { access },
      schema: {
        tags: ['Export jobs'],
        summary: 'Tell me by mail when it has ended, or do not: while it waits or runs, you alone',
        params,
        body: z.strictObject({ notify: z.boolean() }),
        response: answers({ 200: tellMeSchema }, 400, 401, 403, 409),
      },
    },
    async (request) => {
      const view = grantOf(request, 'view_financials');
      const job = jobOf(request, view);
      const { userId } = view.principal;
      if (userId === null) throw new ProductError('conflict', 'Only a person can be told by mail.');
      return db.transaction().execute(async (tx) => {
        // its end takes the same lock: whoever is told yes here is told of it
        const held = await tx
          .selectFrom('export_jobs')
          .select(['status', 'created_by'])
          .where('id', '=', job.id)
          .forNoKeyUpdate()
          .executeTakeFirst();
        if (!held) throw companyDenied();
        if (isFinished(held.status)) {
          throw new ProductError('already_finished', 'The export has already finished: there is nothing to be told.');
        }
        const { notify } = request.body;
        if (notify === (await isListening(tx, view.principal, job.id))) return tellMe(tx, view, job);
        if (notify) {
          await tx.insertInto('export_listeners').values({ job_id: job.id, user_id: userId }).execute();
        } else {
          await tx.deleteFrom('export_listeners').where('job_id', '=', job.id).where('user_id', '=', userId).execute();
          if (held.created_by === userId)
            await tx.updateTable('export_jobs').set({ notify: false }).where('id', '=', job.id).execute();
        }
        const action = notify ? 'export.notice_wanted' : 'export.notice_unwanted';
        await audit(tx, view.principal, originOf(request), entry(view, action, job));
        return tellMe(tx, view, job);
      });
    },
  );

  mailWishRoutes(app, db);
}

async function isListening(db: Queryable, { userId }: Principal, jobId: string): Promise<boolean> {
  const { rows } = await sql`SELECT FROM export_jobs j WHERE j.id = ${jobId} AND (j.notify AND j.created_by = ${userId}
    OR EXISTS (SELECT FROM export_listeners l WHERE l.job_id = j.id AND l.user_id = ${userId}))`.execute(db);
  return rows.length > 0;
}

function mailWishRoutes(app: App, db: Database): void {
  const url = '/api/v1/me/mail';
  const wishes = async (of: Queryable, userId: string): Promise<MailWishes> => {
    const refused = await of.selectFrom('mail_refused').select('kind').where('user_id', '=', userId).execute();
    return { slow_exports: refused.every(({ kind }) => kind !== 'slow_exports') };
  };

  app.get(
    url,
    {
      config: { access: 'signed-in' },
      schema: {
        tags: ['Access'],
        summary: 'Which letters come to you that nobody asked for',
        response: answers({ 200: mailSchema }, 401, 403),
      },
    },
    (request) => wishes(db, person(principalOf(request)).userId),
  );

  app.put(
    url,
    {
      config: { access: 'signed-in' },
      schema: {
        tags: ['Access'],
        summary: 'Ends such letters, or turns them on again',
        body: z.strictObject({ slow_exports: z.boolean() }),
        response: answers({ 200: mailSchema }, 400, 401, 403),
      },
    },
    async (request) => {
      const owner = person(principalOf(request));
      const { slow_exports: wanted } = request.body;
      return db.transaction().execute(async (tx) => {
        const before = await wishes(tx, owner.userId);
        if (wanted) {
          await tx
            .deleteFrom('mail_refused')
            .where('user_id', '=', owner.userId)
            .where('kind', '=', 'slow_exports')
            .execute();
        } else {
          await tx
            .insertInto('mail_refused')
            .values({ user_id: owner.userId, kind: 'slow_exports' })
            .onConflict((conflict) => conflict.doNothing())
            .execute();
        }
        if (before.slow_exports !== wanted) {
          await audit(tx, owner, originOf(request), {
            action: wanted ? 'user.slow_exports_wanted' : 'user.slow_exports_unsubscribed',
            subjectType: 'user',
            subjectId: owner.userId,
          });
        }
        return wishes(tx, owner.userId);
      });
    },
  );
}
