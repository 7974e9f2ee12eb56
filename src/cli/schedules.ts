/** `mathership schedules`: what goes out by itself, and one occurrence made now. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Schedule, ScheduleRun } from '#contract/deliveries.ts';
import type { Page } from '#contract/export-jobs.ts';
import { ProductError } from '#contract/errors.ts';
import { attachServer, findCompany, type ServerClient } from './attach.ts';
import { say } from './output.ts';

interface Which {
  readonly company: string;
  readonly server?: string;
  readonly json?: boolean;
}

const pollMilliseconds = 500;

async function schedulesOf(client: ServerClient, companyId: string): Promise<Schedule[]> {
  const all: Schedule[] = [];
  for (let page = 0; ; page++) {
    const path = `/api/v1/companies/${companyId}/schedules?page_size=200&page=${page}`;
    const found = await client.ask<Page<Schedule>>('GET', path);
    all.push(...found.results);
    if (page + 1 >= found.total_pages) return all;
  }
}

export async function listSchedulesCommand(options: Which): Promise<void> {
  const client = await attachServer(options);
  const { id } = await findCompany(client, options.company);
  const all = await schedulesOf(client, id);
  if (options.json) return say(JSON.stringify(all));
  for (const { name, is_paused: isPaused, paused_reason: reason, next, last_run: last } of all) {
    const when = isPaused
      ? `paused${reason === null ? '' : `: ${reason}`}`
      : next
        ? `next ${next.due_at}`
        : 'never again';
    say([name, when, last ? `last ${last.occurrence} ${last.status}` : 'never yet'].join('\t'));
  }
}

export async function runScheduleCommand(options: Which & { schedule: string; occurrence?: string }): Promise<void> {
  const client = await attachServer(options);
  const { id } = await findCompany(client, options.company);
  const wanted = options.schedule.toLowerCase();
  const schedule = (await schedulesOf(client, id)).find(
    (one) => one.name.toLowerCase() === wanted || one.id === wanted,
  );
  if (!schedule) throw new ProductError('not_found', `There is no schedule named ${options.schedule}.`);
  const path = `/api/v1/companies/${id}/schedules/${schedule.id}`;
  const { occurrence } = await client.ask<ScheduleRun>('POST', `${path}/run`, { occurrence: options.occurrence });
  for (;;) {
    const { results } = await client.ask<Page<ScheduleRun>>('GET', `${path}/runs?page_size=200`);
    const run = results.find((each) => each.occurrence === occurrence);
    if (!run) throw new ProductError('not_found', 'The run has been removed.');
    if (run.status === 'waiting' || run.status === 'running') {
      await delay(pollMilliseconds);
      continue;
    }
    if (options.json) say(JSON.stringify(run));
    else say(`${occurrence}: ${run.status.replace('_', ' ')}${run.reason === null ? '' : `. ${run.reason}`}`);
    if (run.status === 'failed') process.exitCode = 1;
    return;
  }
}
