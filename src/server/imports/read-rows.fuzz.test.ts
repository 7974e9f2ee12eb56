/** The reader of CSV against whatever may be sent: it reads what was written however it is cut, and ends on everything else. */
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Row, RowReader } from './read-rows.ts';

const options = { seed: 20_261_123, numRuns: 400 };

async function* cut(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (let n = 0; at < bytes.length; n += 1) {
    const size = sizes[n % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function read(bytes: Buffer, sizes: readonly number[]): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of new RowReader().read(cut(bytes, sizes))) rows.push(...batch);
  return rows;
}

const cell = fc
  .string({ unit: fc.constantFrom('a', 'ß', '漢', '😀', '"', ',', '\n', '\r\n', ' ', "'", '=', '\t'), maxLength: 8 })
  .filter((text) => !/(^|[^\r])\r($|[^\n])/.test(text));
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });

test('what a CSV writer wrote is read back, wherever the pieces are cut', async () => {
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(table, sizes, fc.constantFrom('\n', '\r\n'), async (rows, pieces, record_delimiter) => {
      const text = stringify(rows, { record_delimiter, quoted_match: /[\r\n]/ });
      const found = await read(Buffer.from(text), pieces);
      expect(found.map(({ cells, problem }) => problem ?? cells)).toEqual(rows);
    }),
    options,
  );
});

test('any bytes are read to their end: rows, or a reason, the same however they are cut', async () => {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc
      .string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', '\ufeff', '\0'), maxLength: 60 })
      .map((text) => Buffer.from(text)),
  );
  await fc.assert(
    fc.asyncProperty(noise, sizes, async (bytes, pieces) => {
      const whole = await read(bytes, [bytes.length || 1]);
      expect(await read(bytes, pieces)).toEqual(whole);
      expect(whole.every(({ cells, problem }) => (problem === undefined ? cells.length > 0 : cells.length === 0))).toBe(
        true,
      );
    }),
    options,
  );
});
