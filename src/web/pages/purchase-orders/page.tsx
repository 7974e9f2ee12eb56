/**
 * Purchase Orders Report: what was delivered to which location in a period, with its totals, and the ways to take it
 * along. Its whole state is its address.
 */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { deliveryLocationsQuery } from '#web/api/company.ts';
import { ApiProblem, isNoAccess } from '#web/api/problem.ts';
import { deliverySummaryQuery, reportPageQuery } from '#web/api/reports.ts';
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
import { periodText } from '#web/words/days.ts';
import { Charts } from './charts.tsx';
import { Figures } from './figures.tsx';
import { Filters } from './filters.tsx';
import { Lines } from './lines.tsx';
import { useView } from './use-view.ts';
import '#web/styles/reports.css';
import '#web/styles/report-charts.css';

const title = 'Purchase Orders Report';

export function PurchaseOrdersPage() {
  return useMay('view_financials') ? <Report /> : <Refused />;
}

function Refused() {
  return (
    <>
      <PageHead title={title} />
      <NoAccess capability="view_financials" what="purchase orders" why="This report shows what was paid to vendors." />
    </>
  );
}

function Report() {
  const company = useCompany();
  const { question, pageOf, period, search, change, changePeriod } = useView();
  const report = useQuery(reportPageQuery('delivery_location', question, pageOf));
  const summary = useQuery(deliverySummaryQuery(question));
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
  const hasLocations = new Set(search.delivery_location_ids).size !== 1;
  return (
    <>
      <PageHead
        title={title}
        lead={`What vendors delivered. Amounts in ${currenciesText(
          data?.totals.map(({ currency }) => currency),
          company.currency,
        )}, days in ${company.time_zone}.`}
      >
        <ExportButtons
          type="delivery_location"
          question={question}
          rows={report.isPlaceholderData ? undefined : data?.total}
        />
      </PageHead>
      <Filters />
      {report.isError && !data && !isForgiving ? (
        <Unreachable problem={problem} onTry={() => void report.refetch()} />
      ) : data?.total === 0 ? (
        <NothingDelivered />
      ) : (
        <div className={isOfOtherQuestion ? 'stale' : undefined} aria-busy={report.isFetching}>
          <output className="vh">{data ? '' : 'Loading the report'}</output>
          <Figures totals={data?.totals} lines={data?.total} summary={summary.data} />
          {summary.data ? (
            <Charts summary={summary.data} period={period} />
          ) : (
            <ChartsSkeleton isFailed={summary.isError} />
          )}
          <Lines data={data} hasLocations={hasLocations} />
        </div>
      )}
    </>
  );
}

function NothingDelivered() {
  const { search, period, change, changePeriod } = useView();
  const isStandard = search.date_from === undefined;
  const { data: locations } = useQuery(deliveryLocationsQuery(useCompany().id));
  if (locations?.length === 0) return <NothingYet />;
  return (
    <Blank
      art="search"
      title="No deliveries"
      actions={
        <>
          {!isStandard && (
            <button type="button" className="btn" onClick={() => changePeriod(undefined, undefined)}>
              Last 30 days
            </button>
          )}
          {search.delivery_location_ids && (
            <button type="button" className="btn" onClick={() => change({ delivery_location_ids: undefined })}>
              All locations
            </button>
          )}
        </>
      }
    >
      Nothing was received {search.delivery_location_ids ? 'at the chosen locations ' : ''}in{' '}
      {periodText(period.from, period.to)}. Orders that are only drafted or sent do not count.
    </Blank>
  );
}

/** A company that is new: its first steps, as far as this person may take them. */
function NothingYet() {
  const [mayImport, mayManage] = [useMay('import_data'), useMay('manage_locations')];
  return (
    <Blank
      art="first"
      title="No delivery locations yet"
      actions={
        <>
          {mayManage && (
            <Link to="/delivery-locations" className="btn">
              Add a location
            </Link>
          )}
          {mayImport && (
            <Link to="/import" className="btn primary">
              Import data
            </Link>
          )}
        </>
      }
    >
      Purchases are reported by the location they were delivered to. An import brings locations, vendors, orders and
      receipts together.
    </Blank>
  );
}

const currenciesText = (found: readonly string[] | undefined, standard: string): string =>
  found && found.length > 0 ? found.join(' and ') : standard;
