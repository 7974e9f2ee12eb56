/** The kinds of file with what each must hold, and a template of each. */
import { useQuery } from '@tanstack/react-query';
import type { ImportTemplate } from '#contract/imports.ts';
import { templatesQuery, templateUrl } from '#web/api/imports.ts';
import { ApiProblem } from '#web/api/problem.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { SkeletonRows } from '#web/parts/skeleton-rows.tsx';
import { Unreachable } from '#web/parts/unreachable.tsx';

export function KindsTable() {
  const company = useCompany();
  const { data: kinds, error, refetch } = useQuery(templatesQuery);
  if (error && !kinds) {
    return <Unreachable problem={error instanceof ApiProblem ? error : null} onTry={() => void refetch()} />;
  }
  return (
    <>
      <h2 className="hd" id="kinds-title">
        The kinds of file
        <span>the name tells the kind; this is the order they are read in</span>
      </h2>
      <table className="table plain mid stack" role="table" aria-labelledby="kinds-title" inert={!kinds}>
        <thead role="rowgroup">
          <tr role="row">
            <th scope="col" role="columnheader">
              File
            </th>
            <th scope="col" role="columnheader">
              Required columns
            </th>
            <th scope="col" role="columnheader" className="num">
              Columns
            </th>
            <th scope="col" role="columnheader">
              <span className="vh">Template</span>
            </th>
          </tr>
        </thead>
        {kinds ? (
          <tbody role="rowgroup">
            {kinds.map((kind) => (
              <tr role="row" key={kind.kind}>
                <th scope="row" role="rowheader">
                  <span className="mono">{kind.file}</span>
                  <span className="sub">{kind.label}</span>
                </th>
                <td role="cell" data-l="Required">
                  <span title={requiredOf(kind).join(', ')}>{requiredText(kind)}</span>
                </td>
                <td role="cell" className="num" data-l="Columns">
                  <span>{kind.columns.length}</span>
                </td>
                <td role="cell" className="end right">
                  <a
                    className="btn s ghost"
                    href={templateUrl(kind.file)}
                    download
                    aria-label={`Download template ${kind.file}`}
                  >
                    <Icon name="download" />
                    Template
                  </a>
                </td>
              </tr>
            ))}
          </tbody>
        ) : (
          <SkeletonRows rows={Array.from({ length: 9 }, () => [140, 180, 16, 76])} isTwoLined />
        )}
      </table>
      <p className="tip after">
        <Icon name="info" />
        <span>
          UTF-8, comma, header row, decimal point. Days as 2026-11-22; an instant without an offset is in{' '}
          {company.time_zone}. Rows are matched by their own codes, so the same file can be sent again and changes
          nothing.
        </span>
      </p>
    </>
  );
}

const requiredOf = ({ columns }: ImportTemplate): string[] =>
  columns.filter(({ required }) => required).map(({ name }) => name);

/** More than this are counted. */
const namedMax = 4;

function requiredText(kind: ImportTemplate): string {
  const names = requiredOf(kind);
  if (names.length <= namedMax) return names.join(', ');
  return `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
}
