/** A ranking with a bar behind each line, as long as its share of the largest; an entry opens what is behind it. */
import type { CSSProperties } from 'react';
import { decimal } from '#web/words/figures.ts';

interface RankProps {
  readonly label: string;
  /** Largest first; amounts are decimal strings. */
  readonly entries: readonly {
    readonly name: string;
    readonly amount: string;
    readonly onOpen?: (() => void) | undefined;
  }[];
}

export function Rank({ label, entries }: RankProps) {
  const largest = Math.max(...entries.map(({ amount }) => Math.abs(Number(amount))), 0);
  return (
    <ol className="rank" aria-label={label}>
      {entries.map(({ name, amount, onOpen }) => (
        <li
          key={name}
          className={Number(amount) < 0 ? 'below' : undefined}
          style={{ '--w': `${largest > 0 ? Math.abs(Number(amount) / largest) * 100 : 0}%` } as CSSProperties}
        >
          {onOpen ? (
            <button type="button" className="link trunc" title={name} onClick={onOpen}>
              {name}
            </button>
          ) : (
            <span className="trunc" title={name}>
              {name}
            </span>
          )}
          <span>{decimal(amount)}</span>
        </li>
      ))}
    </ol>
  );
}
