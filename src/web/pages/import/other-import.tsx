/** An import into the company that somebody else, or another tab, has begun. One runs at a time. */
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { currentImportQuery, stopCurrentImport } from '#web/api/imports.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { localTime } from '#web/words/instants.ts';
import type { Progress } from './import-session.ts';
import { Meter } from './running.tsx';

const Confirm = lazy(() => import('#web/parts/confirm.tsx'));

export function OtherImport({ progress }: { progress: Progress }) {
  const company = useCompany();
  const queryClient = useQueryClient();
  const [isAsked, setAsked] = useState(false);
  const stop = async (): Promise<void> => {
    try {
      await stopCurrentImport(company.id);
      showToast({ title: 'The import was stopped', text: 'Nothing of it stays.', icon: 'ban' });
    } catch (error) {
      showToast(problemToast(error, 'The import was not stopped'));
    }
    await queryClient.invalidateQueries({ queryKey: currentImportQuery(company.id).queryKey });
  };
  return (
    <section className="running" aria-labelledby="other-import">
      <h2 className="hd" id="other-import">
        An import into {company.name} is running
        <span>since {localTime(progress.started_at, company.time_zone)}</span>
      </h2>
      <Meter progress={progress} left={null} bytesTotal={null} verb="Writing" />
      <p className="sub">
        One import runs at a time. This page is free again when it has ended; Activity says what it did.
      </p>
      <div className="sumline">
        <p />
        <button type="button" className="btn" onClick={() => setAsked(true)}>
          Stop it…
        </button>
      </div>
      <Suspense>
        {isAsked && (
          <Confirm
            title="Stop this import?"
            yes="Stop, keep nothing"
            no="Let it run"
            onYes={stop}
            onClose={() => setAsked(false)}
          >
            It may be a colleague’s. Nothing of it stays, and it has to be begun again.
          </Confirm>
        )}
      </Suspense>
    </section>
  );
}
