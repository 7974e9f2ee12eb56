import { describe, expect, it } from 'vitest';
import type { ExportJob } from '#contract/export-jobs.ts';
import { allRowsSentence, hasAllRows } from './jobs.ts';

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
