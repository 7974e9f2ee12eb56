/** One's own second factor over HTTP. Secrets and recovery codes are in one answer each, and in no log. */
import { z } from 'zod';
import type { SecondFactor, SecondFactorSecret } from '#contract/sign-in.ts';
import type { Database } from '#server/database/database.ts';
import { answers } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import {
  beginSecondFactor,
  confirmSecondFactor,
  disableSecondFactor,
  readSecondFactor,
  renewRecoveryCodes,
} from './change-second-factor.ts';
import { originOf, principalOf } from './guard.ts';
import { person } from './person.ts';
import type { SecretKeys } from './secret-keys.ts';

const tags = ['Access'];
const access = 'signed-in';
const password = z.string().min(1).max(200);
const code = z.string().min(1).max(40);
const both = z.strictObject({ password, code });
const codesSchema = z.object({ recovery_codes: z.array(z.string()) });

export function secondFactorRoutes(app: App, { db, keys }: { readonly db: Database; readonly keys: SecretKeys }): void {
  app.get(
    '/api/v1/second-factor',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Whether you sign in with a code as well',
        response: answers(
          {
            200: z.object({
              enabled: z.boolean(),
              since: z.string().nullable(),
              recovery_codes_left: z.int(),
              has_password: z.boolean(),
            }),
          },
          401,
        ),
      },
    },
    async (request): Promise<SecondFactor> => readSecondFactor(db, person(principalOf(request))),
  );

  app.post(
    '/api/v1/second-factor',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Begin: a secret for an authenticator app; it counts once a code of it was sent to …/confirm',
        body: z.strictObject({ password }),
        response: answers({ 201: z.object({ uri: z.string(), secret: z.string() }) }, 400, 401, 409, 429),
      },
    },
    async (request, reply) => {
      const owner = person(principalOf(request));
      const secret: SecondFactorSecret = await beginSecondFactor(
        db,
        keys,
        owner,
        originOf(request),
        request.body.password,
      );
      return reply.status(201).send(secret);
    },
  );

  app.post(
    '/api/v1/second-factor/confirm',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Finish with the first code; the answer is the only time the ten recovery codes are shown',
        body: z.strictObject({ code }),
        response: answers({ 200: codesSchema }, 400, 401, 409, 429),
      },
    },
    async (request) => {
      const owner = person(principalOf(request));
      return { recovery_codes: await confirmSecondFactor(db, keys, owner, originOf(request), request.body.code) };
    },
  );

  app.post(
    '/api/v1/second-factor/recovery-codes',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Ten new recovery codes; the old ones stop working',
        body: both,
        response: answers({ 200: codesSchema }, 400, 401, 409, 429),
      },
    },
    async (request) => {
      const owner = person(principalOf(request));
      return { recovery_codes: await renewRecoveryCodes(db, keys, owner, originOf(request), request.body) };
    },
  );

  app.post(
    '/api/v1/second-factor/disable',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Sign in by password alone again',
        body: both,
        response: answers({ 204: z.null() }, 400, 401, 409, 429),
      },
    },
    async (request, reply) => {
      await disableSecondFactor(db, keys, person(principalOf(request)), originOf(request), request.body);
      return reply.status(204).send();
    },
  );
}
