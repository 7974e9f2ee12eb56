/** Everything of schedules and deliveries over HTTP, composed. */
import type { App } from '#server/http/app-type.ts';
import { deliveryRoutes } from './delivery-routes.ts';
import { destinationRoutes } from './destination-routes.ts';
import { guestFileRoute } from './guest-links.ts';
import { scheduleRoutes } from './schedule-routes.ts';
import type { SendParts } from './sender.ts';
import { toldByMailRoutes } from './told-by-mail.ts';
import { unsubscribeRoutes } from './unsubscribe.ts';

export function deliveryParts(app: App, parts: SendParts, { streams }: { readonly streams: boolean }): void {
  const { db, keys, store } = parts;
  scheduleRoutes(app, { db });
  destinationRoutes(app, { db, parts });
  deliveryRoutes(app, { db });
  guestFileRoute(app, { db, store, streams });
  unsubscribeRoutes(app, { db, keys });
  toldByMailRoutes(app, parts);
}
