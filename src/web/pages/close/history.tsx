/** Who closed and reopened what, when and why; and what happens to writes into closed days. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { closingPolicies, type Closing, type ClosingChange } from '#contract/closing.ts';
import { changePolicy, closeKey, closingHistoryQuery, closingQuery } from '#web/api/close.ts';
import { useCompany, useMay } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { useToday } from '#web/parts/use-clock.ts';
import { dayText, monthName } from '#web/words/days.ts';
import { closeWords as t } from '#web/words/en/close.ts';
import { dayAndTime } from '#web/words/instants.ts';

export function History() {
  return useMay('close_periods') ? <Shown /> : null;
}

function Shown() {
  const company = useCompany();
  const today = useToday();
  const { data: closing } = useQuery(closingQuery(company.id));
  const { data: history } = useQuery(closingHistoryQuery(company.id));
  return (
    <section className="part" aria-label={t('history')}>
      <h2>{t('history')}</h2>
      {closing && <Policy closing={closing} />}
      {history && history.results.length > 0 && (
        <table className="table plain mid stack after" role="table">
          <caption className="vh">{t('history')}</caption>
          <thead role="rowgroup">
            <tr role="row">
              {[t('when'), t('who'), t('what'), t('why_')].map((name) => (
                <th key={name} scope="col" role="columnheader">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {history.results.map((change) => (
              <tr role="row" key={change.id}>
                <th scope="row" role="rowheader">
                  {dayAndTime(change.at, company.time_zone, today)}
                </th>
                <td role="cell" data-l={t('who')}>
                  {change.by?.name ?? t('operator')}
                </td>
                <td role="cell" data-l={t('what')}>
                  {did(change)}
                </td>
                <td role="cell" data-l={t('why_')}>
                  {change.reason}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function did({ kind, closed_until: until, policy, month }: ClosingChange): string {
  if (kind === 'policy') return policy === 'refuse' ? t('didPolicyRefuse') : t('didPolicyReason');
  if (kind === 'reopened') return until === null ? t('didReopenAll') : t('didReopen', { day: dayText(until) });
  return month === null
    ? t('didClose', { day: until === null ? '' : dayText(until) })
    : t('didCloseMonth', { month: monthName(month) });
}

function Policy({ closing }: { closing: Closing }) {
  const company = useCompany();
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: (policy: Closing['policy']) => changePolicy(company.id, policy),
    onSettled: () => queryClient.invalidateQueries({ queryKey: closeKey(company.id) }),
    onError: (error) => showToast(problemToast(error, t('notKept'))),
  });
  return (
    <p className="bar">
      <label>
        {t('policy')}{' '}
        <select
          className="s"
          value={closing.policy}
          disabled={change.isPending}
          onChange={(event) => change.mutate(event.target.value as Closing['policy'])}
        >
          {closingPolicies.map((policy) => (
            <option key={policy} value={policy}>
              {policy === 'refuse' ? t('policyRefuse') : t('policyReason')}
            </option>
          ))}
        </select>
      </label>
    </p>
  );
}
