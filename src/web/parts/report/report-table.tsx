/** The rows of a report: sorted by the server, totals of all of them at the foot, scrolled sideways where they are wide. */
import type { ReactNode } from 'react';
import type { ReportRow } from '#web/api/reports.ts';
import { Icon } from '#web/parts/icon.tsx';
import { useScrollEdges } from './use-scroll-edges.ts';

export interface TableColumn {
  /** Also what the server sorts by. */
  readonly key: string;
  readonly label: string;
  readonly isLabelHidden?: boolean;
  readonly isNumber?: boolean;
  /** What a first click asks for: latest days and largest amounts first. */
  readonly startsDescending?: boolean;
  readonly isUnsorted?: boolean;
  readonly cell: (row: ReportRow) => ReactNode;
  readonly className?: string;
}

interface ReportTableProps {
  readonly title: string;
  readonly caption: string;
  readonly className: string;
  readonly columns: readonly TableColumn[];
  /** Undefined while nothing is known yet. */
  readonly rows: readonly ReportRow[] | undefined;
  /** How many are on their way. */
  readonly expected: number;
  readonly ordering: string;
  readonly onSort: (ordering: string) => void;
  /** Rows of the foot. */
  readonly children: ReactNode;
}

export function ReportTable(props: ReportTableProps) {
  const { title, caption, className, columns, rows, expected, ordering, onSort, children } = props;
  const box = useScrollEdges();
  return (
    <div className="scroll-box">
      {/* a region that scrolls must be reachable by keyboard */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className="scroll" ref={box} aria-label={`${title}, scrolls sideways`} tabIndex={0}>
        <table className={`table plain tight stick ${className}`} aria-busy={!rows}>
          <caption className="vh">{caption}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <Head key={column.key} column={column} ordering={ordering} onSort={onSort} />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows
              ? rows.map((row, at) => (
                  // rows of a report have no identity; they are replaced together
                  // oxlint-disable-next-line react/no-array-index-key
                  <tr key={at}>
                    {columns.map(({ key, isNumber, className: name = '', cell }, index) =>
                      index === 0 ? (
                        <th key={key} scope="row">
                          {cell(row)}
                        </th>
                      ) : (
                        <td key={key} className={isNumber ? `num ${name}` : name}>
                          {cell(row)}
                        </td>
                      ),
                    )}
                  </tr>
                ))
              : Array.from({ length: Math.min(expected, 25) }, (_, at) => (
                  // oxlint-disable-next-line react/no-array-index-key
                  <tr key={at} className="report-skel">
                    {columns.map(({ key, label, isNumber }) => (
                      <td key={key} className={isNumber ? 'num' : ''} aria-label={`${label}, loading`}>
                        <span className="skel" style={{ width: isNumber ? 40 : 56 + ((at * 17) % 40) }} />
                      </td>
                    ))}
                  </tr>
                ))}
          </tbody>
          {rows && <tfoot>{children}</tfoot>}
        </table>
      </section>
    </div>
  );
}

interface HeadProps {
  readonly column: TableColumn;
  readonly ordering: string;
  readonly onSort: (ordering: string) => void;
}

function Head({ column, ordering, onSort }: HeadProps) {
  const { key, label, isLabelHidden, isNumber, startsDescending, isUnsorted, className = '' } = column;
  const isUp = ordering === key;
  const isDown = ordering === `-${key}`;
  const goesDown = isDown ? false : isUp ? true : startsDescending;
  return (
    <th
      scope="col"
      className={isNumber ? `num ${className}` : className}
      aria-sort={isUp ? 'ascending' : isDown ? 'descending' : undefined}
    >
      {isUnsorted ? (
        <span className={isLabelHidden ? 'vh' : undefined}>{label}</span>
      ) : (
        <button type="button" className="sort" onClick={() => onSort(goesDown ? `-${key}` : key)}>
          {label}
          <Icon name={isUp ? 'asc' : 'desc'} />
        </button>
      )}
    </th>
  );
}
