/** Deliveries, guests, and sending what is finished, over HTTP. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Delivery, Guest } from '#contract/deliveries.ts';
import { deliveryStatuses } from '#contract/schedules.ts';
import { asId, requireCapability } from '#server/access/decide.ts';
import { grantOf, inPath, originOf, principalOf } from '#server/access/guard.ts';
import { askedBy, keyHeader, onlyOnce } from '#server/access/idempotency.ts';
import type { Database } from '#server/database/database.ts';
import { companyOfJob, jobOf } from '#server/exports/verbs.ts';
import type { App } from '#server/http/app-type.ts';
import { answers, listOf, pageQuery, pageSchema } from '#server/http/input.ts';
import { listDeliveries, readDelivery } from './deliveries-view.ts';
import { enterGuest, listGuests, readGuest, removeGuest } from './guests.ts';
import { byCompany, deliverySchema, guestBody, guestSchema } from './schemas.ts';
import { deliveriesBy, sendAgain, sendExport, takeLinkBack } from './send-again.ts';

const tags = ['Deliveries'];
const company = '/api/v1/companies/:id';
const access = { capability: 'manage_deliveries', company: inPath('id') } as const;
const sentSchema = z.object({ deliveries: z.array(deliverySchema) });
const byId = z.object({ id: z.string() });

export function deliveryRoutes(app: App, { db }: { readonly db: Database }): void {
  guestRoutes(app, db);

  app.get(
    `${company}/deliveries`,
    {
      config: { access },
      schema: {
        tags,
        summary: 'What was sent, or is to be, newest first, with every attempt',
        params: byCompany,
        querystring: z.strictObject({
          ...pageQuery,
          status: listOf(deliveryStatuses).optional(),
          destination_id: z.string().max(30).optional(),
          job_id: z.string().max(60).optional(),
        }),
        response: answers({ 200: pageSchema(deliverySchema) }, 400, 401, 403),
      },
    },
    (request) => listDeliveries(db, grantOf(request, 'manage_deliveries'), request.query),
  );

  /** For the guard: of the delivery in the path; an unknown one belongs to no company. */
  const companyOfDelivery = async (request: FastifyRequest): Promise<string> => {
    const { id } = request.params as { id?: unknown };
    const row = await db
      .selectFrom('deliveries')
      .select('company_id')
      .where('id', '=', asId(id) ?? '0')
      .executeTakeFirst();
    return row?.company_id ?? '';
  };
  const ofDelivery = { capability: 'manage_deliveries', company: companyOfDelivery } as const;

  app.post(
    '/api/v1/deliveries/:id/send-again',
    {
      config: { access: ofDelivery },
      schema: {
        tags,
        summary: 'Send it again, from the first try on',
        headers: keyHeader,
        params: byId,
        response: answers({ 200: deliverySchema }, 400, 401, 403, 409, 410, 422),
      },
    },
    async (request) => {
      const grant = grantOf(request, 'manage_deliveries');
      const { value } = await onlyOnce<Delivery>(db, askedBy(request), {
        async make(tx) {
          return { id: request.params.id, value: await sendAgain(tx, grant, originOf(request), request.params.id) };
        },
        read: (of, id) => readDelivery(of, grant.company.id, id),
      });
      return value;
    },
  );

  app.delete(
    '/api/v1/deliveries/:id/link',
    {
      config: { access: ofDelivery },
      schema: {
        tags,
        summary: 'Take a guest’s link back',
        params: byId,
        response: answers({ 204: z.null() }, 401, 403),
      },
    },
    async (request, reply) => {
      await takeLinkBack(db, grantOf(request, 'manage_deliveries'), originOf(request), request.params.id);
      return reply.status(204).send();
    },
  );

  app.post(
    '/api/v1/export-jobs/:id/send',
    {
      config: {
        access: {
          capability: 'view_financials',
          besides: ['manage_deliveries'],
          company: (request) => companyOfJob(db, request),
        },
      },
      schema: {
        tags,
        summary: 'Send a finished export to destinations of its company',
        headers: keyHeader,
        params: byId,
        body: z.strictObject({ destination_ids: z.array(z.string().max(30)).min(1).max(50) }),
        response: answers({ 200: sentSchema, 201: sentSchema }, 400, 401, 403, 404, 409, 410, 422),
      },
    },
    async (request, reply) => {
      const view = grantOf(request, 'view_financials');
      const job = jobOf(request, view);
      const grant = await requireCapability(db, principalOf(request), 'manage_deliveries', job.company_id);
      const { value, isNew } = await onlyOnce<Delivery[]>(db, askedBy(request), {
        async make(tx) {
          const sent = await sendExport(tx, grant, originOf(request), job, request.body.destination_ids);
          return { id: job.id, value: sent, kept: { deliveries: sent.map(({ id }) => id) } };
        },
        read: (of, _id, kept) => deliveriesBy(of as Database, (kept?.['deliveries'] as string[]) ?? []),
      });
      return reply.status(isNew ? 201 : 200).send({ deliveries: value });
    },
  );
}

function guestRoutes(app: App, db: Database): void {
  app.get(
    `${company}/guests`,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Outsiders who may receive what is mailed',
        params: byCompany,
        querystring: z.strictObject(pageQuery),
        response: answers({ 200: pageSchema(guestSchema) }, 400, 401, 403),
      },
    },
    (request) => listGuests(db, grantOf(request, 'manage_deliveries'), request.query),
  );

  app.post(
    `${company}/guests`,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Enter a guest’s address; whoever manages the company approves it by entering it',
        headers: keyHeader,
        params: byCompany,
        body: guestBody,
        response: answers({ 200: guestSchema, 201: guestSchema }, 400, 401, 403, 410, 422),
      },
    },
    async (request, reply) => {
      const grant = grantOf(request, 'manage_deliveries');
      const { value, isNew } = await onlyOnce<Guest>(db, askedBy(request), {
        async make(tx) {
          const { guest, isNew } = await enterGuest(tx, grant, originOf(request), request.body.email);
          return { id: guest.id, value: guest, isNew };
        },
        read: (of, id) => readGuest(of, grant, id),
      });
      return reply.status(isNew ? 201 : 200).send(value);
    },
  );

  app.delete(
    `${company}/guests/:guest_id`,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Remove a guest; links that were sent there end',
        params: byCompany.extend({ guest_id: z.string() }),
        response: answers({ 204: z.null() }, 401, 403),
      },
    },
    async (request, reply) => {
      await removeGuest(db, grantOf(request, 'manage_deliveries'), originOf(request), request.params.guest_id);
      return reply.status(204).send();
    },
  );
}
