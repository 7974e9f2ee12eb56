/** Companies x months: closed, open, changed since, exported, who is late; each cell leads to its month. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { CloseMonth } from '#contract/closing.ts';
import { groupCloseQuery } from '#web/api/close.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { Blank } from '#web/parts/blank.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { monthName } from '#web/words/days.ts';
import { closeWords as t } from '#web/words/en/close.ts';
import { money } from './money.ts';
import { Views } from './views.tsx';

const looks = {
  closed: { badge: 'completed', icon: 'lock' },
  changed: { badge: 'expired', icon: 'warn' },
  open: { badge: 'pending', icon: 'clock' },
} as const;

export function GroupView() {
  const { organization_id: organization } = useCompany();
  const { data } = useQuery(groupCloseQuery(organization));
  const months = data?.results[0]?.months.map(({ month }) => month) ?? [];
  return (
    <>
      <PageHead title={t('groupTitle')} lead={t('groupLead')} />
      <Views />
      {data?.results.length === 0 && (
        <Blank art="search" title={t('noCompanies')}>
          {t('noCompaniesWhy')}
        </Blank>
      )}
      {data && data.results.length > 0 && (
        <table className="table plain mid stack after" role="table">
          <caption className="vh">{t('groupTitle')}</caption>
          <thead role="rowgroup">
            <tr role="row">
              {[t('company'), ...months.map(monthName)].map((name) => (
                <th key={name} scope="col" role="columnheader">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {data.results.map(({ company, months: cells }) => (
              <tr role="row" key={company.id}>
                <th scope="row" role="rowheader">
                  {company.name}
                </th>
                {cells.map((cell) => (
                  <td role="cell" key={cell.month} data-l={monthName(cell.month)}>
                    <Cell companyId={company.id} cell={cell} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Cell({ companyId, cell }: { companyId: string; cell: CloseMonth }) {
  const { badge, icon } = looks[cell.state];
  return (
    <>
      <Link to="/close" search={{ company: companyId, month: cell.month } as never} className={`badge ${badge}`}>
        <Icon name={icon} />
        {t(cell.state)}
      </Link>
      {cell.changes.map(({ currency, net_difference: difference }) => (
        <span className="sub" key={currency}>
          {money(difference, currency)}
        </span>
      ))}
      {cell.closed_by && <span className="sub">{cell.closed_by.name}</span>}
      {cell.days_late > 0 && <span className="sub">{t('late', { count: cell.days_late })}</span>}
      {cell.exports > 0 && <span className="sub">{t('exports', { count: cell.exports })}</span>}
    </>
  );
}
