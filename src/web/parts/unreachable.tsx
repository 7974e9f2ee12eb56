/**
 * Instead of data that could not be loaded. Tries again by itself, with pauses of 2, 4, 8, 16 and then 30 seconds.
 */
import { useEffect, useRef, useState } from 'react';
import type { ApiProblem } from '#web/api/problem.ts';
import { Blank } from './blank.tsx';
import { Icon } from './icon.tsx';

const pauseSecondsMax = 30;

interface UnreachableProps {
  /** Null when the page itself failed, not an answer. */
  readonly problem: ApiProblem | null;
  readonly onTry: () => void;
  readonly isWholePage?: boolean;
}

export function Unreachable({ problem, onTry, isWholePage = false }: UnreachableProps) {
  const [secondsLeft, setSecondsLeft] = useState(2);
  const latestTry = useRef(onTry);
  useEffect(() => {
    latestTry.current = onTry;
  });
  useEffect(() => {
    const current = { pause: 2, left: 2 };
    const timer = setInterval(() => {
      current.left -= 1;
      if (current.left <= 0) {
        current.pause = Math.min(current.pause * 2, pauseSecondsMax);
        current.left = current.pause;
        latestTry.current();
      }
      setSecondsLeft(current.left);
    }, 1000);
    return () => clearInterval(timer);
  }, []);

  const isAway = problem?.code === 'unreachable';
  return (
    <Blank
      alert
      isWholePage={isWholePage}
      art="apart"
      title={isAway ? 'The server cannot be reached' : (problem?.title ?? 'This page could not be shown')}
      actions={
        <button type="button" className="btn primary" onClick={onTry}>
          <Icon name="refresh" />
          Try now
        </button>
      }
      fine={problem?.requestId && `Request ${problem.requestId}`}
    >
      {isAway ? 'Running exports go on without this page.' : problem?.detail}{' '}
      <span aria-hidden="true">
        Trying again in {secondsLeft} {secondsLeft > 1 ? 'seconds' : 'second'}.
      </span>
    </Blank>
  );
}
