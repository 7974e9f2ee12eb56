/** Import. */
import { PageHead } from '#web/parts/page-head.tsx';

export function ImportPage() {
  return <PageHead title="Import" />;
}
