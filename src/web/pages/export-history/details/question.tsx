/** The question an export answers: every parameter, in words. */
import { useQuery } from '@tanstack/react-query';
import type { ExportJob } from '#contract/export-jobs.ts';
import { deliveryLocationsQuery } from '#web/api/company.ts';
import { reportListQuery } from '#web/api/reports.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { dayText } from '#web/words/days.ts';
import { fullInstant } from '#web/words/instants.ts';
import { isStockReport, reportName } from '#web/words/reports.ts';

export function Question({ job }: { job: ExportJob }) {
  const company = useCompany();
  const { data: locations = [] } = useQuery(deliveryLocationsQuery(company.id));
  const { data: reports } = useQuery(reportListQuery);
  const report = reports?.results.find(({ type }) => type === job.report_type);
  const labelOf = (name: string): string =>
    report?.filters.find(({ key }) => key === name)?.label ?? name.replaceAll('_', ' ');
  const { delivery_location_ids: ids = [], ...others } = job.filters;
  const names = ids.map((id) => locations.find((location) => location.id === id)?.name ?? 'Another location');
  return (
    <section>
      <h3 className="h4">Question</h3>
      <dl className="kv">
        <dt>Report</dt>
        <dd>{reportName(job.report_type)}</dd>
        <dt>{isStockReport(job.report_type) ? 'Days' : 'Delivery days'}</dt>
        <dd>
          {job.date_from === job.date_to
            ? dayText(job.date_from)
            : `${dayText(job.date_from)} – ${dayText(job.date_to)}, both included`}
        </dd>
        <dt>Locations</dt>
        <dd>{names.length > 0 ? names.join(', ') : 'All'}</dd>
        {Object.entries(others).map(([name, value]) => (
          <Parameter key={name} label={labelOf(name)} value={value} />
        ))}
        {job.file_format === 'csv' && (
          <>
            <dt>CSV dialect</dt>
            <dd>{job.options.csv_dialect === 'spreadsheets' ? 'For spreadsheets' : 'For systems'}</dd>
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
