/** The page on opening: where a file goes, what happens to it, and why the last one could not be looked at. */
import type { ApiProblem } from '#web/api/problem.ts';
import { Icon } from '#web/parts/icon.tsx';

interface DropZoneProps {
  readonly isOver: boolean;
  readonly problem: ApiProblem | null;
  readonly onChoose: () => void;
}

export function DropZone({ isOver, problem, onChoose }: DropZoneProps) {
  return (
    <section className="verify-card narrow" aria-label="The file">
      {problem && (
        <div className="banner bad" role="alert">
          <Icon name="fail" />
          <div>
            <b>{problem.title}.</b>{' '}
            {problem.code === 'unreachable' ? 'The file was not looked at. Choose it again.' : problem.detail}
            {problem.status >= 500 && problem.requestId && ` Request ${problem.requestId}.`}
          </div>
        </div>
      )}
      <div className={isOver ? 'drop over' : 'drop'}>
        <Icon name="seal" />
        <b>Drop an export: the ZIP, or the file in it</b>
        <p>The server reads it and forgets it. Nothing of it is kept.</p>
        <div className="row">
          <button type="button" className="btn primary" onClick={onChoose}>
            Choose a file…
          </button>
        </div>
      </div>
      <p className="tip">
        <Icon name="info" />
        <span>
          Works for an export of any age. On the command line: <code className="cell-v">mathership verify FILE</code>{' '}
          with exit status 0 unchanged, 1 changed or unknown.
        </span>
      </p>
    </section>
  );
}
