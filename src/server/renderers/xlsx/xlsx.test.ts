import { describe, expect, test } from 'vitest';
import type { Column, ReportDocument, Row } from '#contract/reports.ts';
import { childOf, readWorkbook } from '#test/read-workbook.ts';
import type { ReadCell, ReadWorkbook } from '#test/read-workbook.ts';
import { batchOf, documentOf, hostileTexts, purchaseColumns, sampleReport, totalsOf } from '#test/report-samples.ts';
import type { SampleReport } from '#test/report-samples.ts';
import type { Renderer, RowBatch } from '../renderer.ts';
import { decimalsOf, daySerial } from './cells.ts';
import { sheetName } from './parts.ts';
import { measureRows, unmeasured } from '../measured.ts';
import { createXlsx, xlsxFormat } from './xlsx.ts';

const render = async (renderer: Renderer, batches: Iterable<RowBatch>): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of renderer.begin()) chunks.push(chunk);
  for (const batch of batches) for await (const chunk of renderer.rows(batch)) chunks.push(chunk);
  for await (const chunk of renderer.finish()) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const measured = ({ document, batches }: SampleReport) =>
  measureRows(
    document.columns,
    [...batches()].flatMap((batch) => batch.cells()),
  );

const renderSample = async (report: SampleReport, rowsPerSheet?: number): Promise<ReadWorkbook> =>
  readWorkbook(await render(createXlsx(report.document, measured(report), rowsPerSheet), report.batches()));

/** A report of one column and its rows, without groups or sums. */
const columnDocument = (type: Column['type'], texts: readonly (string | null)[]): [ReportDocument, Row[]] => {
  const columns: Column[] = [
    { key: 'line', label: 'Line', type: 'integer' },
    { key: 'value', label: 'Value', type },
  ];
  const totals = { rows: texts.length, currencies: [], groups: [] };
  const rows = texts.map((text, index): Row => [String(index + 1), text]);
  return [documentOf(totals, { columns, groupColumns: [], sumColumns: [] }), rows];
};

const cellsOf = async (type: Column['type'], texts: readonly (string | null)[]): Promise<(ReadCell | undefined)[]> => {
  const [document, rows] = columnDocument(type, texts);
  const workbook = await readWorkbook(await render(xlsxFormat.create(document, unmeasured), [batchOf(rows)]));
  return workbook.sheets[0]!.rows.slice(1).map((row) => row[1]);
};

const raws = (cells: readonly (ReadCell | undefined)[]): (string | undefined)[] => cells.map((cell) => cell?.raw);
const kinds = (cells: readonly (ReadCell | undefined)[]): Set<string | undefined> =>
  new Set(cells.map((cell) => cell?.kind));

describe('cells', () => {
  test('every hostile text comes back as the same text, never as a formula, number or date', async () => {
    const cells = await cellsOf('text', hostileTexts);
    expect(raws(cells)).toEqual(hostileTexts);
    expect(kinds(cells)).toEqual(new Set(['text']));
  });

  test.each(['date', 'money', 'quantity', 'price', 'percent', 'integer'] as const)(
    'what is no %s stays the text it is',
    async (type) => {
      const texts = hostileTexts.filter((text) => text !== '-5');
      const cells = await cellsOf(type, texts);
      expect(raws(cells)).toEqual(texts);
      expect(kinds(cells)).toEqual(new Set(['text']));
    },
  );

  test('numbers are numbers and shown with the decimals they have', async () => {
    const texts = ['0', '-5', '12.50', '-1234567.89', '0.000001', '3.1415', '1200', '100.0'];
    const cells = await cellsOf('money', texts);
    expect(raws(cells)).toEqual(texts);
    expect(kinds(cells)).toEqual(new Set(['number']));
    expect(cells.map((cell) => cell?.format)).toEqual([
      '#,##0',
      '#,##0',
      '#,##0.00',
      '#,##0.00',
      '#,##0.000000',
      '#,##0.0000',
      '#,##0',
      '#,##0.0',
    ]);
  });

  test('a number of more than 15 significant digits keeps them all, as text', async () => {
    const texts = [
      '123456789012345.67',
      '0.1234567890123456',
      '999999999999999',
      '9999999999999999',
      '12345678901234.5',
    ];
    const cells = await cellsOf('money', texts);
    expect(raws(cells)).toEqual(texts);
    expect(cells.map((cell) => cell?.kind)).toEqual(['text', 'text', 'number', 'text', 'number']);
  });

  test('days are dates; before March 1900, where spreadsheets disagree, they are text', async () => {
    const texts = ['2026-10-31', '1900-03-01', '9999-12-31', '2024-02-29', '1900-02-28', '2026-02-29', '1815-06-18'];
    const cells = await cellsOf('date', texts);
    expect(raws(cells)).toEqual(texts);
    expect(cells.map((cell) => cell?.kind)).toEqual(['day', 'day', 'day', 'day', 'text', 'text', 'text']);
  });

  test('nothing has no cell, an empty text has one', async () => {
    const cells = await cellsOf('text', [null, '', 'end']);
    expect(cells).toEqual([undefined, expect.objectContaining({ kind: 'text', raw: '' }), expect.anything()]);
  });

  test('text beyond 32,767 units is cut to that, not inside a character, and says so', async () => {
    const cells = await cellsOf('text', ['x'.repeat(32_767), 'x'.repeat(32_768), `${'x'.repeat(32_765)}🍅🍅`]);
    expect(cells.map((cell) => cell!.raw.length)).toEqual([32_767, 32_767, 32_766]);
    expect(cells[1]!.raw.endsWith('x…')).toBe(true);
    expect(cells[2]!.raw.endsWith('x…')).toBe(true);
  });

  test('half a surrogate pair does not break the file', async () => {
    expect(raws(await cellsOf('text', ['a\ud83cb', '\udf45']))).toEqual(['a\ud83cb', '\udf45']);
  });

  test('a decimal is recognised exactly', () => {
    expect(['1', '-1.5', '0.10', '0'].map(decimalsOf)).toEqual([0, 1, 2, 0]);
    const others = ['', '-', '.', '1.', '.5', '00', '01', '-01.5', '1.2.3', '1e5', ' 1', '١٢', '--1', '1-'];
    expect(others.filter((text) => decimalsOf(text) !== -1)).toEqual([]);
  });

  test('a day has the serial number Excel gives it', () => {
    expect(daySerial('1900-03-01')).toBe(61);
    expect(daySerial('2026-10-31')).toBe(46_326);
  });
});

