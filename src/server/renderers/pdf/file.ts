/**
 * The PDF file itself: pages in order, fonts, outline, metadata. The only file that knows pdfkit, whose own pages and
 * `text()` are not used: a page here is one deflated content stream and a dictionary of a few hundred bytes.
 */
import { deflateSync } from 'node:zlib';
import PdfkitDocument from 'pdfkit';
import { ProductError } from '#contract/errors.ts';
import { crossReferences, PackedObjects, type Places } from './packed-objects.ts';

/** fontkit's font, as far as it is used here. Lengths in font units. */
export interface FontProgram {
  readonly unitsPerEm: number;
  hasGlyphForCodePoint(codePoint: number): boolean;
  glyphForCodePoint(codePoint: number): Glyph;
  getGlyph(id: number, codePoints?: number[]): Glyph;
  /** Writes its own defaults into `features`. */
  layout(
    text: string,
    features: Record<string, boolean>,
    script?: string,
    language?: string,
    direction?: 'ltr' | 'rtl',
  ): GlyphRun;
}
export interface Glyph {
  readonly id: number;
  readonly advanceWidth: number;
  readonly codePoints: number[];
}
interface GlyphRun {
  readonly glyphs: readonly Glyph[];
  readonly positions: readonly { readonly xAdvance: number; readonly xOffset: number; readonly yOffset: number }[];
}

interface Reference {
  readonly id: number;
  data: Record<string, unknown>;
  end(chunk?: Uint8Array): void;
}

/** pdfkit's embedded font. `subset.glyphs` are the embedded glyphs; a glyph's place there indexes widths and unicode. */
export interface EmbeddedFont {
  /** The name under which content streams call it: `F1`. */
  readonly id: string;
  readonly font: FontProgram;
  readonly subset: { readonly glyphs: number[]; readonly mapping: Readonly<Record<number, number>> };
  readonly widths: number[];
  readonly unicode: number[][];
  ref(): Reference;
}

/** The parts of pdfkit 0.20 used, of which the underscored ones are not in its types. */
interface Pdfkit {
  readonly info: Readonly<Record<string, unknown>>;
  readonly _root: Reference & {
    readonly data: { readonly Pages: { readonly data: { Kids: Reference[]; Count: number } } };
  };
  readonly _font: EmbeddedFont;
  readonly _info: Reference;
  readonly _id: Uint8Array;
  readonly _offsets: Places;
  readonly _offset: number;
  /** Objects that are not written yet. */
  _waiting: number;
  _addInfo: () => void;
  /** Writes what follows the last object. */
  _finalize: () => void;
  push(bytes: Buffer | null): void;
  appendXML(xml: string): void;
  font(source: string | FontProgram): void;
  ref(data?: Record<string, unknown>): Reference;
  read(): Buffer | null;
  end(): void;
  readonly outline: {
    addItem(title: string, options: { pageNumber: number; left: number; top: number; zoom: number }): void;
  };
}

export interface FileFacts {
  readonly title: string;
  readonly author: string;
  readonly subject: string;
  readonly createdAt: Date;
  /** Its structure is written beside its pages (structure.ts). */
  readonly isTagged: boolean;
}

/** 0.19 ms a page of 46 rows, level 6 takes 1.05 ms for 27 % fewer bytes; the thread pool would cost more than it saves. */
const deflateLevel = 1;
const producer = 'Mathership Export History';

const xmlEscapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const xml = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, ' ')
    .replaceAll(/[&<>]/g, (sign) => xmlEscapes[sign] ?? sign);

/** XMP that repeats the information dictionary; pdfkit's own does not escape what it is given. */
const xmp = (facts: FileFacts): string => `
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<xmp:CreateDate>${facts.createdAt.toISOString().slice(0, 19)}Z</xmp:CreateDate>
<xmp:CreatorTool>${producer}</xmp:CreatorTool>
<pdf:Producer>${producer}</pdf:Producer>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${xml(facts.title)}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>${xml(facts.author)}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">${xml(facts.subject)}</rdf:li></rdf:Alt></dc:description>
</rdf:Description>`;

/** Font programs are parsed once per process; a document only keeps its own subset. */
const programs = new Map<string, FontProgram>();

/**
 * fontkit keeps each glyph with the characters it first stood for, but one shape serves several letters (Arabic letters
 * that differ by their dots, space and no-break space): each use gets a glyph that knows its own characters.
 */
const withExactCharacters = (program: FontProgram): FontProgram => {
  const getGlyph = program.getGlyph.bind(program);
  program.getGlyph = (id, codePoints) => {
    const glyph = getGlyph(id, codePoints);
    if (
      !codePoints ||
      (codePoints.length === glyph.codePoints.length && codePoints.every((one, at) => one === glyph.codePoints[at]))
    ) {
      return glyph;
    }
    return Object.create(glyph as object, { codePoints: { value: codePoints } }) as Glyph;
  };
  return program;
};

export class PdfFile {
  readonly #pdf: Pdfkit;
  #width = 0;
  #height = 0;
  readonly #resources: Reference;
  readonly #fonts: EmbeddedFont[] = [];
  readonly #packed: PackedObjects;
  /** Object numbers of a tagged file: the root of its structure, the element that holds all others, and where content belongs. */
  readonly structure: { readonly root: number; readonly document: number; readonly parents: number } | undefined;
  #nextPage: Reference | undefined;
  #ended = false;

