/**
 * The page of any report, made of what the API says of it: filters, period, figures, charts, rows, and the ways to take it
 * along. Its whole state is its address. Rows that are on screen stay when an answer does not come, and say how old they are.
 */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { ReportDescription } from '#contract/reports.ts';
import { ApiProblem, isNoAccess } from '#web/api/problem.ts';
import { reportListQuery, reportPageQuery, reportSummaryQuery } from '#web/api/reports.ts';
import { useCompany, useMay } from '#web/frame/company-context.tsx';
import { useShortcuts } from '#web/frame/shortcuts.ts';
import { Blank } from '#web/parts/blank.tsx';
import { useSinceLast } from '#web/parts/changes-file.ts';
import { Icon } from '#web/parts/icon.tsx';
import { NoAccess } from '#web/parts/no-access.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { ChartsSkeleton } from '#web/parts/report/charts-skeleton.tsx';
import { ExportButtons } from '#web/parts/report/export-buttons.tsx';
import { neighbour } from '#web/parts/report/presets.ts';
import { useForgive } from '#web/parts/report/use-forgive.ts';
import { useStepBack } from '#web/parts/report/use-step-back.ts';
import { Unreachable } from '#web/parts/unreachable.tsx';
import { localTime } from '#web/words/instants.ts';
import { changesWords as c } from '#web/words/en/changes.ts';
import { reportWords as t } from '#web/words/en/reports.ts';
import { isStockReport, reportName } from '#web/words/reports.ts';
import { Figures } from './figures.tsx';
import { Filters } from './filters.tsx';
import { Nothing } from './nothing.tsx';
import { Rows } from './rows.tsx';
import { SaveButton, useOpenSaved } from './save-button.tsx';
import { useSavedFill } from './use-saved.ts';
import { ReportContext, useView } from './use-view.ts';
import '#web/styles/reports.css';
import '#web/styles/report-charts.css';

const Charts = lazy(() => import('./charts.tsx'));

export function ReportPage() {
  const { report: slug } = useParams({ from: '/app/reports/$report' });
  const { data, error, refetch } = useQuery(reportListQuery);
  const report = data?.results.find((one) => one.slug === slug || one.type === slug);
  if (error && !data) {
    return (
      <Unreachable problem={error instanceof ApiProblem ? error : null} onTry={() => void refetch()} isWholePage />
    );
  }
  if (!data) return <output className="vh">{t('loading')}</output>;
  if (!report) return <NoReport />;
  return (
    <ReportContext value={report} key={report.type}>
      <Guarded report={report} />
    </ReportContext>
  );
}

function NoReport() {
  return (
    <Blank
      alert
      isWholePage
      art="search"
      title={t('noReport')}
      actions={
        <Link className="btn primary" to="/reports">
          {t('allReports')}
        </Link>
      }
    >
      {t('noReportText')}
    </Blank>
  );
}

function Guarded({ report }: { report: ReportDescription }) {
  const [withMoney, withStock] = [useMay('view_financials'), useMay('view_inventory')];
  return withMoney || (withStock && report.quantity_columns) ? <Filled /> : <Refused report={report} />;
}

/** Nothing is asked before it is known what. */
function Filled() {
  return useSavedFill() ? <output className="vh">{t('loading')}</output> : <Report />;
}

function Refused({ report }: { report: ReportDescription }) {
  const needsMoney = report.quantity_columns === null;
  return (
    <>
      <PageHead title={report.title} />
      <NoAccess
        capability={needsMoney ? 'view_financials' : 'view_inventory'}
        what={t('refusedWhat', { name: reportName(report.type) })}
        why={t(needsMoney && !isStockReport(report.type) ? 'refusedFinancial' : 'refusedStock')}
      />
    </>
  );
}

function SinceLast() {
  const { report, question } = useView();
  const { isBusy, ask } = useSinceLast(report.type, question);
  return (
    <button type="button" className="btn" aria-disabled={isBusy || undefined} onClick={ask}>
      {c('sinceLast')}
    </button>
  );
}

function Report() {
  const company = useCompany();
  const { report: about, withMoney, question, pageOf, period, search, columns, change, changePeriod } = useView();
  const report = useQuery(reportPageQuery(about.type, question, pageOf));
  const summary = useQuery({ ...reportSummaryQuery(about.type, question), enabled: withMoney });
  const { data } = report;
  const { saved } = useOpenSaved();
  const move = (steps: -1 | 1): void => {
    const { from, to } = neighbour(period, steps);
    changePeriod(from, to);
  };
  useShortcuts({ '[': () => move(-1), ']': () => move(1) });
  useStepBack({ totalPages: report.isPlaceholderData ? undefined : data?.total_pages, page: pageOf.page }, (page) =>
    change({ page: page || undefined }, { replace: true }),
  );
  const isForgiving = useForgive(report.error, search, change);

  if (isNoAccess(report.error)) return <Refused report={about} />;
  const problem = report.error instanceof ApiProblem ? report.error : null;
  const isOfOtherQuestion = report.isPlaceholderData || summary.isPlaceholderData;
  const rows = report.isPlaceholderData ? undefined : data?.total;
  const currencies = data?.totals.map(({ currency }) => currency) ?? [];
  const words = {
    answers: about.answers,
    zone: company.time_zone,
    currencies: currencies.length > 0 ? currencies.join(t('and')) : company.currency,
  };
  return (
    <>
      <PageHead title={about.title} lead={t(withMoney ? 'lead' : 'leadWithoutAmounts', words)}>
        {withMoney && <SaveButton />}
        {withMoney && <SinceLast />}
        <ExportButtons
          type={about.type}
          question={question}
          columns={search.columns && columns.map(({ key }) => key)}
          saved={saved}
          rows={rows}
          isDirectOnly={!withMoney}
        />
      </PageHead>
      <Filters total={rows} />

      {report.isError && !data && !isForgiving ? (
        <Unreachable problem={problem} onTry={() => void report.refetch()} />
      ) : data?.total === 0 ? (
        <Nothing summary={summary.data} />
      ) : (
        <div className={isOfOtherQuestion ? 'stale' : undefined} aria-busy={report.isFetching}>
          <output className="vh">{data ? '' : t('loading')}</output>
          {report.isError && data && (
            <div className="banner warn" role="alert">
              <Icon name="offline" />
              <div>{t('oldRows', { time: localTime(data.snapshot_at, company.time_zone) })}</div>
              <button type="button" className="btn s" onClick={() => void report.refetch()}>
                {t('tryAgain')}
              </button>
            </div>
          )}
          {withMoney && <Figures page={data} summary={summary.data} />}
          {!withMoney ? null : summary.data ? (
            <Suspense fallback={<ChartsSkeleton isFailed={false} />}>
              <Charts charts={summary.data.charts} />
            </Suspense>
          ) : (
            <ChartsSkeleton isFailed={summary.isError} />
          )}
          <Rows data={data} />
        </div>
      )}
    </>
  );
}
