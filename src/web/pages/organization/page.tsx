/** Organization. */
import { PageHead } from '#web/parts/page-head.tsx';

export function OrganizationPage() {
  return <PageHead title="Organization" />;
}
