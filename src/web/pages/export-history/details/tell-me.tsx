/** Whether one is told by mail when an export that waits or runs has ended; not asked where no mail is sent. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ExportJob } from '#contract/export-jobs.ts';
import { tellMe, tellMeQuery } from '#web/api/export-jobs.ts';
import { announce } from '#web/frame/announcer.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { historyWords as t } from '#web/words/en/history.ts';

export function TellMe({ job }: { job: ExportJob }) {
  const client = useQueryClient();
  const query = tellMeQuery(job.company_id, job.id);
  const { data } = useQuery(query);
  if (!data || data.to === null) return null;
  const choose = async (notify: boolean): Promise<void> => {
    // at once: the answer, or what it was before, follows
    client.setQueryData(query.queryKey, { ...data, notify });
    try {
      client.setQueryData(query.queryKey, await tellMe(job.id, notify));
      announce(t(notify ? 'willTell' : 'willNotTell'));
    } catch (error) {
      client.setQueryData(query.queryKey, data);
      showToast(problemToast(error as Error, t('tellMeFailed')));
    }
  };
  return (
    <label className="opt-row">
      <input type="checkbox" checked={data.notify} onChange={({ target }) => void choose(target.checked)} />
      <span>
        {t('tellMe')}
        <span className="sub">{t('tellMeTo', { to: data.to })}</span>
      </span>
    </label>
  );
}
