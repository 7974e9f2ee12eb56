/**
 * A report's PDF as pdf.js sees it: lines of cells with their places, outline, metadata; and the table read back into
 * rows. Any error a reader would silently repair is thrown.
 */
import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';
import type { Column, ReportDocument } from '#contract/reports.ts';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

/** Points from the left edge of the page. */
export interface PdfCell {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  /** Of its letters, in points. */
  readonly size: number;
  /** How wide its narrowest letters are, of what they were made as: 1 for all that is not condensed. */
  readonly condensed: number;
}
export interface PdfLine {
  /** Points from the lower edge. */
  readonly y: number;
  readonly cells: readonly PdfCell[];
}
export interface PdfPage {
  readonly width: number;
  readonly height: number;
  /** From top to bottom. */
  readonly lines: readonly PdfLine[];
}
export interface ReadPdf {
  readonly pages: readonly PdfPage[];
  /** Page counted from 0. */
  readonly outline: readonly { readonly title: string; readonly page: number }[];
  readonly info: Readonly<Record<string, unknown>>;
  /** Title as the XMP metadata has it. */
  readonly metadataTitle: string | undefined;
}

type Writable<T> = { -readonly [key in keyof T]: T[key] };

interface Item {
  readonly str: string;
  readonly transform: readonly number[];
  readonly width: number;
}

/** Pieces of one cell touch; between cells lies a gap of at least 5 points. */
const gapMax = 3;
/** Pieces this far apart have a space between them, which pdf.js does not give as text of its own. */
const spaceMin = 0.8;

/** Between a piece and the one it goes on from, in points; and how much higher, in sizes of its letters. */
const raisedMax = 4;
const raisedSizesMax = 0.65;

/** What begins with a raised mark (Thai) is read as a piece of its own, a little higher: it goes on where the line below ends. */
const lowerRaised = (byHeight: Map<number, Writable<PdfCell>[]>): void => {
  for (const [y, cells] of byHeight) {
    const rise = raisedSizesMax * Math.max(...cells.map(({ size }) => size));
    const below = [...byHeight].filter(([lower]) => lower < y && lower > y - rise).flatMap(([, lower]) => lower);
    const kept = cells.filter((cell) => {
      // its line goes on behind it
      if (below.some((one) => cell.left > one.left && cell.right < one.right)) return false;
      const before = below.find((one) => Math.abs(cell.left - one.right) < raisedMax);
      if (!before) return true;
      before.text += cell.text;
      before.right = Math.max(before.right, cell.right);
      return false;
    });
    if (kept.length > 0) byHeight.set(y, kept);
    else byHeight.delete(y);
  }
};

const linesOf = (items: readonly Item[]): PdfLine[] => {
  const byHeight = new Map<number, Writable<PdfCell>[]>();
  for (const { str, transform, width } of items) {
    if (str.trim() === '') continue;
    const [across = 1, , , size = 1, left = 0] = transform;
    const condensed = Math.round((1000 * across) / size) / 1000;
    const right = left + width;
    const y = Math.round(transform[5]! * 10) / 10;
    const cells = byHeight.get(y) ?? [];
    byHeight.set(y, cells);
    // Pieces of a cell come in reading order, right-to-left ones from the right.
    const last = cells.at(-1);
    const gap = last ? Math.max(left - last.right, last.left - right) : gapMax;
    if (last && gap < gapMax) {
      last.text += (gap > spaceMin ? ' ' : '') + str;
      last.left = Math.min(last.left, left);
      last.right = Math.max(last.right, right);
      last.condensed = Math.min(last.condensed, condensed);
      last.size = Math.min(last.size, size);
    } else {
      cells.push({ text: str, left, right, size, condensed });
    }
  }
  lowerRaised(byHeight);
  return [...byHeight]
    .toSorted(([a], [b]) => b - a)
    .map(([y, cells]) => ({ y, cells: cells.toSorted((a, b) => a.left - b.left) }));
};

/** `pages`: which to read the text of, counted from 0; all unless given. */
export const readPdf = async (file: Buffer, wanted?: readonly number[]): Promise<ReadPdf> => {
  checkCrossReferences(file);
  const task = getDocument({ data: new Uint8Array(file), stopAtErrors: true, disableFontFace: true, verbosity: 0 });
  try {
    const document = await task.promise;
    const pages: PdfPage[] = [];
    for (let number = 1; number <= document.numPages; number += 1) {
      const page = await document.getPage(number);
      const [, , width = 0, height = 0] = page.view;
      const read = !wanted || wanted.includes(number - 1);
      const content = read ? await page.getTextContent() : { items: [] };
      pages.push({ width, height, lines: linesOf(content.items as Item[]) });
      page.cleanup();
    }
    const entries = (await document.getOutline()) ?? [];
    const outline = await Promise.all(
      entries.map(async ({ title, dest }) => ({
        title,
        page: await document.getPageIndex((dest as Parameters<typeof document.getPageIndex>)[0]),
      })),
    );
    const { info, metadata } = await document.getMetadata();
    return {
      pages,
      outline,
      info: info as Record<string, unknown>,
      metadataTitle: (metadata as { get(name: string): string | undefined } | null)?.get('dc:title'),
    };
  } finally {
    await task.destroy();
  }
};

