/** One's own account: where it is signed in, and its password. */
import { z } from 'zod';
import type { Database } from '#server/database/database.ts';
import { answers, pageOf, pageQuery, pageSchema } from '#server/http/input.ts';
import type { App } from '#server/http/server.ts';
import { changePassword } from './change-password.ts';
import { originOf, principalOf } from './guard.ts';
import { passwordLengthMax, passwordLengthMin } from './passwords.ts';
import { person } from './person.ts';
import { endSession, listSessions } from './sessions.ts';

const sessionSchema = z.object({
  id: z.string(),
  created_at: z.string(),
  last_seen_at: z.string(),
  expires_at: z.string(),
  address: z.string().nullable(),
  user_agent: z.string().nullable(),
  method: z.string(),
  current: z.boolean(),
});

export function accountRoutes(app: App, { db }: { readonly db: Database }): void {
  app.get(
    '/api/v1/sessions',
    {
      config: { access: 'signed-in' },
      schema: {
        tags: ['Access'],
        summary: 'Where you are signed in',
        querystring: z.strictObject(pageQuery),
        response: answers({ 200: pageSchema(sessionSchema) }, 400, 401),
      },
    },
    async (request) => {
      const { page, page_size } = request.query;
      const { results, total } = await listSessions(db, person(principalOf(request)), { page, pageSize: page_size });
      return pageOf(results, total, request.query);
    },
  );

  app.delete(
    '/api/v1/sessions/:id',
    {
      config: { access: 'signed-in' },
      schema: {
        tags: ['Access'],
        summary: 'Sign out somewhere else; it takes effect at once',
        params: z.object({ id: z.string() }),
        response: answers({ 204: z.null() }, 401, 403),
      },
    },
    async (request, reply) => {
      await endSession(db, person(principalOf(request)), originOf(request), request.params.id);
      return reply.status(204).send();
    },
  );

  app.post(
    '/api/v1/password',
    {
      config: { access: 'signed-in' },
      schema: {
        tags: ['Access'],
        summary: 'Change your password; every other session ends',
        body: z.strictObject({
          current: z.string().min(1).max(passwordLengthMax),
          new: z
            .string()
            .min(passwordLengthMin, `must have at least ${passwordLengthMin} characters`)
            .max(passwordLengthMax),
        }),
        response: answers({ 204: z.null() }, 400, 401, 429),
      },
    },
    async (request, reply) => {
      await changePassword(db, person(principalOf(request)), originOf(request), request.body);
      return reply.status(204).send();
    },
  );
}
