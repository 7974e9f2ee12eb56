/**
 * What is proven: rows counted in the database against rows written to the file, and the checksum of the ZIP. The sums
 * are the database's alone, of the same snapshot, and are called so: the amounts in the file are not added up here.
 */
import { useQuery } from '@tanstack/react-query';
import type { ExportJob } from '#contract/export-jobs.ts';
import type { ControlTotals as Totals, CurrencyTotals } from '#contract/reports.ts';
import { reportListQuery } from '#web/api/reports.ts';
import { copyText } from '#web/parts/clipboard.ts';
import { Icon } from '#web/parts/icon.tsx';
import { count, decimal } from '#web/words/figures.ts';
import { formatOf } from '#web/words/formats.ts';

/** Locations and the like; more are in the file's own summary. */
const groupsShownMax = 40;

export function ControlTotals({ job }: { job: ExportJob }) {
  const { control_totals: totals, sha256 } = job;
  if (!totals && !sha256) return null;
  return (
    <section>
      <h3 className="h4">Control totals</h3>
      {totals && <RowCheck counted={totals.rows} written={job.row_count} />}
      {totals && totals.currencies.length > 0 && (
        <>
          <p className="sub of-sums">
            Sums of the database, from the same moment as the rows.{' '}
            {formatOf(job.file_format).isAddedUp
              ? 'Verify a file adds up the CSV and lays its sums beside these.'
              : 'The amounts in the file are not added up again.'}
          </p>
          <Sums job={job} totals={totals} />
        </>
      )}
      {sha256 && (
        <dl className="kv one">
          <dt>SHA-256</dt>
          <dd className="hash-line">
            <code className="hash">
              {sha256.slice(0, 32)}
              <wbr />
              {sha256.slice(32)}
            </code>
            <button
              type="button"
              className="icon-btn"
              aria-label="Copy SHA-256"
              onClick={() => void copyText(sha256, 'SHA-256')}
            >
              <Icon name="copy" small />
            </button>
          </dd>
        </dl>
      )}
    </section>
  );
}

function RowCheck({ counted, written }: { counted: number; written: number | null }) {
  const agrees = counted === written;
  return (
    <table className="mini">
      <caption className="vh">Rows counted in the database and written to the file</caption>
      <thead>
        <tr>
          <th scope="col">Check</th>
          <th scope="col" className="num">
            Database
          </th>
          <th scope="col" className="num">
            File
          </th>
          <th scope="col">
            <span className="vh">Result</span>
          </th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">Rows</th>
          <td className="num">{count(counted)}</td>
          <td className="num">{written === null ? '–' : count(written)}</td>
          <td className={agrees ? 'ok' : 'ok no'}>
            {written !== null && (
              <>
                <Icon name={agrees ? 'check' : 'x'} small />
                <span className="vh">{agrees ? 'agree' : 'differ'}</span>
              </>
            )}
          </td>
        </tr>
      </tbody>
    </table>
  );
}

/** The summed columns, in the order and by the names of the report; until those are known, by their keys. */
function useSumColumns(job: ExportJob, totals: Totals): readonly { key: string; label: string }[] {
  const { data } = useQuery(reportListQuery);
  const summed = new Set(totals.currencies.flatMap(({ sums }) => Object.keys(sums)));
  const columns = data?.results.find(({ type }) => type === job.report_type)?.columns ?? [];
  const named = columns
    .filter(({ key }) => summed.has(key))
    .map(({ key, label, total_label }) => ({ key, label: total_label ?? label }));
  return named.length === summed.size ? named : [...summed].map((key) => ({ key, label: key.replaceAll('_', ' ') }));
}

interface SumsProps {
  readonly totals: Totals;
  readonly columns: readonly { key: string; label: string }[];
}

function Sums({ job, totals }: { job: ExportJob; totals: Totals }) {
  const columns = useSumColumns(job, totals);
  return totals.groups.length > 0 ? (
    <GroupSums totals={totals} columns={columns} />
  ) : (
    <PlainSums totals={totals} columns={columns} />
  );
}

/** Without groups: a row a sum, a column a currency. */
function PlainSums({ totals, columns }: SumsProps) {
  return (
    <table className="mini">
      <caption className="vh">Sums of the database per currency</caption>
      <thead>
        <tr>
          <th scope="col">Sum</th>
          {totals.currencies.map(({ currency }) => (
            <th key={currency} scope="col" className="num">
              {currency}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {columns.map(({ key, label }) => (
          <tr key={key}>
            <th scope="row">{label}</th>
            {totals.currencies.map(({ currency, sums }) => (
              <td key={currency} className="num">
                {sums[key] === undefined ? '–' : decimal(sums[key])}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A row a group, and in bold what all of one currency come to. */
function GroupSums({ totals, columns }: SumsProps) {
  const keys = columns.map(({ key }) => key);
  const groups = totals.groups.slice(0, groupsShownMax);
  const hidden = totals.groups.length - groups.length;
  const currencies = totals.currencies.map(({ currency }) => currency).join(', ');
  return (
    // more columns than fit can be reached by keyboard
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="sums" tabIndex={0} aria-label="Sums of the database per group">
      <table className="mini">
        <caption className="vh">Sums of the database per group and currency</caption>
        <thead>
          <tr>
            <th scope="col">{currencies}</th>
            <th scope="col" className="num">
              Rows
            </th>
            {columns.map(({ key, label }) => (
              <th key={key} scope="col" className="num">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <SumRow key={`${group.group} ${group.currency}`} label={group.group} totals={group} keys={keys} />
          ))}
          {totals.currencies.map((total) => (
            <SumRow key={total.currency} label={`All, ${total.currency}`} totals={total} keys={keys} isTotal />
          ))}
        </tbody>
      </table>
      {hidden > 0 && <p className="sub">{count(hidden)} more groups are in summary.csv of the file.</p>}
    </section>
  );
}

interface SumRowProps {
  readonly label: string;
  readonly totals: CurrencyTotals;
  readonly keys: readonly string[];
  readonly isTotal?: boolean;
}

const SumRow = ({ label, totals, keys, isTotal = false }: SumRowProps) => (
  <tr className={isTotal ? 'total' : undefined}>
    <th scope="row">{label}</th>
    <td className="num">{count(totals.rows)}</td>
    {keys.map((key) => (
      <td key={key} className="num">
        {totals.sums[key] === undefined ? '–' : decimal(totals.sums[key])}
      </td>
    ))}
  </tr>
);
