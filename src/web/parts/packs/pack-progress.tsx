/** How far a pack is: over all of its exports while it runs, why not when it has failed. */
import { packWords as t } from '#web/words/en/packs.ts';

interface PackStatusNoteProps {
  readonly members: number;
  /** Of them, in whatever way. */
  readonly ended: number;
  readonly isRunning: boolean;
  readonly name: string;
  readonly problem?: string | undefined;
}

export function PackStatusNote({ members, ended, isRunning, name, problem }: PackStatusNoteProps) {
  if (problem !== undefined) return <p className="err">{problem}</p>;
  if (!isRunning) return null;
  return (
    <>
      <progress max={Math.max(members, 1)} value={ended} aria-label={name} />
      <span className="sub">{t('progress', { done: ended, all: members })}</span>
    </>
  );
}
