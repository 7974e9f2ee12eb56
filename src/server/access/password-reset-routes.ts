/** Forgotten passwords over HTTP. A token in an address is a secret: these routes write no request line to the log. */
import { z } from 'zod';
import { ProductError } from '#contract/errors.ts';
import type { Database } from '#server/database/database.ts';
import { answers } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import type { Mailer } from '#server/mail/mailer.ts';
import { originOf } from './guard.ts';
import { askForReset, mailPasswordChanged, mailReset, previewReset, resetPassword } from './password-reset.ts';
import { passwordLengthMax, passwordLengthMin } from './passwords.ts';

export interface PasswordResetOptions {
  readonly db: Database;
  readonly mailer: Mailer | null;
  /** The address people use; never taken from a request, since a link in mail is made of it. */
  readonly site: () => string;
}

const tags = ['Access'];
const byToken = z.object({ token: z.string() });

/** The page behind the link reads the token from the fragment, which browsers send to nobody. */
export const resetLink = (site: string, token: string): string => `${site}/reset-password#${token}`;

export function passwordResetRoutes(app: App, { db, mailer, site }: PasswordResetOptions): void {
  app.post(
    '/api/v1/password-resets',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'Ask for a link by mail; the answer does not say whether there is such an account',
        body: z.strictObject({ email: z.string().trim().toLowerCase().min(3).max(320) }),
        response: answers({ 202: z.null() }, 400, 429, 503),
      },
    },
    async (request, reply) => {
      if (!mailer) {
        throw new ProductError(
          'mail_unavailable',
          'This installation sends no mail. Ask an owner of your organization for a link to choose a new password.',
        );
      }
      const origin = originOf(request);
      const accounts = await askForReset(db, origin, request.body.email);
      await reply.status(202).send();
      for (const account of accounts) {
        await mailReset(db, mailer, account, origin, (token) => resetLink(site(), token)).catch((error: unknown) =>
          request.log.error({ err: error }, 'reset link not mailed'),
        );
      }
      return reply;
    },
  );

  app.get(
    '/api/v1/password-resets/:token',
    {
      config: { access: 'public' },
      logLevel: 'warn',
      schema: {
        tags,
        summary: 'Whose password a link is for',
        params: byToken,
        response: answers({ 200: z.object({ email: z.string(), expires_at: z.string() }) }, 403),
      },
    },
    async (request) => previewReset(db, request.params.token),
  );

  app.post(
    '/api/v1/password-resets/:token',
    {
      config: { access: 'public' },
      logLevel: 'warn',
      schema: {
        tags,
        summary: 'Choose a new password; every session and API key of the account ends',
        params: byToken,
        body: z.strictObject({
          password: z
            .string()
            .min(passwordLengthMin, `must have at least ${passwordLengthMin} characters`)
            .max(passwordLengthMax),
        }),
        response: answers({ 204: z.null() }, 400, 403, 429),
      },
    },
    async (request, reply) => {
      const who = await resetPassword(db, originOf(request), request.params.token, request.body.password);
      await reply.status(204).send();
      if (mailer) {
        await mailPasswordChanged(mailer, who).catch((error: unknown) =>
          request.log.error({ err: error }, 'notice of a changed password not mailed'),
        );
      }
      return reply;
    },
  );
}
