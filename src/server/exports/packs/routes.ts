/** Packs over HTTP: run, followed, downloaded, run again, canceled, deleted; and their definitions, kept. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { SavedPack } from '#contract/packs.ts';
import { grantEverywhere } from '#server/access/decide.ts';
import { grantOf, inQuery, originOf, organizationOf, principalOf } from '#server/access/guard.ts';
import { askedBy, keyHeader, keyOf, onlyOnce } from '#server/access/idempotency.ts';
import type { App } from '#server/http/app-type.ts';
import { answers, pageQuery, pageSchema } from '#server/http/input.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import type { CreateDependencies } from '../create.ts';
import { addressOfExport, linkToExport } from '../downloads.ts';
import { fileAddress, type FileRouteOptions } from '../file-route.ts';
import { jobParams, linkSchema } from '../schemas.ts';
import { cancelExport, deleteExport, jobOf } from '../verbs.ts';
import { ofNewPack, ofPack, ofSavedPack, organizationIn } from './access.ts';
import { createPack } from './create-pack.ts';
import { listPacks, readPack, readPackWithChanges } from './pack-view.ts';
import { retryPack } from './retry-pack.ts';
import {
  changeSavedPack,
  createSavedPack,
  deleteSavedPack,
  listSavedPacks,
  questionOfPack,
  readSavedPack,
  refuseForeign,
} from './saved-packs.ts';
import { packBody, packSchema, savedPackBody, savedPackPatch, savedPackSchema } from './schemas.ts';

export interface PackRoutesOptions extends CreateDependencies {
  readonly store: ObjectStore;
  /** Files are sent by this server; absent: by links of the store. */
  readonly stream?: FileRouteOptions;
}

const tags = ['Packs'];
const base = '/api/v1/export-packs';

const askerOf = (request: FastifyRequest) => ({
  view: grantOf(request, 'view_financials'),
  origin: originOf(request),
  key: keyOf(request),
});

export function packRoutes(app: App, options: PackRoutesOptions): void {
  const { db, queue, store } = options;
  const access = { capability: 'view_financials', company: ofPack(db) } as const;

  app.get(
    base,
    {
      config: { access: { capability: 'view_financials', company: inQuery('company_id'), orAll: true } },
      schema: {
        tags,
        summary: 'Packs that were run, newest first; those in whose every company you may view financials',
        querystring: z.strictObject({
          ...pageQuery,
          organization_id: z.string().optional(),
          company_id: z.string().optional().describe('Those that have something of it.'),
        }),
        response: answers({ 200: pageSchema(packSchema) }, 400, 401, 403),
      },
    },
    async (request) => {
      const viewable = await grantEverywhere(db, principalOf(request), 'view_financials');
      return listPacks(db, viewable, request.query);
    },
  );

  app.post(
    base,
    {
      config: { access: { capability: 'view_financials', company: ofNewPack(db), named: 'members' } },
      schema: {
        tags,
        summary: 'Run a pack: many exports of one period that agree, in one ZIP',
        description:
          'All of it is of the same version of each company’s data, also what is run again later. Its job is in the list of export jobs; its members are in it.',
        headers: keyHeader,
        body: packBody,
        response: answers({ 200: packSchema, 201: packSchema }, 400, 401, 403, 409, 410, 422, 429),
      },
    },
    async (request, reply) => {
      const { view, origin } = askerOf(request);
      const { organization_id, pack_id, members = [], name = 'Pack', options: chosen = {}, notify } = request.body;
      const { date_from: from = '', date_to: to = '' } = request.body;
      const question = async () => {
        if (pack_id !== undefined) {
          return questionOfPack(view, await readSavedPack(db, view, organization_id, pack_id), request.body);
        }
        refuseForeign(view, organization_id, members);
        return { organizationId: organization_id, name, savedPackId: null, members, from, to, options: chosen };
      };
      const { pack, isNew } = await createPack(options, { view, origin }, askedBy(request), question, notify);
      return reply
        .status(isNew ? 201 : 200)
        .header('location', `${base}/${pack.id}`)
        .send(pack);
    },
  );

  app.get(
    `${base}/:id`,
    {
      config: { access },
      schema: { tags, summary: 'One pack', params: jobParams, response: answers({ 200: packSchema }, 401, 403) },
    },
    (request) => {
      const view = grantOf(request, 'view_financials');
      return readPackWithChanges(db, view, jobOf(request, view).id);
    },
  );

  app.get(
    `${base}/:id/download`,
    {
      config: { access },
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
        ? await addressOfExport(store, fileAddress(request, options.stream, `/api/v1/export-jobs/${job.id}/file`), job)
        : await linkToExport(db, store, view, origin, job);
      return request.query.redirect === 'true' ? reply.redirect(link.download_url, 302) : link;
    },
  );

  app.post(
    `${base}/:id/retry`,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Run the missing exports of a pack again, of the same versions of the data',
        headers: keyHeader,
        params: jobParams,
        response: answers({ 200: packSchema }, 400, 401, 403, 409, 410, 422, 429),
      },
    },
    async (request) => {
      const asker = askerOf(request);
      return (await retryPack(options, asker, jobOf(request, asker.view).id)).pack;
    },
  );

  app.post(
    `${base}/:id/cancel`,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Cancel an unfinished pack and everything in it',
        params: jobParams,
        response: answers({ 200: packSchema }, 401, 403, 409),
      },
    },
    async (request) => {
      const { view, origin } = askerOf(request);
      const { id } = await cancelExport(db, queue, view, origin, jobOf(request, view));
      return readPack(db, view, id);
    },
  );

  app.delete(
    `${base}/:id`,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Delete a pack, its exports and its file',
        params: jobParams,
        response: answers({ 204: z.null() }, 401, 403),
      },
    },
    async (request, reply) => {
      const { view, origin } = askerOf(request);
      await deleteExport(db, queue, store, view, origin, jobOf(request, view));
      return reply.status(204).send();
    },
  );

  savedPackRoutes(app, options);
}

