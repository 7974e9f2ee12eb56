/** The packs that were made last: how far they are, whether they agree, and their file; all else is in Export History. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ExportPack } from '#contract/packs.ts';
import { packRunsQuery, packLink } from '#web/api/packs.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { StatusBadge } from '#web/parts/badges.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { PackStatusNote } from '#web/parts/packs/pack-progress.tsx';
import { TieOutBadge } from '#web/parts/packs/tie-out-badge.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { periodText } from '#web/words/days.ts';
import { packWords as t } from '#web/words/en/packs.ts';

const shown = 5;
/** While one is being made. */
const againMs = 2000;

const isMade = ({ status }: ExportPack): boolean => status !== 'pending' && status !== 'processing';

export function PackRuns() {
  const { organization_id: organizationId } = useCompany();
  const { data } = useQuery({
    ...packRunsQuery(organizationId, shown),
    refetchInterval: ({ state }) => (state.data?.results.every(isMade) === false ? againMs : false),
  });
  if (!data || data.results.length === 0) return null;
  return (
    <section className="part" aria-label={t('made')}>
      <h2>{t('made')}</h2>
      <table className="table plain mid stack after" role="table">
        <caption className="vh">{t('made')}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {[t('name'), t('period'), t('status'), t('agreement'), t('actions')].map((name) => (
              <th key={name} scope="col" role="columnheader">
                {name === t('actions') ? <span className="vh">{name}</span> : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {data.results.map((pack) => (
            <Run key={pack.id} pack={pack} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Run({ pack }: { pack: ExportPack }) {
  const company = pack.members[0]?.company_id ?? '';
  const download = async (): Promise<void> => {
    try {
      // sent as an attachment: the page stays
      location.assign((await packLink(pack.id)).download_url);
    } catch (error) {
      showToast(problemToast(error, t('download')));
    }
  };
  return (
    <tr role="row">
      <th scope="row" role="rowheader">
        <Link to="/export-history" search={{ company, job: pack.id } as never}>
          {pack.name}
        </Link>
      </th>
      <td role="cell" data-l={t('period')}>
        {periodText(pack.date_from, pack.date_to)}
      </td>
      <td role="cell" data-l={t('status')}>
        <StatusBadge status={pack.status === 'incomplete' ? 'failed' : shownOf(pack)} />
        <PackStatusNote
          members={pack.members.length}
          ended={pack.members.filter(({ completed_at }) => completed_at !== null).length}
          isRunning={!isMade(pack)}
          name={pack.name}
          problem={pack.error?.message}
        />
      </td>
      <td role="cell" data-l={t('agreement')}>
        <TieOutBadge pack={pack} />
      </td>
      <td role="cell" data-l={t('actions')}>
        {pack.is_downloadable && (
          <button
            type="button"
            className="btn s"
            aria-label={`${t('download')}: ${pack.name}`}
            onClick={() => void download()}
          >
            <Icon name="download" small />
            {t('download')}
          </button>
        )}
      </td>
    </tr>
  );
}

const shownOf = ({ status, is_downloadable }: ExportPack) =>
  status === 'completed' && !is_downloadable ? ('expired' as const) : status === 'incomplete' ? 'failed' : status;