  constructor(facts: FileFacts) {
    this.#pdf = new PdfkitDocument({
      autoFirstPage: false,
      pdfVersion: '1.7',
      // the output intent and the mark of the standard; docs/pdf-a.md lists the rules
      subset: 'PDF/A-2b',
      lang: 'en',
      displayTitle: true,
      // No default font: it would be Helvetica, which is not embedded.
      font: '',
      info: {
        Title: facts.title,
        Author: facts.author,
        Subject: facts.subject,
        Creator: producer,
        Producer: producer,
        CreationDate: facts.createdAt,
      },
    }) as unknown as Pdfkit;
    this.#pdf._addInfo = () => this.#pdf.appendXML(xmp(facts));
    this.#resources = this.#pdf.ref();
    this.#packed = new PackedObjects(this.#pdf._offsets, (entries, content) => {
      const stream = this.#pdf.ref({ ...entries, Filter: 'FlateDecode' });
      stream.end(deflateSync(content, { level: deflateLevel, chunkSize: content.length }));
      return stream.id;
    });
    this.#pdf._finalize = () => this.#finalize();
    if (facts.isTagged) {
      const [document, parents] = [this.#pdf.ref(), this.#pdf.ref()];
      // packed, as what hangs from them; pdfkit writes the others
      this.#pdf._waiting -= 2;
      const root = this.#pdf.ref({ Type: 'StructTreeRoot', K: document, ParentTree: parents });
      Object.assign(this.#pdf._root.data, { StructTreeRoot: root, MarkInfo: this.#pdf.ref({ Marked: true }) });
      this.structure = { root: root.id, document: document.id, parents: parents.id };
    }
  }

  /** Of every page, in points; before the first. */
  setSize(width: number, height: number): void {
    this.#width = width;
    this.#height = height;
  }

  /** A font of its own subset, from a TTF file. */
  openFont(path: string): EmbeddedFont {
    this.#pdf.font(programs.get(path) ?? path);
    const font = this.#pdf._font;
    if (!programs.has(path)) programs.set(path, withExactCharacters(font.font));
    this.#fonts.push(font);
    return font;
  }

  /** Appends a page by its content stream. Its bytes are ready at the next `take`. */
  addPage(stream: Buffer): void {
    const pages = this.#pdf._root.data.Pages;
    const content = this.#pdf.ref({ Filter: 'FlateDecode' });
    content.end(deflateSync(stream, { level: deflateLevel, chunkSize: stream.length }));
    const page = (this.#nextPage ??= this.#pdf.ref());
    this.#nextPage = undefined;
    Object.assign(page.data, {
      Type: 'Page',
      Parent: pages,
      ...(this.structure && { StructParents: pages.data.Count, Tabs: 'S' }),
      MediaBox: [0, 0, this.#width, this.#height],
      Resources: this.#resources,
      Contents: content,
    });
    page.end();
    // Written is written: only the outline still asks for the box.
    page.data = { MediaBox: page.data['MediaBox'] };
    pages.data.Kids.push(page);
    pages.data.Count += 1;
  }

  /** Object number of the page that is added next. */
  get nextPage(): number {
    return (this.#nextPage ??= this.#pdf.ref()).id;
  }

  /** The first of as many object numbers for objects that will be packed. */
  reserve(count: number): number {
    const first = this.#pdf._offsets.length + 1;
    for (let made = 0; made < count; made += 1) this.#pdf._offsets.push(null);
    return first;
  }

  /** An object as PDF, of a number that was reserved. */
  pack(number: number, body: string): void {
    this.#packed.add(number, body);
  }

  /** A dictionary that begins as others do, with a number at its end. */
  packEntry(number: number, beginning: Uint8Array, value: number): void {
    this.#packed.addEntry(number, beginning, value);
  }

  get pages(): number {
    return this.#pdf._root.data.Pages.data.Count;
  }

  /** A bookmark to a page that was added, counted from 0; `top` in points from the page's upper edge. */
  addBookmark(title: string, page: number, top: number): void {
    // pdfkit counts `left` from the right edge; zoom 0 leaves the reader's own.
    this.#pdf.outline.addItem(title.toWellFormed(), { pageNumber: page, left: this.#width, top, zoom: 0 });
  }

  /** What has been written since the last time. */
  take(): Buffer {
    return this.#pdf.read() ?? Buffer.alloc(0);
  }

  /** Fonts, outline and cross-references; the rest of the file is in the last `take`. */
  end(): void {
    if (this.#ended) throw new ProductError('render_failed', 'The PDF is already complete.');
    this.#ended = true;
    this.#resources.data['Font'] = Object.fromEntries(this.#fonts.map((font) => [font.id, font.ref()]));
    this.#resources.end();
    this.#packed.flush();
    this.#pdf.end();
  }

  #finalize(): void {
    const { _offsets, _offset, _root, _info, _id } = this.#pdf;
    const id = Buffer.from(_id).toString('hex');
    const trailer = `/Root ${_root.id} 0 R/Info ${_info.id} 0 R/ID [<${id}> <${id}>]`;
    this.#pdf.push(crossReferences(_offsets, _offset, trailer));
    this.#pdf.push(null);
  }
}
