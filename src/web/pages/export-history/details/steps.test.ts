import { describe, expect, it } from 'vitest';
import type { ExportJob } from '#contract/export-jobs.ts';
import { secondBeside } from '#web/words/instants.ts';
import { stepsOf } from './steps.ts';

const at = (time: string): string => `2026-11-22T17:${time}.000000Z`;
const job = (change: object): ExportJob =>
  ({
    status: 'failed',
    attempt: 3,
    created_at: at('01:06'),
    created_by: { id: '1', name: 'Jonas Brandt' },
    started_at: at('02:32'),
    completed_at: at('03:06'),
    error: { code: 'storage_unavailable', message: 'File storage did not take the file.' },
    ...change,
  }) as unknown as ExportJob;
const attempt = (n: number, from: string, to: string | null, outcome: string | null) => ({
  attempt: n,
  started_at: at(from),
  ended_at: to === null ? null : at(to),
  outcome,
});

describe('the steps of an export', () => {
  it('tell why each attempt stopped, how long the pause was, and how it ended', () => {
    const steps = stepsOf(job({}), [
      attempt(1, '01:06', '01:46', 'storage_unavailable'),
      attempt(2, '01:50', '02:32', 'handed_back'),
      attempt(3, '02:32', '03:06', 'storage_unavailable'),
    ]);
    expect(steps.map(({ text, detail }) => [text, detail])).toEqual([
      ['Requested by Jonas Brandt', undefined],
      ['Attempt 1 stopped: file storage did not answer', 'Tried again after 4 s'],
      ['Attempt 2 stopped: its worker was restarted', 'Tried again at once'],
      ['Attempt 3 started', undefined],
      ['Failed after 3 attempts', 'File storage did not answer'],
    ]);
  });

  it('never run backwards where a killed worker was swept away only later', () => {
    const [, stopped] = stepsOf(job({ attempt: 2, started_at: at('01:30') }), [
      attempt(1, '01:06', '59:00', 'worker_lost'),
      attempt(2, '01:30', '03:06', 'storage_unavailable'),
    ]);
    expect(stopped).toEqual({ at: at('01:30'), text: 'Attempt 1 stopped: its worker went away', tone: 'warn' });
  });

  it('show the day of a step that is not on the day of the request', () => {
    expect(secondBeside(at('01:06'), at('03:06'), 'Europe/Berlin')).toBe('18:03:06');
    expect(secondBeside(at('01:06'), '2026-12-22T17:03:06.000000Z', 'Europe/Berlin')).toBe('22 Dec 2026, 18:03:06');
  });
});
