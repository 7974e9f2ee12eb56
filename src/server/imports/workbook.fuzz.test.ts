/**
 * Workbooks as nobody should send them, drawn from a seed: parts that point at each other, counts and places that are lies,
 * entities, bombs, double entries, bent bytes. Each is looked at or refused, soon, in bounded memory, and never a fault of ours.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ZipWriter } from '#server/zip/zip.ts';
import { type Person, startTestApp, type TestApp, type TestCompany } from '#test/http.ts';
import { inspectFile } from '#test/import-files.ts';
import { importRoutes } from './routes.ts';

let app: TestApp;
let company: TestCompany;
let manager: Person;
beforeAll(async () => {
  app = await startTestApp((server, { pool }) => importRoutes(server, { pool, fileBytesMax: 20_000_000 }));
  company = await app.company();
  manager = await app.member(company, 'manager');
});
afterAll(() => app.close());

const secondsMax = 10;
const growthMax = 400 * 1024 * 1024;

async function zipOfParts(parts: readonly (readonly [name: string, content: string])[]): Promise<Buffer> {
  const zip = new ZipWriter({ hashes: false });
  const pieces: Buffer[] = [];
  for (const [name, content] of parts) for await (const piece of zip.entry(name, once(content))) pieces.push(piece);
  for await (const piece of zip.finish()) pieces.push(piece);
  return Buffer.concat(pieces);
}
async function* once(content: string): AsyncGenerator<Buffer> {
  yield Buffer.from(content);
}

const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const laughs = `<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 12 }, (_, n) => `<!ENTITY ${String.fromCharCode(98 + n)} "${`&${String.fromCharCode(97 + n)};`.repeat(10)}">`).join('')}]>`;

const before = fc.constantFrom(
  ...Array.from({ length: 8 }, () => ''),
  '',
  '',
  '',
  laughs,
  '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
  '<!--<row r="1"><c><v>1</v></c></row>-->',
  '<?row r="1"?>',
  '\ufeff',
);
const sheetTarget = fc.constantFrom(
  ...Array.from({ length: 16 }, () => 'worksheets/sheet1.xml'),
  'worksheets/sheet1.xml',
  'worksheets/sheet1.xml',
  '/xl/worksheets/sheet1.xml',
  '../xl/worksheets/sheet1.xml',
  'workbook.xml',
  '_rels/workbook.xml.rels',
  'sharedStrings.xml',
  '../../../../etc/passwd',
  '',
  'http://127.0.0.1:1/x',
  'worksheets/SHEET1.xml',
);
const reference = fc.constantFrom('A1', 'B1', 'C1', 'XFD1048576', 'ZZZZZZZZ9', 'A0', 'A-1', '1A', '', 'a1', '$A$1');
const value = fc.constantFrom(
  '1',
  '-1',
  '99',
  '4294967296',
  '1e308',
  '1e-400',
  'NaN',
  'Infinity',
  '0x10',
  '',
  ' ',
  '45000.5',
  '-0',
  '99999999999999999999',
  '&#0;',
  '&#x110000;',
  '&#xD800;',
  '&undefined;',
  '&amp;amp;',
  '<![CDATA[1]]>',
  'Ω',
  '\u0000',
);
const cell = fc
  .record({
    reference,
    value,
    type: fc.constantFrom('', 's', 'str', 'inlineStr', 'b', 'e', 'd', 'n', 'x'),
    style: fc.constantFrom('', '0', '1', '-1', '999999', 'x'),
  })
  .map(
    ({ reference: r, value: v, type: t, style: s }) =>
      `<c r="${r}"${t && ` t="${t}"`}${s && ` s="${s}"`}>${t === 'inlineStr' ? `<is><t>${v}</t></is>` : `<v>${v}</v>`}</c>`,
  );
const row = fc
  .record({
    r: fc.constantFrom('1', '2', '3', '2', '0', '-5', '1048577', '99999999999999', 'x', ''),
    cells: fc.array(cell, { maxLength: 5 }),
    end: fc.constantFrom('</row>', '</row>', '</row>', '', '<row>'),
  })
  .map(({ r, cells, end }) => `<row r="${r}">${cells.join('')}${end}`);
const bomb = fc.constantFrom(
  '',
  '',
  '',
  '',
  ' '.repeat(9_000_000),
  `<row r="7"><c r="A7"><v>${'1'.repeat(9_000_000)}</v></c></row>`,
  '<row r="8"/>'.repeat(400_000),
  `<row r="9">${'<c r="A9"><v>1</v></c>'.repeat(100_000)}</row>`,
);
const shared = fc
  .record({
    count: fc.constantFrom('2', '0', '-1', '4294967295', 'x'),
    before,
    texts: fc.array(
      fc.constantFrom(
        '<t>Vendor</t>',
        '<t/>',
        '<r><t>a</t></r><r><t>b</t></r>',
        '<t>&b;</t>',
        '<si><t>nested</t></si>',
        '',
      ),
      { maxLength: 4 },
    ),
  })
  .map(
    ({ count, before: head, texts }) =>
      `${head}<sst ${main} count="${count}" uniqueCount="${count}">${texts.map((text) => `<si>${text}</si>`).join('')}</sst>`,
  );
const styles = fc.constantFrom(
  '',
  `<styleSheet ${main}><cellXfs count="4294967295"><xf numFmtId="14"/></cellXfs></styleSheet>`,
  `<styleSheet ${main}><numFmts><numFmt numFmtId="164" formatCode="${'y'.repeat(100_000)}"/></numFmts><cellXfs><xf numFmtId="164"/></cellXfs></styleSheet>`,
  `<styleSheet ${main}><cellXfs><xf numFmtId="-1"/><xf/></cellXfs>`,
);

const parts = fc
  .record({
    before,
    sheetTarget,
    rows: fc.array(row, { maxLength: 6 }),
    bomb,
    shared,
    styles,
    dimension: fc.constantFrom('', '<dimension ref="A1:XFD1048576"/>', '<cols><col min="1" max="16384"/></cols>'),
    sheets: fc.constantFrom(1, 1, 1, 1, 0, 3),
    same: fc.boolean(),
    twice: fc.constantFrom(
      '',
      '',
      '',
      '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="workbook.xml"/>',
    ),
  })
  .map(
    ({
      before: head,
      sheetTarget: target,
      rows,
      bomb: filler,
      shared: sst,
      styles: look,
      dimension,
      sheets,
      same,
      twice,
    }): [string, string][] => [
      ['[Content_Types].xml', '<Types/>'],
      [
        'xl/workbook.xml',
        `<workbook ${main}><sheets>${Array.from({ length: sheets }, (_, n) => `<sheet name="${same ? 'S' : `S${n}`}" sheetId="${n}" r:id="rId1"/>`).join('')}</sheets></workbook>`,
      ],
      [
        'xl/_rels/workbook.xml.rels',
        `<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="${target}"/>${twice}</Relationships>`,
      ],
      ['xl/sharedStrings.xml', sst],
      ...(look === '' ? [] : [['xl/styles.xml', look] as [string, string]]),
      [
        'xl/worksheets/sheet1.xml',
        `${head}<worksheet ${main}>${dimension}<sheetData>${rows.join('')}${filler}</sheetData></worksheet>`,
      ],
    ],
  );

type Bend =
  | { readonly is: 'no' }
  | { readonly is: 'cut'; readonly at: number; readonly to: number }
  | { readonly is: 'flip'; readonly at: number; readonly to: number }
  | { readonly is: 'size'; readonly at: number; readonly to: number }
  | { readonly is: 'twice'; readonly at: number }
  | { readonly is: 'without'; readonly at: number };
const bend: fc.Arbitrary<Bend> = fc.oneof(
  { arbitrary: fc.constant({ is: 'no' as const }), weight: 3 },
  fc.record({
    is: fc.constantFrom('cut' as const, 'flip' as const, 'size' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    to: fc.integer({ min: 0, max: 0xffffffff }),
  }),
  fc.record({
    is: fc.constantFrom('twice' as const, 'without' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
);

async function bent(all: readonly [string, string][], how: Bend): Promise<Buffer> {
  const place = 'at' in how ? Math.min(all.length - 1, Math.floor(how.at * all.length)) : 0;
  if (how.is === 'twice') {
    // our own writer refuses it: the second has another name of the same length until it is written
    const [name, content] = all[place] ?? ['x', ''];
    const other = `~${name.slice(1)}`;
    const written = (await zipOfParts([...all, [other, content]])).toString('latin1');
    return Buffer.from(written.replaceAll(other, name), 'latin1');
  }
  if (how.is === 'without') return zipOfParts(all.filter((_, at) => at !== place));
  const bytes = await zipOfParts(all);
  if (how.is === 'no') return bytes;
  const at = Math.floor(how.at * (bytes.length - 1));
  if (how.is === 'cut') return bytes.subarray(0, at);
  if (how.is === 'flip') bytes[at] = how.to & 0xff;
  // sizes, counts and places of the central directory
  else
    bytes.writeUInt32LE(
      how.to,
      Math.min(bytes.length - 4, bytes.lastIndexOf('PK\u0001\u0002', at, 'latin1') + 20 + (how.to % 6) * 4),
    );
  return bytes;
}

test('whatever workbook comes is looked at or refused', { timeout: 240_000 }, async () => {
  const seen = new Set<number>();
  const begun = process.memoryUsage().rss;
  let most = 0;
  await fc.assert(
    fc.asyncProperty(parts, bend, async (all, how) => {
      const file = await bent(all, how);
      const from = performance.now();
      const { status, body } = await inspectFile(manager.client, company.id, 'kitap.xlsx', file);
      expect([200, 400, 413, 422].includes(status) ? null : [status, body]).toBeNull();
      expect(performance.now() - from).toBeLessThan(secondsMax * 1000);
      seen.add(status);
      most = Math.max(most, process.memoryUsage().rss);
    }),
    { seed: 20_261_130, numRuns: 150 },
  );
  expect(seen.size).toBeGreaterThan(1);
  expect(most - begun).toBeLessThan(growthMax);
});
