/** The one press that closes a month, and the one that reopens it; both say what they do, and ask why where it matters. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { monthOf } from '#contract/calendar.ts';
import type { CloseList } from '#contract/closing.ts';
import { closeMonth, reopenMonth } from '#web/api/close.ts';
import { savedPacksQuery } from '#web/api/packs.ts';
import { useCompany, useMay } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { SelectField, TextField } from '#web/parts/form/field.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { CenterDialog, DialogHead } from '#web/parts/modal.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { dayText, monthName } from '#web/words/days.ts';
import { closeWords as t } from '#web/words/en/close.ts';
import { packWords as p } from '#web/words/en/packs.ts';
import { useMade } from './packs/use-made.ts';

interface PressProps {
  readonly list: CloseList;
  readonly isClosed: boolean;
  /** The month has ended. */
  readonly isOver: boolean;
}

export function Press({ list, isClosed, isOver }: PressProps) {
  const may = useMay('close_periods');
  const [isAsked, setAsked] = useState(false);
  if (!may || (!isClosed && !isOver)) return null;
  const month = monthName(list.month);
  return (
    <>
      <button type="button" className={isClosed ? 'btn' : 'btn primary'} onClick={() => setAsked(true)}>
        <Icon name="lock" />
        {isClosed ? t('reopenMonth', { month }) : t('closeMonth', { month })}
      </button>
      {isAsked && <PressDialog list={list} isClosed={isClosed} onClose={() => setAsked(false)} />}
    </>
  );
}

function PressDialog({ list, isClosed, onClose }: Omit<PressProps, 'isOver'> & { onClose: () => void }) {
  const company = useCompany();
  const queryClient = useQueryClient();
  const [reason, setReason] = useState('');
  const [packId, setPackId] = useState('');
  const told = useMade();
  const { data: saved = [] } = useQuery({ ...savedPacksQuery(company.organization_id), enabled: !isClosed });
  const packs = saved.filter(({ company_ids }) => company_ids.includes(company.id));
  const blocking = list.items.filter(({ state }) => state === 'blocking').length;
  const isReasonNeeded = isClosed || blocking > 0;
  const name = monthName(list.month);
  const title = isClosed ? t('reopenMonth', { month: name }) : t('closeMonth', { month: name });
  const press = useMutation({
    mutationFn: async () => {
      if (!isClosed) return (await closeMonth(company.id, list.month, reason.trim(), packId)).pack;
      await reopenMonth(company.id, list.month, reason.trim());
      return null;
    },
    onSuccess: async (pack) => {
      await queryClient.invalidateQueries({ queryKey: ['close'] });
      onClose();
      if (pack) await told(pack);
    },
    onError: (error) => showToast(problemToast(error, isClosed ? t('notReopened') : t('notClosed'))),
  });
  const day = dayText(monthOf(list.month).to);
  const lead = isClosed
    ? t('reopenLead')
    : [t('closeLead', { day }), ...(blocking > 0 ? [t('closeLeadBlocked', { count: blocking })] : [])].join(' ');
  return (
    <CenterDialog isSmall isOpen isDismissable={false} onClose={onClose}>
      <DialogHead title={title} lead={lead} onClose={onClose} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!press.isPending) press.mutate();
        }}
      >
        <div className="dlg-b form">
          <TextField
            id="close-reason"
            label={t('reason')}
            value={reason}
            onChange={setReason}
            maxLength={500}
            isFirst
          />
          {packs.length > 0 && (
            <SelectField
              id="close-pack"
              label={p('closeWith')}
              value={packId}
              onChange={setPackId}
              options={[
                { value: '', label: p('noPack') },
                ...packs.map(({ id, name: label }) => ({ value: id, label })),
              ]}
            />
          )}
        </div>
        <div className="dlg-f bare">
          <button type="button" className="btn" onClick={onClose}>
            {t('keep')}
          </button>
          <button
            type="submit"
            className="btn primary"
            disabled={isReasonNeeded && reason.trim() === ''}
            aria-disabled={press.isPending || undefined}
          >
            {title}
          </button>
        </div>
      </form>
    </CenterDialog>
  );
}
