/** Changes of a company: which import or hand changed what reports show, with lines and money; each can be undone. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { DataVersion } from '#contract/changes.ts';
import { undoVersion, versionsKey, versionsQuery } from '#web/api/changes.ts';
import { ApiProblem } from '#web/api/problem.ts';
import { useCompany, useMay } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { Blank } from '#web/parts/blank.tsx';
import { NoAccess } from '#web/parts/no-access.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { changesWords as t } from '#web/words/en/changes.ts';
import { count, decimal } from '#web/words/figures.ts';
import { fullInstant } from '#web/words/instants.ts';
import '#web/styles/settings.css';

const ClosedUndo = lazy(() => import('./closed-undo.tsx'));
const Confirm = lazy(() => import('#web/parts/confirm.tsx'));

export function ChangesPage() {
  const maySee = useMay('view_financials');
  if (!maySee) return <NoAccess capability="view_financials" what={t('what')} why={t('why')} />;
  return (
    <>
      <PageHead title={t('title')} lead={t('lead')} />
      <Versions />
    </>
  );
}

function Versions() {
  const company = useCompany();
  const mayUndo = useMay('import_data');
  const client = useQueryClient();
  const [page, setPage] = useState(0);
  const [asked, setAsked] = useState<DataVersion | null>(null);
  const [closed, setClosed] = useState<{ one: DataVersion; until: string } | null>(null);
  const { data } = useQuery(versionsQuery(company.id, page));
  if (!data) return null;
  if (data.total === 0) {
    return (
      <Blank art="search" title={t('none')}>
        {t('lead')}
      </Blank>
    );
  }
  const undo = async (one: DataVersion, reason?: string): Promise<void> => {
    const { version } = one;
    try {
      await undoVersion(company.id, version, crypto.randomUUID(), reason);
      showToast({ title: t('undone', { version }), icon: 'again', tone: 'good' });
      setClosed(null);
    } catch (error) {
      const needed = reason === undefined && error instanceof ApiProblem ? reasonNeeded(error) : null;
      if (needed !== null) return setClosed({ one, until: needed });
      showToast(problemToast(error, t('notUndone', { version })));
    }
    await client.invalidateQueries({ queryKey: versionsKey(company.id) });
  };
  return (
    <>
      <table className="table plain mid stack" role="table">
        <caption className="vh">{t('title')}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {(['number', 'when', 'source', 'who', 'lines', 'money', 'undoThis'] as const).map((name) => (
              <th
                key={name}
                scope="col"
                role="columnheader"
                className={name === 'lines' || name === 'money' ? 'num' : undefined}
              >
                {name === 'undoThis' ? <span className="vh">{t(name)}</span> : t(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {data.results.map((one) => (
            <tr role="row" key={one.version}>
              <th scope="row" role="rowheader">
                {one.version}
              </th>
              <td role="cell" data-l={t('when')}>
                {fullInstant(one.at, company.time_zone)}
              </td>
              <td role="cell" data-l={t('source')}>
                {sourceText(one)}
              </td>
              <td role="cell" data-l={t('who')}>
                {one.by?.name ?? t('operator')}
              </td>
              <td role="cell" data-l={t('lines')} className="num">
                {count(one.lines)}
              </td>
              <td role="cell" data-l={t('money')} className="num">
                {one.totals.map(({ currency, net_difference: net }) => `${decimal(net)} ${currency}`).join(', ')}
              </td>
              <td role="cell" className="end">
                {mayUndo && !isFirst(one) && (
                  <button type="button" className="btn s ghost" onClick={() => setAsked(one)}>
                    {t('undoThis')}
                    <span className="vh"> {t('undoOf', { id: one.version })}</span>
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {data.total_pages > 1 && (
        <p className="line">
          <button type="button" className="btn s" disabled={page === 0} onClick={() => setPage(page - 1)}>
            {t('newer')}
          </button>{' '}
          <button
            type="button"
            className="btn s"
            disabled={page + 1 >= data.total_pages}
            onClick={() => setPage(page + 1)}
          >
            {t('older')}
          </button>
        </p>
      )}
      {closed && (
        <Suspense>
          <ClosedUndo
            version={closed.one.version}
            until={closed.until}
            onReason={(reason) => undo(closed.one, reason)}
            onClose={() => setClosed(null)}
          />
        </Suspense>
      )}
      {asked && (
        <Suspense>
          <Confirm
            title={t('undoQuestion', { version: asked.version })}
            yes={t('undoYes')}
            no={t('undoNo')}
            onYes={() => undo(asked)}
            onClose={() => setAsked(null)}
          >
            {t('undoText')}
          </Confirm>
        </Suspense>
      )}
    </>
  );
}

/** Up to which day days are closed that may be changed with a reason; null: that is not what was wrong. */
const reasonNeeded = ({ code, answer }: ApiProblem): string | null =>
  code === 'period_closed' && answer['policy'] === 'reason' ? String(answer['closed_until']) : null;

/** What was there before versions were counted: no import or hand to be undone. */
const isFirst = ({ source }: DataVersion): boolean => source.kind === 'import' && source.id === null;

function sourceText(version: DataVersion): string {
  const { source } = version;
  if (source.kind === 'import') return isFirst(version) ? t('first') : t('import', { id: source.id ?? '' });
  return source.kind === 'undo' ? t('undoOf', { id: source.id ?? '' }) : t('hand');
}
