/** Sign-in, sign-out, who am I, sessions and API keys. */
import { z } from 'zod';
import type { Me } from '#contract/access.ts';
import { ProductError } from '#contract/errors.ts';
import type { Database } from '#server/database/database.ts';
import { answers, dayOrInstant, pageOf, pageQuery, pageSchema, typedText } from '#server/http/input.ts';
import type { App } from '#server/http/server.ts';
import { createApiKey, deleteApiKey, listApiKeys } from './api-keys.ts';
import { audit } from './audit.ts';
import { companiesOf, type Principal } from './decide.ts';
import { originOf, principalOf } from './guard.ts';
import { organizationsOf } from './organization-access.ts';
import { signIn } from './sign-in.ts';
import { sessionLife } from './tokens.ts';

export interface AccessRoutesOptions {
  readonly db: Database;
  readonly sessionCookie: string;
  /** The cookie may only travel over TLS. */
  readonly secure: boolean;
  /** What the sign-in page offers in demo mode; null otherwise. */
  readonly demo: {
    readonly accounts: readonly { email: string; name: string; role: string }[];
    readonly password: string;
  } | null;
}

const userSchema = z.object({ id: z.string(), email: z.string(), name: z.string() });
const apiKeySchema = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  created_at: z.string(),
  last_used_at: z.string().nullable(),
  expires_at: z.string().nullable(),
});

function person(principal: Principal): Principal & { userId: string } {
  if (principal.userId === null) {
    throw new ProductError('missing_capability', 'The operator is not a person; use an account of your own here.');
  }
  return { ...principal, userId: principal.userId };
}

export function accessRoutes(app: App, options: AccessRoutesOptions): void {
  const { db, sessionCookie, secure } = options;
  const cookie = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const;

  app.get(
    '/api/v1/sign-in-options',
    { config: { access: 'public' }, schema: { tags: ['Access'], summary: 'What the sign-in page offers' } },
    () => ({
      demo_accounts: options.demo?.accounts ?? null,
      demo_password: options.demo?.password ?? null,
      single_sign_on: null,
    }),
  );

  app.post(
    '/api/v1/sign-in',
    {
      config: { access: 'public' },
      schema: {
        tags: ['Access'],
        summary: 'Sign in with e-mail and password',
        body: z.strictObject({ email: z.string().min(3).max(320), password: z.string().min(1).max(200) }),
        response: answers({ 200: z.object({ user: userSchema }) }, 400, 401, 429),
      },
    },
    async (request, reply) => {
      const { user, session } = await signIn(db, request.body, {
        ...originOf(request),
        userAgent: request.headers['user-agent'] ?? null,
      });
      void reply.setCookie(sessionCookie, session.token, { ...cookie, maxAge: sessionLife.absoluteSeconds });
      return { user };
    },
  );

  app.post(
    '/api/v1/sign-out',
    { config: { access: 'signed-in' }, schema: { tags: ['Access'], summary: 'Sign out' } },
    async (request, reply) => {
      const principal = principalOf(request);
      if (principal.via === 'session' && principal.credentialId !== null) {
        await db.deleteFrom('sessions').where('id', '=', principal.credentialId).execute();
        await audit(db, principal, originOf(request), { action: 'sign_out' });
      }
      void reply.clearCookie(sessionCookie, cookie);
      return reply.status(204).send();
    },
  );

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
    async (request) => {
      const { page, page_size } = request.query;
      const owner = person(principalOf(request));
      const { results, total } = await listApiKeys(db, owner.userId, { page, pageSize: page_size });
      return pageOf(results, total, request.query);
    },
  );

  app.post(
    '/api/v1/api-keys',
    {
      config: { access: 'signed-in' },
      schema: {
        tags: ['Access'],
        summary: 'Create an API key; the answer is the only time it is shown',
        body: z.strictObject({ name: typedText(200), expires_at: dayOrInstant.nullish() }),
        response: answers({ 201: apiKeySchema.extend({ key: z.string() }) }, 400, 401),
      },
    },
    async (request, reply) => {
      const { name, expires_at } = request.body;
      const key = await createApiKey(db, person(principalOf(request)), originOf(request), {
        name,
        expiresAt: expires_at ?? null,
      });
      return reply.status(201).send(key);
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
