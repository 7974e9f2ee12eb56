/** Something shown once, to be copied: a key, a link. */
import { copyText } from './clipboard.ts';
import { Icon } from './icon.tsx';

interface SecretBoxProps {
  readonly secret: string;
  /** `API key`: "API key copied". */
  readonly label: string;
  readonly onCopied?: () => void;
}

export function SecretBox({ secret, label, onCopied }: SecretBoxProps) {
  return (
    <div className="key-box">
      <code aria-label={label}>{secret}</code>
      <button type="button" className="btn s" onClick={() => void copyText(secret, label).then(onCopied)}>
        <Icon name="copy" />
        Copy
      </button>
    </div>
  );
}
