/** Every error with its file, row, column, value and reason; by file, and as a CSV to work through. */
import { useState, type ReactNode } from 'react';
import type { EditedCell } from '#contract/import-profiles.ts';
import { findingsMax, type ImportFinding, type ImportRefusal } from '#contract/imports.ts';
import { csvText, saveCsv } from '#web/parts/csv-file.ts';
import { Icon } from '#web/parts/icon.tsx';
import { count, counted } from '#web/words/figures.ts';

interface ErrorsTableProps {
  readonly refusal: ImportRefusal;
  readonly wrongFiles: number;
  /** What to do next. */
  readonly hint: string;
  readonly edits: readonly EditedCell[];
  readonly onCorrect: (cell: EditedCell) => void;
  /** Keeps the faulty rows of a file, each with its reasons. */
  readonly onFaultyRows: (file: string) => void;
  /** Between the message and the table. */
  readonly children: ReactNode;
}

export const findingRows = (findings: readonly ImportFinding[]): (string | number | null)[][] => [
  ['file', 'row', 'column', 'value', 'reason'],
  ...findings.map(({ file, row, column, value, reason }) => [file, row, column, value, reason]),
];

/** Drawn at once; the rest at a press. */
const shownAtOnce = 200;

export function ErrorsTable({ refusal, wrongFiles, hint, edits, onCorrect, onFaultyRows, children }: ErrorsTableProps) {
  const { errors, error_count: total } = refusal;
  const [file, setFile] = useState<string | null>(null);
  const [isAll, setAll] = useState(false);
  const filesWithErrors = refusal.files.filter((known) => known.errors > 0);
  // the file that was looked at may be corrected by now
  const chosen = filesWithErrors.some((known) => known.file === file) ? file : null;
  const rowsOf = chosen ?? (filesWithErrors.length === 1 ? filesWithErrors[0]?.file : undefined);
  const matching = chosen === null ? errors : errors.filter((error) => error.file === chosen);
  const shown = isAll ? matching : matching.slice(0, shownAtOnce);
  const inFile = filesWithErrors.find((known) => known.file === chosen)?.errors ?? total;
  return (
    <>
      <div className="banner bad after" role="alert">
        <Icon name="fail" />
        <div>
          <b>
            Nothing was imported: {counted(total, 'error')} in {counted(wrongFiles, 'file')}.
          </b>
          <p>{hint}</p>
        </div>
        <button
          type="button"
          className="btn s"
          onClick={() => saveCsv('import-errors.csv', csvText(findingRows(errors)))}
        >
          <Icon name="download" />
          Errors as CSV
        </button>
        {rowsOf !== undefined && (
          <button type="button" className="btn s" onClick={() => onFaultyRows(rowsOf)}>
            <Icon name="download" />
            Faulty rows only
          </button>
        )}
      </div>
      {children}
      {filesWithErrors.length > 1 && (
        <div className="bar">
          <fieldset className="seg" aria-label="Filter errors">
            <button type="button" aria-pressed={chosen === null} onClick={() => setFile(null)}>
              All {count(total)}
            </button>
            {filesWithErrors.map((known) => (
              <button
                key={known.file}
                type="button"
                aria-pressed={chosen === known.file}
                onClick={() => setFile(known.file)}
              >
                {known.file} {count(known.errors)}
              </button>
            ))}
          </fieldset>
        </div>
      )}
      <FindingsTable caption="Errors" findings={shown} edits={edits} onCorrect={onCorrect} />
      {shown.length < matching.length && (
        <p className="bar after">
          <button type="button" className="btn s" onClick={() => setAll(true)}>
            Show all {count(matching.length)}
          </button>
        </p>
      )}
      <p className="tip after">
        <Icon name="info" />
        <span>
          Rows are counted as in a spreadsheet: the header is row 1.
          {total > errors.length && ` The first ${count(findingsMax)} errors of all files are listed`}
          {total > errors.length && (chosen === null ? '.' : `, ${count(matching.length)} of ${count(inFile)} here.`)}
        </span>
      </p>
    </>
  );
}

interface FindingsTableProps {
  readonly caption: string;
  readonly findings: readonly ImportFinding[];
  readonly edits?: readonly EditedCell[];
  /** Absent where nothing is to be corrected. */
  readonly onCorrect?: (cell: EditedCell) => void;
}

export function FindingsTable({ caption, findings, edits = [], onCorrect }: FindingsTableProps) {
  return (
    <table className="table plain stack errs" role="table">
      <caption className="vh">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {['File', 'Row', 'Column', 'Value', 'Reason'].map((name) => (
            <th key={name} scope="col" role="columnheader" className={name === 'Row' ? 'num' : undefined}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {findings.map((finding, index) => (
          // findings have no identity of their own, and never move
          // oxlint-disable-next-line react/no-array-index-key
          <FindingRow key={index} finding={finding} edits={edits} onCorrect={onCorrect} />
        ))}
      </tbody>
    </table>
  );
}

interface FindingRowProps {
  readonly finding: ImportFinding;
  readonly edits: readonly EditedCell[];
  readonly onCorrect: ((cell: EditedCell) => void) | undefined;
}

function FindingRow({ finding: { file, row, column, value, reason }, edits, onCorrect }: FindingRowProps) {
  const edited = edits.find((cell) => cell.file === file && cell.row === row && cell.column === column);
  return (
    <tr role="row">
      <th scope="row" role="rowheader">
        <span className="mono">{file}</span>
      </th>
      <td role="cell" className="num" data-l="Row">
        {row === null ? <span className="muted">all</span> : <span>{count(row)}</span>}
      </td>
      <td role="cell" data-l="Column">
        {column === null ? <span className="muted">–</span> : <span className="mono">{column}</span>}
      </td>
      <td role="cell" data-l="Value">
        {onCorrect && row !== null && row > 1 && column !== null ? (
          <input
            className="cell-fix"
            aria-label={`${column} in row ${row}`}
            value={edited?.value ?? value ?? ''}
            placeholder="empty"
            onChange={({ target }) => onCorrect({ file, row, column, value: target.value })}
          />
        ) : column === null ? (
          <span className="muted">–</span>
        ) : value === null ? (
          <span className="cell-v empty">empty</span>
        ) : (
          <code className="cell-v">{value}</code>
        )}
      </td>
      <td role="cell" data-l="Reason">
        <span>{reason}</span>
      </td>
    </tr>
  );
}
