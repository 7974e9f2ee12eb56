/** Workbooks for tests as other programs write them: made part by part, so that each may be wrong. */
import { ZipWriter } from '#server/zip/zip.ts';

/** A number with a style, a formula with its last result, a text written in the cell; a bare string is a shared text. */
export type SheetCell =
  | string
  | number
  | null
  | { readonly v: string; readonly style?: number; readonly type?: string; readonly formula?: string | undefined }
  | { readonly inline: string }
  | { readonly formula: string };

/** Styles: 0 general, 1 a day, 2 percent, 3 six figures with zeros, 4 a day of the file's own format, 5 day and time. */
const styles =
  '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="3"><numFmt numFmtId="164" formatCode="000000"/>' +
  '<numFmt numFmtId="165" formatCode="[$-407]dd\\.mm\\.yyyy;@"/><numFmt numFmtId="166" formatCode="yyyy-mm-dd hh:mm"/></numFmts>' +
  '<cellXfs count="6"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="9"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs></styleSheet>';

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const letters = (column: number): string =>
  (column >= 26 ? String.fromCharCode(64 + Math.floor(column / 26)) : '') + String.fromCharCode(65 + (column % 26));

export interface SheetSpec {
  readonly name: string;
  readonly rows: readonly (readonly SheetCell[])[];
  readonly hidden?: boolean;
}

export async function workbookOf(
  sheets: readonly SheetSpec[],
  /** Parts that are otherwise; null: not there. */
  parts: Readonly<Record<string, string | null>> = {},
): Promise<Buffer> {
  const texts: string[] = [];
  const cell = (value: SheetCell, place: string): string => {
    if (value === null || value === '') return '';
    if (typeof value === 'number') return `<c r="${place}"><v>${value}</v></c>`;
    if (typeof value === 'string') {
      texts.push(value);
      return `<c r="${place}" t="s"><v>${texts.length - 1}</v></c>`;
    }
    if ('inline' in value)
      return `<c r="${place}" t="inlineStr"><is><t xml:space="preserve">${escaped(value.inline)}</t></is></c>`;
    if (!('v' in value)) return `<c r="${place}"><f>${escaped(value.formula)}</f></c>`;
    const formula = value.formula === undefined ? '' : `<f>${escaped(value.formula)}</f>`;
    return `<c r="${place}" s="${value.style ?? 0}"${value.type ? ` t="${value.type}"` : ''}>${formula}<v>${escaped(value.v)}</v></c>`;
  };
  const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const all: Record<string, string | null> = {
    '[Content_Types].xml': `${xml}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
    'xl/workbook.xml': `${xml}<workbook ${main} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>${sheets
      .map(
        ({ name, hidden }, at) =>
          `<sheet name="${escaped(name)}" sheetId="${at + 1}"${hidden ? ' state="hidden"' : ''} r:id="rId${at + 1}"/>`,
      )
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${xml}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${sheets
      .map(
        (_, at) =>
          `<Relationship Id="rId${at + 1}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet${at + 1}.xml"/>`,
      )
      .join('')}</Relationships>`,
    'xl/styles.xml': xml + styles,
    ...Object.fromEntries(
      sheets.map(({ rows }, at) => [
        `xl/worksheets/sheet${at + 1}.xml`,
        `${xml}<worksheet ${main}><sheetData>${rows
          .map(
            (row, r) =>
              `<row r="${r + 1}">${row.map((value, c) => cell(value, `${letters(c)}${r + 1}`)).join('')}</row>`,
          )
          .join('')}</sheetData></worksheet>`,
      ]),
    ),
    'xl/sharedStrings.xml': `${xml}<sst ${main}>${texts.map((text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`).join('')}</sst>`,
    ...parts,
  };
  return zipOf(
    Object.fromEntries(
      Object.entries(all).flatMap(([name, text]) => (text === null ? [] : [[name, Buffer.from(text)]])),
    ),
  );
}

export async function zipOf(files: Readonly<Record<string, Buffer | string>>): Promise<Buffer> {
  const zip = new ZipWriter({ hashes: false });
  const pieces: Buffer[] = [];
  for (const [name, content] of Object.entries(files)) {
    for await (const piece of zip.entry(name, once(Buffer.from(content)))) pieces.push(piece);
  }
  for await (const piece of zip.finish()) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function* once(piece: Buffer): AsyncGenerator<Buffer> {
  yield piece;
}

/** Days since the last day of 1899, as Excel counts them. */
export const serialOf = (day: string): string =>
  String(Math.round(Date.parse(`${day}T00:00:00Z`) / 86_400_000) + 25_569);
