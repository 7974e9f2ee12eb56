/** Periods of the report pages: whole, in order, and never in the future unless asked. */
import { expect, test } from 'vitest';
import { kindShown, nameField, neighbour, periodOf, reportPresets } from './presets.ts';

const preset = (today: string, id: string) => {
  const { from, to } = reportPresets(today).find((one) => one.id === id) ?? { from: '', to: '' };
  return `${from} ${to}`;
};

test('the last days end yesterday', () => {
  expect(preset('2026-11-23', 'yesterday')).toBe('2026-11-22 2026-11-22');
  expect(preset('2026-11-23', 'last_7_days')).toBe('2026-11-16 2026-11-22');
  expect(preset('2026-11-23', 'last_30_days')).toBe('2026-10-24 2026-11-22');
  expect(preset('2024-03-01', 'yesterday')).toBe('2024-02-29 2024-02-29');
});

test('months and quarters are those of the calendar', () => {
  expect(preset('2026-11-23', 'this_month')).toBe('2026-11-01 2026-11-22');
  expect(preset('2026-11-01', 'this_month')).toBe('2026-11-01 2026-11-01');
  expect(preset('2026-01-15', 'last_month')).toBe('2025-12-01 2025-12-31');
  expect(preset('2026-11-23', 'last_quarter')).toBe('2026-07-01 2026-09-30');
  expect(preset('2026-01-01', 'last_quarter')).toBe('2025-10-01 2025-12-31');
  expect(preset('2026-03-31', 'last_quarter')).toBe('2025-10-01 2025-12-31');
});

test('an address with half a period, or one that ends before it starts, means the standard', () => {
  const standard = { from: '2026-10-24', to: '2026-11-22' };
  expect(periodOf({ date_from: '2026-10-01', date_to: '2026-10-31' }, standard)).toEqual({
    from: '2026-10-01',
    to: '2026-10-31',
  });
  expect(periodOf({ date_from: '2026-10-01' }, standard)).toEqual(standard);
  expect(periodOf({ date_from: '2026-10-02', date_to: '2026-10-01' }, standard)).toEqual(standard);
});

test('the next period is as long, whole months after whole months', () => {
  expect(neighbour({ from: '2026-11-16', to: '2026-11-22' }, -1)).toEqual({ from: '2026-11-09', to: '2026-11-15' });
  expect(neighbour({ from: '2026-03-29', to: '2026-03-29' }, 1)).toEqual({ from: '2026-03-30', to: '2026-03-30' });
  expect(neighbour({ from: '2026-03-01', to: '2026-03-31' }, -1)).toEqual({ from: '2026-02-01', to: '2026-02-28' });
  expect(neighbour({ from: '2026-01-01', to: '2026-03-31' }, 1)).toEqual({ from: '2026-04-01', to: '2026-06-30' });
});

test('days of several names keep the one they were chosen by, and are a month where they were chosen by none', () => {
  const november = { from: '2026-11-01', to: '2026-11-30' };
  expect(nameField('last_30_days', november, '2026-12-01')).toBe('last_30_days');
  expect(nameField('last_month', november, '2026-12-01')).toBeUndefined();
  expect(kindShown('last_30_days', november, '2026-12-01')).toBe('last_30_days');
  expect(kindShown(undefined, november, '2026-12-01')).toBe('last_month');
  // the next day the name means others
  expect(kindShown('last_30_days', november, '2026-12-02')).toBe('last_month');
  expect(kindShown('last_30_days', november, '2027-01-02')).toBe('fixed');
  const week = { from: '2026-12-01', to: '2026-12-07' };
  expect(kindShown('last_7_days', week, '2026-12-08')).toBe('last_7_days');
  expect(kindShown(undefined, week, '2026-12-08')).toBe('this_month');
  expect(kindShown('yesterday', { from: '2026-12-01', to: '2026-12-01' }, '2026-12-02')).toBe('yesterday');
  // of one moment, the end of last month is that
  expect(kindShown('last_month', { from: '2026-11-30', to: '2026-11-30' }, '2026-12-01')).toBe('last_month');
});
