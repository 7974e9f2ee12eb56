/** Signing in, in one step or two, and signing out. */
import { z } from 'zod';
import { ProductError } from '#contract/errors.ts';
import type { SignInOptions } from '#contract/sign-in.ts';
import type { Database } from '#server/database/database.ts';
import { answers } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import { originOf, principalOf } from './guard.ts';
import type { SecretKeys } from './secret-keys.ts';
import { clearStepCookie, cookieAttributes, setSessionCookie, setStepCookie, stepCookieOf } from './session-cookie.ts';
import { signOut } from './sessions.ts';
import { signIn, signInByCode } from './sign-in.ts';

export interface SignInRoutesOptions {
  readonly db: Database;
  readonly sessionCookie: string;
  /** The cookie may only travel over TLS. */
  readonly secure: boolean;
  readonly keys: SecretKeys;
  /** What the sign-in page offers in demo mode; null otherwise. */
  readonly demo: {
    readonly accounts: readonly { email: string; name: string; role: string }[];
    readonly password: string;
  } | null;
  /** What else the sign-in page offers. */
  readonly offers: Pick<SignInOptions, 'single_sign_on' | 'password_reset'>;
}

const tags = ['Access'];
const userSchema = z.object({ id: z.string(), email: z.string(), name: z.string() });
const code = z.string().min(1).max(40).describe('Of the authenticator app, or a recovery code.');

export function signInRoutes(app: App, options: SignInRoutesOptions): void {
  const { db, keys, sessionCookie } = options;

  app.get(
    '/api/v1/sign-in-options',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'What the sign-in page offers',
        response: answers({
          200: z.object({
            demo_accounts: z.array(z.object({ email: z.string(), name: z.string(), role: z.string() })).nullable(),
            demo_password: z.string().nullable(),
            single_sign_on: z.object({ name: z.string(), url: z.string() }).nullable(),
            password_reset: z.boolean(),
          }),
        }),
      },
    },
    (): SignInOptions => ({
      demo_accounts: options.demo ? [...options.demo.accounts] : null,
      demo_password: options.demo?.password ?? null,
      ...options.offers,
    }),
  );

  app.post(
    '/api/v1/sign-in',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'Sign in with e-mail and password',
        description:
          'An account with a second factor is answered second_factor_required: send all three, or the code alone to /api/v1/sign-in/code with the cookie of this answer. Where several accounts of the address have this password the answer is organization_required with `accounts`.',
        body: z.strictObject({
          email: z.string().min(3).max(320),
          password: z.string().min(1).max(200),
          code: code.optional(),
          organization_id: z
            .string()
            .nullable()
            .optional()
            .describe('Which account, after organization_required; null: the one of no single organization.'),
        }),
        response: answers({ 200: z.object({ user: userSchema }) }, 400, 401, 409, 429),
      },
    },
    async (request, reply) => {
      const from = { ...originOf(request), userAgent: request.headers['user-agent'] ?? null };
      const outcome = await signIn(db, keys, request.body, from);
      if ('step' in outcome) {
        setStepCookie(reply, options, outcome.step);
        throw new ProductError(
          'second_factor_required',
          'Send the code of your authenticator app, or a recovery code.',
        );
      }
      setSessionCookie(reply, options, outcome.session);
      return { user: outcome.user };
    },
  );

  app.post(
    '/api/v1/sign-in/code',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'The second step of signing in, by the cookie of the first',
        body: z.strictObject({ code }),
        response: answers({ 200: z.object({ user: userSchema }) }, 400, 401, 429),
      },
    },
    async (request, reply) => {
      const step = request.cookies[stepCookieOf(sessionCookie)] ?? '';
      const from = { ...originOf(request), userAgent: request.headers['user-agent'] ?? null };
      const { user, session } = await signInByCode(db, keys, { step, code: request.body.code }, from);
      clearStepCookie(reply, options);
      setSessionCookie(reply, options, session);
      return { user };
    },
  );

  app.post(
    '/api/v1/sign-out',
    {
      config: { access: 'signed-in' },
      schema: { tags, summary: 'Sign out', response: answers({ 204: z.null() }, 401) },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      if (principal.via === 'session' && principal.credentialId !== null) {
        await signOut(db, principal, originOf(request));
      }
      void reply.clearCookie(sessionCookie, cookieAttributes(options));
      return reply.status(204).send();
    },
  );
}
