/** Which export it is: the question it answers, who asked it and when, by the clock of its company. */
import type { ExportFacts as Facts } from '#contract/verification.ts';
import { periodText } from '#web/words/days.ts';
import { fullInstant } from '#web/words/instants.ts';
import { formatName } from '#web/words/formats.ts';
import { isStockReport, reportName } from '#web/words/reports.ts';

export function ExportFacts({ facts }: { facts: Facts }) {
  const { company } = facts;
  const moment = (instant: string): string =>
    fullInstant(instant, company.time_zone).replace(`, ${company.time_zone}`, '');
  return (
    <section>
      <h3>Export</h3>
      <dl className="kv">
        <dt>Report</dt>
        <dd>
          {reportName(facts.report_type)}, {formatName(facts.file_format)}
        </dd>
        <dt>Company</dt>
        <dd>{company.name}</dd>
        <dt>{isStockReport(facts.report_type) ? 'Days' : 'Delivery days'}</dt>
        <dd>
          {periodText(facts.date_from, facts.date_to)}, {company.time_zone}
        </dd>
        {facts.filters.map(({ label, value }) => (
          <Filter key={label} label={label} value={value} />
        ))}
        <dt>Requested by</dt>
        <dd>
          {facts.requested_by}, {moment(facts.requested_at)}
        </dd>
        {facts.snapshot_at && (
          <>
            <dt>Data as of</dt>
            <dd>{moment(facts.snapshot_at)}</dd>
          </>
        )}
      </dl>
    </section>
  );
}

const Filter = ({ label, value }: { label: string; value: string }) => (
  <>
    <dt>{label.replace('Delivery locations', 'Locations')}</dt>
    <dd className="wraps">{value}</dd>
  </>
);
