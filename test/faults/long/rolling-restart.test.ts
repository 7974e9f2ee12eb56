/** A release under load: each of two servers and two workers is restarted in turn. */
import { expect, inject, it } from 'vitest';
import { rollingRestart } from '../../fleet/rolling-restart.ts';
import { addFigure } from '../figures.ts';

it('restarting every process in turn loses no export, no final state, and answers no request with a failure', async () => {
  const result = await rollingRestart({ serves: 2, workers: 2, rounds: 1 });
  const { asked, completed, missed, statuses, exitCodes } = result;
  expect(completed).toBe(asked);
  expect(missed).toBe(0);
  expect([...statuses.keys()].filter((status) => status >= 400)).toEqual([]);
  expect(exitCodes).toEqual(Array.from({ length: 4 }, () => 0));
  // every server's listeners had to come back
  expect(result.reconnects).toBeGreaterThanOrEqual(2);
  const figure = (fault: string, seconds: number): void => addFigure(inject('figures'), { fault, seconds });
  figure('F10 rolling restart: the slowest create', result.slowestCreateMilliseconds / 1000);
  figure('F10 rolling restart: a process down and up again', result.seconds / result.restarts);
}, 180_000);
