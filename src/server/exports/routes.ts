/** Export jobs over HTTP. Each route names the proof it needs; the work is in the verb it calls. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ExportJob } from '#contract/export-jobs.ts';
import { grantOf, inBody, inQuery, originOf } from '#server/access/guard.ts';
import { keyHeader, keyOf } from '#server/access/idempotency.ts';
import { answers, pageSchema } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import { readActivity } from './activity.ts';
import { type Asker, type CreateDependencies, type Created, createExport, retryExport } from './create.ts';
import { addressOfExport, linkToExport } from './downloads.ts';
import { markKnown, withChanges } from './changed-since.ts';
import { differenceRoute } from './difference-route.ts';
import { feedRoute } from './feed-route.ts';
import { fileAddress, type FileRouteOptions, fileRoute } from './file-route.ts';
import { type SelectedJob, viewOf } from './job-view.ts';
import { noteRoutes } from './note-routes.ts';
import { countFacets, listExports } from './list.ts';
import { questionOfSaved } from './saved-reports.ts';
import { createBody, retryBody, facetQuery, jobListQuery, jobParams, jobSchema, linkSchema } from './schemas.ts';
import { cancelExport, companyOfJob, deleteExport, jobOf } from './verbs.ts';

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
    company: (request: FastifyRequest) => companyOfJob(db, request),
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

  feedRoute(app, db);

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
        headers: keyHeader,
        body: createBody,
        response: answers({ 200: jobSchema, 201: jobSchema }, 400, 401, 403, 409, 410, 422, 429),
      },
    },
    async (request, reply) => {
      const asker = askerOf(request);
      const { saved_report_id, as_of_version, notify, ...body } = request.body;
      if (saved_report_id !== undefined) {
        const { principal, company } = asker.view;
        const { question, saved } = await questionOfSaved(db, principal, company, { ...body, saved_report_id });
        return answer(reply, await createExport(options, asker, { ...question, as_of_version }, saved, { notify }));
      }
      // the schema takes no question without these
      const { report_type = 'delivery_location', date_from = '', date_to = '', file_format = 'csv' } = body;
      const { filters, options: chosen } = body;
      const question = { report_type, file_format, date_from, date_to, filters, options: chosen, as_of_version };
      return answer(reply, await createExport(options, asker, question, undefined, { notify }));
    },
  );

  app.get(
    `${base}/:id`,
    {
      config: { access: jobAccess },
      schema: { tags, summary: 'One export job', params: jobParams, response: answers({ 200: jobSchema }, 401, 403) },
    },
    async (request) => {
      const view = grantOf(request, 'view_financials');
      return whole(jobOf(request, view), view.principal.userId);
    },
  );

  /** However long its comparison takes. */
  async function whole(row: SelectedJob, reader: string | null): Promise<ExportJob> {
    const job = viewOf(row);
    const [seen = job] = await withChanges(db, [job], reader, 'all');
    return seen;
  }

  app.put(
    `${base}/:id/changes/known`,
    {
      config: { access: jobAccess },
      schema: {
        tags,
        summary: 'What has changed since is known: told quietly until something else changes, to you alone',
        params: jobParams,
        body: z.strictObject({ is_known: z.boolean() }),
        response: answers({ 200: jobSchema }, 400, 401, 403, 409),
      },
    },
    async (request) => {
      const view = grantOf(request, 'view_financials');
      const job = await whole(jobOf(request, view), view.principal.userId);
      return markKnown(db, { view, origin: originOf(request) }, job, request.body.is_known);
    },
  );

  differenceRoute(app, db, `${base}/:id/changes`, jobAccess);
  noteRoutes(app, db, `${base}/:id/notes`, jobAccess);

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
    (request) => readActivity(db, jobOf(request, grantOf(request, 'view_financials')).id),
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
    (request) => {
      const { view, origin } = askerOf(request);
      return cancelExport(db, queue, view, origin, jobOf(request, view));
    },
  );

  app.post(
    `${base}/:id/retry`,
    {
      config: { access: jobAccess },
      schema: {
        tags,
        summary: 'The same question again, as a new job',
        description:
          'With `as_of` "original" of the data as they were: the CSV is the very file, byte for byte. 409 `not_reproducible` where that version is not kept any more, or the file was written in another form.',
        headers: keyHeader,
        params: jobParams,
        body: retryBody,
        response: answers({ 200: jobSchema, 201: jobSchema }, 400, 401, 403, 409, 410, 422, 429),
      },
    },
    async (request, reply) => {
      const asker = askerOf(request);
      return answer(
        reply,
        await retryExport(options, asker, jobOf(request, asker.view), {
          original: request.body?.as_of === 'original',
        }),
      );
    },
  );

  app.delete(
    `${base}/:id`,
    {
      config: { access: jobAccess },
      schema: { tags, summary: 'Delete a job and its file', params: jobParams, response: answers({}, 401, 403) },
    },
    async (request, reply) => {
      const { view, origin } = askerOf(request);
      await deleteExport(db, queue, store, view, origin, jobOf(request, view));
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
      const { view, origin } = askerOf(request);
      const job = jobOf(request, view);
      const link = options.stream
        ? await addressOfExport(store, fileAddress(request, options.stream, `${base}/${job.id}/file`), job)
        : await linkToExport(db, store, view, origin, job);
      return request.query.redirect === 'true' ? reply.redirect(link.download_url, 302) : link;
    },
  );
  if (options.stream) fileRoute(app, { db, store, access: jobAccess, url: `${base}/:id/file` }, options.stream);
}

const askerOf = (request: FastifyRequest): Asker => ({
  view: grantOf(request, 'view_financials'),
  origin: originOf(request),
  key: keyOf(request),
});

const answer = (reply: FastifyReply, { job, isNew }: Created): FastifyReply =>
  reply
    .status(isNew ? 201 : 200)
    .header('location', `${base}/${job.id}`)
    .send(job);
