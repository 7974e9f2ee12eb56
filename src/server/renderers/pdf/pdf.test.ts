import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Column, ReportDocument, Row } from '#contract/reports.ts';
import { isHeading, overlaps, printedColumns, readPdf, tablePage, tableRows } from '#test/read-report-pdf.ts';
import type { PdfPage, ReadPdf } from '#test/read-report-pdf.ts';
import { batchOf, documentOf, minorText, purchaseColumns, sampleReport, totalsOf } from '#test/report-samples.ts';
import type { SampleReport } from '#test/report-samples.ts';
import { measureRows, unmeasured } from '../measured.ts';
import type { RowBatch } from '../renderer.ts';
import { LocaleFormat } from './locale-format.ts';
import { pdfFormat } from './pdf.ts';

const render = async (document: ReportDocument, batches: Iterable<RowBatch>): Promise<Buffer> => {
  const all = [...batches];
  const rows = all.flatMap((batch) => batch.cells());
  const renderer = pdfFormat.create(document, measureRows(document.columns, rows));
  const chunks: Buffer[] = [];
  for await (const chunk of renderer.begin()) chunks.push(chunk);
  for (const batch of all) for await (const chunk of renderer.rows(batch)) chunks.push(chunk);
  for await (const chunk of renderer.finish()) chunks.push(chunk);
  return Buffer.concat(chunks);
};
const renderSample = async (report: SampleReport): Promise<ReadPdf> =>
  readPdf(await render(report.document, report.batches()));

const columnsOf = (...types: Column['type'][]): Column[] =>
  types.map((type, index) => ({ key: `c${index}`, label: `Col${index}`, type }));
/** Rows of the given columns, without groups or sums. */
const renderRows = async (columns: readonly Column[], rows: readonly Row[], locale = 'en-US'): Promise<Buffer> => {
  const totals = { rows: rows.length, currencies: [], groups: [] };
  const base = documentOf(totals, { columns, groupColumns: [], sumColumns: [] });
  return render({ ...base, company: { ...base.company, locale } }, [batchOf(rows)]);
};

const isRight = ({ type }: Column): boolean => type !== 'text' && type !== 'date';
const textsOf = (page: PdfPage): string[] => page.lines.flatMap((line) => line.cells.map((cell) => cell.text));
const footerOf = (page: PdfPage): string | undefined => page.lines.at(-1)?.cells.at(-1)?.text;

describe('table pages', () => {
  test('every row and cell is printed in its column, in the locale, below its group', async () => {
    const report = sampleReport({ rows: 400, groups: 3, currencies: ['EUR', 'USD'], locale: 'en-US' });
    const { pages } = await renderSample(report);
    const format = new LocaleFormat('en-US');
    const printed = purchaseColumns.slice(1);
    const expected = [...report.batches()].flatMap((batch) =>
      batch.cells().map(([group, ...cells]) => ({
        group,
        cells: cells.map((cell, index) => {
          const { type } = printed[index]!;
          if (type === 'text') return cell;
          if (type === 'date') return format.day(cell!);
          // hardly anything is refused: its column shows a dash for zero
          return cell === '0' && printed[index]!.key === 'refused_quantity' ? '–' : format.number(cell!);
        }),
      })),
    );
    expect(tableRows(pages.slice(1), printed.map(isRight))).toEqual(expected);
    expect(overlaps(pages)).toEqual([]);
  });

  test('heads stand on every page, and a group that goes on says so', async () => {
    const { pages } = await renderSample(sampleReport({ rows: 200, groups: 2 }));
    const heads = pages.slice(1).map((page) => tablePage(page).heads.map((head) => head.text));
    expect(new Set(heads.map((one) => one.join()))).toHaveLength(1);
    expect(heads[0]).toContain('Vendor');
    for (const page of pages.slice(1)) expect(isHeading(tablePage(page).lines[0]!)).toBe(true);
    const notes = pages.slice(1).map((page) => tablePage(page).lines[0]!.cells[1]!.text);
    expect(notes).toEqual(['100 rows', 'continued', 'continued', 'continued', 'continued']);
  });

  test('subtotals stand under each group and the grand total at the end, per currency and to the cent', async () => {
    const report = sampleReport({ rows: 120, groups: 2, currencies: ['EUR', 'USD'], locale: 'en-US' });
    const { pages } = await renderSample(report);
    const lines = pages
      .slice(1)
      .flatMap((page) => tablePage(page).lines.map((line) => line.cells.map((cell) => cell.text)));
    const format = new LocaleFormat('en-US');
    const shown = (sums: Readonly<Record<string, string>>): (string | undefined)[] =>
      Object.values(sums).map((sum) => format.number(sum));
    const { totals } = report.document;
    expect(lines.filter(([first]) => first?.startsWith('Subtotal'))).toEqual(
      totals.groups.map((one) => [`Subtotal ${one.group}`, one.currency, ...shown(one.sums)]),
    );
    expect(lines.slice(-2)).toEqual(
      totals.currencies.map((one) => [`Total, ${one.rows} rows`, one.currency, ...shown(one.sums)]),
    );
  });

  test.each([1, 42, 43, 44, 45, 46, 47, 90])('with %i rows each page says which it is of how many', async (rows) => {
    const report = sampleReport({ rows, groups: 1 });
    const { pages } = await renderSample(report);
    expect(pages.map(footerOf)).toEqual(pages.map((_, index) => `Page ${index + 1} of ${pages.length}`));
    const printed = printedColumns(pages.slice(1), report.document);
    expect(tableRows(pages.slice(1), printed.map(isRight))).toHaveLength(rows);
  });

  test('very many columns go on A3, all of them, none on another', async () => {
    const columns = columnsOf(
      ...Array.from({ length: 36 }, (_, index): Column['type'] => (index % 3 === 0 ? 'money' : 'text')),
    );
    const row = columns.map(({ type }) => (type === 'money' ? '1234567.89' : 'Rather long'));
    const { pages } = await readPdf(await renderRows(columns, [row, row]));
    expect(pages.map((page) => [Math.round(page.width), Math.round(page.height)])).toEqual([
      [1191, 842],
      [1191, 842],
    ]);
    expect(overlaps(pages)).toEqual([]);
    const [first] = tableRows(pages.slice(1), columns.map(isRight));
    expect(first!.cells.filter((_, index) => index % 3 === 0)).toEqual(
      Array.from({ length: 12 }, () => '1,234,567.89'),
    );
  });
});

