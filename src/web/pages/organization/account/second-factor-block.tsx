/** Whether signing in takes a code as well: setting it up, new recovery codes, switching it off. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { disableSecondFactor, renewRecoveryCodes, secondFactorQuery, sessionsKey } from '#web/api/account.ts';
import { ApiProblem } from '#web/api/problem.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { Unreachable } from '#web/parts/unreachable.tsx';
import { useToday } from '#web/parts/use-clock.ts';
import { counted } from '#web/words/figures.ts';
import { dayAndTime } from '#web/words/instants.ts';

const EnrolDialog = lazy(() => import('./enrol-dialog.tsx'));
const PasswordAndCode = lazy(() => import('./password-and-code.tsx'));
const RecoveryCodes = lazy(() => import('./recovery-codes.tsx'));

type Open = 'enrol' | 'renew' | 'disable' | null;
/** Fewer than this are pointed out. */
const fewCodes = 4;

export function SecondFactorBlock() {
  const { time_zone: timeZone } = useCompany();
  const today = useToday();
  const queryClient = useQueryClient();
  const { data, isError, error, refetch } = useQuery(secondFactorQuery);
  const [open, setOpen] = useState<Open>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const reload = async (): Promise<void> => {
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: secondFactorQuery.queryKey }),
      queryClient.invalidateQueries({ queryKey: sessionsKey }),
    ]);
  };
  const show = (made: readonly string[]): void => {
    setOpen(null);
    setCodes(made);
    void reload();
  };
  return (
    <section className="block" aria-labelledby="second-factor-title">
      <div className="top">
        <div>
          <h2 id="second-factor-title">Second factor {data?.enabled && <span className="tag">On</span>}</h2>
          <p>{explain()}</p>
        </div>
        {data?.enabled ? (
          <div className="row-actions">
            <button type="button" className="btn" aria-haspopup="dialog" onClick={() => setOpen('renew')}>
              New recovery codes…
            </button>
            <button type="button" className="btn danger" aria-haspopup="dialog" onClick={() => setOpen('disable')}>
              Switch off…
            </button>
          </div>
        ) : (
          data?.has_password && (
            <button type="button" className="btn" aria-haspopup="dialog" onClick={() => setOpen('enrol')}>
              Set up
            </button>
          )
        )}
      </div>
      {isError && !data && (
        <Unreachable problem={error instanceof ApiProblem ? error : null} onTry={() => void refetch()} />
      )}
      <Suspense>
        {open === 'enrol' && <EnrolDialog onClose={() => setOpen(null)} onDone={show} />}
        {open === 'renew' && (
          <PasswordAndCode
            title="New recovery codes"
            lead="The old ones stop working at once."
            yes="Make new codes"
            send={async (given) => show((await renewRecoveryCodes(given)).recovery_codes)}
            onClose={() => setOpen(null)}
          />
        )}
        {open === 'disable' && (
          <PasswordAndCode
            isDanger
            title="Switch off the second factor"
            lead="Your password alone signs you in again."
            yes="Switch off"
            send={async (given) => {
              await disableSecondFactor(given);
              setOpen(null);
              showToast({ title: 'The second factor is off', icon: 'check' });
              await reload();
            }}
            onClose={() => setOpen(null)}
          />
        )}
        {codes && <RecoveryCodes codes={codes} onClose={() => setCodes(null)} />}
      </Suspense>
    </section>
  );

  function explain() {
    if (!data) return 'A code of your phone, asked for after the password.';
    if (!data.has_password) return 'You sign in at your provider: its second factor is set up there.';
    if (!data.enabled)
      return 'A code of your phone, asked for after the password. A stolen password is then not enough.';
    const left = counted(data.recovery_codes_left, 'recovery code');
    return (
      <>
        Set up: {data.since && dayAndTime(data.since, timeZone, today)}.{' '}
        <span className={data.recovery_codes_left < fewCodes ? 'warn-t' : undefined}>{left} left.</span>
      </>
    );
  }
}
