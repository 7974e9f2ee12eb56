/** F14, the short pass: every kind of fault at random on three processes. For an hour: `npm run chaos -- --minutes 60`. */
import { expect, it } from 'vitest';
import { runChaos } from './chaos/run.ts';

it('nothing is lost and nothing stuck, whatever happens to whom', async () => {
  const jobs = 12;
  const report = await runChaos({ extent: { jobs, kills: 4 }, seed: 17, allFaults: true, say: () => undefined });
  expect(report).toMatchObject({
    jobs,
    completed: jobs,
    askedAgain: 0,
    filesVerified: jobs,
    disagreements: 0,
    well: true,
  });
}, 240_000);