const savedBase = '/api/v1/organizations/:id/packs';
const organizationParams = z.object({ id: z.string() });
const savedParams = z.object({ id: z.string(), pack_id: z.string() });

function savedPackRoutes(app: App, { db }: PackRoutesOptions): void {
  const access = { capability: 'view_financials', company: ofSavedPack(db), named: 'members' } as const;
  const askingOf = async (request: FastifyRequest) => ({
    view: grantOf(request, 'view_financials'),
    origin: originOf(request),
    organization: await organizationIn(db, request, (request.params as { id: string }).id),
  });

  app.get(
    savedBase,
    {
      config: {
        access: { organizationRole: 'member', organization: (request) => (request.params as { id: string }).id },
      },
      schema: {
        tags,
        summary: 'Saved packs of an organization; those in whose every company you may view financials',
        params: organizationParams,
        querystring: z.strictObject(pageQuery),
        response: answers({ 200: pageSchema(savedPackSchema) }, 400, 401, 403),
      },
    },
    async (request) => {
      const view = await grantEverywhere(db, principalOf(request), 'view_financials');
      return listSavedPacks(db, view, organizationOf(request).id, request.query);
    },
  );

  app.post(
    savedBase,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Keep a pack, to be run again with one press',
        headers: keyHeader,
        params: organizationParams,
        body: savedPackBody,
        response: answers({ 200: savedPackSchema, 201: savedPackSchema }, 400, 401, 403, 409, 410, 422),
      },
    },
    async (request, reply) => {
      const asking = await askingOf(request);
      const { value, isNew } = await onlyOnce<SavedPack>(db, askedBy(request), {
        async make(tx) {
          const saved = await createSavedPack(tx, asking, request.body);
          return { id: saved.id, value: saved };
        },
        read: (of, id) => readSavedPack(of, asking.view, asking.organization.id, id),
      });
      return reply.status(isNew ? 201 : 200).send(value);
    },
  );

  app.patch(
    `${savedBase}/:pack_id`,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Change a saved pack: its maker, and owners and administrators of the organization',
        params: savedParams,
        body: savedPackPatch,
        response: answers({ 200: savedPackSchema }, 400, 401, 403, 409),
      },
    },
    async (request) => {
      const patch = request.body as Parameters<typeof changeSavedPack>[3];
      return changeSavedPack(db, await askingOf(request), request.params.pack_id, patch);
    },
  );

  app.delete(
    `${savedBase}/:pack_id`,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Delete a saved pack; those that were run keep its name',
        params: savedParams,
        response: answers({ 204: z.null() }, 401, 403),
      },
    },
    async (request, reply) => {
      await deleteSavedPack(db, await askingOf(request), request.params.pack_id);
      return reply.status(204).send();
    },
  );
}
