/** One's own API keys: made with a name and an end, shown once, revoked at once. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { apiKeysKey, apiKeysQuery, deleteApiKey, type ApiKey } from '#web/api/account.ts';
import { ApiProblem } from '#web/api/problem.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { Blank } from '#web/parts/blank.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { SkeletonRows } from '#web/parts/skeleton-rows.tsx';
import { Unreachable } from '#web/parts/unreachable.tsx';
import { useNow, useToday } from '#web/parts/use-clock.ts';
import { dayText } from '#web/words/days.ts';
import { counted } from '#web/words/figures.ts';
import { dayAndTime, localDay } from '#web/words/instants.ts';
import { Steps } from './steps.tsx';

const NewKeyDialog = lazy(() => import('./new-key-dialog.tsx'));
const Confirm = lazy(() => import('#web/parts/confirm.tsx'));

const dayMs = 86_400_000;
/** An end this near is pointed out. */
const soonDays = 14;

export default function KeysTab() {
  const queryClient = useQueryClient();
  const [pageNumber, setPageNumber] = useState(0);
  const list = useQuery(apiKeysQuery(pageNumber));
  const [isMaking, setMaking] = useState(false);
  const [asked, setAsked] = useState<ApiKey | null>(null);
  const page = list.data;
  const revoke = async ({ id, name }: ApiKey): Promise<void> => {
    try {
      await deleteApiKey(id);
      showToast({ title: `${name} is revoked`, icon: 'check' });
    } catch (error) {
      showToast(problemToast(error, `${name} was not revoked`));
    }
    await queryClient.invalidateQueries({ queryKey: apiKeysKey });
  };
  return (
    <>
      <div className="bar">
        <p className="muted grow">
          A key acts as you, with the permissions you have at that moment, and never with more.
        </p>
        <button type="button" className="btn primary" aria-haspopup="dialog" onClick={() => setMaking(true)}>
          <Icon name="plus" />
          New key
        </button>
      </div>
      {list.isError && !page ? (
        <Unreachable problem={list.error instanceof ApiProblem ? list.error : null} onTry={() => void list.refetch()} />
      ) : page?.total === 0 ? (
        <Blank art="first" title="No API keys yet">
          With a key a program can ask for reports and exports as you do: send it as a bearer token, or give it to the{' '}
          <code>mathership</code> command.
        </Blank>
      ) : (
        <>
          <table className="table mid stack" role="table" inert={!page}>
            <caption className="vh">API keys</caption>
            <thead role="rowgroup">
              <tr role="row">
                {['Key', 'Created', 'Last used', 'Expires'].map((name) => (
                  <th key={name} scope="col" role="columnheader">
                    {name}
                  </th>
                ))}
                <th scope="col" role="columnheader">
                  <span className="vh">Revoke</span>
                </th>
              </tr>
            </thead>
            {page ? (
              <tbody role="rowgroup">
                {page.results.map((key) => (
                  <KeyRow key={key.id} apiKey={key} onRevoke={() => setAsked(key)} />
                ))}
              </tbody>
            ) : (
              <SkeletonRows rows={[1, 2].map(() => [120, 76, 76, 76, 64])} isTwoLined />
            )}
          </table>
          {page && <Steps page={page} onPage={setPageNumber} />}
        </>
      )}
      <Suspense>
        {isMaking && <NewKeyDialog onClose={() => setMaking(false)} />}
        {asked && (
          <Confirm
            title={`Revoke ${asked.name}?`}
            yes="Revoke key"
            no="Keep"
            onYes={() => revoke(asked)}
            onClose={() => setAsked(null)}
          >
            Programs that use it are refused from now on. It cannot be brought back.
          </Confirm>
        )}
      </Suspense>
    </>
  );
}

function KeyRow({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: () => void }) {
  const { time_zone: timeZone } = useCompany();
  const today = useToday();
  const now = useNow(60_000);
  const { name, prefix, created_at, last_used_at, expires_at } = apiKey;
  const daysLeft = expires_at === null ? null : Math.ceil((Date.parse(expires_at) - now) / dayMs);
  const isOver = daysLeft !== null && daysLeft <= 0;
  return (
    <tr role="row" className={isOver ? 'off-row' : undefined}>
      <th scope="row" role="rowheader">
        {name}
        <span className="sub mono">{prefix}…</span>
      </th>
      <td role="cell" data-l="Created">
        <span>{dayText(localDay(created_at, timeZone))}</span>
      </td>
      <td role="cell" data-l="Last used">
        <span>{last_used_at ? dayAndTime(last_used_at, timeZone, today) : 'Never'}</span>
      </td>
      <td role="cell" data-l="Expires">
        <span>
          {expires_at === null ? (
            'Never'
          ) : (
            <>
              <span className={daysLeft !== null && daysLeft <= soonDays ? 'warn-t' : undefined}>
                {isOver ? 'Expired ' : ''}
                {dayText(localDay(expires_at, timeZone))}
              </span>
              {daysLeft !== null && !isOver && daysLeft <= soonDays && (
                <span className="sub">expires in {counted(daysLeft, 'day')}</span>
              )}
            </>
          )}
        </span>
      </td>
      <td role="cell" className="end right">
        <button type="button" className="btn s danger" aria-label={`Revoke ${name}`} onClick={onRevoke}>
          Revoke…
        </button>
      </td>
    </tr>
  );
}
