/** One's own account: where it is signed in, and its password. */
import { z } from 'zod';
import type { Database } from '#server/database/database.ts';
import { answers, pageQuery, pageSchema } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
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
    (request) => listSessions(db, person(principalOf(request)), request.query),
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
        summary: 'Change your password; every other session ends, and every API key unless you say otherwise',
        body: z.strictObject({
          current: z.string().min(1).max(passwordLengthMax),
          new: z
            .string()
            .min(passwordLengthMin, `must have at least ${passwordLengthMin} characters`)
            .max(passwordLengthMax),
          end_api_keys: z.boolean().default(true).describe('Whether every API key of yours ends as well.'),
        }),
        response: answers({ 204: z.null() }, 400, 401, 429),
      },
    },
    async (request, reply) => {
      const { current, new: next, end_api_keys } = request.body;
      const input = { current, new: next, endApiKeys: end_api_keys };
      await changePassword(db, person(principalOf(request)), originOf(request), input);
      return reply.status(204).send();
    },
  );
}