describe('data sheet', () => {
  test('every row in, every cell out, over several batches and chunks', async () => {
    const report = sampleReport({ rows: 4_321, groups: 7, currencies: ['EUR', 'USD'] });
    const { sheets } = await renderSample(report);
    const expected = [...report.batches()].flatMap((batch) => batch.cells());
    expect(sheets[0]!.rows.slice(1).map(raws)).toEqual(expected);
    const types = sheets[0]!.rows[1]!.map((cell) => cell!.kind);
    expect(types).toEqual(
      purchaseColumns.map(({ type }) => (type === 'text' ? 'text' : type === 'date' ? 'day' : 'number')),
    );
  });

  test('the header is bold, frozen and filters all rows', async () => {
    const { sheets, root } = await renderSample(sampleReport({ rows: 25 }));
    const sheet = sheets[0]!;
    expect(raws(sheet.rows[0]!)).toEqual(purchaseColumns.map((column) => column.label));
    expect(sheet.rows[0]!.every((cell) => cell?.bold)).toBe(true);
    const view = childOf(childOf(sheet.root, 'sheetViews'), 'sheetView');
    expect(childOf(view, 'pane').attributes).toMatchObject({ ySplit: '1', state: 'frozen', topLeftCell: 'A2' });
    expect(childOf(sheet.root, 'autoFilter').attributes['ref']).toBe('A1:P26');
    const names = childOf(root, 'definedNames').children.map((one) => one.text);
    expect(names).toEqual([`'Purchase Orders Report'!$A$1:$P$26`, `'Purchase Orders Report'!$1:$1`]);
  });

  test('columns are as wide as what is in them, within reason', async () => {
    const { sheets } = await renderSample(sampleReport({ rows: 500 }));
    const widths = childOf(sheets[0]!.root, 'cols').children.map((one) => Number(one.attributes['width']));
    expect(widths).toHaveLength(purchaseColumns.length);
    const odd = purchaseColumns.filter(({ label }, index) => widths[index]! < label.length + 2 || widths[index]! > 48);
    expect(odd).toEqual([]);
    expect(widths[5]!).toBeGreaterThan(widths[7]!);
  });

  test.each([0, 1])('a report of %i rows is a complete workbook', async (rows) => {
    const { sheets } = await renderSample(sampleReport({ rows }));
    expect(sheets.map((sheet) => sheet.name)).toEqual(['Purchase Orders Report', 'Totals']);
    expect(sheets[0]!.rows).toHaveLength(1 + rows);
    expect(sheets[1]!.rows.flat().some((cell) => cell?.raw === 'No rows')).toBe(rows === 0);
  });

  test('a full sheet is followed by further ones after Totals, each with its header and filter', async () => {
    const report = sampleReport({ rows: 25 });
    const { sheets } = await renderSample(report, 10);
    expect(sheets.map((sheet) => sheet.name)).toEqual([
      'Purchase Orders Report',
      'Totals',
      'Purchase Orders Report 2',
      'Purchase Orders Report 3',
    ]);
    const data = [sheets[0]!, sheets[2]!, sheets[3]!];
    expect(data.map((sheet) => sheet.rows.length)).toEqual([11, 11, 6]);
    expect(data.map((sheet) => childOf(sheet.root, 'autoFilter').attributes['ref'])).toEqual([
      'A1:P11',
      'A1:P11',
      'A1:P6',
    ]);
    const rows = data.flatMap((sheet) => sheet.rows.slice(1).map(raws));
    expect(rows).toEqual([...report.batches()].flatMap((batch) => batch.cells()));
  });

  test('a sheet filled exactly opens no empty one', async () => {
    const { sheets } = await renderSample(sampleReport({ rows: 20 }), 10);
    expect(sheets).toHaveLength(3);
  });

  test('names of sheets are names Excel takes', () => {
    expect(sheetName('Cost of goods: [a/b] "c"? *', 1)).toBe('Cost of goods a b "c"');
    expect(sheetName("'quoted'", 2)).toBe('quoted 2');
    expect(sheetName('x'.repeat(60), 12)).toBe(`${'x'.repeat(28)} 12`);
    expect(sheetName(':', 1)).toBe('Report');
  });
});

