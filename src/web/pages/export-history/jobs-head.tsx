/** The head of the table: five columns sort, and only the sorted one says so. */
import { Fragment } from 'react';
import { defaultOrdering, type JobOrdering, type JobOrderingField } from '#contract/export-jobs.ts';
import { Icon } from '#web/parts/icon.tsx';
import { historyWords as t } from '#web/words/en/history.ts';
import { SelectPage } from './select-box.tsx';
import { useView } from './use-view.ts';

interface SortColumn {
  readonly field: JobOrderingField;
  readonly label: string;
  readonly className: string;
  /** What a first click asks for: newest days first, names from A. */
  readonly startsDescending: boolean;
}

const sortColumns: readonly SortColumn[] = [
  { field: 'file_format', label: 'Format', className: 'c-fmt', startsDescending: false },
  { field: 'date_from', label: 'Date range', className: 'c-range', startsDescending: true },
  { field: 'report_type', label: 'Report type', className: 'c-rep', startsDescending: false },
  { field: 'status', label: 'Status', className: 'c-stat', startsDescending: false },
  { field: 'created_at', label: 'Created', className: 'c-made', startsDescending: true },
];

/** For the select that stands in for the head on narrow screens. */
export const orderingNames: Partial<Record<JobOrdering, string>> = {
  '-created_at': 'Created, newest first',
  created_at: 'Created, oldest first',
  '-date_from': 'Date range, latest first',
  date_from: 'Date range, earliest first',
  report_type: 'Report type',
  status: 'Status',
  file_format: 'Format',
};

interface JobsHeadProps {
  /** Of the page's rows; absent while there are none yet. */
  readonly selected?: number;
  readonly rows?: number;
  readonly onTogglePage?: () => void;
}

export function JobsHead({ selected = 0, rows = 0, onTogglePage = () => undefined }: JobsHeadProps) {
  const { search } = useView();
  return (
    <thead role="rowgroup">
      <tr role="row">
        <SelectPage selected={selected} rows={rows} onToggle={onTogglePage} />
        {sortColumns.map((column) => (
          <Fragment key={column.field}>
            {column.field === 'status' && search.of === 'all' && (
              <th scope="col" role="columnheader" className="c-comp">
                {t('company')}
              </th>
            )}
            <SortHead column={column} />
          </Fragment>
        ))}
        <th scope="col" role="columnheader" className="c-by">
          Requested by
        </th>
        <th scope="col" role="columnheader" className="c-act">
          Download
        </th>
        <th scope="col" role="columnheader" className="c-more">
          <span className="vh">More actions</span>
        </th>
      </tr>
    </thead>
  );
}

function SortHead({ column }: { column: SortColumn }) {
  const { view, change } = useView();
  const { field, label, className, startsDescending } = column;
  const isUp = view.ordering === field;
  const isDown = view.ordering === `-${field}`;
  const next: JobOrdering = isUp || isDown ? (isUp ? `-${field}` : field) : startsDescending ? `-${field}` : field;
  return (
    <th
      scope="col"
      role="columnheader"
      className={className}
      aria-sort={isUp ? 'ascending' : isDown ? 'descending' : undefined}
    >
      <button
        type="button"
        className="sort"
        onClick={() => change({ ordering: next === defaultOrdering ? undefined : next })}
      >
        {label}
        <Icon name={isUp ? 'asc' : isDown ? 'desc' : 'updown'} />
      </button>
    </th>
  );
}
