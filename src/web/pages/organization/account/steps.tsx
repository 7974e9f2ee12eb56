/** To and fro in a list that hardly ever has a second page. */
import type { Page } from '#contract/export-jobs.ts';

export function Steps({ page, onPage }: { page: Page<unknown>; onPage: (page: number) => void }) {
  if (page.total_pages <= 1) return null;
  const { page: at, total_pages: pages } = page;
  return (
    <nav className="bar after" aria-label="Pages">
      <span className="muted grow">
        Page {at + 1} of {pages}
      </span>
      <button
        type="button"
        className="btn s"
        aria-disabled={at === 0 || undefined}
        onClick={() => onPage(Math.max(at - 1, 0))}
      >
        Previous
      </button>
      <button
        type="button"
        className="btn s"
        aria-disabled={at + 1 >= pages || undefined}
        onClick={() => onPage(Math.min(at + 1, pages - 1))}
      >
        Next
      </button>
    </nav>
  );
}
