/** The files of a check or an import: rows, what is new, changed and as it was. */
import type { ImportResult } from '#contract/imports.ts';
import { Icon } from '#web/parts/icon.tsx';
import { count, counted } from '#web/words/figures.ts';
import { kindLabels } from './kind-labels.ts';

interface FilesTableProps {
  readonly result: ImportResult;
  /** Absent once it is done. */
  readonly onRemove?: (file: string) => void;
}

const columns = [
  ['rows', 'Rows'],
  ['created', 'New'],
  ['updated', 'Changed'],
  ['unchanged', 'Unchanged'],
] as const;

export function FilesTable({ result, onRemove }: FilesTableProps) {
  const warningsOf = (file: string): number => result.warnings.filter((warning) => warning.file === file).length;
  // with more warnings than are listed, those of a file are not known
  const isCounted = result.warnings.length === result.warning_count;
  return (
    <table className="table plain mid stack after" role="table">
      <caption className="vh">Files</caption>
      <thead role="rowgroup">
        <tr role="row">
          <th scope="col" role="columnheader">
            File
          </th>
          {columns.map(([key, name]) => (
            <th key={key} scope="col" role="columnheader" className="num">
              {name}
            </th>
          ))}
          <th scope="col" role="columnheader">
            Result
          </th>
          {onRemove && (
            <th scope="col" role="columnheader">
              <span className="vh">Remove</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {result.files.map((file) => {
          const warnings = warningsOf(file.file);
          return (
            <tr role="row" key={file.file}>
              <th scope="row" role="rowheader">
                <span className="mono">{file.file}</span>
                <span className="sub">{kindLabels[file.kind]}</span>
              </th>
              {columns.map(([key, name]) => (
                <td role="cell" key={key} className="num" data-l={name}>
                  <span className={file[key] === 0 ? 'muted' : undefined}>{count(file[key])}</span>
                </td>
              ))}
              <td role="cell" data-l="Result">
                {warnings > 0 ? (
                  <span className="ic warn-t">
                    <Icon name="warn" />
                    <span>{isCounted ? counted(warnings, 'warning') : 'Warnings'}</span>
                  </span>
                ) : (
                  <span className="ic good-t">
                    <Icon name="check" />
                    <span>{onRemove ? 'Ready' : 'Imported'}</span>
                  </span>
                )}
              </td>
              {onRemove && (
                <td role="cell" className="end right">
                  <button
                    type="button"
                    className="icon-btn"
                    aria-label={`Remove ${file.file}`}
                    onClick={() => onRemove(file.file)}
                  >
                    <Icon name="x" />
                  </button>
                </td>
              )}
            </tr>
          );
        })}
      </tbody>
      {result.files.length > 1 && (
        <tfoot role="rowgroup">
          <tr role="row">
            <th scope="row" role="rowheader">
              {counted(result.files.length, 'file')}
            </th>
            {columns.map(([key, name]) => (
              <td role="cell" key={key} className="num" data-l={name}>
                <span>{count(result.files.reduce((sum, file) => sum + file[key], 0))}</span>
              </td>
            ))}
            <td role="cell" colSpan={onRemove ? 2 : 1} className="muted">
              {onRemove ? 'All or nothing' : 'Imported'}
            </td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}
