/** A check or an import under way: how far it is, and the way to stop it. */
import { Icon } from '#web/parts/icon.tsx';
import { aboutDuration, bytes, count, counted } from '#web/words/figures.ts';
import { type ChosenFile, bytesOf } from './files.ts';
import type { Progress, Stage } from './import-session.ts';

interface RunningProps {
  readonly stage: Extract<Stage, { name: 'checking' | 'importing' }>;
  readonly files: readonly ChosenFile[];
  readonly onStop: () => void;
}

export function Running({ stage, files, onStop }: RunningProps) {
  const { name, progress, left, isStopping } = stage;
  const isImport = name === 'importing';
  return (
    <div className="running">
      <Meter progress={progress} left={left} bytesTotal={bytesOf(files)} verb={isImport ? 'Writing' : 'Checking'} />
      <p className="sub">
        {!isImport
          ? 'Nothing is written by a check.'
          : progress?.phase === 'writing'
            ? 'One transaction: until the last row is in, reports show the data as it was. You can leave this page.'
            : 'Keep this tab open until the files are read.'}
      </p>
      <div className="sumline">
        <p>
          {!isImport && (
            <span className="ic">
              <Icon name="info" />
              <span>{counted(files.length, 'file')}</span>
            </span>
          )}
        </p>
        <button type="button" className="btn" aria-disabled={isStopping || undefined} onClick={onStop}>
          {isStopping ? 'Stopping…' : isImport ? 'Stop, keep nothing' : 'Stop'}
        </button>
      </div>
    </div>
  );
}

interface MeterProps {
  readonly progress: Progress | null;
  readonly left: number | null;
  /** Of the files that are sent; null when they are somebody else's. */
  readonly bytesTotal: number | null;
  readonly verb: string;
}

/** Bytes while files are read, rows while they are written. */
export function Meter({ progress, left, bytesTotal, verb }: MeterProps) {
  const isWriting = progress?.phase === 'writing' && progress.rows_total !== null;
  const [value, max] = isWriting ? [progress.rows, progress.rows_total ?? 0] : [progress?.bytes ?? 0, bytesTotal];
  const title = !progress ? 'Sending the files' : `${isWriting ? verb : 'Reading'} ${progress.file || 'the files'}`;
  const done = isWriting
    ? `${count(value)} of ${counted(max ?? 0, 'row')}`
    : max === null
      ? counted(progress?.rows ?? 0, 'row')
      : `${bytes(Math.min(value, max))} of ${bytes(max)}`;
  return (
    <div className="meter">
      <div className="top">
        <b className="med">{title}</b>
        <span className="muted">
          {done}
          {left !== null && ` · ${aboutDuration(left)} left`}
        </span>
      </div>
      {!max || value === 0 ? (
        <progress aria-label={title} />
      ) : (
        <progress value={Math.min(value, max)} max={max} aria-label={title} />
      )}
    </div>
  );
}
