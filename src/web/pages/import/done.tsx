/** What an import has changed, and what follows from it. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { listJobs } from '#web/api/export-jobs.ts';
import { useCompany, useMay, useMe } from '#web/frame/company-context.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { useToday } from '#web/parts/use-clock.ts';
import { periodText } from '#web/words/days.ts';
import { count, counted, decimal, duration } from '#web/words/figures.ts';
import { dayName, localSecond } from '#web/words/instants.ts';
import { FilesTable } from './files-table.tsx';
import type { ImportSession, Stage } from './import-session.ts';
import { Warnings } from './warnings.tsx';

interface DoneProps {
  readonly session: ImportSession;
  readonly stage: Extract<Stage, { name: 'done' }>;
}

export function Done({ session, stage }: DoneProps) {
  const me = useMe();
  const company = useCompany();
  const today = useToday();
  const maySeeMoney = useMay('view_financials');
  const queryClient = useQueryClient();
  const { result, at, milliseconds } = stage;
  // anything that was read before may have changed
  useEffect(() => void queryClient.invalidateQueries(), [queryClient]);
  const sum = (name: 'created' | 'updated' | 'unchanged'): number =>
    result.files.reduce((total, file) => total + file[name], 0);
  const { received } = result;
  return (
    <div className="done">
      <div className="verdict">
        <span className="mark good">
          <Icon name="check" />
        </span>
        <div>
          <h2>{counted(sum('created') + sum('updated'), 'row is', 'rows are')} in</h2>
          <p>
            {count(sum('created'))} new, {count(sum('updated'))} changed, {count(sum('unchanged'))} were already so.{' '}
            {dayName(at, company.time_zone, today)} {localSecond(at, company.time_zone)}, by {me.user.name}, in{' '}
            {duration(milliseconds)}.
          </p>
        </div>
      </div>
      {received && (
        <dl className="kv">
          <dt>Business days</dt>
          <dd>{periodText(received.date_from, received.date_to)}</dd>
          {maySeeMoney && (
            <>
              <dt>Net received</dt>
              <dd>
                {received.totals.map(({ currency, net_amount }) => (
                  <span key={currency} className="block-line">
                    {decimal(net_amount)} {currency}
                  </span>
                ))}
              </dd>
              <AffectedExports from={received.date_from} to={received.date_to} />
            </>
          )}
        </dl>
      )}
      <FilesTable result={result} />
      <Warnings result={result} />
      <div className="sumline">
        {maySeeMoney ? (
          <Link
            className="btn primary"
            to="/reports/$report"
            params={{ report: 'purchase-orders' }}
            search={{} as never}
          >
            Open Purchase Orders
          </Link>
        ) : (
          <Link className="btn primary" to="/delivery-locations">
            Open Delivery Locations
          </Link>
        )}
        <button type="button" className="btn" onClick={() => void session.startOver()}>
          Import more
        </button>
      </div>
    </div>
  );
}

/** Finished exports of these days were made before this import. */
function AffectedExports({ from, to }: { from: string; to: string }) {
  const company = useCompany();
  const { data } = useQuery({
    queryKey: ['export-jobs', company.id, 'affected', from, to],
    queryFn: ({ signal }) =>
      listJobs(
        { company_id: company.id, status: ['completed'], period_from: from, period_to: to, page_size: 1 },
        signal,
      ),
  });
  if (!data || data.total === 0) return null;
  return (
    <>
      <dt>Exports before it</dt>
      <dd>
        <Link to="/export-history" search={{ status: ['completed'], period_from: from, period_to: to }}>
          {counted(data.total, 'finished export')}
        </Link>{' '}
        {data.total === 1 ? 'covers' : 'cover'} these days
      </dd>
    </>
  );
}
