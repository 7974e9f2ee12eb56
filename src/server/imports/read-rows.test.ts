import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Row, RowReader, rowLengthMax } from './read-rows.ts';

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function rowsOf(content: string | Buffer, size = 65_536): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of new RowReader().read(inPieces(Buffer.from(content), size))) rows.push(...batch);
  return rows;
}
const cellsOf = async (content: string | Buffer, size?: number) =>
  (await rowsOf(content, size)).map((row) => row.cells);

test('LF, CRLF, a byte order mark and a missing last line end give the same rows', async () => {
  const wanted = [
    ['a', 'b'],
    ['1', ''],
  ];
  for (const content of ['a,b\n1,\n', 'a,b\r\n1,\r\n', '\ufeffa,b\n1,', 'a,b\r\n1,', '"a","b"\r\n"1",""\r\n']) {
    for (const size of [1, 2, 3, 65_536]) expect(await cellsOf(content, size)).toEqual(wanted);
  }
});

test('another separator takes the place of the comma', async () => {
  const rows: Row[] = [];
  const content = Buffer.from('\ufeffa;b\r\n"1;2";3,5\r\n');
  for await (const batch of new RowReader({ separator: ';' }).read(inPieces(content, 3))) rows.push(...batch);
  expect(rows.map((row) => row.cells)).toEqual([
    ['a', 'b'],
    ['1;2', '3,5'],
  ]);
});

test('rows are numbered as a spreadsheet numbers them', async () => {
  const rows = await rowsOf('h\n"two\nlines"\n\n4\n\r\n6\n');
  expect(rows.map(({ number, cells }) => [number, cells[0]])).toEqual([
    [1, 'h'],
    [2, 'two\nlines'],
    [4, '4'],
    [6, '6'],
  ]);
});

test('any cells, cut anywhere, come back as csv-parse gives them', async () => {
  const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r\n', ' ', 'é', '醤', '🍅', '12') });
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(table, fc.integer({ min: 1, max: 40 }), fc.boolean(), async (rows, size, crlf) => {
      const content = stringify(rows, { record_delimiter: crlf ? '\r\n' : '\n', quoted_match: /[\r\n]/ });
      const theirs: string[][] = parse(content, { relax_column_count: true });
      expect(await cellsOf(content, size)).toEqual(theirs);
      expect(theirs).toEqual(rows);
    }),
    { numRuns: 500 },
  );
});

test('a row that is no CSV is named and the rows after it are read', async () => {
  for (const [bad, problem] of [
    ['5" pan,x', 'Has a quote in a cell that is not in quotes'],
    ['"pan" big,x', 'Has text after a closing quote. A quote inside a cell is written twice'],
    ['"a",b\rc', 'Has a carriage return inside a cell that is not in quotes'],
  ] as const) {
    for (const size of [1, 7, 65_536]) {
      const rows = await rowsOf(`h,i\n${bad}\n1,2\n`, size);
      expect(rows).toEqual([
        { number: 1, cells: ['h', 'i'] },
        { number: 2, cells: [], problem },
        { number: 3, cells: ['1', '2'] },
      ]);
    }
  }
});

test('a quote that is never closed and a line without end are refused in bounded memory', async () => {
  expect(await rowsOf('h\n"open\nand\nopen')).toEqual([
    { number: 1, cells: ['h'] },
    { number: 2, cells: [], problem: 'A quote is opened and never closed' },
  ]);
  for (const endless of [`"${'x\n'.repeat(rowLengthMax)}`, ','.repeat(rowLengthMax * 6)]) {
    const rows = await rowsOf(`h\n${endless}\n`);
    expect(rows[0]?.cells).toEqual(['h']);
    expect(rows.at(-1)?.problem).toMatch(/^Longer than 1048576 characters/);
    expect(rows.length).toBe(2);
  }
});

test('bytes that are no UTF-8 are noticed wherever they are cut, and whole characters never are', async () => {
  const damaged = async (bytes: Buffer, size: number): Promise<boolean> => {
    const reader = new RowReader();
    for await (const rows of reader.read(inPieces(bytes, size))) expect(rows.length).toBeGreaterThan(0);
    return reader.damaged;
  };
  for (const size of [1, 2, 5, 65_536]) {
    expect(await damaged(Buffer.from('name\nCafé 醤油 🍅\n'), size)).toBe(false);
    expect(await damaged(Buffer.from('name\nCafé\n', 'latin1'), size)).toBe(true);
    expect(await damaged(Buffer.from('\ufeffname\nx\n', 'utf16le'), size)).toBe(true);
  }
});

test('a file whose lines end in carriage returns alone is refused in its first row', async () => {
  expect(await rowsOf('code,name\rA,B\rC,D\r')).toEqual([
    { number: 1, cells: [], problem: expect.stringContaining('Lines end in LF or CRLF') },
  ]);
});
