/** What to do next: the export itself, the original where the file was changed, the verdict as text. */
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { isProven } from '#contract/verification.ts';
import { verificationLines } from '#contract/verification-text.ts';
import { downloadLink } from '#web/api/export-jobs.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { copyText } from '#web/parts/clipboard.ts';
import { Icon } from '#web/parts/icon.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { useToday } from '#web/parts/use-clock.ts';
import { dayText } from '#web/words/days.ts';
import { counted, duration } from '#web/words/figures.ts';
import { dayAndTime, localDay } from '#web/words/instants.ts';
import type { Checked } from './checked.ts';

export function Actions({ checked }: { checked: Checked }) {
  const { name, result, at, tookMs } = checked;
  const { job, facts, same_content_count: others } = result;
  const company = useCompany();
  const today = useToday();
  const isChanged = !isProven(result.outcome);
  const zone = facts?.company.time_zone ?? company.time_zone;
  const when = dayAndTime(at, company.time_zone, today).replace('Today', 'today');
  return (
    <>
      {others > 0 && (
        <p className="tip">
          <Icon name="info" />
          <span>
            {counted(others, 'more export holds', 'more exports hold')} the very same bytes. Shown is the one with a
            file of that name, or the newest.
          </span>
        </p>
      )}
      <div className="sumline foot">
        {job?.is_downloadable && isChanged && <Original id={job.id} />}
        {job && (
          <Link className="btn" to="/export-history" search={{ company: job.company_id, job: job.id }}>
            Open in Export History
          </Link>
        )}
        <button
          type="button"
          className="btn ghost"
          onClick={() => void copyText(verificationLines(name, result).join('\n'), 'Verdict')}
        >
          <Icon name="copy" />
          Copy as text
        </button>
        <p className="muted right">
          {isChanged && job?.is_downloadable && job.expires_at
            ? `Original available until ${dayText(localDay(job.expires_at, zone))}`
            : `Checked ${when} in ${duration(Math.max(tookMs, 100))}`}
        </p>
      </div>
    </>
  );
}

function Original({ id }: { id: string }) {
  const [isBusy, setIsBusy] = useState(false);
  const download = async (): Promise<void> => {
    setIsBusy(true);
    try {
      // sent as an attachment: the page stays
      location.assign((await downloadLink(id)).download_url);
    } catch (error) {
      showToast(problemToast(error, 'The original was not downloaded'));
    }
    setIsBusy(false);
  };
  return (
    <button
      type="button"
      className="btn primary"
      aria-disabled={isBusy || undefined}
      onClick={() => !isBusy && void download()}
    >
      <Icon name="download" />
      Download the original
    </button>
  );
}
