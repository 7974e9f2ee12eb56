import { expect, test } from 'vitest';
import { capabilityChanges, type Change } from './details.ts';

const change = (field: string, from: string[], to: string[]): Change => ({ field, from, to });

test('what was granted, denied or given back is told once, by name', () => {
  expect(capabilityChanges([change('granted', [], ['import_data'])])).toEqual([
    { verb: 'granted', names: ['Import data'] },
  ]);
  const turned = [change('granted', ['view_financials'], []), change('denied', [], ['view_financials'])];
  expect(capabilityChanges(turned)).toEqual([{ verb: 'denied', names: ['Financial viewing'] }]);
  const back = [change('denied', ['view_financials', 'count_stock'], ['count_stock'])];
  expect(capabilityChanges(back)).toEqual([{ verb: 'no longer denied', names: ['Financial viewing'] }]);
  expect(capabilityChanges([change('role', ['finance'], ['viewer'])])).toEqual([]);
});
