/** Everything around signing in, composed: accounts, mail, password resets, second factors, single sign-on, organizations. */
import { accountRoutes } from '#server/access/account-routes.ts';
import { passwordResetRoutes } from '#server/access/password-reset-routes.ts';
import { accessRoutes } from '#server/access/routes.ts';
import { SecretKeys } from '#server/access/secret-keys.ts';
import type { SignedInOptions } from '#server/access/session-cookie.ts';
import type { App } from '#server/http/server.ts';
import { Mailer } from '#server/mail/mailer.ts';
import { organizationRoutes } from '#server/organization/routes.ts';
import { singleSignOnPath, singleSignOnRoutes } from '#server/organization/single-sign-on-routes.ts';
import type { AppOptions } from './app.ts';

export function signInParts(app: App, { settings, authSecret, demo }: AppOptions, signedIn: SignedInOptions): void {
  const { mail, singleSignOn } = settings;
  const keys = new SecretKeys(authSecret);
  const mailer = mail ? new Mailer(mail) : null;
  app.addHook('onClose', () => mailer?.close());
  const site = (): string => settings.publicUrl ?? listeningAddress(app);
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

/** Of a server without PUBLIC_URL: settings see to it that mail and single sign-on then need no other. */
function listeningAddress(app: App): string {
  const bound = app.server.address();
  if (typeof bound !== 'object' || !bound) return 'http://localhost';
  const { address, port } = bound;
  if (address === '0.0.0.0' || address === '::') return `http://localhost:${port}`;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
