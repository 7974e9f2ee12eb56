/** Ten codes for the day the phone is lost: shown this once, until they are said to be stored. */
import { useState } from 'react';
import { copyText } from '#web/parts/clipboard.ts';
import { Icon } from '#web/parts/icon.tsx';
import { CenterDialog, DialogHead } from '#web/parts/modal.tsx';

export default function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const [isStored, setStored] = useState(false);
  const leave = (): void => {
    if (isStored) onClose();
  };
  return (
    <CenterDialog isOpen onClose={leave} isDismissable={false}>
      <DialogHead title="Recovery codes" onClose={leave} />
      <div className="dlg-b">
        <p>Each signs you in once in place of the app. Store them now: they cannot be shown again.</p>
        <ul className="codes" aria-label="Recovery codes">
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ul>
        <button type="button" className="btn s" onClick={() => void copyText(codes.join('\n'), 'Recovery codes')}>
          <Icon name="copy" />
          Copy all
        </button>
      </div>
      <div className="dlg-f">
        <label className="opt-row grow">
          <input type="checkbox" checked={isStored} onChange={({ target }) => setStored(target.checked)} />
          <span>I have stored them</span>
        </label>
        <button type="button" className="btn primary" aria-disabled={!isStored || undefined} onClick={leave}>
          Done
        </button>
      </div>
    </CenterDialog>
  );
}
