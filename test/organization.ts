/** The organization routes on a database of their own, with one group of two restaurants to ask about. */
import { accountRoutes } from '#server/access/account-routes.ts';
import { passwordResetRoutes } from '#server/access/password-reset-routes.ts';
import type { SingleSignOnSettings } from '#server/config/sign-in-settings.ts';
import type { Mailer } from '#server/mail/mailer.ts';
import { locationRoutes } from '#server/organization/location-routes.ts';
import { organizationRoutes } from '#server/organization/routes.ts';
import { singleSignOnRoutes } from '#server/organization/single-sign-on-routes.ts';
import type { App } from '#server/http/app-type.ts';
import { sessionCookie, startTestApp, type TestApp, testKeys, testSite } from './http.ts';

export function startOrganizationApp(
  options: {
    logLevel?: string;
    logStream?: { write(line: string): void };
    before?: (app: App) => Promise<void>;
    mailer?: Mailer | null;
    singleSignOn?: SingleSignOnSettings;
    databaseUrl?: string;
  } = {},
): Promise<TestApp> {
  const { before, mailer = null, singleSignOn, ...rest } = options;
  return startTestApp(async (app, { db }) => {
    await before?.(app);
    const signedIn = { db, sessionCookie, secure: false, publicUrl: undefined, site: () => testSite };
    organizationRoutes(app, { ...signedIn, mailer });
    passwordResetRoutes(app, { ...signedIn, mailer });
    if (singleSignOn) singleSignOnRoutes(app, { ...signedIn, keys: testKeys, settings: singleSignOn });
    locationRoutes(app, { db });
    accountRoutes(app, { db });
  }, rest);
}

/** Single sign-on that is set up, with a provider that never answers: for what its routes declare. */
export const unreachableProvider: SingleSignOnSettings = {
  issuer: 'http://127.0.0.1:9',
  clientId: 'mathership',
  clientSecret: undefined,
  name: 'Nowhere',
  domains: new Map(),
};

/** What the audit log has, oldest first. */
export async function auditedActions(site: TestApp, where: { userId: string }): Promise<string[]> {
  const rows = await site.db
    .selectFrom('audit_events')
    .select('action')
    .where('user_id', '=', where.userId)
    .orderBy('id')
    .execute();
  return rows.map((row) => row.action);
}
