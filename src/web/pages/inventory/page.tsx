/**
 * Inventory Report: what is in stock at what cost, and what moved in a period, ingredient by ingredient. Its whole state
 * is its address.
 */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ApiProblem, isNoAccess } from '#web/api/problem.ts';
import { inventorySummaryQuery, reportPageQuery } from '#web/api/reports.ts';
import { useCompany, useMay } from '#web/frame/company-context.tsx';
import { useShortcuts } from '#web/frame/shortcuts.ts';
import { Blank } from '#web/parts/blank.tsx';
import { NoAccess } from '#web/parts/no-access.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { ChartsSkeleton } from '#web/parts/report/charts-skeleton.tsx';
import { ExportButtons } from '#web/parts/report/export-buttons.tsx';
import { neighbour } from '#web/parts/report/presets.ts';
import { useForgive } from '#web/parts/report/use-forgive.ts';
import { useStepBack } from '#web/parts/report/use-step-back.ts';
import { Unreachable } from '#web/parts/unreachable.tsx';
import { Charts } from './charts.tsx';
import { Figures } from './figures.tsx';
import { Filters } from './filters.tsx';
import { Ingredients } from './ingredients.tsx';
import { withoutFilters } from './search.ts';
import { useView } from './use-view.ts';
import '#web/styles/reports.css';
import '#web/styles/report-charts.css';

const title = 'Inventory Report';

export function InventoryPage() {
  const maySeeMoney = useMay('view_financials');
  return useMay('view_inventory') || maySeeMoney ? <Report /> : <Refused />;
}

function Refused() {
  return (
    <>
      <PageHead title={title} />
      <NoAccess capability="view_inventory" what="the inventory report" why="It shows what is in stock." />
    </>
  );
}

function Report() {
  const company = useCompany();
  const { withMoney, question, pageOf, period, search, change, changePeriod } = useView();
  const report = useQuery(reportPageQuery('inventory', question, pageOf));
  const summary = useQuery({ ...inventorySummaryQuery(question), enabled: withMoney });
  const { data } = report;
  const move = (steps: -1 | 1): void => {
    const { from, to } = neighbour(period, steps);
    changePeriod(from, to);
  };
  useShortcuts({ '[': () => move(-1), ']': () => move(1) });
  useStepBack({ totalPages: report.isPlaceholderData ? undefined : data?.total_pages, page: pageOf.page }, (page) =>
    change({ page: page || undefined }, { replace: true }),
  );

  const isForgiving = useForgive(report.error, search, change);

  if (isNoAccess(report.error)) return <Refused />;
  const problem = report.error instanceof ApiProblem ? report.error : null;
  const isOfOtherQuestion = report.isPlaceholderData || summary.isPlaceholderData;
  return (
    <>
      <PageHead
        title={title}
        lead={`What is in stock and what moved. ${
          withMoney ? `Amounts in ${company.currency}, days` : 'Quantities without amounts, days'
        } in ${company.time_zone}.`}
      >
        <ExportButtons
          type="inventory"
          question={question}
          rows={report.isPlaceholderData ? undefined : data?.total}
          isDirectOnly={!withMoney}
        />
      </PageHead>
      <Filters summary={summary.data} />
      {report.isError && !data && !isForgiving ? (
        <Unreachable problem={problem} onTry={() => void report.refetch()} />
      ) : data?.total === 0 ? (
        <NothingFound />
      ) : (
        <div className={isOfOtherQuestion ? 'stale' : undefined} aria-busy={report.isFetching}>
          <output className="vh">{data ? '' : 'Loading the report'}</output>
          {withMoney && <Figures summary={summary.data} />}
          {!withMoney ? null : summary.data ? (
            <Charts summary={summary.data} period={period} />
          ) : (
            <ChartsSkeleton isFailed={summary.isError} />
          )}
          <Ingredients data={data} summary={summary.data} />
        </div>
      )}
    </>
  );
}

function NothingFound() {
  const { filters, change } = useView();
  const isFiltered = Object.keys(filters).length > 0;
  const mayImport = useMay('import_data');
  return (
    <Blank
      art={isFiltered ? 'search' : 'first'}
      title={isFiltered ? 'No ingredient matches' : 'No ingredients yet'}
      actions={
        isFiltered ? (
          <button type="button" className="btn" onClick={() => change(withoutFilters)}>
            Clear filters
          </button>
        ) : (
          mayImport && (
            <Link to="/import" className="btn primary">
              Import data
            </Link>
          )
        )
      }
    >
      {isFiltered
        ? 'No ingredient of this company fits all the filters.'
        : 'Ingredients come with an import, and stock with their movements.'}
    </Blank>
  );
}
