/** Changes of a company: which import or hand changed what reports show, with lines and money; each can be undone. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { DataVersion } from '#contract/changes.ts';
import { undoVersion, versionsKey, versionsQuery } from '#web/api/changes.ts';
import { useCompany, useMay } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { Blank } from '#web/parts/blank.tsx';
import { NoAccess } from '#web/parts/no-access.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { changesWords as t } from '#web/words/en/changes.ts';
import { count, decimal } from '#web/words/figures.ts';
import { fullInstant } from '#web/words/instants.ts';

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
  const { data } = useQuery(versionsQuery(company.id, page));
  if (!data) return null;
  if (data.total === 0) {
    return (
      <Blank art="search" title={t('none')}>
        {t('lead')}
      </Blank>
    );
  }
  const undo = async ({ version }: DataVersion): Promise<void> => {
    try {
      await undoVersion(company.id, version, crypto.randomUUID());
      showToast({ title: t('undone', { version }), icon: 'again', tone: 'good' });
    } catch (error) {
      showToast(problemToast(error, t('notUndone', { version })));
    }
    await client.invalidateQueries({ queryKey: versionsKey(company.id) });
  };
  return (
    <>
      <div className="table-wrap">
        <table className="table">
          <caption className="vh">{t('title')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('number')}</th>
              <th scope="col">{t('when')}</th>
              <th scope="col">{t('source')}</th>
              <th scope="col">{t('who')}</th>
              <th scope="col" className="num">
                {t('lines')}
              </th>
              <th scope="col" className="num">
                {t('money')}
              </th>
              <th scope="col">
                <span className="vh">{t('undoThis')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {data.results.map((one) => (
              <tr key={one.version}>
                <th scope="row">{one.version}</th>
                <td>{fullInstant(one.at, company.time_zone)}</td>
                <td>{sourceText(one)}</td>
                <td>{one.by?.name ?? t('operator')}</td>
                <td className="num">{count(one.lines)}</td>
                <td className="num">
                  {one.totals.map(({ currency, net_difference: net }) => `${decimal(net)} ${currency}`).join(', ')}
                </td>
                <td>
                  {mayUndo && (
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
      </div>
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

function sourceText({ source }: DataVersion): string {
  if (source.kind === 'import') return source.id === null ? t('first') : t('import', { id: source.id });
  return source.kind === 'undo' ? t('undoOf', { id: source.id ?? '' }) : t('hand');
}
