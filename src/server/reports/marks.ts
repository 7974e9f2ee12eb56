/** Reports as a person knows them: stars, and when they last took a file of each. */
import { sql } from 'kysely';
import { z } from 'zod';
import { ProductError } from '#contract/errors.ts';
import type { ReportMark, ReportType } from '#contract/reports.ts';
import { audit } from '#server/access/audit.ts';
import { originOf, principalOf } from '#server/access/guard.ts';
import { person } from '#server/access/person.ts';
import type { Database, Queryable } from '#server/database/database.ts';
import { answers } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import { allReports, findReport } from './registry.ts';

/** Whoever is nobody (the operator) has no marks. */
export async function markUsed(db: Queryable, userId: string | null, type: ReportType): Promise<void> {
  if (userId === null) return;
  await db
    .insertInto('report_marks')
    .values({ user_id: userId, report_type: type, last_used_at: sql`clock_timestamp()` })
    .onConflict((row) => row.columns(['user_id', 'report_type']).doUpdateSet({ last_used_at: sql`clock_timestamp()` }))
    .execute();
}

const tags = ['Reports'];
const markSchema = z.object({
  report_type: z.string(),
  is_starred: z.boolean(),
  last_used_at: z.string().nullable().describe('When you last took a file of it, of any company.'),
});

export function reportMarkRoutes(app: App, { db }: { readonly db: Database }): void {
  app.get(
    '/api/v1/report-marks',
    {
      config: { access: 'signed-in' },
      schema: {
        tags,
        summary: 'Your stars, and when you last took a file of each report',
        response: answers({ 200: z.object({ results: z.array(markSchema) }) }, 401, 403),
      },
    },
    async (request) => {
      const { userId } = person(principalOf(request));
      const rows = await db.selectFrom('report_marks').selectAll().where('user_id', '=', userId).execute();
      return {
        results: allReports().map(({ type }): ReportMark => {
          const row = rows.find(({ report_type }) => report_type === type);
          return {
            report_type: type,
            is_starred: row?.is_starred ?? false,
            last_used_at: row?.last_used_at ?? null,
          };
        }),
      };
    },
  );

  app.put(
    '/api/v1/report-marks/:report_type',
    {
      config: { access: 'signed-in' },
      schema: {
        tags,
        summary: 'Star a report, or take the star away',
        params: z.object({ report_type: z.string() }),
        body: z.strictObject({ is_starred: z.boolean() }),
        response: answers({ 200: markSchema }, 400, 401, 403, 404),
      },
    },
    async (request): Promise<ReportMark> => {
      const principal = person(principalOf(request));
      const report = findReport(request.params.report_type);
      if (!report) throw new ProductError('not_found', `There is no report ${request.params.report_type}.`);
      const { is_starred } = request.body;
      return db.transaction().execute(async (tx) => {
        const { last_used_at } = await tx
          .insertInto('report_marks')
          .values({ user_id: principal.userId, report_type: report.type, is_starred })
          .onConflict((row) => row.columns(['user_id', 'report_type']).doUpdateSet({ is_starred }))
          .returning('last_used_at')
          .executeTakeFirstOrThrow();
        await audit(tx, principal, originOf(request), {
          action: is_starred ? 'report.starred' : 'report.unstarred',
          subjectType: 'report',
          subjectId: report.type,
        });
        return { report_type: report.type, is_starred, last_used_at };
      });
    },
  );
}
