/** Verify a file. */
import { PageHead } from '#web/parts/page-head.tsx';

export function VerifyPage() {
  return <PageHead title="Verify a file" />;
}
