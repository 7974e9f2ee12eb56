/** The question an export answers: every parameter, in words. */
import { useQuery } from '@tanstack/react-query';
import type { ExportJob } from '#contract/export-jobs.ts';
import { deliveryLocationsQuery } from '#web/api/company.ts';
import { reportListQuery } from '#web/api/reports.ts';
import { allStorageUnitsQuery } from '#web/api/storage-units.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { dayText } from '#web/words/days.ts';
import { fullInstant } from '#web/words/instants.ts';
import { wayOf } from '#web/words/formats.ts';
import { jobTitle } from '#web/words/jobs.ts';
import { isOfOneMoment, isStockReport } from '#web/words/reports.ts';

export function Question({ job }: { job: ExportJob }) {
  const company = useCompany();
  const { data: locations = [] } = useQuery(deliveryLocationsQuery(company.id));
  const { data: reports } = useQuery(reportListQuery);
  const report = reports?.results.find(({ type }) => type === job.report_type);
  const labelOf = (name: string): string =>
    report?.filters.find(({ key }) => key === name)?.label ?? name.replaceAll('_', ' ');
  const way = wayOf(job.file_format, job.options);
  const { delivery_location_ids: ids = [], storage_unit_ids: units, ...others } = job.filters;
  const isStock = isStockReport(job.report_type);
  const has = (key: string): boolean | undefined => report?.filters.some((filter) => filter.key === key);
  const hasLocations = !job.pack && (ids.length > 0 || (has('delivery_location_ids') ?? !isStock));
  const hasUnits = units !== undefined || (has('storage_unit_ids') ?? isStock);
  const names = ids.map((id) => locations.find((location) => location.id === id)?.name ?? 'Another location');
  return (
    <section>
      <h3 className="h4">Question</h3>
      <dl className="kv">
        <dt>Report</dt>
        <dd>{jobTitle(job)}</dd>
        <Days job={job} />
        {hasLocations && (
          <>
            <dt>Locations</dt>
            <dd>{names.length > 0 ? names.join(', ') : 'All'}</dd>
          </>
        )}
        {hasUnits && <StorageUnits companyId={company.id} ids={units} />}
        {Object.entries(others).map(([name, value]) => (
          <Parameter key={name} label={labelOf(name)} value={value} />
        ))}
        {way && (
          <>
            <dt>Made</dt>
            <dd>{way.label}</dd>
          </>
        )}
        <dt>Time zone</dt>
        <dd>{company.time_zone}</dd>
        <dt>Requested</dt>
        <dd>
          {fullInstant(job.created_at, company.time_zone).replace(`, ${company.time_zone}`, '')} by{' '}
          {job.created_by.name}
        </dd>
      </dl>
    </section>
  );
}

function Days({ job }: { job: ExportJob }) {
  if (isOfOneMoment(job.report_type)) {
    return (
      <>
        <dt>As at the end of</dt>
        <dd>{dayText(job.date_to)}</dd>
      </>
    );
  }
  return (
    <>
      <dt>{isStockReport(job.report_type) ? 'Days' : 'Delivery days'}</dt>
      <dd>
        {job.date_from === job.date_to
          ? dayText(job.date_from)
          : `${dayText(job.date_from)} – ${dayText(job.date_to)}, both included`}
      </dd>
    </>
  );
}

function StorageUnits({ companyId, ids }: { companyId: string; ids: unknown }) {
  const chosen = Array.isArray(ids) ? (ids as string[]) : [];
  const { data: units } = useQuery({ ...allStorageUnitsQuery(companyId), enabled: chosen.length > 0 });
  const names = chosen.map((id) => units?.find((unit) => unit.id === id)?.name ?? 'Another storage unit');
  return (
    <>
      <dt>Storage units</dt>
      <dd>{names.length > 0 ? names.join(', ') : 'All'}</dd>
    </>
  );
}

/** A filter of the report, by the name the report gives it. */
function Parameter({ label, value }: { label: string; value: unknown }) {
  const text = Array.isArray(value)
    ? `${value.length} chosen`
    : typeof value === 'object'
      ? JSON.stringify(value)
      : `${value as string | number | boolean}`;
  return (
    <>
      <dt>{label}</dt>
      <dd className="wraps">{text}</dd>
    </>
  );
}
