/** Saved reports as links to their pages: opened with today's days, shared, copied, deleted. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { daysOf, type SavedReport } from '#contract/saved-reports.ts';
import type { ReportDescription } from '#contract/reports.ts';
import type { FilterValues } from '#web/api/reports.ts';
import { deleteSavedReport, savedReportsKey, savedReportsQuery } from '#web/api/saved-reports.ts';
import { useCompany, useMe } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { searchOf } from '#web/parts/report-filters/values.ts';
import { useToday } from '#web/parts/use-clock.ts';
import { periodText } from '#web/words/days.ts';
import { reportWords as t } from '#web/words/en/reports.ts';
import { choiceName, reportName } from '#web/words/reports.ts';

export function SavedList({ reports }: { reports: readonly ReportDescription[] }) {
  const { id } = useCompany();
  const { data: saved = [] } = useQuery(savedReportsQuery(id));
  if (saved.length === 0) return null;
  return (
    <section className="report-list" aria-label={t('savedReports')}>
      <h2>{t('savedReports')}</h2>
      <ul>
        {saved.map((one) => (
          <Entry key={one.id} saved={one} report={reports.find(({ type }) => type === one.report_type)} />
        ))}
      </ul>
    </section>
  );
}

function Entry({ saved, report }: { saved: SavedReport; report: ReportDescription | undefined }) {
  const me = useMe();
  const today = useToday();
  const queryClient = useQueryClient();
  const { from, to } = daysOf(saved.period, today);
  const removal = useMutation({
    mutationFn: () => deleteSavedReport(saved),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: savedReportsKey(saved.company_id) }),
    onError: (error) => showToast(problemToast(error, t('notDeleted'))),
  });
  if (!report) return null;
  const search = {
    company: saved.company_id,
    ...searchOf(report.filters, saved.filters as FilterValues),
    date_from: from,
    date_to: to,
    ordering: saved.ordering ?? undefined,
    columns: saved.columns?.join(','),
    saved: saved.id,
  };
  const isOwn = saved.created_by.id === me.user.id;
  return (
    <li>
      <Icon name="file" />
      <div>
        <Link to="/reports/$report" params={{ report: report.slug }} search={search as never}>
          {saved.name}
        </Link>
        {saved.is_shared && <span className="tag">{t('sharedTag')}</span>}
        <p>
          {reportName(saved.report_type)},{' '}
          {saved.period.kind === 'fixed' ? periodText(from, to) : choiceName(saved.period.kind)}
        </p>
        {!isOwn && <p className="sub">{t('savedBy', { name: saved.created_by.name })}</p>}
      </div>
      {isOwn && (
        <button
          type="button"
          className="icon-btn"
          aria-label={t('deleteSaved', { name: saved.name })}
          onClick={() => removal.mutate()}
        >
          <Icon name="trash" />
        </button>
      )}
    </li>
  );
}
