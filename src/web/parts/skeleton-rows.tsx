/** Rows that look like rows while the real ones are awaited; their table is `inert`, and something beside it says Loading. */

interface SkeletonRowsProps {
  /** Of every row the widths of its bars in pixels; 0 leaves a cell empty. */
  readonly rows: readonly (readonly number[])[];
  /** A second, shorter bar under each. */
  readonly isTwoLined?: boolean;
}

export const SkeletonRows = ({ rows, isTwoLined = false }: SkeletonRowsProps) => (
  <tbody>
    {rows.map((widths, row) => (
      // the rows and cells of a skeleton have no identity and never move
      // oxlint-disable-next-line react/no-array-index-key
      <tr key={row}>
        {widths.map((width, column) => (
          // oxlint-disable-next-line react/no-array-index-key
          <SkeletonCell key={column} width={width} isTwoLined={isTwoLined} />
        ))}
      </tr>
    ))}
  </tbody>
);

function SkeletonCell({ width, isTwoLined }: { width: number; isTwoLined: boolean }) {
  const bar = (of: number) => width > 0 && <span className="skel" style={{ width: of }} />;
  return (
    <td>
      {bar(width)}
      {isTwoLined && <span className="sub">{bar(width * 0.6)}</span>}
    </td>
  );
}
