/** Everything around signing in, composed: accounts, password resets, second factors, single sign-on, organizations. */
import { accountRoutes } from '#server/access/account-routes.ts';
import { passwordResetRoutes } from '#server/access/password-reset-routes.ts';
import { accessRoutes } from '#server/access/routes.ts';
import { SecretKeys } from '#server/access/secret-keys.ts';
import type { SignedInOptions } from '#server/access/session-cookie.ts';
import type { App } from '#server/http/app-type.ts';
import { organizationRoutes } from '#server/organization/routes.ts';
import { singleSignOnPath, singleSignOnRoutes } from '#server/organization/single-sign-on-routes.ts';
import type { AppOptions } from './app.ts';

export function signInParts(
  app: App,
  { settings, mailRoom, authSecret, demo }: AppOptions,
  signedIn: SignedInOptions,
): void {
  const { singleSignOn } = settings;
  const { mailer, site } = mailRoom;
  const keys = new SecretKeys(authSecret);
  accessRoutes(app, {
    ...signedIn,
    keys,
    demo,
    offers: {
      single_sign_on: singleSignOn ? { name: singleSignOn.name, url: singleSignOnPath } : null,
      password_reset: mailer !== null,
    },
  });
  accountRoutes(app, signedIn);
  passwordResetRoutes(app, { ...signedIn, mailer, site });
  organizationRoutes(app, { ...signedIn, mailer, site });
  if (singleSignOn) singleSignOnRoutes(app, { ...signedIn, keys, settings: singleSignOn, site });
}