/** Every entry of the cross-reference stream leads to the object it names, in the file or in a stream of objects. */
const checkCrossReferences = (file: Buffer): void => {
  const text = file.toString('latin1');
  const stream = (at: number): Buffer => {
    const [head, length] = /^\d+ 0 obj\s*<<[\s\S]*?\/Length (\d+)[\s\S]*?>>\nstream\n/.exec(
      text.slice(at, at + 2_000),
    )!;
    return inflateSync(file.subarray(at + head.length, at + head.length + Number(length)));
  };
  const start = Number(/startxref\n(\d+)\n%%EOF\s*$/.exec(text)?.[1]);
  const entries = stream(start);
  assert(text.slice(start).includes('/W[1 4 2]'), 'fields of the cross-references');
  const offsetOf = (number: number): number => entries.readUInt32BE(7 * number + 1);
  const numbersIn = new Map<number, string[]>();
  for (let number = 1; number < entries.length / 7; number += 1) {
    const kind = entries[7 * number];
    if (kind === 1) {
      assert(text.startsWith(`${number} 0 obj`, offsetOf(number)), `object ${number}`);
      continue;
    }
    assert.equal(kind, 2, `kind of object ${number}`);
    const within = offsetOf(number);
    const numbers = numbersIn.get(within) ?? stream(offsetOf(within)).toString('latin1').split(' ', 2_000);
    numbersIn.set(within, numbers);
    assert.equal(numbers[2 * entries.readUInt16BE(7 * number + 5)], String(number), `packed object ${number}`);
  }
};

const footerTop = 30;
/** The second line of a row is closer to its first than any row to the next. */
const secondLineMax = { onA4: 8.3, larger: 10.4 };
const a4Width = 850;
const headingNote = /^(continued|[\d,.\s\u00a0\u202f]+ rows?)$/;

export interface TablePage {
  readonly heads: readonly PdfCell[];
  readonly lines: readonly PdfLine[];
  readonly footer: readonly PdfCell[];
}

const headerHeight = 35;

/** A page of the tables: below the header heads end where their first line of bottom labels stands, the footer is below all. */
export const tablePage = (page: PdfPage): TablePage => {
  const all = page.lines.filter((line) => line.y < page.height - headerHeight);
  const headBottom = all.findIndex((line, index) => line.y - (all[index + 1]?.y ?? 0) > 8);
  const body = all.slice(headBottom + 1);
  return {
    heads: all.slice(0, headBottom + 1).flatMap((line) => line.cells),
    lines: body.filter((line) => line.y > footerTop),
    footer: body.find((line) => line.y <= footerTop)?.cells ?? [],
  };
};

/** A name and, close behind it, how many rows it has. */
export const isHeading = ({ cells }: PdfLine): boolean => {
  const [note, name] = [cells.at(-1), cells.at(-2)];
  return note !== undefined && name !== undefined && headingNote.test(note.text) && note.left - name.right < 20;
};

const isSum = (line: PdfLine): boolean => /^(Subtotal|Closing balance|Total( value)?, )/.test(line.cells[0]!.text);

/** Whether a text of one of the columns of texts would start there, or behind a space or two. */
const startsAt = (heads: readonly PdfCell[], right: readonly boolean[], left: number): boolean =>
  heads.some((head, index) => !right[index] && left > head.left - 0.7 && left < head.left + 4);

/**
 * The rows of all table pages, printed cells by column, '' for none. Columns are told by the edges of their heads
 * (`right`: which are aligned right). The second line of a row is put behind its first, a space between them.
 */