describe('first pages', () => {
  test('say what the report is, for whom, from when, and what it adds up to', async () => {
    const report = sampleReport({ rows: 60, groups: 2, locale: 'de-DE' });
    const { pages } = await renderSample(report);
    const texts = textsOf(pages[0]!);
    const [total] = report.document.totals.currencies;
    const format = new LocaleFormat('de-DE');
    expect(texts).toEqual(
      expect.arrayContaining([
        'Harbour Grill Hamburg',
        'Purchase Orders Report',
        '01.10.2026 – 31.10.2026',
        'Europe/Berlin',
        'All',
        report.document.requestedBy,
        '02.11.2026 09:15:30 (UTC+01:00)',
        'EUR',
        format.number(total!.sums['total_price']!),
        'Main Kitchen',
        'Bar',
      ]),
    );
  });

  test('an instant beside a filter is said in the form of all days, in the metadata as everywhere else', async () => {
    const report = sampleReport({ rows: 3, locale: 'de-DE' });
    const filters = [{ label: 'On hand', value: 'Latest state', at: '2026-11-02T08:15:30.123456Z' }];
    const { pages, info } = await readPdf(await render({ ...report.document, filters }, report.batches()));
    expect(textsOf(pages[0]!)).toContain('Latest state, 02.11.2026 09:15:30 (UTC+01:00)');
    expect(info['Subject']).toContain('On hand: Latest state, 2026-11-02 09:15:30 (UTC+01:00)');
  });

  test('400 groups go on over pages, each with the page it starts on, in the table and the outline', async () => {
    const report = sampleReport({ rows: 1_200, groups: 400, currencies: ['EUR', 'USD'], locale: 'en-US' });
    const { pages, outline } = await renderSample(report);
    const names = [...new Set(report.document.totals.groups.map((one) => one.group))];
    const listed = pages.flatMap((page) =>
      page.lines.flatMap(({ cells }) => {
        const [name, currency] = cells;
        const page = cells.at(-1)!.text;
        return cells.length === 7 && currency?.text.length === 3 && name ? [[name.text, page] as const] : [];
      }),
    );
    expect(listed.map(([name]) => name)).toEqual(names);
    for (const [name, page] of listed) {
      const headings = pages[Number(page) - 1]!.lines.filter(isHeading).map((line) => line.cells[0]!.text);
      expect(headings).toContain(name);
    }
    expect(outline.map((entry) => entry.title)).toEqual(['Control totals', ...names, 'Grand total']);
    expect(outline.slice(1, -1).map((entry) => String(entry.page + 1))).toEqual(listed.map(([, page]) => page));
  });

  test('a report without rows is one complete page that says so', async () => {
    const { pages, outline } = await renderSample(sampleReport({ rows: 0 }));
    expect(pages).toHaveLength(1);
    expect(textsOf(pages[0]!)).toContain('No rows');
    expect(footerOf(pages[0]!)).toBe('Page 1 of 1');
    expect(outline).toEqual([{ title: 'Control totals', page: 0 }]);
  });

  test('long filters are wrapped and at last cut, and nothing overlaps', async () => {
    const report = sampleReport({ rows: 3 });
    const value = Array.from({ length: 400 }, (_, index) => `Delivery location ${index}`).join(', ');
    const filters = [{ label: 'Delivery locations', value }];
    const { pages } = await readPdf(await render({ ...report.document, filters }, report.batches()));
    expect(textsOf(pages[0]!).filter((text) => text.includes('Delivery location '))).toHaveLength(4);
    expect(overlaps(pages)).toEqual([]);
  });

  test('title, author, subject and instant are in the metadata, whatever signs they have', async () => {
    const report = sampleReport({ rows: 1 });
    const company = { ...report.document.company, name: 'Müller & Söhne <Łódź>' };
    const { info, metadataTitle } = await readPdf(await render({ ...report.document, company }, report.batches()));
    const title = 'Purchase Orders Report, Müller & Söhne <Łódź>, 2026-10-01 – 2026-10-31';
    expect(info).toMatchObject({
      Title: title,
      Author: report.document.requestedBy,
      CreationDate: 'D:20261102081530Z',
    });
    expect(info['Subject']).toBe('Purchase Orders Report, Müller & Söhne <Łódź>; Delivery locations: All');
    expect(metadataTitle).toBe(title);
  });
});

