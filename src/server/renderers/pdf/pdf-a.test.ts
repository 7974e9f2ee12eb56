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

/** Outlines of an embedded TrueType font, one for each glyph. */
const outlines = (font: Buffer): Buffer[] => {
  const table = (wanted: string): Buffer => {
    const at = Array.from({ length: font.readUInt16BE(4) }, (_, index) => 12 + 16 * index).find(
      (entry) => font.toString('latin1', entry, entry + 4) === wanted,
    )!;
    const from = font.readUInt32BE(at + 8);
    return font.subarray(from, from + font.readUInt32BE(at + 12));
  };
  const [head, loca, glyf] = [table('head'), table('loca'), table('glyf')];
  const isLong = head.readInt16BE(50) === 1;
  const offset = (glyph: number): number => (isLong ? loca.readUInt32BE(4 * glyph) : 2 * loca.readUInt16BE(2 * glyph));
  return Array.from({ length: loca.length / (isLong ? 4 : 2) - 1 }, (_, glyph) =>
    glyf.subarray(offset(glyph), offset(glyph + 1)),
  );
};

test('nor is its shape shown under another number', () => {
  const fonts = [...text.matchAll(/\/FontFile2 (\d+) 0 R/g)].map(([, number]) => {
    const at = text.indexOf(`\n${number} 0 obj`);
    const [all, length] = /\/Length (\d+)[^>]*>>\nstream\n/.exec(text.slice(at))!;
    const start = text.indexOf(all, at) + all.length;
    return outlines(inflateSync(file.subarray(start, start + Number(length))));
  });
  expect(fonts.length).toBeGreaterThan(7);
  for (const [missing, ...glyphs] of fonts) {
    expect(missing!.length).toBeGreaterThan(0);
    expect(glyphs.some((glyph) => glyph.length > 0)).toBe(true);
    expect(glyphs.filter((glyph) => glyph.equals(missing!))).toEqual([]);
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
