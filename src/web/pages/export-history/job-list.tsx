/** Rows, pager, details and questions: everything about the exports that are on the page. */
import { useNavigate, useRouter } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useState } from 'react';
import type { ExportJob, Page } from '#contract/export-jobs.ts';
import { useShortcuts } from '#web/frame/shortcuts.ts';
import { Pager } from '#web/parts/pager.tsx';
import { count } from '#web/words/figures.ts';
import { isUnfinished, jobName } from '#web/words/jobs.ts';
import { stringifySearch } from '#web/url-search.ts';
import { orderingNames } from './jobs-head.tsx';
import { JobsTable } from './jobs-table.tsx';
import { defaultPageSize } from '#contract/export-jobs.ts';
import { rowShortcuts } from './row-shortcuts.ts';
import { SelectionBar } from './selection-bar.tsx';
import { useSelection } from './use-selection.ts';
import { useVerbs } from './use-verbs.ts';
import { useView } from './use-view.ts';

const Confirm = lazy(() => import('#web/parts/confirm.tsx'));
const DetailsDrawer = lazy(() => import('./details/details-drawer.tsx'));

interface JobListProps {
  readonly page: Page<ExportJob>;
  readonly isReloading: boolean;
  /** Opens the form with the question of this export. */
  readonly onChangeJob: (job: ExportJob) => void;
}

export function JobList({ page, isReloading, onChangeJob }: JobListProps) {
  const { search, view, change } = useView();
  const router = useRouter();
  const navigate = useNavigate({ from: '/export-history' });
  const [question, setQuestion] = useState<{ verb: 'cancel' | 'delete'; job: ExportJob } | null>(null);

  const hrefWith = (patch: object): string => `/export-history${stringifySearch({ ...search, ...patch })}`;
  const showDetails = useCallback(
    (job: ExportJob) =>
      void navigate({
        search: (known) => ({ ...known, company: job.company_id, job: job.id }) as never,
        state: (known) => ({ ...known, isOverList: true }),
        resetScroll: false,
      }),
    [navigate],
  );
  const closeDetails = useCallback(() => {
    // opened from the list: back to it, so that the back button does not open the details again
    if ('isOverList' in router.state.location.state) router.history.back();
    else change({ job: undefined, page: search.page }, { replace: true });
  }, [router, change, search.page]);
  const { onVerb, busyIds, cancel, remove } = useVerbs({
    showDetails,
    linkTo: useCallback(
      (job) => `${location.origin}/export-history${stringifySearch({ company: job.company_id, job: job.id })}`,
      [],
    ),
    ask: useCallback((verb, job) => (verb === 'change' ? onChangeJob(job) : setQuestion({ verb, job })), [onChangeJob]),
  });
  const selection = useSelection(page.results);
  useShortcuts(rowShortcuts(page.results, onVerb, selection.toggle));

  return (
    <>
      <JobsTable
        jobs={page.results}
        caption={`Export jobs, ${orderingNames[view.ordering]?.toLowerCase() ?? 'sorted'}`}
        isReloading={isReloading}
        busyIds={busyIds}
        listHref={hrefWith({ job: undefined })}
        selection={selection}
        onVerb={onVerb}
      />
      <Pager
        page={page.page}
        pageSize={page.page_size}
        total={page.total}
        totalPages={page.total_pages}
        hrefOf={(number) => hrefWith({ page: number || undefined })}
        onPage={(number) => {
          change({ page: number || undefined });
          scrollTo({ top: 0 });
        }}
        onPageSize={(size) => change({ page_size: size === defaultPageSize ? undefined : size })}
      />
      <SelectionBar selection={selection} />
      <Suspense>
        {search.job !== undefined && (
          <DetailsDrawer
            key={search.job}
            id={search.job}
            known={page.results.find(({ id }) => id === search.job)}
            busyIds={busyIds}
            onVerb={onVerb}
            onClose={closeDetails}
          />
        )}
        {question?.verb === 'cancel' && (
          <Confirm
            title="Cancel this export?"
            yes="Cancel export"
            no={isUnfinished(question.job) ? 'Keep running' : 'Close'}
            onYes={() => cancel(question.job)}
            onClose={() => setQuestion(null)}
          >
            {cancelText(page.results.find(({ id }) => id === question.job.id) ?? question.job)}
          </Confirm>
        )}
        {question?.verb === 'delete' && (
          <Confirm
            title="Delete this export?"
            yes="Delete export"
            no="Keep"
            onYes={async () => {
              await remove(question.job);
              selection.drop([question.job.id]);
              if (search.job === question.job.id) closeDetails();
              setTimeout(keepFocus);
            }}
            onClose={() => setQuestion(null)}
          >
            {jobName(question.job)}. The file and its row are removed for everybody. This cannot be undone.
          </Confirm>
        )}
      </Suspense>
    </>
  );
}

/** The row that had the focus is gone: it goes to the beginning of the page, not out of it. */
function keepFocus(): void {
  if (document.activeElement === document.body) document.getElementById('main')?.focus({ preventScroll: true });
}

function cancelText(job: ExportJob): string {
  if (job.status === 'pending') return `${jobName(job)}. It has not started; you can run it again later.`;
  const { progress } = job;
  const share = progress && progress.rows_total > 0 ? progress.rows_done / progress.rows_total : null;
  const written = share === null ? 'It has started.' : `${count(Math.floor(share * 100))}% is written.`;
  return `${written} The part written so far is thrown away; you can run it again later.`;
}
