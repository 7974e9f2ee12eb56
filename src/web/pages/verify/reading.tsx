/** A file on its way: how much of it has been read, and then that it is looked at. */
import { Icon } from '#web/parts/icon.tsx';
import { bytes as bytesText } from '#web/words/figures.ts';

interface ReadingProps {
  readonly name: string;
  readonly bytes: number;
  readonly sent: number;
  readonly onCancel: () => void;
}

export function Reading({ name, bytes, sent, onCancel }: ReadingProps) {
  const isSent = sent >= bytes;
  return (
    <section className="verify-card narrow" aria-label="The file">
      <div className="drop over">
        <Icon name="file" />
        <b className="wraps">{name}</b>
        <p>{isSent ? `Checking ${bytesText(bytes)}` : `Reading ${bytesText(sent)} of ${bytesText(bytes)}`}</p>
        <progress
          aria-label={isSent ? 'Checking' : 'Reading'}
          {...(!isSent && { value: Math.min(sent, bytes), max: Math.max(bytes, 1) })}
        />
        <div className="row">
          <button type="button" className="btn s" onClick={onCancel}>
            Cancel
          </button>
        </div>
      </div>
    </section>
  );
}
