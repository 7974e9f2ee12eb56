/**
 * A report's PDF as pdf.js sees it: lines of cells with their places, outline, metadata; and the table read back into
 * rows. Any error a reader would silently repair is thrown.
 */
import assert from 'node:assert/strict';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

/** Points from the left edge of the page. */
export interface PdfCell {
  readonly text: string;
  readonly left: number;
  readonly right: number;
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

interface Item {
  readonly str: string;
  readonly transform: readonly number[];
  readonly width: number;
}

/** Pieces of one cell touch; between cells lies a gap of at least 5 points. */
const gapMax = 3;
/** Pieces this far apart have a space between them, which pdf.js does not give as text of its own. */
const spaceMin = 0.8;

const linesOf = (items: readonly Item[]): PdfLine[] => {
  const byHeight = new Map<number, { text: string; left: number; right: number }[]>();
  for (const { str, transform, width } of items) {
    if (str.trim() === '') continue;
    const left = transform[4]!;
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
    } else {
      cells.push({ text: str, left, right });
    }
  }
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

/** Every offset of the cross-reference table leads to the object it names. */
const checkCrossReferences = (file: Buffer): void => {
  const text = file.toString('latin1');
  const start = Number(/startxref\n(\d+)\n%%EOF\s*$/.exec(text)?.[1]);
  assert(text.startsWith('xref\n', start), 'startxref');
  const entries = [...text.slice(start).matchAll(/^(\d{10}) (\d{5}) n /gm)];
  entries.forEach((entry, index) => {
    assert(text.startsWith(`${index + 1} 0 obj`, Number(entry[1])), `object ${index + 1}`);
  });
};

const footerTop = 30;
/** The second line of a row is closer to its first than any row to the next. */
const secondLineMax = 8.3;
const headingNote = /^(continued|[\d,.\s\u00a0\u202f]+ rows?)$/;

export interface TablePage {
  readonly heads: readonly PdfCell[];
  readonly lines: readonly PdfLine[];
  readonly footer: readonly PdfCell[];
}

/** A page of the tables: heads end where their first line of bottom labels stands, the footer is below all. */
export const tablePage = (page: PdfPage): TablePage => {
  const headBottom = page.lines.findIndex((line, index) => line.y - (page.lines[index + 1]?.y ?? 0) > 8);
  const body = page.lines.slice(headBottom + 1);
  return {
    heads: page.lines.slice(0, headBottom + 1).flatMap((line) => line.cells),
    lines: body.filter((line) => line.y > footerTop),
    footer: body.find((line) => line.y <= footerTop)?.cells ?? [],
  };
};

export const isHeading = (line: PdfLine): boolean =>
  line.cells.length === 2 && headingNote.test(line.cells[1]!.text) && line.cells[1]!.left - line.cells[0]!.right < 8;

const isSum = (line: PdfLine): boolean => /^(Subtotal|Total, )/.test(line.cells[0]!.text);

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
    for (const line of lines) {
      const second = firstLine && firstLine.y - line.y < secondLineMax ? rows.at(-1)?.cells : undefined;
      if (!second && isHeading(line)) {
        group = line.cells[0]!.text;
        firstLine = undefined;
      } else if (second || !isSum(line)) {
        const cells = right.map(() => '');
        for (const cell of line.cells) {
          const ended = bottom.findIndex((head, index) => right[index] && Math.abs(head.right - cell.right) < 0.7);
          // A text may begin with spaces.
          const begun = bottom.findLastIndex((head, index) => !right[index] && head.left < cell.left + 0.7);
          const column = ended >= 0 ? ended : begun;
          assert(column >= 0, `no column for "${cell.text}" at ${cell.left}`);
          assert.equal(cells[column], '', 'two cells in a column');
          cells[column] = cell.text;
        }
        firstLine = second ? undefined : line;
        if (second) cells.forEach((cell, index) => (second[index] = `${second[index]} ${cell}`.trim()));
        else rows.push({ group, cells });
      } else {
        firstLine = undefined;
      }
    }
  }
  return rows;
};

/** Cells that stand on each other. */
export const overlaps = (pages: readonly PdfPage[]): PdfCell[] =>
  pages.flatMap((page) =>
    page.lines.flatMap(({ cells }) =>
      cells.filter((cell, index) => index > 0 && cells[index - 1]!.right > cell.left + 0.1),
    ),
  );
