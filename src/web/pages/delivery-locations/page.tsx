/** Delivery Locations. */
import { PageHead } from '#web/parts/page-head.tsx';

export function DeliveryLocationsPage() {
  return <PageHead title="Delivery Locations" />;
}
