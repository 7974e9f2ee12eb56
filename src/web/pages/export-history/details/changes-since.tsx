/** What has become of an export's lines since, row by row: old and new, who and when; as a file, and the file as it stood. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ChangeCauses, RowChange } from '#contract/changes.ts';
import type { ExportJob } from '#contract/export-jobs.ts';
import { changesQuery } from '#web/api/changes.ts';
import { createJob, markChanges, retryAsItStood } from '#web/api/export-jobs.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { reloadJobs } from '#web/live/job-cache.ts';
import { problemToast } from '#web/parts/problem-toast.ts';
import { changesWords as t } from '#web/words/en/changes.ts';
import { decimal } from '#web/words/figures.ts';
import { fullInstant } from '#web/words/instants.ts';

export function ChangesSince({ job }: { job: ExportJob }) {
  const company = useCompany();
  const client = useQueryClient();
  const changed = job.changed_since;
  const { data } = useQuery({
    ...changesQuery(job.company_id, job.id, changed?.data_version ?? 0),
    enabled: changed !== null,
  });
  if (!changed) return null;
  const ask = async (send: () => Promise<ExportJob>): Promise<void> => {
    try {
      await send();
      showToast({ title: t('began'), icon: 'history', tone: 'wait' });
      await reloadJobs(client, job.company_id);
    } catch (error) {
      showToast(problemToast(error, t('notBegun')));
    }
  };
  const mark = async (isKnown: boolean): Promise<void> => {
    try {
      await markChanges(job.id, isKnown);
      await reloadJobs(client, job.company_id);
    } catch (error) {
      showToast(problemToast(error, t('notMarked')));
    }
  };
  const { company_id, report_type, file_format, date_from, date_to } = job;
  const file = { company_id, report_type, file_format, date_from, date_to, options: { changes_since: job.id } };
  const rest = data ? data.total - data.results.length : 0;
  return (
    <section>
      <h3 className="h4">{t('heading')}</h3>
      <p className="sub">{t('intro')}</p>
      <ul className="changes">
        {data?.results.map((row, at) => (
          <Row key={at} row={row} timeZone={company.time_zone} />
        ))}
      </ul>
      {rest > 0 && <p className="sub">{t('more', { count: rest })}</p>}
      <p className="line">
        <button type="button" className="btn s" onClick={() => void ask(() => createJob(file, crypto.randomUUID()))}>
          {t('download')}
        </button>{' '}
        <button type="button" className="btn s ghost" onClick={() => void ask(() => retryAsItStood(job.id))}>
          {t('asItStood')}
        </button>{' '}
        <button type="button" className="btn s ghost" onClick={() => void mark(!changed.is_known)}>
          {t(changed.is_known ? 'newsAgain' : 'known')}
        </button>
      </p>
    </section>
  );
}

function Row({ row, timeZone }: { row: RowChange; timeZone: string }) {
  const fields = row.change === 'changed' ? Object.entries(row.fields) : [];
  return (
    <li>
      <b className="med">{t(row.change)}</b> {Object.values(row.key).filter(Boolean).join(' · ')}
      {/[1-9]/.test(row.net_difference) && (
        <span className="sub">{t('difference', { amount: decimal(row.net_difference), currency: row.currency })}</span>
      )}
      {fields.map(([key, { old, new: now }]) => (
        <span key={key} className="sub">
          {key.replaceAll('_', ' ')}: <del>{old ?? '—'}</del> <ins>{now ?? '—'}</ins>
        </span>
      ))}
      {row.causes && row.causes.total > 0 && <Causes causes={row.causes} />}
      {row.changed_at && (
        <span className="sub">
          {t('by', { when: fullInstant(row.changed_at, timeZone), who: row.changed_by?.name ?? t('nobody') })}
        </span>
      )}
    </li>
  );
}

/** Below a line that is made of others: those of them that changed. */
function Causes({ causes: { total, results } }: { causes: ChangeCauses }) {
  return (
    <>
      <span className="sub">{t('because', { count: total })}</span>
      <ul>
        {results.map(({ kind, change, key, fields, net_difference: net, currency, revalued }, at) => (
          <li key={at} className="sub">
            {t(change)} {t(`kind_${kind}`)}: {[key.day, key.document, key.what, key.place].filter(Boolean).join(' · ')}
            {/[1-9]/.test(net) && ` ${t('difference', { amount: decimal(net), currency })}`}
            {change === 'changed' &&
              Object.entries(fields).map(([name, { old, new: now }]) => (
                <span key={name} className="sub">
                  {name.replaceAll('_', ' ')}: <del>{old ?? '—'}</del> <ins>{now ?? '—'}</ins>
                </span>
              ))}
            {revalued.lines > 0 && (
              <span className="sub">
                {t('revalued', { count: revalued.lines, amount: decimal(revalued.net_difference), currency })}
              </span>
            )}
          </li>
        ))}
      </ul>
      {total > results.length && <span className="sub">{t('moreCauses', { count: total - results.length })}</span>}
    </>
  );
}
