/** What is shown when it is not simply a list: loading, nothing yet, nothing matches. */
import { Link } from '@tanstack/react-router';
import { Blank } from '#web/parts/blank.tsx';
import { counted } from '#web/words/figures.ts';
import { statusNames } from '#web/words/jobs.ts';
import { formatName } from '#web/words/formats.ts';
import { JobsHead } from './jobs-head.tsx';
import { withoutFilters, type JobListFilters } from './search.ts';
import { useTotalOfAll } from './use-export-jobs.ts';
import { useView } from './use-view.ts';

/** Widths of the bars, so that the rows look like rows. */
const bars = [
  [128, 46, 102, 68, 82, 148],
  [94, 46, 80, 68, 82, 118],
  [145, 46, 120, 68, 82, 167],
  [108, 46, 94, 68, 82, 138],
  [122, 46, 108, 68, 82, 108],
];

/** As high as the rows that will stand here; drawn only when the first answer takes a moment. */
export function SkeletonTable({ rows }: { rows: number }) {
  const { search } = useView();
  const isOfAll = search.of === 'all';
  return (
    <>
      <output className="vh">Loading exports</output>
      <table className={isOfAll ? 'table jobs skeleton of-all' : 'table jobs skeleton'} inert>
        <JobsHead />
        <tbody>
          {Array.from({ length: Math.min(rows, 20) }, (_, row) => {
            const [range, length, report, scope, badge, line] = bars[row % bars.length] ?? [];
            return (
              // the rows of a skeleton have no identity and never move
              // oxlint-disable-next-line react/no-array-index-key
              <tr key={row}>
                <Bars className="c-sel" widths={[16]} />
                <Bars className="c-fmt" widths={[52]} />
                <Bars className="c-range" widths={[range, length]} />
                <Bars className="c-rep" widths={[report, scope]} />
                {isOfAll && <Bars className="c-comp" widths={[88]} />}
                <Bars className="c-stat" widths={[badge, line]} />
                <Bars className="c-made" widths={[72, 32]} />
                <Bars className="c-by" widths={[96]} />
                <Bars className="c-act" widths={[86]} />
                <Bars className="c-more" widths={[]} />
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

/** Widths in pixels; the second bar is the second line. */
function Bars({ className, widths }: { className: string; widths: readonly (number | undefined)[] }) {
  const [first, second] = widths;
  return (
    <td className={className}>
      {first !== undefined && (
        <span className="line">
          <span className="skel" style={{ width: first }} />
        </span>
      )}
      {second !== undefined && (
        <span className="sub">
          <span className="skel" style={{ width: second }} />
        </span>
      )}
    </td>
  );
}

export function NoExports() {
  return (
    <Blank
      art="first"
      title="No exports yet"
      actions={
        <>
          <Link
            className="btn primary"
            to="/reports/$report"
            params={{ report: 'purchase-orders' }}
            search={{} as never}
          >
            Open Purchase Orders
          </Link>
          <Link className="btn" to="/reports">
            All reports
          </Link>
        </>
      }
    >
      Open a report, choose the days and the locations, and export it in the background. The file appears here when it
      is ready.
    </Blank>
  );
}

export function NoMatch() {
  const { search, filters, change } = useView();
  const hidden = useTotalOfAll(true);
  return (
    <Blank
      art="search"
      title="No export matches"
      actions={
        <button type="button" className="btn" onClick={() => change(withoutFilters(search))}>
          Clear filters
        </button>
      }
    >
      {whatIsMissing(filters)}
      {hidden ? ` ${counted(hidden, 'export')} ${hidden === 1 ? 'is' : 'are'} hidden by the filters.` : ''}
    </Blank>
  );
}

/** `No canceled XLSX export in this company.`; further filters are summed up. */
function whatIsMissing(filters: JobListFilters): string {
  const { status = [], file_format = [], ...others } = filters;
  const words = [
    ...(status.length > 0 ? [status.map((name) => statusNames[name].toLowerCase()).join(' or ')] : []),
    ...(file_format.length > 0 ? [file_format.map(formatName).join(' or ')] : []),
    'export',
  ];
  const rest = Object.values(others).some((value) => value !== undefined) ? ' with the other filters' : '';
  return `No ${words.join(' ')} in this company${rest}.`;
}
