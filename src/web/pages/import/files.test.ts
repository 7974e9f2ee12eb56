import { expect, test } from 'vitest';
import { sentName, sharedNames, withFiles, withKind, withoutFile } from './files.ts';

const csv = (name: string, text = 'code,name\n'): File => new File([text], name);

test('files stand in the order in which they are read, those of no known name last', () => {
  const files = withFiles([], [csv('receipts.csv'), csv('bestellungen.csv'), csv('Vendors.CSV')]);
  expect(files.map(({ kind }) => kind)).toEqual(['vendors', 'receipts', null]);
  expect(files.map(sentName)).toEqual(['vendors.csv', 'receipts.csv', 'bestellungen.csv']);
});

test('the same name again replaces the file, whatever its case', () => {
  const files = withFiles(withFiles([], [csv('vendors.csv', 'old')]), [csv('VENDORS.csv', 'newer')]);
  expect(files.map(({ file }) => file.size)).toEqual([5]);
});

test('two of one kind that come together both stay, and so does one that is given the kind of another', () => {
  const both = withFiles([], [csv('receipts.csv', 'october'), csv('receipts.csv', 'november'), csv('items.csv')]);
  expect(both.map(({ file }) => file.size)).toEqual([10, 7, 8]);
  expect(sharedNames(both).map(({ file }) => file.size)).toEqual([7, 8]);
  // the corrected one takes the place of both
  expect(sharedNames(withFiles(both, [csv('receipts.csv', 'corrected')]))).toEqual([]);
});

test('a file that is given a kind is sent under its name', () => {
  const files = withFiles([], [csv('bestellungen.csv'), csv('purchase_orders.csv'), csv('vendors.csv')]);
  const named = withKind(files, 'bestellungen.csv', 'purchase_orders');
  expect(named.map(({ file }) => file.name)).toEqual(['vendors.csv', 'bestellungen.csv', 'purchase_orders.csv']);
  expect(named.map(sentName)).toEqual(['vendors.csv', 'purchase_orders.csv', 'purchase_orders.csv']);
  expect(sharedNames(named).map(({ file }) => file.name)).toEqual(['bestellungen.csv', 'purchase_orders.csv']);
  expect(withoutFile(named, 'purchase_orders.csv').map(sentName)).toEqual(['vendors.csv']);
});
