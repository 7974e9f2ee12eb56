/** Inventory. */
import { PageHead } from '#web/parts/page-head.tsx';

export function InventoryPage() {
  return <PageHead title="Inventory" />;
}
