import { describe, expect, it } from 'vitest';
import type { ExportJob } from '#contract/export-jobs.ts';
import { allRowsSentence, hasAllRows, jobDays, jobLength, jobName } from './jobs.ts';

const job = (change: object): ExportJob =>
  ({
    status: 'completed',
    row_count: 1868,
    control_totals: { rows: 1868, currencies: [], groups: [] },
    ...change,
  }) as unknown as ExportJob;

describe('that every row is in the file', () => {
  it('is said only where both sides were counted and agree', () => {
    expect(hasAllRows(job({}))).toBe(true);
    expect(hasAllRows(job({ row_count: 1867 }))).toBe(false);
    expect(hasAllRows(job({ control_totals: null }))).toBe(false);
    expect(hasAllRows(job({ status: 'failed' }))).toBe(false);
  });

  it('is said in figures of rows, and claims nothing about amounts', () => {
    expect(allRowsSentence(job({}))).toBe('Complete: 1,868 rows in the database, 1,868 in the file');
    expect(allRowsSentence(job({ row_count: 1, control_totals: { rows: 1, currencies: [], groups: [] } }))).toBe(
      'Complete: 1 row in the database, 1 in the file',
    );
  });
});

describe('the days of an export', () => {
  const days = { date_from: '2026-10-07', date_to: '2026-10-13', file_format: 'csv' };

  it('are its period, both ends included', () => {
    const purchases = job({ ...days, report_type: 'delivery_location' });
    expect([jobDays(purchases), jobLength(purchases)]).toEqual(['7 – 13 Oct 2026', '7 days']);
  });

  it('are one day where the report is of its end', () => {
    const levels = job({ ...days, report_type: 'inventory_levels' });
    expect([jobDays(levels), jobLength(levels)]).toEqual(['13 Oct 2026', 'End of the day']);
    expect(jobName(levels)).toMatch(/CSV, 13 Oct 2026$/);
  });
});