describe('text', () => {
  const printed = async (text: string): Promise<string> => {
    const { pages } = await readPdf(await renderRows(columnsOf('text'), [[text]]));
    return tableRows(pages.slice(1), [false])[0]!.cells[0]!;
  };

  test.each([
    'Łódź, Kraków, Gdańsk',
    'Ελληνικά ταβέρνα',
    'Чёрный хлеб',
    '中文 标签 with Latin',
    '日本語のラベル',
    'مطبخ رئيسي 24 قطعة',
    'زيت زيتون بكر ممتاز',
    'چای، پنیر و گوشت',
    'עברית (תפריט)',
    'ภาษาไทย',
    '한국어 메뉴',
    '🇩🇪 Küche 🇰🇷',
    '🍅🧀 tomato & cheese',
    'q̈ with a mark of its own',
  ])('%s is printed and read back as it is', async (text) => {
    expect(await printed(text)).toBe(text);
  });

  test('lam-alef is joined, and read as its letters', async () => {
    expect((await printed('سلام لا')).normalize('NFKC')).toBe('سلام لا');
  });

  test('what the glyphs cannot say in order carries its text beside them', async () => {
    const file = await renderRows(columnsOf('text'), [['हिन्दी रसोई']]);
    expect(pageStreams(file).join()).toContain(`/ActualText<feff${utf16('हिन्दी रसोई')}>`);
  });

  test('breaks are spaces, controls are visible, invisible signs cannot turn the text around', async () => {
    expect(await printed('two\r\nlines\tand a tab')).toBe('two lines and a tab');
    expect(await printed('bell\u0007')).toBe('bell\ufffd');
    expect(await printed('\u202eabc\u202c')).toBe('abc');
  });

  test('a script without a font prints a visible sign for each character, and crashes nothing', async () => {
    expect(await printed('ሰላም')).toBe('\ufffd\ufffd\ufffd');
    expect(await printed('a\ud83cb')).toBe('a\ufffdb');
  });

  test('long text is cut with an ellipsis inside its column and found in full', async () => {
    const long = `${'Olive oil, extra virgin, cold extracted, '.repeat(8)}canister`;
    const arabic = 'زيت زيتون بكر ممتاز '.repeat(30);
    const file = await renderRows(columnsOf('text', 'text', 'money'), [
      [long, long, '12.50'],
      ['x'.repeat(32_000), arabic, '12.50'],
      ['日本語のラベル'.repeat(40), 'short', '12.50'],
    ]);
    const { pages } = await readPdf(file);
    const rows = tableRows(pages.slice(1), [false, false, true]).map((row) => row.cells);
    expect(rows.map((cells) => cells[2])).toEqual(['12.50', '12.50', '12.50']);
    expect(long.startsWith(rows[0]![0]!.replace('…', ''))).toBe(true);
    for (const cell of [rows[0]![0], rows[0]![1], rows[1]![0], rows[2]![0]]) expect(cell).toMatch(/…$/);
    expect(rows[1]![1]).toContain('…');
    expect(overlaps(pages)).toEqual([]);
    expect(pageStreams(file).join()).toContain(utf16(long));
  });

  test('a number wider than its column is condensed, never cut', async () => {
    const rows = Array.from({ length: 500 }, (): Row => ['a name that takes what is left of the page', '1.00']);
    rows[499] = ['last', '-98765432109876.54'];
    const { pages } = await readPdf(await renderRows(columnsOf('text', 'money'), rows));
    const last = tableRows(pages.slice(1), [false, true]).at(-1);
    expect(last!.cells[1]).toBe('-98,765,432,109,876.54');
    expect(overlaps(pages)).toEqual([]);
  });

  test('what is no number or day is printed as it is', async () => {
    const texts = ['007', '1e5', '=1+1', '-5', '2026-02-30', '31/12/2026'];
    const rows = texts.map((text): Row => ['a', text, text]);
    const { pages } = await readPdf(
      await renderRows(columnsOf('text', 'money', 'date'), [['a', '1000000.00', null], ...rows]),
    );
    const read = tableRows(pages.slice(1), [false, true, false]).map((row) => row.cells);
    expect(read.slice(1)).toEqual(rows);
  });

  test('every font is embedded', async () => {
    const file = (await renderRows(columnsOf('text'), [['Łódź 中文 العربية 🍅']])).toString('latin1');
    expect(file.match(/\/FontFile2 /g)).toHaveLength(5);
    expect(file.match(/\/ToUnicode /g)).toHaveLength(5);
    expect(file).not.toContain('/Helvetica');
  });
});

