/** Instead of rows, where there are none: what was looked for, since when there is anything, and the ways on from there. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReportSummary } from '#contract/report-summaries.ts';
import { deliveryLocationsQuery } from '#web/api/company.ts';
import { useCompany, useMay } from '#web/frame/company-context.tsx';
import { Blank } from '#web/parts/blank.tsx';
import { dayText, periodText } from '#web/words/days.ts';
import { reportWords as t } from '#web/words/en/reports.ts';
import { isStockReport } from '#web/words/reports.ts';
import { useView } from './use-view.ts';

export function Nothing({ summary }: { summary: ReportSummary | undefined }) {
  const { report, search, values, period, changeFilters, changePeriod } = useView();
  const { data: locations } = useQuery(deliveryLocationsQuery(useCompany().id));
  const isFiltered = Object.keys(values).length > 0;
  const begins = summary?.previous.data_begins;
  if (begins === null || (locations?.length === 0 && !isFiltered)) return <NothingYet />;
  const days = periodText(period.from, period.to);
  return (
    <Blank
      art="search"
      title={t(report.period_kind === 'as_of' ? 'nothingAtTitle' : 'nothingTitle')}
      actions={
        <>
          {search.date_from !== undefined && (
            <button type="button" className="btn" onClick={() => changePeriod(undefined, undefined)}>
              {t('ownPeriod')}
            </button>
          )}
          {isFiltered && (
            <button type="button" className="btn" onClick={() => changeFilters({})}>
              {t('clearFilters')}
            </button>
          )}
        </>
      }
    >
      {t(isFiltered ? 'nothingFiltered' : 'nothingText', { period: days })}{' '}
      {begins && begins > period.from && t('dataBeginText', { day: dayText(begins) })}
    </Blank>
  );
}

/** A company that is new: its first steps, as far as this person may take them. */
function NothingYet() {
  const { report } = useView();
  const [mayImport, mayManage] = [useMay('import_data'), useMay('manage_locations')];
  const isStock = isStockReport(report.type);
  return (
    <Blank
      art="first"
      title={t('noDataTitle')}
      actions={
        <>
          {mayManage && !isStock && (
            <Link to="/delivery-locations" className="btn">
              {t('addLocation')}
            </Link>
          )}
          {mayImport && (
            <Link to="/import" className="btn primary">
              {t('importData')}
            </Link>
          )}
        </>
      }
    >
      {t(isStock ? 'noStock' : 'noPurchases')}
    </Blank>
  );
}
