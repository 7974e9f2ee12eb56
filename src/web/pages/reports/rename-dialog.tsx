/** Another name for a saved report. */
import { useState } from 'react';
import type { SavedReport } from '#contract/saved-reports.ts';
import { changeSavedReport } from '#web/api/saved-reports.ts';
import { showToast } from '#web/frame/toasts.tsx';
import { TextField } from '#web/parts/form/field.tsx';
import { FormProblem } from '#web/parts/form/form-problem.tsx';
import { useForm } from '#web/parts/form/use-form.ts';
import { CenterDialog, DialogHead } from '#web/parts/modal.tsx';
import { reportWords as t } from '#web/words/en/reports.ts';

interface RenameDialogProps {
  readonly saved: SavedReport;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}

export default function RenameDialog({ saved, onDone, onClose }: RenameDialogProps) {
  const [name, setName] = useState(saved.name);
  const form = useForm({
    names: ['name'],
    check: () => ({ ...(name.trim() === '' && { name: t('savedNameNeeded') }) }),
    send: async () => {
      await changeSavedReport(saved, { name: name.trim() });
      await onDone();
      showToast({ title: t('savedRenamed'), text: name.trim(), icon: 'check', tone: 'good' });
      onClose();
    },
  });
  return (
    <CenterDialog isSmall isOpen onClose={onClose}>
      <form onSubmit={form.submit} noValidate>
        <DialogHead title={t('savedRenameTitle')} onClose={onClose} />
        <div className="dlg-b">
          <FormProblem
            form={form}
            title={t('savedNotChanged')}
            fields={[{ name: 'name', id: 'saved-report-name', label: t('savedName') }]}
          />
          <div className="form">
            <TextField
              id="saved-report-name"
              label={t('savedName')}
              maxLength={100}
              isFirst
              value={name}
              message={form.messages['name']}
              onChange={(value) => {
                setName(value);
                form.forget('name');
              }}
            />
          </div>
        </div>
        <div className="dlg-f">
          <button type="button" className="btn" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" className="btn primary" aria-disabled={form.isBusy || undefined}>
            {t('savedRename').replace('…', '')}
          </button>
        </div>
      </form>
    </CenterDialog>
  );
}
