/**
 * What an import has to say: errors and warnings with their place, at most 1,000 of each kept, all of them counted.
 * Listed in the order of files, rows and columns, whatever the order in which they were found.
 */
import { findingsMax, type ImportFinding, importKindNames } from '#contract/imports.ts';
import { fileNameOf, type ImportKind } from './kind.ts';

const valueLengthMax = 200;

type Level = 'error' | 'warning';

interface Heap {
  count: number;
  readonly kept: ImportFinding[];
}

export class Findings {
  readonly #heaps = new Map<string, Heap>();
  readonly #columns: ReadonlyMap<string, readonly string[]>;

  /** @param kinds for the order of columns */
  constructor(kinds: readonly ImportKind[]) {
    this.#columns = new Map(kinds.map((kind) => [fileNameOf(kind.name), kind.columns.map((column) => column.name)]));
  }

  /** @param times how many there are of which this is one */
  add(level: Level, finding: ImportFinding, times = 1): void {
    const key = `${level} ${finding.file}`;
    const heap = this.#heaps.get(key) ?? { count: 0, kept: [] };
    this.#heaps.set(key, heap);
    heap.count += times;
    if (heap.kept.length < findingsMax) {
      heap.kept.push({ ...finding, value: finding.value === null ? null : finding.value.slice(0, valueLengthMax) });
    }
  }

  /** Of one file, or of all. */
  count(level: Level, file?: string): number {
    let count = 0;
    for (const [key, heap] of this.#heaps) {
      if (file === undefined ? key.startsWith(`${level} `) : key === `${level} ${file}`) count += heap.count;
    }
    return count;
  }

  list(level: Level): ImportFinding[] {
    const files: readonly string[] = importKindNames.map(fileNameOf);
    // files that are none of the kinds come last
    const place = (file: string): number => (files.includes(file) ? files.indexOf(file) : files.length);
    const column = ({ file, column: name }: ImportFinding): number =>
      name === null ? -1 : (this.#columns.get(file)?.indexOf(name) ?? -1);
    return [...this.#heaps]
      .filter(([key]) => key.startsWith(`${level} `))
      .flatMap(([, heap]) => heap.kept)
      .sort(
        (a, b) =>
          place(a.file) - place(b.file) ||
          a.file.localeCompare(b.file, 'en') ||
          (a.row ?? 0) - (b.row ?? 0) ||
          column(a) - column(b),
      )
      .slice(0, findingsMax);
  }
}
