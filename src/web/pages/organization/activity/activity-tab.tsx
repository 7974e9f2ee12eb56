/** Activity: every change, who, when, old and new. Newest first, by day, as far as one may see it. */
import { useQuery } from '@tanstack/react-query';
import { auditQuery, type AuditQuestion } from '#web/api/audit.ts';
import { ApiProblem, isNoAccess } from '#web/api/problem.ts';
import { Blank } from '#web/parts/blank.tsx';
import { NoAccess } from '#web/parts/no-access.tsx';
import { Pager } from '#web/parts/pager.tsx';
import { useStepBack } from '#web/parts/report/use-step-back.ts';
import { Unreachable } from '#web/parts/unreachable.tsx';
import { stringifySearch } from '#web/url-search.ts';
import { useView } from '../use-view.ts';
import { ActivityChain } from './activity-chain.tsx';
import { ActivityFilters } from './activity-filters.tsx';
import { EventList } from './event-list.tsx';
import { useActivity } from './use-activity.ts';

const defaultPageSize = 50;

export default function ActivityTab() {
  const { question } = useActivity();
  return question ? <Activity question={question} /> : <ActivityRefused />;
}

const ActivityRefused = () => (
  <NoAccess
    capability="manage_company"
    what="activity"
    why="Who changed, exported and imported what is shown to those who manage the company."
  />
);

function Activity({ question }: { question: AuditQuestion }) {
  const { search, change } = useView();
  const list = useQuery(
    auditQuery({ ...question, page: search.page ?? 0, page_size: search.page_size ?? defaultPageSize }),
  );
  const page = list.data;
  useStepBack({ totalPages: page?.total_pages, page: search.page ?? 0 }, (number) =>
    change({ page: number || undefined }, { replace: true }),
  );
  const isFiltered = [search.in, search.what, search.who, search.from, search.to].some((value) => value !== undefined);
  if (isNoAccess(list.error)) return <ActivityRefused />;
  return (
    <>
      <ActivityChain />
      <ActivityFilters question={question} total={page?.total} />
      {list.isError && !page ? (
        <Unreachable problem={list.error instanceof ApiProblem ? list.error : null} onTry={() => void list.refetch()} />
      ) : !page ? (
        <output className="vh">Loading activity</output>
      ) : page.total === 0 ? (
        <Blank
          art={isFiltered ? 'search' : 'first'}
          title={isFiltered ? 'Nothing matches' : 'Nothing has happened yet'}
          actions={
            isFiltered && (
              <button
                type="button"
                className="btn"
                onClick={() =>
                  change({ in: undefined, what: undefined, who: undefined, from: undefined, to: undefined })
                }
              >
                Clear filters
              </button>
            )
          }
        >
          {isFiltered
            ? 'Nobody did any of this in that time.'
            : 'Changes, exports and imports appear here as they happen, and stay.'}
        </Blank>
      ) : (
        <>
          <EventList events={page.results} />
          <Pager
            page={page.page}
            pageSize={page.page_size}
            total={page.total}
            totalPages={page.total_pages}
            hrefOf={(number) => `/organization${stringifySearch({ ...search, page: number || undefined })}`}
            onPage={(number) => {
              change({ page: number || undefined });
              document.getElementById('main')?.scrollIntoView();
            }}
            onPageSize={(page_size) => change({ page_size })}
          />
        </>
      )}
    </>
  );
}
