/** What must agree, rule by rule; below a rule that differs, the lines that make the difference. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import { type TieOutResult, tieOutRuleNames } from '#contract/closing.ts';
import { tieOutQuery } from '#web/api/close.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { closeWords as t } from '#web/words/en/close.ts';
import { money } from './money.ts';

const looks = {
  agrees: { badge: 'completed', icon: 'check' },
  differs: { badge: 'failed', icon: 'fail' },
  not_applicable: { badge: 'pending', icon: 'minus' },
} as const;

export function TieOutTable({ month }: { month: string }) {
  const company = useCompany();
  const { data } = useQuery(tieOutQuery(company.id, month));
  if (!data) return null;
  return (
    <section className="part" id="tie-out" aria-label={t('tieOut')}>
      <h2>{t('tieOut')}</h2>
      <table className="table plain mid stack after" role="table">
        <caption className="vh">{t('tieOut')}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {[t('rule'), t('state'), t('expected'), t('found'), t('difference')].map((name, index) => (
              <th key={name} scope="col" role="columnheader" className={index > 1 ? 'num' : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {data.rules.map((rule) => (
            <Fragment key={`${rule.key} ${rule.currency}`}>
              <RuleRow rule={rule} />
              {rule.lines.slice(0, linesShown).map(({ name, expected, found, difference, link }) => (
                <tr role="row" key={name}>
                  <td role="cell" data-l={t('name')} colSpan={2}>
                    {link === null ? name : <Link to={link as never}>{name}</Link>}
                  </td>
                  {[expected, found, difference].map((figure, index) => (
                    <td role="cell" className="num" key={figures[index]} data-l={t(figures[index] ?? 'found')}>
                      {money(figure, rule.currency)}
                    </td>
                  ))}
                </tr>
              ))}
              {rule.line_count > linesShown && (
                <tr role="row">
                  <td role="cell" colSpan={5} className="muted">
                    {t('andMore', { count: rule.line_count - linesShown })}
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

/** Of one rule; the sheet has a thousand. */
const linesShown = 50;
const figures = ['expected', 'found', 'difference'] as const;

function RuleRow({ rule }: { rule: TieOutResult }) {
  const { badge, icon } = looks[rule.status];
  return (
    <tr role="row">
      <th scope="row" role="rowheader">
        {tieOutRuleNames[rule.key]}
      </th>
      <td role="cell" data-l={t('state')}>
        <span className={`badge ${badge}`}>
          <Icon name={icon} />
          {t(rule.status)}
        </span>
      </td>
      {figures.map((name) => (
        <td role="cell" className="num" key={name} data-l={t(name)}>
          {rule.status === 'not_applicable' ? '' : money(rule[name], rule.currency)}
        </td>
      ))}
    </tr>
  );
}
