import { expect, test } from 'vitest';
import type { AuditEvent } from '#contract/organization.ts';
import { capabilityChanges, type Change, reportText, scopeText } from './details.ts';

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

const event = (details: Record<string, unknown>, location_names: string[] | null = null): AuditEvent => ({
  id: '1',
  at: '2026-11-02T08:00:00.000000Z',
  action: 'export.downloaded',
  user: null,
  organization_id: null,
  company: null,
  subject_type: 'export_job',
  subject_id: 'a',
  subject_name: null,
  location_names,
  details,
  address: null,
  request_id: null,
});

test('an export is told by report, format, days and what it was narrowed to', () => {
  const facts = { report_type: 'vendor', file_format: 'pdf', date_from: '2026-10-01', date_to: '2026-10-31' };
  expect(reportText(event(facts))).toBe('Vendor Spend PDF, 1 – 31 Oct 2026');
  expect(scopeText(event(facts))).toBeUndefined();
  const narrowed = { ...facts, locations: 1, delivery_location_ids: ['5'], filters: ['vendor_ids'] };
  expect(scopeText(event(narrowed, ['Main Kitchen']))).toBe('Main Kitchen; filtered');
  expect(scopeText(event({ ...facts, locations: 30 }, ['Bar']))).toBe('30 locations');
});

test('an entry from before exports were named says nothing that it does not know', () => {
  expect([reportText(event({ via: 'session' })), scopeText(event({ via: 'session' }))]).toEqual([null, undefined]);
});