export const tableRows = (
  pages: readonly PdfPage[],
  right: readonly boolean[],
): { group: string; cells: string[] }[] => {
  const rows: { group: string; cells: string[] }[] = [];
  let group = '';
  for (const page of pages) {
    const { heads, lines } = tablePage(page);
    // The bottom line of the heads has every column.
    const bottom = heads.slice(-right.length);
    assert.equal(bottom.length, right.length, 'a head for each column');
    let firstLine: PdfLine | undefined;
    const rowMax = page.width < a4Width ? secondLineMax.onA4 : secondLineMax.larger;
    for (const line of lines) {
      const second = firstLine && firstLine.y - line.y < rowMax ? rows.at(-1)?.cells : undefined;
      if (!second && isHeading(line)) {
        group = line.cells
          .slice(0, -1)
          .map(({ text }) => text)
          .join('');
        firstLine = undefined;
      } else if (second || !isSum(line)) {
        const cells = right.map(() => '');
        for (const cell of line.cells) {
          // A figure ends at its column's right edge, or before it, so that decimal points stand below each other.
          const atEdge = bottom.findIndex((head, index) => right[index] && Math.abs(head.right - cell.right) < 0.7);
          const isText = atEdge < 0 && (/\p{L}/u.test(cell.text) || startsAt(bottom, right, cell.left));
          const within = isText
            ? bottom.findLastIndex((head, index) => !right[index] && head.left < cell.left + 0.7)
            : bottom.findIndex((head, index) => right[index] && head.right > cell.right - 0.7);
          const column = atEdge >= 0 ? atEdge : within;
          assert(column >= 0, `no column for "${cell.text}" at ${cell.left}`);
          assert(isText || cells[column] === '', 'two figures in a column');
          cells[column] = `${cells[column]}${cell.text}`;
        }
        if (!second) firstLine = line;
        if (second) cells.forEach((cell, index) => (second[index] = `${second[index]} ${cell}`.trim()));
        else rows.push({ group, cells });
      } else {
        firstLine = undefined;
      }
    }
  }
  return rows;
};

/**
 * The columns that the tables have: all but those of the group and those that stand on the first page, because every row
 * has the same. Told by the words of their heads.
 */
export const printedColumns = (
  tables: readonly PdfPage[],
  document: Pick<ReportDocument, 'columns' | 'groupColumns'>,
): Column[] => {
  const [first] = tables;
  const all = document.columns.filter((_, index) => !document.groupColumns.includes(index));
  if (!first) return all;
  const heads = columnHeads(first);
  return all.filter(({ label }) => heads.has(label));
};

/** What the first page says of every row, by label of the column; '' for nothing. */
const everyRow = ({ lines }: PdfPage): Map<string, string> => {
  const fact = (label: string): string => {
    const at = lines.findIndex(({ cells }) => cells[0]?.text === label);
    if (at < 0) return '';
    const end = lines.findIndex(({ cells }, index) => index > at && cells[0]!.left < cells0Left(lines[at]!));
    return lines
      .slice(at, end)
      .flatMap(({ cells }, index) => cells.slice(index === 0 ? 1 : 0).map(({ text }) => text))
      .join(' ');
  };
  const said = fact('On every row')
    .split(' · ')
    .map((one): [string, string] => {
      const [label = '', ...rest] = one.split(': ');
      return [label, rest.join(': ')];
    });
  return new Map([
    ...said,
    ...fact('Empty on every row')
      .split(', ')
      .map((label): [string, string] => [label, '']),
  ]);
};
const cells0Left = ({ cells }: PdfLine): number => (cells[1]?.left ?? 0) - 1;

/**
 * The rows of the whole file with a cell for each column, those of the group and those that stand on the first page
 * included. A dash stands for a zero. `headedBy`: columns of which the headings of sections say the cells: the whole heading.
 */
export const reportRows = (
  { pages, outline }: ReadPdf,
  document: Pick<ReportDocument, 'columns' | 'groupColumns' | 'company'>,
  headedBy: readonly string[] = [],
): string[][] => {
  const tables = pages.slice(outline[1]?.page ?? pages.length);
  const columns = printedColumns(tables, document);
  const same = everyRow(pages[0]!);
  return tableRows(
    tables,
    columns.map(({ type }) => type !== 'text' && type !== 'date'),
  ).map(({ group, cells }) =>
    document.columns.map(({ key, label }, index) => {
      if (document.groupColumns.includes(index)) return group === '(none)' ? '' : group;
      const place = columns.findIndex((column) => column.key === key);
      if (place < 0 && headedBy.includes(key)) return group;
      return place >= 0 ? cells[place]! : (same.get(label) ?? document.company.name);
    }),
  );
};

/** Labels of a page's columns: the lines of a head stand above each other, on one edge. */
const columnHeads = (page: PdfPage): Set<string> => {
  const found: { left: number; right: number; text: string }[] = [];
  for (const { left, right, text } of tablePage(page).heads) {
    const above = found.find((one) => Math.abs(one.left - left) < 0.5 || Math.abs(one.right - right) < 0.5);
    if (above) {
      above.text += ` ${text}`;
    } else found.push({ left, right, text });
  }
  return new Set(found.map(({ text }) => text));
};

/** Cells that stand on each other. */
export const overlaps = (pages: readonly PdfPage[]): PdfCell[] =>
  pages.flatMap((page) =>
    page.lines.flatMap(({ cells }) =>
      cells.filter((cell, index) => index > 0 && cells[index - 1]!.right > cell.left + 0.1),
    ),
  );
