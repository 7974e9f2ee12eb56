/**
 * `npm run chaos -- --jobs 200 --kills 15 --seed 1`: three processes, killed at random; ends with 1 if anything is lost.
 * `npm run chaos -- --minutes 60`: for so long, and with every other fault among the kills.
 */
import { parseArgs } from 'node:util';
import { runChaos } from '#test/faults/chaos/run.ts';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '200' },
    kills: { type: 'string', default: '15' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string' },
  },
});
const minutes = Number(values.minutes ?? 0);
const extent = minutes > 0 ? { minutes } : { jobs: Number(values.jobs), kills: Number(values.kills) };
const seed = Number(values.seed);
const report = await runChaos({ extent, seed, allFaults: minutes > 0, say: (line) => console.log(line) });
const { takeoverSeconds: takeovers } = report;
const middle = takeovers[Math.floor(takeovers.length / 2)];

console.log(`\n${report.doctor}`);
console.log(`exports asked for        ${report.jobs}`);
console.log(`completed                ${report.completed}, ${report.takenOver} of them in a later run`);
console.log(`asked for once more      ${report.askedAgain}, whose every run lost its worker`);
console.log(
  `kills                    ${Object.entries(report.kills)
    .map(([role, n]) => `${role} ${n}`)
    .join(', ')}`,
);
console.log(
  `taken over within        p50 ${middle?.toFixed(1)} s, max ${takeovers.at(-1)?.toFixed(1)} s (${takeovers.length} runs)`,
);
console.log(`files verified           ${report.filesVerified}`);
console.log(`engine and projection    ${report.disagreements} disagreements in ${report.samples} samples`);
console.log(`doctor --deep            ${report.well ? 'well' : 'NOT WELL'}`);
console.log(`duration                 ${report.seconds.toFixed(0)} s, seed ${seed}`);

const asked = 'jobs' in extent ? extent.jobs : Math.max(report.jobs, 1);
const all = [report.jobs, report.completed, report.filesVerified].every((count) => count === asked);
// kills alone, at their pace, end no export; with every fault a few may lose all their runs, and say so
const honest = minutes > 0 || report.askedAgain === 0;
const kept = all && honest && report.well && report.disagreements === 0;
console.log(kept ? 'nothing lost, nothing stuck' : 'SOMETHING WAS LOST');
process.exit(kept ? 0 : 1);
