/** Everything around the product that is about organizations and people. */
import type { App } from '#server/http/app-type.ts';
import { auditRoutes } from './audit-routes.ts';
import { companyRoutes } from './company-routes.ts';
import { firstRunRoutes } from './first-run-routes.ts';
import { type InvitationRoutesOptions, invitationRoutes } from './invitation-routes.ts';
import { memberPasswordRoute } from './member-password-route.ts';
import { memberRoutes } from './member-routes.ts';
import type { SignedInOptions } from '#server/access/session-cookie.ts';

export type OrganizationRoutesOptions = SignedInOptions & InvitationRoutesOptions & { readonly site: () => string };

export function organizationRoutes(app: App, options: OrganizationRoutesOptions): void {
  companyRoutes(app, options);
  memberRoutes(app, options);
  memberPasswordRoute(app, options);
  invitationRoutes(app, options);
  firstRunRoutes(app, options);
  auditRoutes(app, options);
}
