/** Destinations over HTTP: kept, tried out, changed, deleted. */
import { z } from 'zod';
import type { Destination } from '#contract/deliveries.ts';
import { grantOf, inPath, originOf } from '#server/access/guard.ts';
import { askedBy, keyHeader, onlyOnce } from '#server/access/idempotency.ts';
import type { Database } from '#server/database/database.ts';
import type { App } from '#server/http/app-type.ts';
import { answers, pageQuery, pageSchema } from '#server/http/input.ts';
import type { ReadSettings } from './destination-settings.ts';
import {
  changeDestination,
  createDestination,
  deleteDestination,
  type DestinationParts,
  destinationRow,
  judgedSettings,
  listDestinations,
  readDestination,
} from './destinations.ts';
import { hostKeyOf } from './senders/sftp.ts';
import { tryDestination } from './try-destination.ts';
import type { SendParts } from './sender.ts';
import {
  byCompany,
  byDestination,
  destinationBody,
  destinationPatch,
  destinationSchema,
  destinationTestSchema,
} from './schemas.ts';

const tags = ['Destinations'];
const base = '/api/v1/companies/:id/destinations';
const access = { capability: 'manage_deliveries', company: inPath('id') } as const;

export interface DestinationRoutesOptions {
  readonly db: Database;
  readonly parts: DestinationParts & SendParts;
}

export function destinationRoutes(app: App, { db, parts }: DestinationRoutesOptions): void {
  app.get(
    base,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Where a company sends files to',
        params: byCompany,
        querystring: z.strictObject(pageQuery),
        response: answers({ 200: pageSchema(destinationSchema) }, 400, 401, 403),
      },
    },
    (request) => listDestinations(db, grantOf(request, 'manage_deliveries'), request.query),
  );

  app.post(
    base,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Add a destination; its secrets are written and never read back',
        headers: keyHeader,
        params: byCompany,
        body: destinationBody,
        response: answers({ 200: destinationSchema, 201: destinationSchema }, 400, 401, 403, 409, 410, 422),
      },
    },
    async (request, reply) => {
      const grant = grantOf(request, 'manage_deliveries');
      let settings: ReadSettings | undefined;
      const { value, isNew } = await onlyOnce<Destination>(db, askedBy(request), {
        async before() {
          settings = await judgedSettings(request.body, parts);
        },
        async make(tx) {
          if (!settings) throw new Error('nothing was judged');
          const made = await createDestination(tx, grant, originOf(request), request.body, settings, parts);
          return { id: made.id, value: made };
        },
        read: (of, id) => readDestination(of, grant, id),
      });
      return reply.status(isNew ? 201 : 200).send(value);
    },
  );

  app.get(
    `${base}/:destination_id`,
    {
      config: { access },
      schema: {
        tags,
        summary: 'One destination, without its secrets',
        params: byDestination,
        response: answers({ 200: destinationSchema }, 401, 403),
      },
    },
    (request) => readDestination(db, grantOf(request, 'manage_deliveries'), request.params.destination_id),
  );

  app.patch(
    `${base}/:destination_id`,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Change a destination; a webhook’s old secret goes on signing beside a new one for a day',
        params: byDestination,
        body: destinationPatch,
        response: answers({ 200: destinationSchema }, 400, 401, 403, 409),
      },
    },
    (request) =>
      changeDestination(
        db,
        grantOf(request, 'manage_deliveries'),
        originOf(request),
        request.params.destination_id,
        request.body,
        parts,
      ),
  );

  app.delete(
    `${base}/:destination_id`,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Delete a destination that no schedule sends to',
        params: byDestination,
        response: answers({ 204: z.null() }, 401, 403, 409),
      },
    },
    async (request, reply) => {
      const grant = grantOf(request, 'manage_deliveries');
      await deleteDestination(db, grant, originOf(request), request.params.destination_id);
      return reply.status(204).send();
    },
  );

  app.post(
    `${base}/:destination_id/test`,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Try a destination without a file: what would happen, step by step',
        params: byDestination,
        response: answers({ 200: destinationTestSchema }, 401, 403),
      },
    },
    async (request) => {
      const grant = grantOf(request, 'manage_deliveries');
      return tryDestination(parts, await destinationRow(db, grant, request.params.destination_id));
    },
  );

  app.post(
    '/api/v1/companies/:id/destinations/host-key',
    {
      config: { access },
      schema: {
        tags,
        summary: 'The key that an SFTP server shows now, to be compared with what its keeper says',
        params: byCompany,
        body: z.strictObject({ host: z.string().min(1).max(253), port: z.int().min(1).max(65_535).default(22) }),
        response: answers({ 200: z.object({ host_key: z.string() }) }, 400, 401, 403),
      },
    },
    async (request) => ({ host_key: await hostKeyOf(request.body, parts.allowPrivate) }),
  );
}
