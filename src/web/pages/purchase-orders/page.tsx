/** Purchase Orders. */
import { PageHead } from '#web/parts/page-head.tsx';

export function PurchaseOrdersPage() {
  return <PageHead title="Purchase Orders" />;
}
