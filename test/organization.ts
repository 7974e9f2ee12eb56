/** The organization routes on a database of their own, with one group of two restaurants to ask about. */
import { accountRoutes } from '#server/access/account-routes.ts';
import { locationRoutes } from '#server/organization/location-routes.ts';
import { organizationRoutes } from '#server/organization/routes.ts';
import type { App } from '#server/http/server.ts';
import { sessionCookie, startTestApp, type TestApp } from './http.ts';

export function startOrganizationApp(
  options: {
    logLevel?: string;
    logStream?: { write(line: string): void };
    before?: (app: App) => Promise<void>;
  } = {},
): Promise<TestApp> {
  const { before, ...rest } = options;
  return startTestApp(async (app, { db }) => {
    await before?.(app);
    organizationRoutes(app, { db, sessionCookie, secure: false, publicUrl: undefined });
    locationRoutes(app, { db });
    accountRoutes(app, { db });
  }, rest);
}

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
