/** F14 in small: three processes killed at random while exports are asked for. In large: `npm run chaos`. */
import { expect, inject, it } from 'vitest';
import { runChaos } from '../chaos/run.ts';
import { addFigure } from '../figures.ts';

it.each([1, 2])(
  'nothing is lost and nothing stuck (seed %i)',
  async (seed) => {
    const jobs = 60;
    const report = await runChaos({ extent: { jobs, kills: 6 }, seed, say: () => undefined });
    expect(report).toMatchObject({
      jobs,
      completed: jobs,
      askedAgain: 0,
      filesVerified: jobs,
      disagreements: 0,
      well: true,
    });
    for (const seconds of report.takeoverSeconds)
      addFigure(inject('figures'), { fault: 'F14 chaos: taken over', seconds });
  },
  400_000,
);
