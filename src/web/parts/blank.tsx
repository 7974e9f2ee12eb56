/**
 * A panel where data would be: empty, refused, unreachable. `alert` is for what appears instead of data
 * after something went wrong; everything else is a quiet status.
 */
import type { ReactNode } from 'react';

export type BlankArt = 'first' | 'search' | 'lock' | 'apart';

interface BlankProps {
  readonly art: BlankArt;
  readonly title: string;
  readonly children: ReactNode;
  /** Buttons and links; at most one primary. */
  readonly actions?: ReactNode;
  readonly fine?: ReactNode;
  readonly alert?: boolean;
  /** There is no other heading on the page. */
  readonly isWholePage?: boolean;
}

export function Blank({ art, title, children, actions, fine, alert = false, isWholePage = false }: BlankProps) {
  const Title = isWholePage ? 'h1' : 'h2';
  return (
    <div className="blank" role={alert ? 'alert' : 'status'}>
      <svg
        className="art"
        viewBox="0 0 72 56"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinejoin="round"
        strokeLinecap="round"
        aria-hidden="true"
      >
        {arts[art]}
      </svg>
      <Title>{title}</Title>
      <p>{children}</p>
      {actions && <div className="row">{actions}</div>}
      {fine && <p className="fine">{fine}</p>}
    </div>
  );
}

const arts: Readonly<Record<BlankArt, ReactNode>> = {
  first: (
    <>
      <rect x="20" y="4" width="32" height="40" rx="4" fill="var(--surface-2)" />
      <path d="M27 14h18M27 21h18M27 28h10" />
      <circle cx="50" cy="42" r="10" fill="var(--accent-soft)" stroke="var(--accent-text)" />
      <path d="M50 37v9M46.500 43l3.500 3.500 3.500-3.500" stroke="var(--accent-text)" />
    </>
  ),
  search: (
    <>
      <path d="M10 12h52M10 26h22M10 40h22" strokeDasharray="4 4" />
      <circle cx="46" cy="32" r="11" fill="var(--surface-2)" />
      <path d="m54 40 8 8" />
    </>
  ),
  lock: (
    <>
      <rect x="22" y="24" width="28" height="24" rx="4" fill="var(--surface-2)" />
      <path d="M28 24v-7a8 8 0 0 1 16 0v7M36 34v5" />
    </>
  ),
  apart: (
    <>
      <rect x="4" y="16" width="22" height="24" rx="4" fill="var(--surface-2)" />
      <rect x="46" y="16" width="22" height="24" rx="4" fill="var(--surface-2)" />
      <path d="M26 28h5M41 28h5M33 23l6 10M39 23l-6 10" />
    </>
  ),
};
