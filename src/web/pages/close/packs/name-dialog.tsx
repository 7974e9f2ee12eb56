/** Asks for the name of a pack; a second answer may do more than keep it. */
import { useRef, useState } from 'react';
import { TextField } from '#web/parts/form/field.tsx';
import { FormProblem } from '#web/parts/form/form-problem.tsx';
import { useForm } from '#web/parts/form/use-form.ts';
import { CenterDialog, DialogHead } from '#web/parts/modal.tsx';
import { packWords as t } from '#web/words/en/packs.ts';

interface NameDialogProps {
  readonly title: string;
  readonly lead?: string;
  readonly yes: string;
  /** The name of the second answer. */
  readonly also?: string;
  readonly initial: string;
  readonly onSend: (name: string, isAlso: boolean) => Promise<void>;
  readonly onClose: () => void;
}

export function NameDialog({ title, lead, yes, also, initial, onSend, onClose }: NameDialogProps) {
  const [name, setName] = useState(initial);
  const isAlso = useRef(false);
  const form = useForm({
    names: ['name'],
    check: (): Record<string, string> => (name.trim() === '' ? { name: t('nameNeeded') } : {}),
    send: async () => {
      await onSend(name.trim(), isAlso.current);
      onClose();
    },
  });
  const answer = (also_: boolean) => (): void => void (isAlso.current = also_);
  return (
    <CenterDialog isSmall isOpen onClose={onClose}>
      <form onSubmit={form.submit} noValidate>
        <DialogHead title={title} {...(lead !== undefined && { lead })} onClose={onClose} />
        <div className="dlg-b">
          <FormProblem
            form={form}
            title={t('notSaved')}
            fields={[{ name: 'name', id: 'pack-name', label: t('name') }]}
          />
          <TextField
            id="pack-name"
            label={t('name')}
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
        <div className="dlg-f">
          <button type="button" className="btn" onClick={onClose}>
            {t('cancel')}
          </button>
          <button
            type="submit"
            className={also === undefined ? 'btn primary' : 'btn'}
            aria-disabled={form.isBusy || undefined}
            onClick={answer(false)}
          >
            {yes}
          </button>
          {also !== undefined && (
            <button
              type="submit"
              className="btn primary"
              aria-disabled={form.isBusy || undefined}
              onClick={answer(true)}
            >
              {also}
            </button>
          )}
        </div>
      </form>
    </CenterDialog>
  );
}
