/** The browsers one is signed in with. Ending one takes effect at its next request. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { SessionEntry } from '#contract/organization.ts';
import { endSession, sessionsKey, sessionsQuery } from '#web/api/account.ts';
import { ApiProblem } from '#web/api/problem.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { SkeletonRows } from '#web/parts/skeleton-rows.tsx';
import { Unreachable } from '#web/parts/unreachable.tsx';
import { useToday } from '#web/parts/use-clock.ts';
import { browserName } from '#web/words/browsers.ts';
import { dayAndTime } from '#web/words/instants.ts';
import { sessionMethods } from '#web/words/sign-in.ts';
import { Steps } from './steps.tsx';

export function SessionsBlock() {
  const queryClient = useQueryClient();
  const [pageNumber, setPageNumber] = useState(0);
  const list = useQuery(sessionsQuery(pageNumber));
  const page = list.data;
  const end = async (session: SessionEntry): Promise<void> => {
    try {
      await endSession(session.id);
      showToast({ title: `Signed out there: ${browserName(session.user_agent)}`, icon: 'check', tone: 'good' });
    } catch (error) {
      showToast(problemToast(error, 'That browser was not signed out'));
    }
    await queryClient.invalidateQueries({ queryKey: sessionsKey });
  };
  return (
    <section className="block" aria-labelledby="sessions-title">
      <div className="top">
        <div>
          <h2 id="sessions-title">Where you are signed in</h2>
          <p>If you do not know one of these, sign it out and change your password.</p>
        </div>
      </div>
      {list.isError && !page ? (
        <Unreachable problem={list.error instanceof ApiProblem ? list.error : null} onTry={() => void list.refetch()} />
      ) : (
        <>
          <table className="table mid stack" role="table" inert={!page}>
            <caption className="vh">Sessions</caption>
            <thead role="rowgroup">
              <tr role="row">
                {['Browser', 'Signed in with', 'Address', 'Signed in', 'Last used'].map((name) => (
                  <th key={name} scope="col" role="columnheader">
                    {name}
                  </th>
                ))}
                <th scope="col" role="columnheader">
                  <span className="vh">Sign out</span>
                </th>
              </tr>
            </thead>
            {page ? (
              <tbody role="rowgroup">
                {page.results.map((session) => (
                  <SessionRow key={session.id} session={session} onEnd={() => void end(session)} />
                ))}
              </tbody>
            ) : (
              <SkeletonRows rows={[1, 2].map(() => [120, 110, 76, 96, 96, 64])} />
            )}
          </table>
          {page && <Steps page={page} onPage={setPageNumber} />}
        </>
      )}
    </section>
  );
}

function SessionRow({ session, onEnd }: { session: SessionEntry; onEnd: () => void }) {
  const { time_zone: timeZone } = useCompany();
  const today = useToday();
  const name = browserName(session.user_agent);
  return (
    <tr role="row">
      <th scope="row" role="rowheader" title={session.user_agent ?? undefined}>
        {name} {session.current && <span className="tag">This browser</span>}
      </th>
      <td role="cell" data-l="Signed in with">
        <span>{sessionMethods[session.method]}</span>
      </td>
      <td role="cell" data-l="Address">
        <span>{session.address ?? <span className="muted">Unknown</span>}</span>
      </td>
      <td role="cell" data-l="Signed in">
        <span>{dayAndTime(session.created_at, timeZone, today)}</span>
      </td>
      <td role="cell" data-l="Last used">
        <span>{dayAndTime(session.last_seen_at, timeZone, today)}</span>
      </td>
      <td role="cell" className="end right">
        {!session.current && (
          <button
            type="button"
            className="btn s"
            aria-label={`Sign out ${name}, signed in ${dayAndTime(session.created_at, timeZone, today)}`}
            onClick={onEnd}
          >
            Sign out
          </button>
        )}
      </td>
    </tr>
  );
}
