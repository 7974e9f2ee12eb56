/** Setting up an empty installation over HTTP: open to anybody until there is a user, closed for good afterwards. */
import { z } from 'zod';
import { originOf } from '#server/access/guard.ts';
import { answers } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import { firstRunSchema } from './answer-schemas.ts';
import { currency, email, locale, name, newPassword, timeZone } from './fields.ts';
import { isFirstRun, setUp } from './first-run.ts';
import { setSessionCookie, type SignedInOptions } from '#server/access/session-cookie.ts';

const tags = ['First run'];

export function firstRunRoutes(app: App, options: SignedInOptions): void {
  const { db } = options;

  app.get(
    '/api/v1/first-run',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'Whether this installation still has to be set up',
        response: answers({ 200: z.object({ needed: z.boolean() }) }),
      },
    },
    async () => ({ needed: await isFirstRun(db) }),
  );

  app.post(
    '/api/v1/first-run',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'Create the owner, the organization and its first company, and sign in',
        body: z.strictObject({
          name,
          email,
          password: newPassword,
          organization: name,
          company: z.strictObject({ name, time_zone: timeZone, currency, locale }),
        }),
        response: answers({ 201: firstRunSchema }, 400, 409, 429),
      },
    },
    async (request, reply) => {
      const from = { ...originOf(request), userAgent: request.headers['user-agent'] ?? null };
      const { session, ...made } = await setUp(db, from, request.body);
      setSessionCookie(reply, options, session);
      return reply.status(201).send(made);
    },
  );
}
