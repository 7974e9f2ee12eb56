/** What stands against closing, item by item; each opens into its rows, and each row leads on. */
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Fragment } from 'react';
import type { CloseItem, CloseKey, CloseList, CloseState } from '#contract/closing.ts';
import { closeRowsQuery } from '#web/api/close.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { Icon, type IconName } from '#web/parts/icon.tsx';
import { Pager } from '#web/parts/pager.tsx';
import { stringifySearch } from '#web/url-search.ts';
import { dayText } from '#web/words/days.ts';
import { closeWords as t } from '#web/words/en/close.ts';
import { count } from '#web/words/figures.ts';
import { money } from './money.ts';

const looks: Readonly<Record<CloseState, { readonly badge: string; readonly icon: IconName }>> = {
  ok: { badge: 'completed', icon: 'check' },
  attention: { badge: 'expired', icon: 'warn' },
  blocking: { badge: 'failed', icon: 'fail' },
};

const rowsOnPage = 20;

interface ChecklistProps {
  readonly list: CloseList;
  readonly shown: CloseKey | undefined;
}

export function Checklist({ list, shown }: ChecklistProps) {
  return (
    <section className="part" aria-label={t('checklist')}>
      <h2>{t('checklist')}</h2>
      <table className="table plain mid stack after" role="table">
        <caption className="vh">{t('checklist')}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {([t('item'), t('state'), t('rows'), t('amount')] as const).map((name, index) => (
              <th key={name} scope="col" role="columnheader" className={index > 1 ? 'num' : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {list.items.map((item) => (
            <Fragment key={item.key}>
              <ItemRow item={item} isShown={item.key === shown} month={list.month} />
              {item.key === shown && item.count > 0 && (
                <tr role="row">
                  <td role="cell" colSpan={4}>
                    <Rows month={list.month} item={item.key} />
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function ItemRow({ item, isShown, month }: { item: CloseItem; isShown: boolean; month: string }) {
  const { badge, icon } = looks[item.state];
  const name = t(item.key);
  return (
    <tr role="row">
      <th scope="row" role="rowheader">
        {item.count === 0 ? (
          name
        ) : (
          <Link
            to="/close"
            resetScroll={false}
            aria-expanded={isShown}
            aria-label={isShown ? t('hideRows', { item: name }) : t('showRows', { item: name })}
            search={(known) => ({ company: known.company, month, ...(!isShown && { item: item.key }) })}
          >
            {name}
          </Link>
        )}
      </th>
      <td role="cell" data-l={t('state')}>
        <span className={`badge ${badge}`}>
          <Icon name={icon} />
          {t(item.state)}
        </span>
      </td>
      <td role="cell" data-l={t('rows')} className="num">
        {item.count === 0 ? '' : count(item.count)}
      </td>
      <td role="cell" data-l={t('amount')} className="num">
        {money(item.amount, item.currency)}
      </td>
    </tr>
  );
}

function Rows({ month, item }: { month: string; item: CloseKey }) {
  const company = useCompany();
  const { page = 0, page_size = rowsOnPage } = useSearch({ from: '/app/close' });
  const navigate = useNavigate({ from: '/close' });
  const go = (change: { page?: number | undefined; page_size?: number | undefined }): void =>
    void navigate({ search: (known) => ({ ...known, ...change }), resetScroll: false });
  const { data } = useQuery(closeRowsQuery(company.id, month, item, { page, page_size }));
  if (!data) return null;
  return (
    <>
      <table className="table plain tight">
        <caption className="vh">{t(item)}</caption>
        <thead>
          <tr>
            <th scope="col">{t('name')}</th>
            <th scope="col">{t('day')}</th>
            <th scope="col" className="num">
              {t('amount')}
            </th>
          </tr>
        </thead>
        <tbody>
          {data.results.map(({ name, day, amount, currency, link }, index) => (
            <tr key={`${name} ${index}`}>
              <th scope="row">
                <Link to={link as never}>{name}</Link>
              </th>
              <td>{day === null ? '' : dayText(day)}</td>
              <td className="num">{money(amount, currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {data.total_pages > 1 && (
        <Pager
          page={data.page}
          pageSize={data.page_size}
          total={data.total}
          totalPages={data.total_pages}
          hrefOf={(at) => `/close${stringifySearch({ company: company.id, month, item, page: at || undefined })}`}
          onPage={(at) => go({ page: at || undefined })}
          onPageSize={(size) => go({ page: undefined, page_size: size === rowsOnPage ? undefined : size })}
        />
      )}
    </>
  );
}
