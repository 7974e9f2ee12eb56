/**
 * What a page looks like, said for those who do not see it: a tree of headings, lists and tables with their heads, in
 * reading order, whose leaves are marked stretches of the pages' content. Written as it grows.
 */
import { encoded } from './byte-text.ts';
import type { PdfFile } from './file.ts';

/** Of the standard structure types (ISO 32000-1, 14.8.4). */
export type ElementType =
  | 'Document'
  | 'H1'
  | 'H2'
  | 'P'
  | 'L'
  | 'LI'
  | 'Lbl'
  | 'LBody'
  | 'Table'
  | 'THead'
  | 'TBody'
  | 'TFoot'
  | 'TR'
  | 'TH'
  | 'TD';

/** An element that has elements in it, and is written when it is closed. */
interface Opened {
  readonly number: number;
  readonly type: ElementType;
  readonly attributes: string;
  readonly children: number[];
}

/** A head of a column, or of a row from its first column on. */
export const columnHead = '/A<</O/Table/Scope/Column>>';
export const rowHead = (columns: number): string => `/A<</O/Table/Scope/Row/ColSpan ${columns}>>`;
export const language = (tag: string): string => `/Lang(${tag.replaceAll(/[^\w-]/g, '')})`;

const references = (numbers: readonly number[]): string => numbers.map((one) => `${one} 0 R`).join(' ');

export class Structure {
  readonly #file: PdfFile;
  readonly #open: Opened[] = [];
  /** The elements whose content is on the page in the making, by number of the content. */
  #onPage: number[] = [];
  /** For each finished page, the object that lists them. */
  readonly #pages: number[] = [];
  /** How a cell of the last row begins. */
  #cell = encoded('');

  readonly #numbers: NonNullable<PdfFile['structure']>;

  constructor(file: PdfFile, numbers: NonNullable<PdfFile['structure']>) {
    this.#file = file;
    this.#numbers = numbers;
    this.#open.push({ number: numbers.document, type: 'Document', attributes: '', children: [] });
  }

  open(type: ElementType, attributes = ''): void {
    this.#open.push({ number: this.#child(), type, attributes, children: [] });
  }

  close(): void {
    const { number, type, attributes, children } = this.#open.pop()!;
    const parent = this.#open.at(-1)?.number ?? this.#numbers.root;
    this.#file.pack(
      number,
      `<</S/${type}/P ${parent} 0 R${attributes}${children.length > 0 ? `/K[${references(children)}]` : ''}>>`,
    );
  }

  /** An element with content on this page: the number the content is marked with. */
  leaf(type: ElementType, attributes = ''): number {
    const number = this.#child();
    const content = this.#onPage.push(number) - 1;
    const [parent, page] = [this.#open.at(-1)!.number, this.#file.nextPage];
    this.#file.pack(number, `<</S/${type}/P ${parent} 0 R/Pg ${page} 0 R${attributes}/K ${content}>>`);
    return content;
  }

  /** A row of as many cells; the number of the first, which the others follow. */
  row(cells: number): number {
    const row = this.#child(cells);
    let children = '';
    for (let cell = row + 1; cell <= row + cells; cell += 1) children += `${cell} 0 R `;
    this.#file.pack(row, `<</S/TR/P ${this.#open.at(-1)!.number} 0 R/K[${children}]>>`);
    this.#cell = encoded(`<</S/TD/P ${row} 0 R/Pg ${this.#file.nextPage} 0 R/K `);
    return row + 1;
  }

  /** A cell of the last row, with content: the number it is marked with. */
  cell(number: number): number {
    const content = this.#onPage.push(number) - 1;
    this.#file.packEntry(number, this.#cell, content);
    return content;
  }

  /** A cell of the last row, without. */
  emptyCell(number: number, row: number): void {
    this.#file.pack(number, `<</S/TD/P ${row} 0 R>>`);
  }

  /** The page in the making has all its content. */
  endPage(): void {
    const number = this.#file.reserve(1);
    this.#file.pack(number, `[${references(this.#onPage)}]`);
    this.#pages.push(number);
    this.#onPage = [];
  }

  end(): void {
    while (this.#open.length > 0) this.close();
    const pages = this.#pages.map((number, page) => `${page} ${number} 0 R`).join(' ');
    this.#file.pack(this.#numbers.parents, `<</Nums[${pages}]>>`);
  }

  /** The number of a new element of the one that is open, and after it as many more. */
  #child(more = 0): number {
    const number = this.#file.reserve(1 + more);
    this.#open.at(-1)!.children.push(number);
    return number;
  }
}
