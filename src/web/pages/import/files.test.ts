import { expect, test } from 'vitest';
import { sentName, withFiles, withKind, withoutFile } from './files.ts';

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

test('a file that is given a kind is sent under its name, in place of another of that kind', () => {
  const files = withFiles([], [csv('bestellungen.csv'), csv('purchase_orders.csv'), csv('vendors.csv')]);
  const named = withKind(files, 'bestellungen.csv', 'purchase_orders');
  expect(named.map(({ file }) => file.name)).toEqual(['vendors.csv', 'bestellungen.csv']);
  expect(named.map(sentName)).toEqual(['vendors.csv', 'purchase_orders.csv']);
  expect(withoutFile(named, 'purchase_orders.csv').map(sentName)).toEqual(['vendors.csv']);
});
