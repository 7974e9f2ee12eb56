/** `GET /export-jobs/feed`: for whoever polls. Following `next_after` misses no job and no state, and may see one twice. */
import { z } from 'zod';
import { grantEverywhere } from '#server/access/decide.ts';
import { grantOf, inQuery } from '#server/access/guard.ts';
import type { Database } from '#server/database/database.ts';
import { answers } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import { readFeed } from './changes.ts';
import { jobSchema } from './schemas.ts';

export function feedRoute(app: App, db: Database): void {
  app.get(
    '/api/v1/export-jobs/feed',
    {
      config: { access: { capability: 'view_financials', company: inQuery('company_id'), orAll: true } },
      schema: {
        tags: ['Export jobs'],
        summary: 'Every state of every job, in the order of changes',
        description:
          'Ask once without `after` for a position, read the list, then follow `next_after`: at once while `more` is true, else whenever you like, at least every hour. 410 `resync`: the position is too old or not of this database; begin again. Deleted jobs are told by the events.',
        querystring: z.strictObject({
          company_id: z.string().optional().describe('Absent: every company in which you may view financials.'),
          after: z.string().max(300).optional().describe('The `next_after` of the answer before. Absent: from now.'),
        }),
        response: answers(
          {
            200: z.object({
              results: z.array(jobSchema),
              next_after: z.string(),
              more: z.boolean().describe('There is more already.'),
            }),
          },
          400,
          401,
          403,
          410,
        ),
      },
    },
    async (request) => {
      const view = grantOf(request, 'view_financials');
      const { companyIds: viewable } = await grantEverywhere(db, view.principal, 'view_financials');
      return readFeed(db, { companyIds: view.companyIds, viewable }, request.query.after ?? null);
    },
  );
}
