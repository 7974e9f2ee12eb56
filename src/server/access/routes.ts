/** Who am I, and API keys. */
import { z } from 'zod';
import type { Me } from '#contract/access.ts';
import { answers, dayOrInstant, pageQuery, pageSchema, typedText } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import { type ApiKey, createApiKey, deleteApiKey, listApiKeys, readApiKey } from './api-keys.ts';
import { companiesOf } from './decide.ts';
import { originOf, principalOf } from './guard.ts';
import { askedBy, keyHeader, onlyOnce } from './idempotency.ts';
import { organizationsOf } from './organization-access.ts';
import { person } from './person.ts';
import { secondFactorRoutes } from './second-factor-routes.ts';
import { type SignInRoutesOptions, signInRoutes } from './sign-in-routes.ts';

export type AccessRoutesOptions = SignInRoutesOptions;

const apiKeySchema = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  created_at: z.string(),
  last_used_at: z.string().nullable(),
  expires_at: z.string().nullable(),
});

export function accessRoutes(app: App, options: AccessRoutesOptions): void {
  const { db } = options;
  signInRoutes(app, options);
  secondFactorRoutes(app, options);

  app.get(
    '/api/v1/me',
    { config: { access: 'signed-in' }, schema: { tags: ['Access'], summary: 'Who am I, and what may I do where' } },
    async (request): Promise<Me> => {
      const principal = principalOf(request);
      const [organizations, companies] = await Promise.all([
        organizationsOf(db, principal),
        companiesOf(db, principal),
      ]);
      return {
        user: { id: principal.userId ?? '0', email: principal.email, name: principal.name },
        organizations: organizations.map(({ id, name, role }) => ({ id, name, role })),
        companies: companies
          .filter((company) => !company.archived)
          .map((company) => ({
            id: company.id,
            organization_id: company.organizationId,
            name: company.name,
            time_zone: company.timeZone,
            currency: company.currency,
            locale: company.locale,
            data_version: company.dataVersion,
            role: company.role,
            capabilities: [...company.capabilities],
          })),
      };
    },
  );

  app.get(
    '/api/v1/api-keys',
    {
      config: { access: 'signed-in' },
      schema: {
        tags: ['Access'],
        summary: 'Your API keys',
        querystring: z.strictObject(pageQuery),
        response: answers({ 200: pageSchema(apiKeySchema) }, 400, 401),
      },
    },
    (request) => listApiKeys(db, person(principalOf(request)).userId, request.query),
  );

  app.post(
    '/api/v1/api-keys',
    {
      config: { access: 'signed-in' },
      schema: {
        tags: ['Access'],
        summary: 'Create an API key; the answer is the only time it is shown',
        description:
          'Repeated under its Idempotency-Key, the request is answered with the record alone: the key itself is kept nowhere. If the first answer was lost, delete that key and create another.',
        headers: keyHeader,
        body: z.strictObject({ name: typedText(200), expires_at: dayOrInstant('to').nullish() }),
        response: answers(
          { 200: apiKeySchema, 201: apiKeySchema.extend({ key: z.string() }) },
          400,
          401,
          403,
          410,
          422,
        ),
      },
    },
    async (request, reply) => {
      const { name, expires_at } = request.body;
      const owner = person(principalOf(request));
      const { value, isNew } = await onlyOnce<ApiKey & { key?: string }>(db, askedBy(request), {
        async make(tx) {
          const key = await createApiKey(tx, owner, originOf(request), { name, expiresAt: expires_at ?? null });
          return { id: key.id, value: key };
        },
        read: (of, id) => readApiKey(of, owner.userId, id),
      });
      return reply.status(isNew ? 201 : 200).send(value);
    },
  );

  app.delete(
    '/api/v1/api-keys/:id',
    {
      config: { access: 'signed-in' },
      schema: {
        tags: ['Access'],
        summary: 'Delete an API key; it stops working at once',
        params: z.object({ id: z.string() }),
        response: answers({ 204: z.null() }, 401, 403),
      },
    },
    async (request, reply) => {
      await deleteApiKey(db, person(principalOf(request)), originOf(request), request.params.id);
      return reply.status(204).send();
    },
  );
}
