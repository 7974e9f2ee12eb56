/** Saved reports over HTTP: kept, found, changed, deleted; exports are made of them by `POST /export-jobs`. */
import { z } from 'zod';
import { comparisons, dateBases, fileFormats, reportTypes } from '#contract/reports.ts';
import { periodKinds, type SavedReport } from '#contract/saved-reports.ts';
import { grantOf, inPath, originOf } from '#server/access/guard.ts';
import { askedBy, keyHeader, onlyOnce } from '#server/access/idempotency.ts';
import type { Database } from '#server/database/database.ts';
import { answers, day, listOf, pageQuery, pageSchema, typedText } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import { changeSaved, createSaved, deleteSaved, listSaved, readSaved } from './saved-reports.ts';

const tags = ['Saved reports'];
const base = '/api/v1/companies/:id/saved-reports';
const access = { capability: 'view_financials', company: inPath('id') } as const;
const params = z.object({ id: z.string(), saved_report_id: z.string() });

export const savedPeriod = z
  .strictObject({
    kind: z.enum(periodKinds, { error: () => `must be one of ${periodKinds.join(', ')}` }),
    date_from: day.optional(),
    date_to: day.optional(),
  })
  .superRefine(({ kind, date_from, date_to }, context) => {
    const add = (field: string, message: string): void => context.addIssue({ code: 'custom', path: [field], message });
    if (kind !== 'fixed') {
      if (date_from !== undefined) add('date_from', 'belongs to a fixed period');
      if (date_to !== undefined) add('date_to', 'belongs to a fixed period');
    } else if (date_from === undefined) add('date_from', 'is required for a fixed period');
    else if (date_to === undefined) add('date_to', 'is required for a fixed period');
    else if (date_from > date_to) add('date_from', 'is after date_to');
  });

const fields = {
  name: typedText(100),
  report_type: z.enum(reportTypes, { error: () => `must be one of ${reportTypes.join(', ')}` }),
  filters: z.record(z.string(), z.unknown()),
  columns: z.array(z.string().max(100)).min(1).max(200).nullable(),
  ordering: z.string().max(101).nullable(),
  period: savedPeriod,
  file_format: z.enum(fileFormats, { error: () => `must be one of ${fileFormats.join(', ')}` }),
  options: z.strictObject({
    csv_dialect: z.enum(['systems', 'spreadsheets']).optional(),
    date_basis: z.enum(dateBases, { error: () => `must be one of ${dateBases.join(', ')}` }).optional(),
    compare_to: z.enum(comparisons, { error: () => `must be one of ${comparisons.join(', ')}` }).optional(),
  }),
  is_shared: z.boolean(),
};

const createBody = z.strictObject({
  ...fields,
  filters: fields.filters.default({}),
  columns: fields.columns.default(null),
  ordering: fields.ordering.default(null),
  file_format: fields.file_format.default('csv'),
  options: fields.options.default({}),
  is_shared: fields.is_shared.default(false),
});
const patchBody = z.strictObject(fields).partial();

const savedSchema = z.object({
  ...fields,
  id: z.string(),
  company_id: z.string(),
  name: z.string(),
  period: z.object({ kind: z.enum(periodKinds), date_from: z.string().optional(), date_to: z.string().optional() }),
  created_by: z.object({ id: z.string(), name: z.string() }),
  created_at: z.string(),
  updated_at: z.string(),
});

export function savedReportRoutes(app: App, { db }: { readonly db: Database }): void {
  app.get(
    base,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Saved reports of a company: your own, and those that are shared',
        params: z.object({ id: z.string() }),
        querystring: z.strictObject({ ...pageQuery, report_type: listOf(reportTypes).optional() }),
        response: answers({ 200: pageSchema(savedSchema) }, 400, 401, 403),
      },
    },
    (request) => {
      const { report_type, ...page } = request.query;
      return listSaved(db, grantOf(request, 'view_financials'), { ...page, report_type: report_type?.[0] });
    },
  );

  app.post(
    base,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Keep a question',
        headers: keyHeader,
        params: z.object({ id: z.string() }),
        body: createBody,
        response: answers({ 200: savedSchema, 201: savedSchema }, 400, 401, 403, 409, 410, 422),
      },
    },
    async (request, reply) => {
      const view = grantOf(request, 'view_financials');
      const { value, isNew } = await onlyOnce<SavedReport>(db, askedBy(request), {
        async make(tx) {
          const saved = await createSaved(tx, view, originOf(request), request.body);
          return { id: saved.id, value: saved };
        },
        read: (of, id) => readSaved(of, view, id),
      });
      return reply.status(isNew ? 201 : 200).send(value);
    },
  );

  app.get(
    `${base}/:saved_report_id`,
    {
      config: { access },
      schema: { tags, summary: 'One saved report', params, response: answers({ 200: savedSchema }, 401, 403) },
    },
    (request) => readSaved(db, grantOf(request, 'view_financials'), request.params.saved_report_id),
  );

  app.patch(
    `${base}/:saved_report_id`,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Change a saved report; what is shared, its maker and those who manage the company',
        params,
        body: patchBody,
        response: answers({ 200: savedSchema }, 400, 401, 403, 409),
      },
    },
    (request) =>
      changeSaved(
        db,
        grantOf(request, 'view_financials'),
        originOf(request),
        request.params.saved_report_id,
        request.body as Parameters<typeof changeSaved>[4],
      ),
  );

  app.delete(
    `${base}/:saved_report_id`,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Delete a saved report; exports made of it keep its name',
        params,
        response: answers({ 204: z.null() }, 401, 403),
      },
    },
    async (request, reply) => {
      await deleteSaved(db, grantOf(request, 'view_financials'), originOf(request), request.params.saved_report_id);
      return reply.status(204).send();
    },
  );
}
