/** Files made to exhaust whoever reads them: refused with a reason, in bounded memory, and quickly. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findingsMax } from '#contract/imports.ts';
import { type Person, startTestApp, type TestApp, type TestCompany } from '#test/http.ts';
import { type CsvFiles, importFiles, multipartOf } from '#test/import-files.ts';
import { packZip } from '#test/signed-export.ts';
import { rowLengthMax } from './read-rows.ts';
import { importRoutes } from './routes.ts';

let app: TestApp;
let company: TestCompany;
let manager: Person;
beforeAll(async () => {
  app = await startTestApp((server, { pool }) => importRoutes(server, { pool, fileBytesMax: 8_000_000 }));
  company = await app.company();
  manager = await app.member(company, 'manager');
});
afterAll(() => app.close());

const header = 'code,name\n';
const megabytes = (count: number, text: string): string => text.repeat(Math.ceil((count * 1_000_000) / text.length));

async function refused(files: CsvFiles): Promise<{ status: number; reasons: string[]; count: number }> {
  const { status, body } = await importFiles(manager.client, company.id, files);
  return { status, reasons: (body.errors ?? []).map(({ reason }) => reason), count: body.error_count ?? 0 };
}

describe('a CSV bomb', () => {
  test.each([
    ['a line that never ends', () => header + megabytes(5, 'x')],
    ['a quote that is never closed', () => `${header}A,"${megabytes(5, 'x')}`],
    ['a quote full of line breaks', () => `${header}A,"${megabytes(5, '\n')}`],
    ['cells without end', () => `${header}A${megabytes(5, ',')}`],
  ])('of %s is refused at its length', async (_what, make) => {
    const content = make();
    expect(content.length).toBeGreaterThan(rowLengthMax);
    const { status, reasons } = await refused({ 'vendors.csv': content });
    expect(status).toBe(422);
    expect(reasons.some((reason) => reason.includes(`Longer than ${rowLengthMax} characters`))).toBe(true);
  });

  test('of columns without end is refused for its header', async () => {
    const { status, count } = await refused({
      'vendors.csv': `${'c,'.repeat(50_000)}name\n${'1,'.repeat(50_000)}x\n`,
    });
    expect(status).toBe(422);
    expect(count).toBeGreaterThan(0);
  });

  test('of wrong rows is counted to its end, and told of up to a limit', async () => {
    const { status, reasons, count } = await refused({ 'vendors.csv': header + ',\n'.repeat(20_000) });
    expect(status).toBe(422);
    expect(count).toBeGreaterThanOrEqual(20_000);
    expect(reasons).toHaveLength(findingsMax);
  });

  test('larger than a file may be is cut off there', async () => {
    const { status } = await refused({ 'vendors.csv': header + megabytes(9, 'A,Vendor\n') });
    expect(status).toBe(413);
  });

  test('in parts without end is cut off at their number', async () => {
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`vendors-${n}.csv`, `${header}V${n},x\n`]));
    expect((await refused(files)).status).toBe(413);
  });
});

describe('what is packed', () => {
  const bomb = Buffer.from(megabytes(50, '0'));

  test('is not unpacked beyond its limit: a ZIP by any name, and a gzip', async () => {
    const zip = packZip([{ name: 'vendors.csv', content: bomb }]);
    expect(zip.length).toBeLessThan(1_000_000);
    expect(await refused({ 'vendors.zip': zip })).toMatchObject({
      status: 422,
      reasons: ['Its files are larger than this installation takes. Split it'],
    });
    for (const packed of [zip, gzipSync(bomb)]) expect((await refused({ 'vendors.csv': packed })).status).toBe(422);
  });

  test('as the body of a request is not unpacked either', async () => {
    const { contentType } = await multipartOf({ 'vendors.csv': header });
    const answer = await manager.client.ask('POST', `/api/v1/imports?company_id=${company.id}`, {
      body: gzipSync(bomb),
      headers: { 'content-type': contentType, 'content-encoding': 'gzip' },
    });
    expect([400, 415, 422]).toContain(answer.status);
  });
});

test('nothing of it stays: no vendor was made', async () => {
  const made = await app.db.selectFrom('vendors').select('id').where('company_id', '=', company.id).execute();
  expect(made).toEqual([]);
});
