import { describe, expect, it } from 'vitest';
import type { ExportJob } from '#contract/export-jobs.ts';
import type { ReportType } from '#contract/reports.ts';
import { reportNames } from '#web/words/en/reports.ts';
import { canceledLine, completedLine, expiredLine, pendingLine, processingLine } from './status-line.ts';
import { currentPeriod, mainAction, menuOf } from './verbs.ts';

const now = Date.parse('2026-11-23T12:00:10Z');
const job = (change: Partial<ExportJob>): ExportJob =>
  ({
    id: 'j1',
    report_type: 'delivery_location',
    file_format: 'csv',
    status: 'pending',
    options: {},
    date_from: '2026-10-01',
    date_to: '2026-10-31',
    created_at: '2026-11-23T12:00:06.000000Z',
    updated_at: '2026-11-23T12:00:06.000000Z',
    started_at: null,
    completed_at: null,
    expires_at: null,
    progress: null,
    queue_position: 1,
    row_count: null,
    attempt: 1,
    filters: {},
    is_downloadable: false,
    ...change,
  }) as ExportJob;
const finished = {
  status: 'completed',
  started_at: '2026-11-23T12:00:06.000000Z',
  completed_at: '2026-11-23T12:00:06.300000Z',
  expires_at: '2026-12-23T12:00:06.300000Z',
  row_count: 1868,
} as const;

describe('the second line of a status', () => {
  it('tells a waiting job its place', () => {
    expect(pendingLine(job({}), now).text).toBe('Next in queue · waiting for 4 s');
    expect(pendingLine(job({ queue_position: 2 }), now).text).toBe('2nd in queue · waiting for 4 s');
    expect(pendingLine(job({ queue_position: 12, attempt: 2 }), now).text).toBe(
      '12th in queue · tried again, attempt 2',
    );
  });

  it('warns when the next in the queue is not taken up, and says what to do (M14)', () => {
    const line = pendingLine(job({ created_at: '2026-11-23T11:55:00.000000Z' }), now);
    expect(line).toMatchObject({ isWarning: true });
    expect(line.text).toContain('no worker has taken it up');
    expect(line.text).toContain('mathership doctor');
  });

  it('tells a running job how far and how much longer', () => {
    const running = { status: 'processing', started_at: '2026-11-23T12:00:00.000000Z' } as const;
    expect(processingLine(job(running), now, 0).text).toBe('Counting rows');
    expect(processingLine(job({ ...running, progress: { rows_done: 5000, rows_total: 10_000 } }), now, 0).text).toBe(
      '5,000 of 10,000 rows · about 10 s left',
    );
    expect(processingLine(job({ ...running, progress: { rows_done: 5, rows_total: 10_000 } }), now, 0).text).toBe(
      '5 of 10,000 rows',
    );
    expect(processingLine(job(running), now, 45_000)).toMatchObject({ isWarning: true });
  });

  it('tells a finished job until when, and an empty one that it is empty', () => {
    expect(completedLine(job(finished), 'Europe/Berlin', '2026-11-23').text).toBe(
      'Available until 23 Dec · took 0.3 s',
    );
    expect(completedLine(job({ ...finished, row_count: 0 }), 'Europe/Berlin', '2026-11-23').text).toBe(
      'No deliveries in these days',
    );
    expect(
      completedLine(job({ ...finished, file_format: 'pdf', row_count: 95_000 }), 'Europe/Berlin', '2026-11-23'),
    ).toMatchObject({ isWarning: true });
  });

  it('says of an empty export what did not happen, in the words of its report', () => {
    const empty = (change: Partial<ExportJob>) =>
      completedLine(
        job({ ...finished, row_count: 0, date_from: '2026-10-16', date_to: '2026-10-16', ...change }),
        'Europe/Berlin',
        '2026-11-23',
      ).text;
    expect(empty({})).toBe('No deliveries on this day');
    expect(empty({ report_type: 'price_changes' })).toBe('No price changes on this day');
    expect(empty({ report_type: 'price_changes', date_to: '2026-10-17' })).toBe('No price changes in these days');
    expect(empty({ report_type: 'inventory_levels' })).toBe('No stock at the end of this day');
    expect(empty({ filters: { delivery_location_ids: ['7'] } })).toBe('No deliveries on this day with these filters');
    const all = Object.keys(reportNames).map((type) => empty({ report_type: type as ReportType }));
    expect(new Set(all).size).toBe(all.length);
  });

  it('tells why a file has gone', () => {
    expect(expiredLine(job(finished), 'Europe/Berlin', '2027-01-05').text).toBe(
      'File removed on 23 Dec 2026, after 30 days',
    );
    expect(expiredLine(job({ ...finished, expires_at: null }), 'Europe/Berlin', '2026-11-23').text).toBe(
      'The file is gone',
    );
    expect(canceledLine(job({ progress: { rows_done: 41_200, rows_total: 79_905 } })).text).toBe(
      'Stopped after 41,200 of 79,905 rows',
    );
    expect(canceledLine(job({})).text).toBe('Canceled before it started');
  });
});

describe('running again', () => {
  const asked = (change: Partial<ExportJob>) =>
    currentPeriod(job({ created_at: '2026-03-04T10:00:00.000000Z', ...change }), 'Europe/Berlin');

  it('offers the same period of today where the days were one by name', () => {
    const lastMonth = asked({ date_from: '2026-02-01', date_to: '2026-02-28' });
    expect(lastMonth?.name).toMatch(/^last month, 1 – \d\d /);
    expect(lastMonth?.days.from).toMatch(/-01$/);
    expect(lastMonth?.days.from).not.toBe('2026-02-01');
  });

  it('offers the same days alone where they were nobody’s period', () => {
    expect(asked({ date_from: '2026-02-03', date_to: '2026-02-17' })).toBeNull();
  });
});

describe('what can be done', () => {
  const verbs = (change: Partial<ExportJob>) => menuOf(job(change), 'Europe/Berlin').map(({ id }) => id);

  it('has a download only where there is something to download (M8)', () => {
    expect(mainAction(job({ ...finished, is_downloadable: true })).verb).toBe('download');
    expect(mainAction(job(finished)).verb).toBe('again');
    expect(mainAction(job({ status: 'failed' })).verb).toBe('again');
    expect(verbs({ status: 'failed' })).not.toContain('download');
  });

  it('is canceling while unfinished, deleting afterwards', () => {
    expect(mainAction(job({})).verb).toBe('cancel');
    expect(verbs({})).toEqual(['details', 'copy', 'change', 'cancel']);
    // days that are nobody's period, whatever day it is
    const ended = { ...finished, date_from: '2026-10-02' };
    expect(verbs(ended)).toEqual(['details', 'copy', 'again', 'changes', 'change', 'delete']);
    // of what has changed nothing has changed since
    expect(verbs({ ...ended, options: { changes_since: 'J1' } })).not.toContain('changes');
  });
});
