/**
 * A workbook as a strict reader sees it: every part must be well-formed XML 1.0 and every cell say what it is.
 * Written against ECMA-376, sharing nothing with the writer.
 */
import assert from 'node:assert/strict';
import { fromBuffer } from 'yauzl';

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#13': '\r' };

const decodeText = (raw: string): string => {
  // oxlint-disable-next-line no-control-regex -- not allowed in XML
  assert(!/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(raw), 'a character XML does not allow');
  assert(raw.isWellFormed(), 'half a surrogate pair');
  return raw
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '\n')
    .replaceAll(/&([^;]*);?/g, (whole, name: string) => {
      const value = entities[name];
      assert(value !== undefined && whole.endsWith(';'), `entity ${whole}`);
      return value;
    });
};

const attributesOf = (raw: string): Record<string, string> => {
  const attributes: Record<string, string> = {};
  const form = /\s+([\w:]+)="([^"<]*)"/gy;
  let used = 0;
  for (const match of raw.matchAll(form)) {
    const [, name = '', value = ''] = match;
    assert(!(name in attributes), `attribute ${name} twice`);
    attributes[name] = decodeText(value);
    used += match[0].length;
  }
  assert.equal(raw.slice(used).trim(), '', `attributes ${raw}`);
  return attributes;
};

