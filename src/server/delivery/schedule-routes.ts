/** Schedules over HTTP: kept, looked at ahead, run now, and what became of each occurrence. */
import { z } from 'zod';
import type { Schedule, ScheduleRun } from '#contract/deliveries.ts';
import { grantOf, inPath, originOf } from '#server/access/guard.ts';
import { askedBy, keyHeader, onlyOnce } from '#server/access/idempotency.ts';
import type { Database } from '#server/database/database.ts';
import type { App } from '#server/http/app-type.ts';
import { answers, day, pageQuery, pageSchema } from '#server/http/input.ts';
import { calendarRoutes } from './calendar-routes.ts';
import { listRuns, readRun, runNow } from './runs.ts';
import { listSchedules, readSchedule } from './schedule-view.ts';
import { changeSchedule, createSchedule, deleteSchedule, previewSchedule } from './schedules.ts';
import {
  byCompany,
  bySchedule,
  previewBody,
  previewSchema,
  runSchema,
  scheduleBody,
  schedulePatch,
  scheduleSchema,
} from './schemas.ts';

const tags = ['Schedules'];
const base = '/api/v1/companies/:id/schedules';
export const access = { capability: 'manage_deliveries', company: inPath('id') } as const;

export function scheduleRoutes(app: App, { db }: { readonly db: Database }): void {
  calendarRoutes(app, { db });

  app.get(
    base,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Schedules of a company',
        params: byCompany,
        querystring: z.strictObject(pageQuery),
        response: answers({ 200: pageSchema(scheduleSchema) }, 400, 401, 403),
      },
    },
    (request) => listSchedules(db, grantOf(request, 'manage_deliveries'), request.query),
  );

  app.post(
    base,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Make a schedule; whoever makes it owns it',
        headers: keyHeader,
        params: byCompany,
        body: scheduleBody,
        response: answers({ 200: scheduleSchema, 201: scheduleSchema }, 400, 401, 403, 409, 410, 422),
      },
    },
    async (request, reply) => {
      const grant = grantOf(request, 'manage_deliveries');
      const { value, isNew } = await onlyOnce<Schedule>(db, askedBy(request), {
        async make(tx) {
          const schedule = await createSchedule(tx, grant, originOf(request), request.body);
          return { id: schedule.id, value: schedule };
        },
        read: (of, id) => readSchedule(of, grant, id),
      });
      return reply.status(isNew ? 201 : 200).send(value);
    },
  );

  app.post(
    `${base}/preview`,
    {
      config: { access },
      schema: {
        tags,
        summary: 'The next twelve occurrences of a schedule that is being thought of',
        params: byCompany,
        body: previewBody,
        response: answers({ 200: previewSchema }, 400, 401, 403),
      },
    },
    async (request) => {
      const { from, ...input } = request.body;
      return { results: await previewSchedule(db, grantOf(request, 'manage_deliveries'), input, from) };
    },
  );

  app.get(
    `${base}/:schedule_id`,
    {
      config: { access },
      schema: {
        tags,
        summary: 'One schedule',
        params: bySchedule,
        response: answers({ 200: scheduleSchema }, 401, 403),
      },
    },
    (request) => readSchedule(db, grantOf(request, 'manage_deliveries'), request.params.schedule_id),
  );

  app.patch(
    `${base}/:schedule_id`,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Change, pause or resume a schedule; one that has lost its owner is taken over by whoever resumes it',
        params: bySchedule,
        body: schedulePatch,
        response: answers({ 200: scheduleSchema }, 400, 401, 403, 409),
      },
    },
    (request) =>
      changeSchedule(
        db,
        grantOf(request, 'manage_deliveries'),
        originOf(request),
        request.params.schedule_id,
        request.body as Parameters<typeof changeSchedule>[4],
      ),
  );

  app.delete(
    `${base}/:schedule_id`,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Delete a schedule and its runs; what it sent stays listed',
        params: bySchedule,
        response: answers({ 204: z.null() }, 401, 403),
      },
    },
    async (request, reply) => {
      const grant = grantOf(request, 'manage_deliveries');
      await deleteSchedule(db, grant, originOf(request), request.params.schedule_id);
      return reply.status(204).send();
    },
  );

  app.post(
    `${base}/:schedule_id/run`,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Make an occurrence now; without one, today’s. One that was made is answered as it is',
        headers: keyHeader,
        params: bySchedule,
        body: z.strictObject({ occurrence: day.optional() }).nullish(),
        response: answers({ 200: runSchema, 201: runSchema }, 400, 401, 403, 409, 410, 422),
      },
    },
    async (request, reply) => {
      const grant = grantOf(request, 'manage_deliveries');
      const { schedule_id: scheduleId } = request.params;
      const { value, isNew } = await onlyOnce<ScheduleRun>(db, askedBy(request), {
        make: (tx) => runNow(tx, grant, originOf(request), scheduleId, request.body?.occurrence),
        read: (of, id, kept) => readRun(of, grant, id, String(kept?.['occurrence'])),
      });
      return reply.status(isNew ? 201 : 200).send(value);
    },
  );

  app.get(
    `${base}/:schedule_id/runs`,
    {
      config: { access },
      schema: {
        tags,
        summary: 'What became of each occurrence, newest first',
        params: bySchedule,
        querystring: z.strictObject(pageQuery),
        response: answers({ 200: pageSchema(runSchema) }, 400, 401, 403),
      },
    },
    (request) => listRuns(db, grantOf(request, 'manage_deliveries'), request.params.schedule_id, request.query),
  );
}
