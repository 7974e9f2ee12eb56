/** A ranking with a bar behind each line, as long as its share of the largest. */
import type { CSSProperties } from 'react';
import { decimal } from '#web/words/figures.ts';

interface RankProps {
  readonly label: string;
  /** Largest first; amounts are decimal strings. */
  readonly entries: readonly { readonly name: string; readonly amount: string }[];
}

export function Rank({ label, entries }: RankProps) {
  const largest = Math.max(...entries.map(({ amount }) => Number(amount)), 0);
  return (
    <ol className="rank" aria-label={label}>
      {entries.map(({ name, amount }) => (
        <li
          key={name}
          style={{ '--w': `${largest > 0 ? Math.max(0, Number(amount) / largest) * 100 : 0}%` } as CSSProperties}
        >
          <span className="trunc">{name}</span>
          <span>{decimal(amount)}</span>
        </li>
      ))}
    </ol>
  );
}
