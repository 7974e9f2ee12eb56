/** Tagged PDFs, as they are read to somebody: rules of docs/pdf-a.md. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Column, ReportDocument, Row } from '#contract/reports.ts';
import { readPdf } from '#test/read-report-pdf.ts';
import { readStructure, type StructureElement } from '#test/read-structure.ts';
import { batchOf, documentOf, hostileTexts, purchaseColumns, sampleReport } from '#test/report-samples.ts';
import { measureRows } from '../measured.ts';
import { LocaleFormat } from './locale-format.ts';
import { pdfFormat, taggedRowsMax } from './pdf.ts';

async function rendered(document: ReportDocument, rows: readonly Row[]): Promise<Buffer> {
  const renderer = pdfFormat.create(document, measureRows(document.columns, rows));
  const chunks: Buffer[] = [];
  for await (const chunk of renderer.begin()) chunks.push(chunk);
  for await (const chunk of renderer.rows(batchOf(rows))) chunks.push(chunk);
  for await (const chunk of renderer.finish()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const all = (element: StructureElement, type: string): StructureElement[] => [
  ...(element.type === type ? [element] : []),
  ...element.children.flatMap((child) => all(child, type)),
];
const types = ({ children }: StructureElement): string[] => children.map(({ type }) => type);
const texts = ({ children }: StructureElement): (string | undefined)[] => children.map(({ text }) => text);

describe('a purchase report of several pages, groups and currencies', () => {
  const report = sampleReport({ rows: 150, groups: 3, currencies: ['EUR', 'USD'], locale: 'de-DE' });
  const rows = [...report.batches()].flatMap((batch) => batch.cells());
  let tree: StructureElement;
  let table: StructureElement;
  beforeAll(async () => {
    tree = await readStructure(await rendered(report.document, rows));
    table = tree.children.at(-1)!;
  });

  test('one title, then headings of one level: what the table of totals is, and each group', () => {
    expect(tree.type).toBe('Document');
    expect(types(tree)).toEqual(['P', 'H1', 'P', 'L', 'H2', 'P', 'Table', 'Table']);
    expect(all(tree, 'H1').map(({ text }) => text)).toEqual(['Purchase Orders Report']);
    expect(all(tree, 'H2').map(({ text }) => text)).toEqual(['Control totals', 'Main Kitchen', 'Bar', 'Cold Store']);
  });

  test('what the file says about itself is a list of names and values', () => {
    const facts = all(tree, 'LI').map(texts);
    expect(facts).toContainEqual(['Date basis', 'Delivery date']);
    expect(facts).toContainEqual(['Rows', '150']);
  });

  test('the table has its heads once, whatever pages it stands on, and a row for each row, in their order', () => {
    const printed = purchaseColumns.slice(1);
    expect(types(table)).toEqual(['THead', 'TBody', 'TBody', 'TBody', 'TFoot']);
    const [head] = all(table.children[0]!, 'TR');
    expect(head!.children.map(({ type, scope }) => [type, scope])).toEqual(printed.map(() => ['TH', 'Column']));
    expect(texts(head!).map((text) => text!.replaceAll(' ', ''))).toEqual(
      printed.map(({ label }) => label.replaceAll(' ', '')),
    );
    const format = new LocaleFormat('de-DE');
    const read = all(table, 'TBody')
      .flatMap((body) => all(body, 'TR'))
      .filter((row) => types(row).every((type) => type === 'TD'));
    expect(read.map(texts)).toEqual(
      rows.map((row) =>
        row.slice(1).map((cell, at) => {
          const { type, key } = printed[at]!;
          if (type === 'text') return cell;
          if (type === 'date') return format.day(cell!);
          return cell === '0' && key === 'refused_quantity' ? '–' : format.number(cell!);
        }),
      ),
    );
  });

  test('a group begins with its name, and ends with its sums, which say that they are sums', () => {
    const [body] = all(table, 'TBody');
    const [heading, ...others] = body!.children;
    expect(heading!.children.map(({ type, scope }) => [type, scope])).toEqual([['TH', 'Row']]);
    expect(texts(heading!.children[0]!)).toEqual(['Main Kitchen', '50 rows']);
    const sums = others.slice(-2);
    expect(sums.map((row) => row.children[0]!.text)).toEqual([
      'Subtotal Main Kitchen EUR',
      'Subtotal Main Kitchen USD',
    ]);
    expect(sums.every(({ language }) => language === 'en')).toBe(true);
    expect(body!.language).toBe('de-DE');
    const total = all(table.children.at(-1)!, 'TR');
    expect(total.map((row) => row.children[0]!.text!.slice(0, 6))).toEqual(['Total,', 'Total,']);
  });

  test('every row of a table has as many columns as its heads', () => {
    for (const one of all(tree, 'Table')) {
      const [heads, ...others] = all(one, 'TR').map((row) => row.children.reduce((sum, cell) => sum + cell.columns, 0));
      expect(new Set(others)).toEqual(new Set([heads]));
    }
  });
});

test('whatever a text is made of, it is in one element, in reading order', async () => {
  const columns: Column[] = [
    { key: 'line', label: 'Line', type: 'integer' },
    { key: 'text', label: 'Text', type: 'text' },
    { key: 'none', label: 'Nothing', type: 'money' },
  ];
  const rows = [...hostileTexts, ''].map((text, at): Row => [String(at), text, at % 2 ? null : '1.50']);
  const totals = { rows: rows.length, currencies: [], groups: [] };
  const document = documentOf(totals, { columns, groupColumns: [], sumColumns: [] });
  const tree = await readStructure(await rendered(document, rows));
  expect(types(tree.children.at(-1)!)).toEqual(['THead', 'TBody']);
  const lines = all(tree.children.at(-1)!, 'TR').slice(1);
  expect(lines.map((line) => line.children[0]!.text)).toEqual(rows.map(([line]) => line));
  expect(lines.map((line) => line.children[2]!.text)).toEqual(rows.map(([, , money]) => (money ? '1,50' : undefined)));
});

test('an empty report is tagged; one too long is not, and says so', async () => {
  const none = documentOf({ rows: 0, currencies: [], groups: [] });
  expect(all(await readStructure(await rendered(none, [])), 'H2').map(({ text }) => text)).toEqual(['No rows']);

  const long = sampleReport({ rows: taggedRowsMax + 1, groups: 2, locale: 'en-US' });
  const file = await rendered(
    long.document,
    [...long.batches()].flatMap((batch) => batch.cells()),
  );
  expect(file.includes('StructTreeRoot')).toBe(false);
  const { pages } = await readPdf(file, [0]);
  const facts = pages[0]!.lines.map(({ cells }) => cells.map(({ text }) => text));
  expect(facts.find(([label]) => label === 'Reading aloud')?.[1]).toContain('Not tagged');
});
