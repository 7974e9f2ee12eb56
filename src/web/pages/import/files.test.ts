import { expect, test } from 'vitest';
import type { Inspection } from '#contract/import-profiles.ts';
import {
  answeredName,
  lookedAt,
  profilesOf,
  sentName,
  sharedNames,
  withFiles,
  withKnown,
  withoutFile,
} from './files.ts';

const csv = (name: string, text = 'code,name\n'): File => new File([text], name);

test('files stand in the order in which they are read, those of no known name last', () => {
  const files = withFiles([], [csv('receipts.csv'), csv('bestellungen.csv'), csv('Vendors.CSV'), csv('items.xlsx')]);
  expect(files.map(({ kind }) => kind)).toEqual(['vendors', 'items', 'receipts', null]);
  expect(files.map(sentName)).toEqual(['vendors.csv', 'items.xlsx', 'receipts.csv', 'bestellungen.csv']);
});

test('the same name again replaces the file, whatever its case', () => {
  const files = withFiles(withFiles([], [csv('vendors.csv', 'old')]), [csv('VENDORS.csv', 'newer')]);
  expect(files.map(({ file }) => file.size)).toEqual([5]);
});

test('two of one kind that come together both stay', () => {
  const both = withFiles([], [csv('receipts.csv', 'october'), csv('receipts.csv', 'november'), csv('items.csv')]);
  expect(both.map(({ file }) => file.size)).toEqual([10, 7, 8]);
  expect(sharedNames(both).map(({ file }) => file.size)).toEqual([7, 8]);
  // the corrected one takes the place of both
  expect(sharedNames(withFiles(both, [csv('receipts.csv', 'corrected')]))).toEqual([]);
});

const found = (patch: Partial<Inspection>): Inspection =>
  ({
    file: 'einkauf.csv',
    entries: null,
    profile_id: null,
    kind: 'invoices',
    header_row: 1,
    columns: [{ name: 'Lieferant', field: 'vendor_code', samples: [], because: '' }],
    ambiguities: [],
    suggestion: { kind: 'invoices', decimal: '.', date_order: 'ymd' },
    ...patch,
  }) as unknown as Inspection;

test('a file of no known name is ours by its columns, or read by a profile, known or to be made', () => {
  const [chosen] = withFiles([], [csv('einkauf.csv')]);
  if (!chosen) throw new Error('no file');
  const ours = found({ columns: [{ name: 'vendor_code', field: 'vendor_code', samples: [], because: '' }] });
  expect(lookedAt(chosen, ours)).toEqual({ kind: 'invoices' });
  expect(lookedAt(chosen, found({}))).toMatchObject({ read: { profileId: null, isOpen: true, name: 'einkauf' } });
  expect(lookedAt(chosen, found({ entries: ['vendors.csv', 'items.csv'] }))).toEqual({ isOurZip: true });
  const known = withKnown([chosen], chosen.file, lookedAt(chosen, found({ profile_id: '7' })));
  expect([profilesOf(known), known.map(answeredName), known.map(sentName)]).toEqual([
    ['7'],
    ['invoices.csv'],
    ['einkauf.csv'],
  ]);
  expect(withoutFile(known, 'invoices.csv')).toEqual([]);
});
