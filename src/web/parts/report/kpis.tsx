/** The strip of figures at the top of a report. Amounts of several currencies stand under one another, never added up. */
import type { ReactNode } from 'react';

export interface Kpi {
  readonly label: string;
  /** Undefined while it is loading. */
  readonly values: readonly { readonly figure: string; readonly unit?: string }[] | undefined;
  readonly note?: ReactNode;
}

export function Kpis({ kpis, className = '' }: { kpis: readonly Kpi[]; className?: string }) {
  return (
    <dl className={`kpis ${className}`}>
      {kpis.map(({ label, values, note }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            {values ? (
              values.map(({ figure, unit }) => (
                <b key={unit ?? ''}>
                  {figure} {unit && <small>{unit}</small>}
                </b>
              ))
            ) : (
              <b>
                <span className="skel" />
              </b>
            )}
            <span>{values ? note : ' '}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
