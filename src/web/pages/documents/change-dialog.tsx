/** Asks why before a document is changed, and for a correction what the line says instead. */
import { useState } from 'react';
import type { DocumentDetails, DocumentLine } from '#contract/documents.ts';
import type { DocumentChange } from '#web/api/documents.ts';
import { TextField } from '#web/parts/form/field.tsx';
import { CenterDialog, DialogHead } from '#web/parts/modal.tsx';

export interface Asked {
  readonly verb: DocumentChange['verb'];
  /** Null: all lines. */
  readonly line: DocumentLine | null;
}

interface ChangeDialogProps {
  readonly document: DocumentDetails;
  readonly asked: Asked;
  /** Whether it was changed. */
  readonly onChange: (change: DocumentChange) => Promise<boolean>;
  readonly onClose: () => void;
}

const titles = { void: 'Take back', restore: 'Bring back', correct: 'Correct' } as const;
const leads = {
  void: 'It will count in no report, and stays here with your name and the reason.',
  restore: 'It will count again in every report.',
  correct: 'The amounts follow quantity and price, unless you give them.',
} as const;

export function ChangeDialog({ document, asked: { verb, line }, onChange, onClose }: ChangeDialogProps) {
  const [reason, setReason] = useState('');
  const [values, setValues] = useState<Readonly<Record<string, string>>>(() => (line ? valuesOf(line) : {}));
  const [isBusy, setBusy] = useState(false);
  const send = async (): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    const before = line ? valuesOf(line) : {};
    const changed = Object.fromEntries(
      Object.entries(values).filter(([name, value]) => value !== before[name] && value !== ''),
    );
    const body =
      verb === 'correct'
        ? { reason, line_id: line?.id, values: changed }
        : { reason, ...(line && { line_ids: [line.id] }) };
    await onChange({ verb, body }).finally(() => setBusy(false));
  };
  return (
    <CenterDialog isSmall isOpen isDismissable={false} onClose={onClose}>
      <DialogHead
        title={`${titles[verb]} ${line ? `line ${line.line_no}` : document.number}`}
        lead={leads[verb]}
        onClose={onClose}
      />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <div className="dlg-b">
          {verb === 'correct' &&
            line !== null &&
            fields
              .filter(({ name }) => name !== 'price_quantity' || line.price_unit !== null)
              .map(({ name, label }) => (
                <TextField
                  key={name}
                  id={`correct-${name}`}
                  label={label}
                  value={values[name] ?? ''}
                  onChange={(value) => setValues((known) => ({ ...known, [name]: value }))}
                />
              ))}
          <TextField id="change-reason" label="Reason" value={reason} onChange={setReason} />
        </div>
        <div className="dlg-f bare">
          <button type="button" className="btn" onClick={onClose}>
            Leave it as it is
          </button>
          <button
            type="submit"
            className={verb === 'void' ? 'btn danger solid' : 'btn primary'}
            disabled={reason.trim() === ''}
            aria-disabled={isBusy || undefined}
          >
            {titles[verb]}
          </button>
        </div>
      </form>
    </CenterDialog>
  );
}

const fields = [
  { name: 'received_qty', label: 'Received' },
  { name: 'rejected_qty', label: 'Refused' },
  { name: 'price_quantity', label: 'Weighed' },
  { name: 'unit_price', label: 'Unit price' },
  { name: 'net_amount', label: 'Net amount' },
  { name: 'tax_amount', label: 'Tax amount' },
] as const;

const valuesOf = (line: DocumentLine): Readonly<Record<string, string>> => ({
  received_qty: line.quantity,
  rejected_qty: line.rejected_quantity ?? '',
  price_quantity: line.price_quantity ?? '',
  unit_price: line.unit_price,
  net_amount: line.net_amount,
  tax_amount: line.tax_amount ?? '',
});
