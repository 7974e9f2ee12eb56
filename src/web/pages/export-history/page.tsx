/** Export History. */
import { PageHead } from '#web/parts/page-head.tsx';

export function ExportHistoryPage() {
  return <PageHead title="Export History" />;
}