describe('totals sheet', () => {
  test('says what the report is and what it adds up to, per currency and per group', async () => {
    const report = sampleReport({ rows: 1_000, groups: 400, currencies: ['EUR', 'USD'] });
    const { sheets } = await renderSample(report);
    const rows = sheets[1]!.rows.map(raws);
    expect(rows[0]).toEqual(['Purchase Orders Report']);
    expect(rows).toContainEqual(['Company', 'Harbour Grill Hamburg']);
    expect(rows).toContainEqual(['From', '2026-10-01']);
    expect(rows).toContainEqual(['Delivery locations', 'All']);
    expect(rows).toContainEqual(['Requested by', report.document.requestedBy]);
    expect(rows).toContainEqual(['Data as of', '2026-11-02 09:15:30 (UTC+01:00)']);
    expect(rows).toContainEqual(['Rows', '1000']);
    const { totals } = report.document;
    for (const one of totals.currencies) {
      expect(rows).toContainEqual(['Total', one.currency, String(one.rows), ...Object.values(one.sums)]);
    }
    const groups = totals.groups.map((one) => [one.group, one.currency, String(one.rows), ...Object.values(one.sums)]);
    expect(rows.slice(-groups.length)).toEqual(groups);
    const money = sheets[1]!.rows.at(-1)![3];
    expect(money).toMatchObject({ kind: 'number', format: '#,##0.00' });
  });
});

describe('stream', () => {
  test('bytes leave while rows come, and what waits is bounded', async () => {
    const report = sampleReport({ rows: 30_000 });
    const renderer = xlsxFormat.create(report.document, unmeasured);
    const sizes: number[] = [];
    const take = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
      let bytes = 0;
      for await (const chunk of chunks) bytes += chunk.length;
      sizes.push(bytes);
    };
    await take(renderer.begin());
    for (const batch of report.batches()) await take(renderer.rows(batch));
    await take(renderer.finish());
    expect(sizes[0]).toBeGreaterThan(1_000);
    const all = sizes.reduce((sum, size) => sum + size, 0);
    // Two chunks of XML may wait, and deflate holds one block: far from a tenth of the file.
    expect(sizes.at(-1)! / all).toBeLessThan(0.2);
  });

  test('the same report gives the same bytes', async () => {
    const report = sampleReport({ rows: 300 });
    const one = await render(xlsxFormat.create(report.document, unmeasured), report.batches(100));
    const other = await render(xlsxFormat.create(report.document, unmeasured), report.batches(300));
    expect(one.equals(await render(xlsxFormat.create(report.document, unmeasured), report.batches(100)))).toBe(true);
    expect((await readWorkbook(other)).sheets[0]!.rows).toEqual((await readWorkbook(one)).sheets[0]!.rows);
  });

  test('a workbook short of a row is refused, not finished', async () => {
    const [document, rows] = columnDocument('text', ['a', 'b']);
    await expect(render(xlsxFormat.create(document, unmeasured), [batchOf(rows.slice(1))])).rejects.toMatchObject({
      code: 'row_check_failed',
    });
  });

  test('a report without columns to sum or groups has totals all the same', async () => {
    const [document, rows] = columnDocument('text', ['a']);
    expect(totalsOf([]).rows).toBe(0);
    const workbook = await readWorkbook(await render(xlsxFormat.create(document, unmeasured), [batchOf(rows)]));
    expect(workbook.sheets[1]!.rows.map(raws)).toContainEqual(['Rows', '1']);
  });
});
