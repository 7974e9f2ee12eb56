/**
 * Export History: the exports of the selected company, current by themselves, with everything that can be done with them.
 * Its whole state is its address.
 */
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import type { ExportJob, Page } from '#contract/export-jobs.ts';
import { ApiProblem, isNoAccess } from '#web/api/problem.ts';
import { useCompany, useMay } from '#web/frame/company-context.tsx';
import { useShortcuts } from '#web/frame/shortcuts.ts';
import { markFresh } from '#web/live/fresh.ts';
import { useLive } from '#web/live/live-provider.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { NoAccess } from '#web/parts/no-access.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Unreachable } from '#web/parts/unreachable.tsx';
import { counted } from '#web/words/figures.ts';
import { historyWords as t } from '#web/words/en/history.ts';
import { JobList } from './job-list.tsx';
import { LiveIndicator, NotLiveBanner } from './live-indicator.tsx';
import { hasFilters } from './search.ts';
import { NoExports, NoMatch, SkeletonTable } from './states.tsx';
import { keptDays } from './status-line.ts';
import { Toolbar } from './toolbar.tsx';
import { useExportJobs } from './use-export-jobs.ts';
import { useView } from './use-view.ts';
import '#web/styles/jobs.css';

const loadExportDialog = () => import('#web/parts/export-dialog/export-dialog.tsx');
const ExportDialog = lazy(loadExportDialog);

export function ExportHistoryPage() {
  const may = useMay('view_financials');
  return may ? <History /> : <HistoryRefused />;
}

function HistoryRefused() {
  return (
    <>
      <PageHead title="Export History" />
      <NoAccess capability="view_financials" what="exports" why="Exports hold purchase prices and totals." />
    </>
  );
}

function History() {
  const company = useCompany();
  const { company: live } = useLive();
  const { search, view, change } = useView();
  const list = useExportJobs(view);
  const [newExport, setNewExport] = useState<{ from: ExportJob | null } | null>(null);
  const navigate = useNavigate();
  const changeJob = useCallback((job: ExportJob) => setNewExport({ from: job }), []);
  const refresh = useCallback(() => void live.reload(), [live]);
  useHighlight(search.highlight, () => change({ highlight: undefined, page: search.page }, { replace: true }));
  useStepBack(list.data, view.page, (page) => change({ page: page || undefined }, { replace: true }));
  useShortcuts({ n: () => setNewExport({ from: null }), 'shift+r': refresh });

  if (isNoAccess(list.error)) return <HistoryRefused />;
  const isReloading = list.isFetching && !list.isPending;
  const problem = list.error instanceof ApiProblem ? list.error : null;
  return (
    <>
      <PageHead
        title="Export History"
        lead={`${search.of === 'all' ? t('ofAll') : `Background exports of ${company.name}.`}${keptText(list.data)}`}
      >
        {!(list.isError && !list.data) && <LiveIndicator isLoaded={list.data !== undefined} />}
        <button type="button" className="btn" aria-label="Refresh" aria-keyshortcuts="Shift+R" onClick={refresh}>
          <span className={isReloading ? 'turning' : 'still'}>
            <Icon name="refresh" />
          </span>
          <span className="wide">Refresh</span>
        </button>
        <button
          type="button"
          className="btn primary"
          aria-haspopup="dialog"
          aria-keyshortcuts="N"
          onPointerEnter={() => void loadExportDialog()}
          onClick={() => setNewExport({ from: null })}
        >
          <Icon name="plus" />
          New export
        </button>
      </PageHead>
      {list.data && <NotLiveBanner onCheck={refresh} />}
      {list.isError && !list.data ? (
        <Unreachable problem={problem} onTry={() => void list.refetch()} />
      ) : (
        <>
          {!isEmptyForever(list.data, hasFilters(view)) && <Toolbar total={list.data?.total} />}
          <Body page={list.data} pageSize={view.page_size}>
            {(page) => <JobList page={page} isReloading={isReloading} onChangeJob={changeJob} />}
          </Body>
        </>
      )}
      {newExport && (
        <Suspense>
          <ExportDialog
            from={newExport.from}
            onClose={() => setNewExport(null)}
            onCreated={(job) => {
              markFresh(job.id);
              void navigate({ to: '/export-history', search: { company: company.id } });
              refresh();
            }}
          />
        </Suspense>
      )}
    </>
  );
}

interface BodyProps {
  readonly page: Page<ExportJob> | undefined;
  readonly pageSize: number;
  readonly children: (page: Page<ExportJob>) => React.ReactNode;
}

function Body({ page, pageSize, children }: BodyProps) {
  const { view } = useView();
  if (!page) return <SkeletonTable rows={pageSize} />;
  if (page.total > 0) return children(page);
  return hasFilters(view) ? <NoMatch /> : <NoExports />;
}

const isEmptyForever = (page: Page<ExportJob> | undefined, isFiltered: boolean): boolean =>
  page?.total === 0 && !isFiltered;

/** For how long files are kept, as the newest finished export tells. */
function keptText(page: Page<ExportJob> | undefined): string {
  const job = page?.results.find((row) => row.expires_at !== null && row.completed_at !== null);
  const days = job && keptDays(job);
  return days ? ` Files are kept for ${counted(days, 'day')}.` : '';
}

/** An export that was just made is marked; the address forgets it again, so that a reload does not mark it twice. */
function useHighlight(id: string | undefined, forget: () => void): void {
  useEffect(() => {
    if (id === undefined) return;
    markFresh(id);
    forget();
    // oxlint-disable-next-line react/exhaustive-deps -- once per id, not per drawing
  }, [id]);
}

/** A page past the end (an old link, a last row deleted) becomes the last one. */
function useStepBack(data: Page<ExportJob> | undefined, page: number, goTo: (page: number) => void): void {
  const isPastEnd = data !== undefined && data.page === page && page > 0 && data.results.length === 0;
  useEffect(() => {
    if (isPastEnd) goTo(Math.max(data.total_pages - 1, 0));
    // oxlint-disable-next-line react/exhaustive-deps -- only when it comes to be past the end
  }, [isPastEnd]);
}
