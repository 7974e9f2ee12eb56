/** Rows per page, where one is, and the pages: plain links, so that each has an address. */
import { count } from '#web/words/figures.ts';
import { Icon } from './icon.tsx';

const sizes = [10, 20, 50, 100, 200];

interface PagerProps {
  /** From 0. */
  readonly page: number;
  readonly pageSize: number;
  readonly total: number;
  readonly totalPages: number;
  readonly hrefOf: (page: number) => string;
  readonly onPage: (page: number) => void;
  readonly onPageSize: (size: number) => void;
}

export function Pager({ page, pageSize, total, totalPages, hrefOf, onPage, onPageSize }: PagerProps) {
  const first = page * pageSize + 1;
  const last = Math.min(first + pageSize - 1, total);
  const options = sizes.includes(pageSize) ? sizes : [...sizes, pageSize].sort((a, b) => a - b);
  return (
    <div className="pager">
      <label>
        Rows per page
        <select className="s" value={pageSize} onChange={(event) => onPageSize(Number(event.target.value))}>
          {options.map((size) => (
            <option key={size}>{size}</option>
          ))}
        </select>
      </label>
      <span className="grow" />
      <span>
        {count(first)} – {count(last)} of {count(total)}
      </span>
      {totalPages > 1 && (
        <nav className="pages" aria-label="Pages">
          <Step label="Previous page" icon="left" to={page - 1} isOff={page === 0} hrefOf={hrefOf} onPage={onPage} />
          {pageNumbers(page, totalPages).map((number, index) =>
            number === null ? (
              // two gaps at most, told apart by their side
              <span key={index === 1 ? 'before' : 'after'}>…</span>
            ) : (
              <a
                key={number}
                href={hrefOf(number)}
                aria-current={number === page ? 'page' : undefined}
                aria-label={`Page ${number + 1}`}
                onClick={(event) => go(event, () => onPage(number))}
              >
                {count(number + 1)}
              </a>
            ),
          )}
          <Step
            label="Next page"
            icon="right"
            to={page + 1}
            isOff={page >= totalPages - 1}
            hrefOf={hrefOf}
            onPage={onPage}
          />
        </nav>
      )}
    </div>
  );
}

interface StepProps extends Pick<PagerProps, 'hrefOf' | 'onPage'> {
  readonly label: string;
  readonly icon: 'left' | 'right';
  readonly to: number;
  readonly isOff: boolean;
}

function Step({ label, icon, to, isOff, hrefOf, onPage }: StepProps) {
  if (isOff) {
    return (
      <span className="off" aria-hidden="true">
        <Icon name={icon} />
      </span>
    );
  }
  return (
    <a href={hrefOf(to)} aria-label={label} onClick={(event) => go(event, () => onPage(to))}>
      <Icon name={icon} />
    </a>
  );
}

/** A plain click stays in the application; one with a key opens a new tab as links do. */
function go(event: React.MouseEvent, action: () => void): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  action();
}

/** First, last, and those around the current one; null for a gap. */
function pageNumbers(page: number, totalPages: number): (number | null)[] {
  if (totalPages <= 7) return Array.from({ length: totalPages }, (_, number) => number);
  const from = Math.max(1, Math.min(page - 1, totalPages - 5));
  const to = Math.min(totalPages - 2, Math.max(page + 1, 4));
  const around = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return [0, ...(from > 1 ? [null] : []), ...around, ...(to < totalPages - 2 ? [null] : []), totalPages - 1];
}
