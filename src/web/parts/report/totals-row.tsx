/** Totals under their columns; on narrow screens a row of its own has them under the label, where no scrolling hides them. */
import type { ReactNode } from 'react';

export interface Total {
  readonly key: string;
  readonly label: string;
  readonly figure: string;
  /** Where it is not the unit of the column above. */
  readonly unit?: string;
}

interface TotalsRowProps {
  readonly label: ReactNode;
  /** Columns before the first total. */
  readonly span: number;
  readonly totals: readonly Total[];
  /** Columns after them, and their cells. */
  readonly rest?: number;
  readonly children?: ReactNode;
}

export function TotalsRow({ label, span, totals, rest = 0, children }: TotalsRowProps) {
  return (
    <>
      <tr className="totals">
        <th scope="row" colSpan={span}>
          <span className="pin">{label}</span>
        </th>
        {totals.map(({ key, figure, unit }) => (
          <td key={key} className="num">
            {figure}
            {unit && <small className="unit"> {unit}</small>}
          </td>
        ))}
        {children}
      </tr>
      <tr className="totals-under">
        <th scope="row" colSpan={span + totals.length + rest}>
          <span className="pin">
            {label}
            <span className="under">
              {totals.map(({ key, label: name, figure }) => (
                <span key={key}>
                  {name} <b>{figure}</b>
                </span>
              ))}
            </span>
          </span>
        </th>
      </tr>
    </>
  );
}
