/**
 * A block of jobs as arrays, in order of creation. It never changes; what is known of it as a whole is worked out when
 * first asked for.
 */
import type { JobFormat, JobStatus, JobType } from '#contract/export-jobs.ts';
import type { PackedJobs } from './pack.ts';

/** Columns of numbers: microseconds, or days, since 1970. */
export type Field = 'created_at' | 'updated_at' | 'date_from' | 'date_to';
export type Column = Float64Array | Int32Array;

export interface Kind {
  readonly status: JobStatus;
  readonly file_format: JobFormat;
  readonly report_type: JobType;
}

/** Every combination met so far; few, as each part has few values. A job's kind is its place here. */
export const kinds: Kind[] = [];
const kindCodes = new Map<string, number>();

function kindCode(words: string): number {
  const known = kindCodes.get(words);
  if (known !== undefined) return known;
  const [status, file_format, report_type] = words.split(' ');
  kindCodes.set(words, kinds.length);
  return kinds.push({ status, file_format, report_type } as Kind) - 1;
}

export class Block {
  readonly companyId: string;
  readonly jobs: number;
  /** Microseconds since 1970, never falling. */
  readonly created: Float64Array;
  /** Places in `kinds`. */
  readonly kind: Uint16Array;
  /** Places in `people`: ids of users. */
  readonly person: Uint16Array;
  readonly people: readonly string[];
  /** Places in `places`: ids of locations as JSON, nothing for all. */
  readonly place: Uint16Array;
  readonly places: readonly string[];
  private readonly ids: Buffer;
  private readonly columns: Record<Field, Column>;
  private counted: Uint32Array | undefined;
  private readonly extents: Partial<Record<Field, readonly [number, number]>> = {};

  constructor(packed: PackedJobs) {
    this.companyId = packed.company_id;
    this.jobs = packed.jobs;
    this.ids = packed.ids;
    this.created = new Float64Array(turned(packed.created, 8));
    const codes = packed.kinds.map(kindCode);
    this.kind = new Uint16Array(turned(packed.kind_codes, 2)).map((code) => codes[code] as number);
    this.person = new Uint16Array(turned(packed.person_codes, 2));
    this.people = packed.people;
    this.place = new Uint16Array(turned(packed.place_codes, 2));
    this.places = packed.places;
    this.columns = {
      created_at: this.created,
      updated_at: new Float64Array(turned(packed.updated, 8)),
      date_from: new Int32Array(turned(packed.dates_from, 4)),
      date_to: new Int32Array(turned(packed.dates_to, 4)),
    };
  }

  /** About what it holds, in bytes. */
  get size(): number {
    return this.jobs * 58;
  }

  column(field: Field): Column {
    return this.columns[field];
  }

  /** How many jobs are of each kind. */
  get kindCounts(): Uint32Array {
    return (this.counted ??= tally(this.kind, kinds.length));
  }

  /** The least and the greatest of a column. */
  extent(field: Field): readonly [number, number] {
    return (this.extents[field] ??= extentOf(this.column(field)));
  }

  id(row: number): string {
    const hex = this.ids.toString('hex', row * 16, row * 16 + 16);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  compareIds(row: number, other: Block, otherRow: number): number {
    return this.ids.compare(other.ids, otherRow * 16, otherRow * 16 + 16, row * 16, row * 16 + 16);
  }

  /** The first row created at this microsecond or later. */
  firstFrom(microseconds: number): number {
    let [low, high] = [0, this.jobs];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.created[middle] as number) < microseconds) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Null for a job that is not in this block. */
  find(microseconds: number, id: Buffer): number | null {
    for (let row = this.firstFrom(microseconds); this.created[row] === microseconds; row += 1) {
      if (this.ids.compare(id, 0, 16, row * 16, row * 16 + 16) === 0) return row;
    }
    return null;
  }
}

/** How often each code comes up, among the given rows or all. */
export function tally(codes: Uint16Array, codesCount: number, rows?: Uint16Array): Uint32Array {
  const counts = new Uint32Array(codesCount);
  const length = rows?.length ?? codes.length;
  for (let at = 0; at < length; at += 1) {
    const code = codes[rows ? (rows[at] as number) : at] as number;
    counts[code] = (counts[code] as number) + 1;
  }
  return counts;
}

function extentOf(column: Column): readonly [number, number] {
  let [least, greatest] = [Infinity, -Infinity];
  for (const value of column) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return [least, greatest];
}

/** A copy in this machine's byte order (all that Node runs on are little-endian), at an address arrays can start from. */
function turned(bytes: Buffer, width: 2 | 4 | 8): ArrayBuffer {
  const copy = Buffer.from(new ArrayBuffer(bytes.length));
  bytes.copy(copy);
  if (width === 2) copy.swap16();
  else if (width === 4) copy.swap32();
  else copy.swap64();
  return copy.buffer as ArrayBuffer;
}
