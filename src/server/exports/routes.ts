/** Export jobs over HTTP. Each route names the proof it needs; the work is in the verb it calls. */
import { z } from 'zod';
import { isFinished } from '#contract/export-jobs.ts';
import { ProductError } from '#contract/errors.ts';
import { grantOf, inBody, inQuery, originOf } from '#server/access/guard.ts';
import { answers, pageSchema } from '#server/http/input.ts';
import { errorFromIssues } from '#server/http/problem.ts';
import type { App } from '#server/http/server.ts';
import { findReport } from '#server/reports/registry.ts';
import { resolveScope } from '#server/reports/scope.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import { readActivity } from './activity.ts';
import { type CreateDependencies, createExport } from './create.ts';
import { addressOfExport, linkToExport } from './downloads.ts';
import { fileAddress, type FileRouteOptions, fileRoute } from './file-route.ts';
import { viewOf } from './job-view.ts';
import { countFacets, listExports } from './list.ts';
import { createBody, facetQuery, idempotencyKey, jobListQuery, jobParams, jobSchema, linkSchema } from './schemas.ts';
import { cancelExport, companyOfJob, deleteExport, readJob } from './verbs.ts';

export interface ExportRoutesOptions extends CreateDependencies {
  readonly store: ObjectStore;
  /** Files are sent by this server, access proven at each request; absent: by links of the store. */
  readonly stream?: FileRouteOptions;
}

const tags = ['Export jobs'];
const base = '/api/v1/export-jobs';

export function exportRoutes(app: App, options: ExportRoutesOptions): void {
  const { db, queue, store } = options;
  const listAccess = { capability: 'view_financials', company: inQuery('company_id'), orAll: true } as const;
  const jobAccess = {
    capability: 'view_financials',
    company: (request: { params: unknown }) => companyOfJob(db, (request.params as { id?: unknown }).id),
  } as const;

  app.get(
    base,
    {
      config: { access: listAccess },
      schema: {
        tags,
        summary: 'List export jobs',
        querystring: jobListQuery,
        response: answers({ 200: pageSchema(jobSchema) }, 400, 401, 403),
      },
    },
    (request) => listExports(db, grantOf(request, 'view_financials'), request.query),
  );

  app.get(
    `${base}/facets`,
    {
      config: { access: listAccess },
      schema: {
        tags,
        summary: 'How many jobs each filter choice has',
        querystring: facetQuery,
        response: answers({}, 400, 401, 403),
      },
    },
    (request) => countFacets(db, grantOf(request, 'view_financials'), request.query),
  );

  app.post(
    base,
    {
      config: { access: { capability: 'view_financials', company: inBody('company_id') } },
      schema: {
        tags,
        summary: 'Create an export job',
        description: 'An `Idempotency-Key` header makes the request safe to repeat for a day.',
        body: createBody,
        response: answers({ 200: jobSchema, 201: jobSchema }, 400, 401, 403, 422, 429),
      },
    },
    async (request, reply) => {
      const view = grantOf(request, 'view_financials');
      const { body } = request;
      const key = idempotencyKey.safeParse(request.headers['idempotency-key'] ?? null);
      if (!key.success)
        throw errorFromIssues(key.error.issues.map((issue) => ({ ...issue, path: ['Idempotency-Key'] })));
      const definition = requireReport(body.report_type);
      const scope = await resolveScope(
        db,
        view.company,
        { definition, from: body.date_from, to: body.date_to, filters: body.filters ?? {} },
        'filters',
      );
      const { job, isNew } = await createExport(options, view, originOf(request), {
        definition,
        scope,
        fileFormat: body.file_format,
        options: body.options ?? {},
        idempotencyKey: key.data,
      });
      return reply
        .status(isNew ? 201 : 200)
        .header('location', `${base}/${job.id}`)
        .send(job);
    },
  );

  app.get(
    `${base}/:id`,
    {
      config: { access: jobAccess },
      schema: { tags, summary: 'One export job', params: jobParams, response: answers({ 200: jobSchema }, 401, 403) },
    },
    async (request) => viewOf(await readJob(db, grantOf(request, 'view_financials'), request.params.id)),
  );

  app.get(
    `${base}/:id/activity`,
    {
      config: { access: jobAccess },
      schema: {
        tags,
        summary: 'Attempts of a job, and who downloaded it',
        params: jobParams,
        response: answers({}, 401, 403),
      },
    },
    async (request) => {
      const job = await readJob(db, grantOf(request, 'view_financials'), request.params.id);
      return readActivity(db, job.id);
    },
  );

  app.post(
    `${base}/:id/cancel`,
    {
      config: { access: jobAccess },
      schema: {
        tags,
        summary: 'Cancel an unfinished job',
        params: jobParams,
        response: answers({ 200: jobSchema }, 401, 403, 409),
      },
    },
    (request) => cancelExport(db, queue, grantOf(request, 'view_financials'), originOf(request), request.params.id),
  );

  app.post(
    `${base}/:id/retry`,
    {
      config: { access: jobAccess },
      schema: {
        tags,
        summary: 'The same question again, as a new job',
        params: jobParams,
        response: answers({ 200: jobSchema, 201: jobSchema }, 400, 401, 403, 409, 429),
      },
    },
    async (request, reply) => {
      const view = grantOf(request, 'view_financials');
      const job = await readJob(db, view, request.params.id);
      if (!isFinished(job.status)) {
        throw new ProductError('conflict', 'The export has not finished yet. Wait for it, or cancel it first.');
      }
      const definition = requireReport(job.report_type);
      const scope = await resolveScope(
        db,
        view.company,
        { definition, from: job.date_from, to: job.date_to, filters: job.filters },
        'filters',
      );
      const made = await createExport(options, view, originOf(request), {
        definition,
        scope,
        fileFormat: job.file_format,
        options: job.options,
        idempotencyKey: null,
        retryOf: job.id,
      });
      return reply
        .status(made.isNew ? 201 : 200)
        .header('location', `${base}/${made.job.id}`)
        .send(made.job);
    },
  );

  app.delete(
    `${base}/:id`,
    {
      config: { access: jobAccess },
      schema: { tags, summary: 'Delete a job and its file', params: jobParams, response: answers({}, 401, 403) },
    },
    async (request, reply) => {
      await deleteExport(db, queue, store, grantOf(request, 'view_financials'), originOf(request), request.params.id);
      return reply.status(204).send();
    },
  );

  app.get(
    `${base}/:id/download`,
    {
      config: { access: jobAccess },
      schema: {
        tags,
        summary: 'A link to the file, made for this request',
        params: jobParams,
        querystring: z.strictObject({
          redirect: z.enum(['true', 'false']).default('false').describe('true answers 302.'),
        }),
        response: answers({ 200: linkSchema, 302: z.null() }, 401, 403, 404, 409, 410, 503),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const view = grantOf(request, 'view_financials');
      const link = options.stream
        ? await addressOfExport(db, store, view, fileAddress(request, options.stream, `${base}/${id}/file`), id)
        : await linkToExport(db, store, view, originOf(request), id);
      return request.query.redirect === 'true' ? reply.redirect(link.download_url, 302) : link;
    },
  );
  if (options.stream) fileRoute(app, { db, store, access: jobAccess, url: `${base}/:id/file` }, options.stream);
}

function requireReport(type: string) {
  const definition = findReport(type);
  if (!definition) {
    throw new ProductError('invalid_input', `report_type: ${type} is not offered`, {
      fields: [{ field: 'report_type', message: `${type} is not offered` }],
    });
  }
  return definition;
}
