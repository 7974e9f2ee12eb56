/** Asks before something that cannot be taken back. The harmless answer has the focus. */
import { useState, type ReactNode } from 'react';
import { Heading } from 'react-aria-components/Heading';
import { CenterDialog } from './modal.tsx';

interface ConfirmProps {
  readonly title: string;
  readonly children: ReactNode;
  /** What is done: `Cancel export`. */
  readonly yes: string;
  /** What happens otherwise: `Keep running`. */
  readonly no: string;
  /** Closes the question when it has succeeded; keeps it open when it throws. */
  readonly onYes: () => Promise<void>;
  readonly onClose: () => void;
}

export default function Confirm({ title, children, yes, no, onYes, onClose }: ConfirmProps) {
  const [isBusy, setBusy] = useState(false);
  const agree = async (): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    await onYes().finally(() => setBusy(false));
    onClose();
  };
  return (
    <CenterDialog isSmall isOpen role="alertdialog" onClose={onClose}>
      <div className="dlg-h">
        <div>
          <Heading slot="title" level={2}>
            {title}
          </Heading>
        </div>
      </div>
      <div className="dlg-b">
        <p>{children}</p>
      </div>
      <div className="dlg-f bare">
        <button type="button" className="btn" {...focusHere} onClick={onClose}>
          {no}
        </button>
        <button
          type="button"
          className="btn danger solid"
          aria-disabled={isBusy || undefined}
          onClick={() => void agree().catch(() => undefined)}
        >
          {yes}
        </button>
      </div>
    </CenterDialog>
  );
}

/** A question opens with the focus on the answer that changes nothing. */
const focusHere = { autoFocus: true } as const;
