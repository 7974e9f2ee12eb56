/** "Send to…" on a finished export: the company's destinations, chosen here, and what becomes of it on the Schedules page. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ExportJob } from '#contract/export-jobs.ts';
import { deliveryKey, destinationsQuery, sendJob } from '#web/api/schedules.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { CenterDialog, DialogHead } from '#web/parts/modal.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { scheduleWords as t } from '#web/words/en/schedules.ts';

interface SendToProps {
  readonly job: ExportJob;
  readonly onClose: () => void;
}

export default function SendTo({ job, onClose }: SendToProps) {
  const company = useCompany();
  const queryClient = useQueryClient();
  const { data: all } = useQuery(destinationsQuery(company.id));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isSending, setSending] = useState(false);
  const usable = all?.filter(({ disabled_reason }) => disabled_reason === null) ?? [];
  const send = async (): Promise<void> => {
    setSending(true);
    try {
      const { deliveries } = await sendJob(job.id, [...chosen]);
      showToast({ title: t('sendingTo', { count: String(deliveries.length) }), icon: 'check' });
      await queryClient.invalidateQueries({ queryKey: deliveryKey(company.id) });
      onClose();
    } catch (error) {
      showToast(problemToast(error as Error, t('notSent')));
      setSending(false);
    }
  };
  return (
    <CenterDialog isOpen onClose={onClose} isDismissable={!isSending}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (chosen.size > 0 && !isSending) void send();
        }}
      >
        <DialogHead title={t('sendTo')} lead={job.filename ?? ''} onClose={onClose} />
        <div className="dlg-b">
          {all && usable.length === 0 && <p>{t('noDestinationsText')}</p>}
          {usable.map(({ id, name }) => (
            <label key={id} className="opt-row">
              <input
                type="checkbox"
                checked={chosen.has(id)}
                onChange={({ target }) =>
                  setChosen(
                    (known) => new Set(target.checked ? [...known, id] : [...known].filter((one) => one !== id)),
                  )
                }
              />
              <span>{name}</span>
            </label>
          ))}
        </div>
        <div className="dlg-f">
          <p>{t('sendToHint')}</p>
          <button type="button" className="btn" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" className="btn primary" aria-disabled={chosen.size === 0 || isSending || undefined}>
            {t('send')}
          </button>
        </div>
      </form>
    </CenterDialog>
  );
}
