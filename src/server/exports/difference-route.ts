/** `GET /export-jobs/{id}/changes`: how an export differs from today's data, or from another export of the same report. */
import { z } from 'zod';
import { ProductError, invalidField } from '#contract/errors.ts';
import type { FinancialView } from '#server/access/decide.ts';
import { grantOf } from '#server/access/guard.ts';
import type { Database } from '#server/database/database.ts';
import type { App, RouteAccess } from '#server/http/app-type.ts';
import { answers, pageQuery, pageSchema } from '#server/http/input.ts';
import { factKinds } from '#server/reports/causes.ts';
import type { ComparedJob } from './compared-jobs.ts';
import { readDifference } from './difference-page.ts';
import { asJobId } from './job-id.ts';
import { jobRows, type SelectedJob } from './job-view.ts';
import { jobParams } from './schemas.ts';
import { jobOf } from './verbs.ts';

const author = z.object({ id: z.string(), name: z.string() }).nullable();
export const versionSource = z.object({ kind: z.enum(['import', 'hand', 'undo']), id: z.string().nullable() });

const fields = z.record(z.string(), z.object({ old: z.string().nullable(), new: z.string().nullable() }));
const authored = {
  changed_at: z.string().nullable(),
  changed_by: author,
  source: versionSource.nullable(),
};
const cause = z.object({
  kind: z.enum(factKinds),
  change: z.enum(['added', 'removed', 'changed']),
  key: z
    .object({
      day: z.string().nullable(),
      document: z.string().nullable(),
      place: z.string().nullable(),
      what: z.string().nullable(),
    })
    .describe('what: the product, or the kind of movement.'),
  fields: fields.describe('Of day, item, quantity, unit_price and amount those that differ.'),
  net_difference: z.string(),
  currency: z.string(),
  revalued: z
    .object({ lines: z.int(), net_difference: z.string() })
    .describe('Movements and counts of the line whose cost followed from this one.'),
  ...authored,
});

const rowChange = z.object({
  change: z.enum(['added', 'removed', 'changed']),
  key: z.record(z.string(), z.string().nullable()).describe('The columns that say which row it is.'),
  fields,
  wording_only: z.boolean(),
  net_difference: z.string(),
  tax_difference: z.string(),
  currency: z.string(),
  ...authored,
  causes: z
    .object({ total: z.int(), results: z.array(cause) })
    .nullable()
    .describe('What caused it, the first 20, in reports whose lines are made of others; null where they are not.'),
});

const differenceSchema = pageSchema(rowChange).extend({
  from_version: z.int(),
  to_version: z.int(),
  totals: z.array(
    z.object({
      currency: z.string(),
      added: z.int(),
      removed: z.int(),
      changed: z.int(),
      net_difference: z.string().describe('Totals of the later minus totals of the earlier, exactly.'),
      tax_difference: z.string(),
    }),
  ),
});

export function differenceRoute(app: App, db: Database, url: string, access: RouteAccess): void {
  app.get(
    url,
    {
      config: { access },
      schema: {
        tags: ['Export jobs'],
        summary: 'How an export differs from the data of today, or from another export',
        params: jobParams,
        querystring: z.strictObject({
          ...pageQuery,
          against: z
            .string()
            .max(100)
            .default('now')
            .describe('now, or the id of an export of the same company and report.'),
        }),
        response: answers({ 200: differenceSchema }, 400, 401, 403, 409),
      },
    },
    async (request) => {
      const view = grantOf(request, 'view_financials');
      const { against, page, page_size } = request.query;
      const job = made(jobOf(request, view));
      const other = against === 'now' ? undefined : made(await otherJob(db, view, against));
      return readDifference(db, job, other, { page, page_size });
    },
  );
}

function made(job: SelectedJob): ComparedJob {
  if (job.pack_companies) {
    throw new ProductError('not_reproducible', 'A pack has no rows of its own. Compare the exports in it.');
  }
  if (job.status !== 'completed') throw new ProductError('not_ready', 'Only an export that was made can be compared.');
  return job;
}

/** What is not there and what may not be seen are the same words. */
async function otherJob(db: Database, view: FinancialView, given: string): Promise<SelectedJob> {
  const id = asJobId(given);
  const job = id === null ? undefined : await jobRows(db).where('j.id', '=', id).executeTakeFirst();
  if (!job || !view.companyIds.includes(job.company_id)) {
    throw invalidField('against', 'must be an export of the same company and report, or now');
  }
  return job;
}
