/**
 * What an import has to say: errors and warnings with their place. All are counted; at most 1,000 of each are listed,
 * errors in the order of files, rows and columns, warnings by kind, the gravest first, so that many of one kind never
 * hide the only one of another.
 */
import {
  findingsMax,
  type ImportFinding,
  importKindNames,
  type ImportWarning,
  type WarningCount,
  type WarningKind,
  warningKinds,
} from '#contract/imports.ts';
import { fileNameOf, type ImportKind } from './kind.ts';

const valueLengthMax = 200;

interface Heap<T> {
  count: number;
  readonly kept: T[];
}

function keep<K, T extends ImportFinding>(heaps: Map<K, Heap<T>>, key: K, finding: T, times: number): void {
  const heap: Heap<T> = heaps.get(key) ?? { count: 0, kept: [] };
  heaps.set(key, heap);
  heap.count += times;
  if (heap.kept.length < findingsMax) {
    heap.kept.push({ ...finding, value: finding.value === null ? null : finding.value.slice(0, valueLengthMax) });
  }
}

const places: readonly string[] = importKindNames.map(fileNameOf);
// files that are none of the kinds come last
const place = (file: string): number => (places.includes(file) ? places.indexOf(file) : places.length);
const kindsInOrder = Object.keys(warningKinds) as WarningKind[];

export class Findings {
  readonly #errors = new Map<string, Heap<ImportFinding>>();
  readonly #warnings = new Map<WarningKind, Heap<ImportWarning>>();
  readonly #columns: ReadonlyMap<string, readonly string[]>;

  /** @param kinds for the order of columns */
  constructor(kinds: readonly ImportKind[]) {
    this.#columns = new Map(kinds.map((kind) => [fileNameOf(kind.name), kind.columns.map((column) => column.name)]));
  }

  /** @param times how many there are of which this is one */
  error(finding: ImportFinding, times = 1): void {
    keep(this.#errors, finding.file, finding, times);
  }

  warning(kind: WarningKind, finding: ImportFinding, times = 1): void {
    keep(this.#warnings, kind, { ...finding, kind }, times);
  }

  /** Of one file, or of all. */
  errorCount(file?: string): number {
    if (file !== undefined) return this.#errors.get(file)?.count ?? 0;
    return [...this.#errors.values()].reduce((sum, { count }) => sum + count, 0);
  }

  errors(): ImportFinding[] {
    return [...this.#errors.values()]
      .flatMap(({ kept }) => kept)
      .sort(this.#inFiles)
      .slice(0, findingsMax);
  }

  warningKinds(): WarningCount[] {
    return kindsInOrder.flatMap((kind) => {
      const count = this.#warnings.get(kind)?.count ?? 0;
      return count === 0 ? [] : [{ kind, ...warningKinds[kind], count }];
    });
  }

  warnings(): ImportWarning[] {
    const heaps = kindsInOrder.flatMap((kind) => this.#warnings.get(kind)?.kept ?? []);
    // each kind may fill what the others leave, and has a fair share whatever they have
    const share = Math.floor(findingsMax / Math.max(1, this.#warnings.size));
    const spare = Math.max(
      0,
      findingsMax - [...this.#warnings.values()].reduce((sum, { kept }) => sum + Math.min(kept.length, share), 0),
    );
    let left = spare;
    return kindsInOrder.flatMap((kind) => {
      const kept = heaps.filter((warning) => warning.kind === kind).sort(this.#inFiles);
      const more = Math.min(left, Math.max(0, kept.length - share));
      left -= more;
      return kept.slice(0, share + more);
    });
  }

  readonly #inFiles = (a: ImportFinding, b: ImportFinding): number =>
    place(a.file) - place(b.file) ||
    a.file.localeCompare(b.file, 'en') ||
    (a.row ?? 0) - (b.row ?? 0) ||
    this.#column(a) - this.#column(b);

  #column({ file, column }: ImportFinding): number {
    return column === null ? -1 : (this.#columns.get(file)?.indexOf(column) ?? -1);
  }
}