/** Throws on anything that is not well-formed. No comments, CDATA or document types: nobody writes them here. */
export const parseXml = (xml: string): XmlElement => {
  const declaration = /^<\?xml version="1.0" encoding="UTF-8" standalone="yes"\?>\n/.exec(xml);
  assert(declaration, 'XML declaration');
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const token = /<(\/?)([\w:]+)((?:\s+[\w:]+="[^"]*")*)\s*(\/?)>|([^<]+)/gy;
  token.lastIndex = declaration[0].length;
  let end = token.lastIndex;
  for (let match = token.exec(xml); match; match = token.exec(xml)) {
    end = token.lastIndex;
    const [, closing, name = '', attributes = '', selfClosing, text] = match;
    const parent = open.at(-1)!;
    if (text !== undefined) {
      parent.text += decodeText(text);
    } else if (closing) {
      assert.equal(open.pop()?.name, name);
    } else {
      const element: XmlElement = { name, attributes: attributesOf(attributes), children: [], text: '' };
      parent.children.push(element);
      if (!selfClosing) open.push(element);
    }
  }
  assert.equal(end, xml.length, `not XML from ${end}: ${xml.slice(end, end + 60)}`);
  assert.equal(open.length, 1, 'unclosed elements');
  assert.equal(root.children.length, 1);
  return root.children[0]!;
};

export const unzip = (file: Buffer): Promise<Map<string, Buffer>> =>
  new Promise((resolve, reject) => {
    const parts = new Map<string, Buffer>();
    fromBuffer(file, { lazyEntries: true, validateEntrySizes: true }, (error, zip) => {
      if (error) return reject(error);
      zip.on('entry', (entry) => {
        zip.openReadStream(entry, (failed, stream) => {
          if (failed) return reject(failed);
          const chunks: Buffer[] = [];
          stream.on('data', (chunk: Buffer) => chunks.push(chunk));
          stream.on('error', reject);
          stream.on('end', () => {
            parts.set(entry.fileName, Buffer.concat(chunks));
            zip.readEntry();
          });
        });
      });
      zip.on('error', reject);
      zip.on('end', () => resolve(parts));
      zip.readEntry();
    });
  });

/** `raw`: a number as written, a text decoded, a day as YYYY-MM-DD. */
export interface ReadCell {
  readonly kind: 'text' | 'number' | 'day';
  readonly raw: string;
  /** The number format's code; empty for the general one. */
  readonly format: string;
  readonly bold: boolean;
}

export interface ReadSheet {
  readonly name: string;
  readonly rows: (ReadCell | undefined)[][];
  readonly root: XmlElement;
}

export const childOf = (element: XmlElement, name: string): XmlElement => {
  const child = element.children.find((one) => one.name === name);
  assert(child, `${element.name} has no ${name}`);
  return child;
};

const unescape = (text: string): string =>
  text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

const columnIndex = (reference: string): number => {
  let index = 0;
  for (const letter of reference.replace(/\d+$/, '')) index = index * 26 + letter.charCodeAt(0) - 64;
  return index - 1;
};

interface Style {
  readonly format: string;
  readonly bold: boolean;
}

const stylesOf = (root: XmlElement): Style[] => {
  const codes = new Map(
    childOf(root, 'numFmts').children.map((one) => [one.attributes['numFmtId'], one.attributes['formatCode'] ?? '']),
  );
  const fonts = childOf(root, 'fonts').children;
  return childOf(root, 'cellXfs').children.map((one) => ({
    format: codes.get(one.attributes['numFmtId']) ?? '',
    bold: fonts[Number(one.attributes['fontId'])]?.children.some((child) => child.name === 'b') ?? false,
  }));
};

const cellOf = (cell: XmlElement, styles: readonly Style[]): ReadCell => {
  const style = styles[Number(cell.attributes['s'])];
  assert(style, `style ${cell.attributes['s']}`);
  if (cell.attributes['t'] === 'inlineStr') {
    const text = childOf(childOf(cell, 'is'), 't');
    const kept =
      text.attributes['xml:space'] === 'preserve' ? text.text : text.text.replaceAll(/^[ \t\n]+|[ \t\n]+$/g, '');
    return { kind: 'text', raw: unescape(kept), ...style };
  }
  assert.equal(cell.attributes['t'], undefined);
  const value = childOf(cell, 'v').text;
  assert(!Number.isNaN(Number(value)) && value.trim() === value && value !== '', `number ${value}`);
  if (!style.format.startsWith('yyyy')) return { kind: 'number', raw: value, ...style };
  const day = new Date(Date.UTC(1899, 11, 30) + Number(value) * 86_400_000).toISOString().slice(0, 10);
  return { kind: 'day', raw: day, ...style };
};

const rowsOf = (root: XmlElement, styles: readonly Style[]): (ReadCell | undefined)[][] => {
  const rows: (ReadCell | undefined)[][] = [];
  for (const row of childOf(root, 'sheetData').children) {
    const number = Number(row.attributes['r']);
    assert(number > rows.length, 'rows in order');
    while (rows.length < number - 1) rows.push([]);
    const cells: (ReadCell | undefined)[] = [];
    for (const cell of row.children) {
      const reference = cell.attributes['r'] ?? '';
      assert(reference.endsWith(String(number)));
      const index = columnIndex(reference);
      assert(index >= cells.length, 'cells in order');
      while (cells.length < index) cells.push(undefined);
      cells.push(cellOf(cell, styles));
    }
    rows.push(cells);
  }
  return rows;
};

export interface ReadWorkbook {
  readonly sheets: readonly ReadSheet[];
  readonly parts: ReadonlyMap<string, Buffer>;
  readonly root: XmlElement;
}

/** Sheets in tab order, found the way a spreadsheet finds them: content types, relations, workbook. */
export const readWorkbook = async (file: Buffer): Promise<ReadWorkbook> => {
  const parts = await unzip(file);
  const part = (path: string): XmlElement => {
    const bytes = parts.get(path);
    assert(bytes, `part ${path}`);
    return parseXml(bytes.toString('utf8'));
  };
  const declared = new Set(part('[Content_Types].xml').children.map((one) => one.attributes['PartName']));
  for (const path of parts.keys()) {
    if (!path.endsWith('.rels') && !path.startsWith('[')) assert(declared.has(`/${path}`), `type of ${path}`);
    part(path);
  }
  const styles = stylesOf(part('xl/styles.xml'));
  const targets = new Map(
    part('xl/_rels/workbook.xml.rels').children.map((one) => [one.attributes['Id'], one.attributes['Target']]),
  );
  const root = part('xl/workbook.xml');
  const sheets = childOf(root, 'sheets').children.map((one) => {
    const sheet = part(`xl/${targets.get(one.attributes['r:id'])}`);
    return { name: one.attributes['name'] ?? '', rows: rowsOf(sheet, styles), root: sheet };
  });
  return { sheets, parts, root };
};
