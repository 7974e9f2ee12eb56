/** Everything around the product that is about organizations and people. */
import type { App } from '#server/http/server.ts';
import { auditRoutes } from './audit-routes.ts';
import { companyRoutes } from './company-routes.ts';
import { firstRunRoutes } from './first-run-routes.ts';
import { invitationRoutes } from './invitation-routes.ts';
import { memberRoutes } from './member-routes.ts';
import type { SignedInOptions } from './session-cookie.ts';

export function organizationRoutes(app: App, options: SignedInOptions): void {
  companyRoutes(app, options);
  memberRoutes(app, options);
  invitationRoutes(app, options);
  firstRunRoutes(app, options);
  auditRoutes(app, options);
}
