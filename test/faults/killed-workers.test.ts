/** F1: kill -9 of a worker at every step of an export. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ExportJob } from '#contract/export-jobs.ts';
import { addFigure } from './figures.ts';
import { type FaultSite, startFaultSite } from './fault-site.ts';
import { type Gate, holdRows, StoreGates } from './gates.ts';

/** Every step a run can be at, by what it waits for there. */
const steps = ['claimed', 'copying', 'zipped', 'uploaded', 'confirmed', 'completing'] as const;
type Step = (typeof steps)[number];

const takeoverSecondsMax = 15;
const rounds = inject('thorough') ? 5 : 1;

let site: FaultSite;
let large: string;
let small: string[];

beforeAll(async () => {
  site = await startFaultSite();
  // some 25 MB zipped: more than the parts that are in flight, so that a held part holds the COPY itself
  large = await site.addCompany({ lines: 20_000, textBytes: 2048 });
  small = [site.companyId, await site.addCompany({ lines: 50 })];
});
afterAll(() => site.close());

describe('kill -9 of a worker', () => {
  it.each(Array.from({ length: rounds }, (_, round) => round + 1))(
    'at every step of an export: another worker takes over within 15 s, and one file is published (round %i)',
    async (round) => {
      const gates = new StoreGates(site.proxy);
      const held: { step: Step; job: ExportJob; gate: Gate }[] = [];
      for (const [at, step] of steps.entries()) {
        const company_id = step === 'copying' || step === 'zipped' ? large : (small[at % 2] as string);
        const job = await site.create({
          company_id,
          date_to: `2026-12-${10 + at}`,
          date_from: `2026-01-${10 + round}`,
        });
        held.push({ step, job, gate: await gateOf(step, job, gates) });
      }
      const victim = await site.worker({ WORKER_CONCURRENCY: '6' });
      for (const each of held) {
        await each.gate.reached();
        each.gate = await movedOn(each.step, each.job, each.gate);
      }
      const survivor = await site.worker({ WORKER_CONCURRENCY: '3' });
      const killed = Date.now();
      await victim.kill();
      for (const { gate } of held) await gate.open();

      for (const { step, job } of held) {
        const finished = await site.finished(job.id, 60);
        expect([step, finished.status]).toEqual([step, 'completed']);
        await site.verify(finished);
        const attempts = await site.attempts(job.id);
        if (step === 'completing') {
          // the statement was on its way: whether it counted is the database's to say, and it says one thing only
          expect(attempts.length).toBe(finished.attempt);
          continue;
        }
        expect([step, attempts.map(({ worker }) => worker)]).toEqual([step, [victim.name, survivor.name]]);
        const seconds = ((attempts[1]?.started ?? Infinity) - killed) / 1000;
        expect(seconds).toBeLessThan(takeoverSecondsMax);
        addFigure(inject('figures'), { fault: `F1 worker killed, ${step}`, seconds });
      }
      await survivor.kill();
      await site.expectSwept();
      await site.expectWell();
    },
    180_000,
  );
});

async function gateOf(step: Step, job: ExportJob, gates: StoreGates): Promise<Gate> {
  const suffix = `/${job.id}/1.zip`;
  switch (step) {
    case 'claimed':
      return holdRows(
        site.databaseUrl,
        `INSERT INTO export_attempts (job_id, attempt, company_id, file_key, worker) VALUES ($1, 1, $2, 'a gate', 'a gate')`,
        [job.id, job.company_id],
      );
    case 'copying':
      return gates.hold(suffix, 'upload');
    case 'zipped':
      return gates.hold(suffix, 'publish');
    default:
      return gates.hold(suffix, 'look');
  }
}

/** The last two steps come after the look at the stored object: hold what they wait for there, then let them look. */
async function movedOn(step: Step, job: ExportJob, gate: Gate): Promise<Gate> {
  if (step !== 'confirmed' && step !== 'completing') return gate;
  const next =
    step === 'confirmed'
      ? await holdRows(site.databaseUrl, 'SELECT FROM export_attempts WHERE job_id = $1 FOR UPDATE', [job.id])
      : await holdRows(site.databaseUrl, 'SELECT FROM pgboss.job WHERE id = $1 FOR UPDATE', [job.id], '%completed_on%');
  await gate.open();
  await next.reached();
  return next;
}
