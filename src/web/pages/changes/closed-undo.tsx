/** Asks why closed days may be changed by an undo, where the company lets that through with a reason. */
import { useState } from 'react';
import { TextField } from '#web/parts/form/field.tsx';
import { CenterDialog, DialogHead } from '#web/parts/modal.tsx';
import { changesWords as t } from '#web/words/en/changes.ts';
import { dayText } from '#web/words/days.ts';

interface ClosedUndoProps {
  readonly version: number;
  /** The last closed day. */
  readonly until: string;
  readonly onReason: (reason: string) => Promise<void>;
  readonly onClose: () => void;
}

export default function ClosedUndo({ version, until, onReason, onClose }: ClosedUndoProps) {
  const [reason, setReason] = useState('');
  const [isBusy, setBusy] = useState(false);
  const send = async (): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    await onReason(reason.trim()).finally(() => setBusy(false));
  };
  return (
    <CenterDialog isSmall isOpen isDismissable={false} onClose={onClose}>
      <DialogHead
        title={t('closedQuestion', { version })}
        lead={t('closedText', { until: dayText(until) })}
        onClose={onClose}
      />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <div className="dlg-b form">
          <TextField id="undo-reason" label={t('reason')} value={reason} onChange={setReason} maxLength={500} isFirst />
        </div>
        <div className="dlg-f bare">
          <button type="button" className="btn" onClick={onClose}>
            {t('undoNo')}
          </button>
          <button
            type="submit"
            className="btn danger solid"
            disabled={reason.trim() === ''}
            aria-disabled={isBusy || undefined}
          >
            {t('undoYes')}
          </button>
        </div>
      </form>
    </CenterDialog>
  );
}