describe('stream', () => {
  test('pages leave as they are made: no batch waits for the next', async () => {
    const report = sampleReport({ rows: 6_000, groups: 1 });
    const renderer = pdfFormat.create(report.document, unmeasured);
    let pages = 0;
    const take = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
      for await (const chunk of chunks) pages += chunk.toString('latin1').match(/\/Type \/Page\n/g)?.length ?? 0;
    };
    await take(renderer.begin());
    expect(pages).toBe(1);
    for (const batch of report.batches()) {
      const before = pages;
      await take(renderer.rows(batch));
      expect(pages - before).toBeGreaterThan(40);
    }
  });

  test('the same report gives the same bytes', async () => {
    const report = sampleReport({ rows: 900 });
    const one = await render(report.document, report.batches(900));
    expect(one.equals(await render(report.document, report.batches(900)))).toBe(true);
  });

  const refused = { code: 'row_check_failed' };
  test('a row missing, one too many, or one in another group fails the file', async () => {
    const rows = (groups: readonly string[]): Row[] => groups.map((group) => [group, ...purchaseRow]);
    const document = documentOf(totalsOf(rows(['A', 'A', 'B'])));
    await expect(render(document, [batchOf(rows(['A', 'A']))])).rejects.toMatchObject(refused);
    await expect(render(document, [batchOf(rows(['A', 'A', 'B', 'B']))])).rejects.toMatchObject(refused);
    await expect(render(document, [batchOf(rows(['A', 'B', 'B']))])).rejects.toMatchObject(refused);
    await expect(render(document, [batchOf(rows(['A', 'A', 'B']))])).resolves.toBeInstanceOf(Buffer);
  });
});

const purchaseRow: Row = purchaseColumns
  .slice(1)
  .map(({ type }, index) => (type === 'money' ? minorText(index * 100) : 'x'));

const utf16 = (text: string): string => Buffer.from(text, 'utf16le').swap16().toString('hex');

/** The content streams of all pages. */
const pageStreams = (file: Buffer): string[] => {
  const text = file.toString('latin1');
  return [...text.matchAll(/\/Filter \/FlateDecode\n\/Length (\d+)\n>>\nstream\n/g)].flatMap((match) => {
    const start = match.index + match[0].length;
    const content = inflateSync(file.subarray(start, start + Number(match[1]))).toString('latin1');
    return content.startsWith('.01 0 0 .01') ? [content] : [];
  });
};
