/** All reports: what each answers and when to use it, those of purchases and those of stock; stars come first. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReportDescription, ReportMark, ReportType } from '#contract/reports.ts';
import { ApiProblem } from '#web/api/problem.ts';
import { reportListQuery, reportMarksQuery, starReport } from '#web/api/reports.ts';
import { useCompany, useMay } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { useToday } from '#web/parts/use-clock.ts';
import { Unreachable } from '#web/parts/unreachable.tsx';
import { dayText } from '#web/words/days.ts';
import { localDay } from '#web/words/instants.ts';
import { reportWords as t } from '#web/words/en/reports.ts';
import { isStockReport, reportName } from '#web/words/reports.ts';
import { SavedList } from './saved-list.tsx';
import '#web/styles/reports.css';

export function ReportsPage() {
  const company = useCompany();
  const withMoney = useMay('view_financials');
  const { data, error, refetch } = useQuery(reportListQuery);
  const offered = data?.results.filter(({ quantity_columns }) => withMoney || quantity_columns) ?? [];
  const { data: marks } = useQuery(reportMarksQuery);
  const markOf = (type: ReportType) => marks?.results.find(({ report_type }) => report_type === type);
  const isStarred = ({ type }: ReportDescription): boolean => markOf(type)?.is_starred ?? false;
  const others = offered.filter((report) => !isStarred(report));
  const groups = [
    { title: t('starred'), reports: offered.filter(isStarred) },
    { title: t('aboutPurchases'), reports: others.filter(({ type }) => !isStockReport(type)) },
    { title: t('aboutStock'), reports: others.filter(({ type }) => isStockReport(type)) },
  ];
  return (
    <>
      <PageHead title={t('reports')} lead={t('reportsLead', { company: company.name })} />
      {error && !data && (
        <Unreachable problem={error instanceof ApiProblem ? error : null} onTry={() => void refetch()} />
      )}
      {withMoney && data && <SavedList reports={data.results} />}
      {groups
        .filter(({ reports }) => reports.length > 0)
        .map(({ title, reports }) => (
          <section key={title} className="report-list" aria-label={title}>
            <h2>{title}</h2>
            <ul>
              {reports.map((report) => (
                <Entry key={report.type} report={report} mark={markOf(report.type)} withMoney={withMoney} />
              ))}
            </ul>
          </section>
        ))}
    </>
  );
}

const samePeriod = ({ company, date_from, date_to }: Record<string, unknown>) => ({ company, date_from, date_to });

function lastUsed(at: string, timeZone: string, today: string): string {
  const day = localDay(at, timeZone);
  return day === today ? t('lastUsedToday') : t('lastUsed', { day: dayText(day) });
}

interface EntryProps {
  readonly report: ReportDescription;
  readonly mark: ReportMark | undefined;
  readonly withMoney: boolean;
}

function Entry({ report, mark, withMoney }: EntryProps) {
  const company = useCompany();
  const today = useToday();
  const name = reportName(report.type);
  return (
    <li>
      <Icon name={isStockReport(report.type) ? 'stock' : 'orders'} />
      <div>
        <Link to="/reports/$report" params={{ report: report.slug }} search={samePeriod as never}>
          {name}
        </Link>
        {!withMoney && <span className="tag">{t('quantitiesOnly')}</span>}
        <p>{report.answers}</p>
        <p className="sub">
          {report.use_when}
          {mark?.last_used_at && ` ${lastUsed(mark.last_used_at, company.time_zone, today)}`}
        </p>
      </div>
      <Star type={report.type} name={name} isOn={mark?.is_starred ?? false} />
    </li>
  );
}

function Star({ type, name, isOn }: { type: ReportType; name: string; isOn: boolean }) {
  const queryClient = useQueryClient();
  const starring = useMutation({
    mutationFn: () => starReport(type, !isOn),
    onSuccess: (mark) =>
      queryClient.setQueryData(reportMarksQuery.queryKey, (known) => ({
        results: [...(known?.results.filter(({ report_type }) => report_type !== type) ?? []), mark],
      })),
    onError: (error) => showToast(problemToast(error, t('notStarred'))),
  });
  return (
    <button
      type="button"
      className={isOn ? 'icon-btn starred' : 'icon-btn'}
      aria-label={t('star', { name })}
      aria-pressed={isOn}
      aria-disabled={starring.isPending || undefined}
      onClick={() => !starring.isPending && starring.mutate()}
    >
      <Icon name="star" />
    </button>
  );
}
