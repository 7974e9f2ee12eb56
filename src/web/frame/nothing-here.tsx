/** An address that leads nowhere. */
import { Link } from '@tanstack/react-router';
import { Blank } from '#web/parts/blank.tsx';
import { usePageTitle } from '#web/parts/page-head.tsx';

export function NothingHere() {
  usePageTitle('Nothing here');
  return (
    <Blank
      isWholePage
      art="search"
      title="There is nothing at this address"
      actions={
        <Link className="btn primary" to="/export-history">
          Open Export History
        </Link>
      }
    >
      The link may be cut off, or the page has moved.
    </Blank>
  );
}
