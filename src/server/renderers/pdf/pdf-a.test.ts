/** The rules of PDF/A-2b that apply to what we write, as docs/pdf-a.md lists them, on texts that no one font has. */
import { inflateSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { batchOf, documentOf, hostileTexts } from '#test/report-samples.ts';
import type { Column, Row } from '#contract/reports.ts';
import { measureRows } from '../measured.ts';
import { pdfFormat } from './pdf.ts';

let file: Buffer;
let text: string;

beforeAll(async () => {
  const columns: Column[] = [
    { key: 'line', label: 'Line', type: 'integer' },
    { key: 'text', label: 'Text', type: 'text' },
    { key: 'more', label: 'More', type: 'text' },
  ];
  const rows = [...hostileTexts, 'ሰላም', '🇩🇪 🇰🇷'].map((one, at): Row => [String(at), one, one]);
  const totals = { rows: rows.length, currencies: [], groups: [] };
  const renderer = pdfFormat.create(
    documentOf(totals, { columns, groupColumns: [], sumColumns: [] }),
    measureRows(columns, rows),
  );
  const chunks: Buffer[] = [];
  for await (const chunk of renderer.begin()) chunks.push(chunk);
  for await (const chunk of renderer.rows(batchOf(rows))) chunks.push(chunk);
  for await (const chunk of renderer.finish()) chunks.push(chunk);
  file = Buffer.concat(chunks);
  text = file.toString('latin1');
});

/** Content streams of the pages, inflated. */
const contents = (): string[] =>
  [...text.matchAll(/\/Filter \/FlateDecode\n\/Length (\d+)\n>>\nstream\n/g)].flatMap((match) => {
    const start = match.index + match[0].length;
    const content = inflateSync(file.subarray(start, start + Number(match[1]))).toString('latin1');
    return content.startsWith('.01 0 0 .01') ? [content] : [];
  });

test('it says that it is PDF/A-2b, in metadata that is not compressed', () => {
  expect(text).toContain('<pdfaid:part>2</pdfaid:part>');
  expect(text).toContain('<pdfaid:conformance>B</pdfaid:conformance>');
  expect(text).toMatch(/\/Lang \(en\)/);
});

test('one output intent, with the profile in the file, says what its colours are', () => {
  expect(text.match(/\/S \/GTS_PDFA1/g)).toHaveLength(1);
  expect(text).toMatch(/\/DestOutputProfile \d+ 0 R/);
  for (const content of contents()) expect(content).not.toMatch(/\d [kKgG]\s/);
});

test('no glyph is missing: the first of a font, which stands for none, is never shown', () => {
  const shown = contents().flatMap((content) =>
    // a literal string of two bytes for each glyph, with its escapes
    [...content.matchAll(/\(((?:\\[\s\S]|[^\\)])*)\)/g)].map((match) =>
      match[1]!.replaceAll(/\\([\s\S])/g, (_, sign: string) => (sign === 'r' ? '\r' : sign)),
    ),
  );
  expect(shown.length).toBeGreaterThan(100);
  for (const one of shown) {
    expect(one.length % 2).toBe(0);
    for (let at = 0; at < one.length; at += 2) expect(one.slice(at, at + 2)).not.toBe('\0\0');
  }
});

test('every font is in the file', () => {
  const fonts = text.match(/\/Subtype \/CIDFontType2/g) ?? [];
  expect(fonts.length).toBeGreaterThan(7);
  expect(text.match(/\/FontFile2 /g)).toHaveLength(fonts.length);
  expect(text.match(/\/CIDToGIDMap \/Identity/g)).toHaveLength(fonts.length);
});

test('nothing acts, is encrypted, or lies outside; it has an identifier, and ends at its end', () => {
  for (const never of ['/Encrypt', '/JavaScript', '/Launch', '/EmbeddedFile', '/LZWDecode', '/AcroForm', '/SMask'])
    expect(text).not.toContain(never);
  expect(text).toMatch(/\/ID \[<[0-9a-f]{32}> <[0-9a-f]{32}>\]/);
  expect(text.trimEnd().endsWith('%%EOF')).toBe(true);
});
