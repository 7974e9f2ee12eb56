/**
 * What is in a ZIP, by its central directory (PKWARE APPNOTE 6.3.10), and whether every byte of the file belongs to it:
 * what lies before, between or behind the entries could be shown by one program and not by another.
 * Reads headers only, a bounded number of them; nothing is unpacked here.
 */
import type { ByteSource } from './byte-source.ts';

export interface ZipEntryRecord {
  readonly name: string;
  /** As declared, unpacked. */
  readonly bytes: number;
  readonly compressedBytes: number;
  readonly method: number;
  /** As declared. */
  readonly crc32: number;
  /** Where its data begins. */
  readonly dataOffset: number;
  /** Deflated or stored, not encrypted, and its own header agrees with the directory. */
  readonly isReadable: boolean;
}

export type ZipDirectory =
  /** Does not begin like a ZIP, and has no end of one; or has more entries than any export. */
  | { readonly kind: 'none' }
  /** Begins or ends like a ZIP and is not a whole one. */
  | { readonly kind: 'broken' }
  | { readonly kind: 'read'; readonly entries: readonly ZipEntryRecord[]; readonly foreignBytes: number };

/** An export has four, a pack of 200 exports some 800; what comes with more than this is not read. */
export const entriesMax = 1000;
const directoryBytesMax = 1024 * 1024;

const localSignature = 0x04034b50;
const centralSignature = 0x02014b50;
const endSignature = 0x06054b50;
const wideEndSignature = 0x06064b50;
const wideLocatorSignature = 0x07064b50;
const descriptorSignature = 0x08074b50;
const localBytes = 30;
const centralBytes = 46;
const endBytes = 22;
const commentBytesMax = 0xffff;
const flag = { encrypted: 0x0001, descriptor: 0x0008, utf8: 0x0800 } as const;
const fieldMax = 0xffff_ffff;

/** The file breaks off, or contradicts itself. */
class Broken extends Error {}

export async function readDirectory(source: ByteSource): Promise<ZipDirectory> {
  const head = await source.read(0, Math.min(4, source.bytes));
  const begins = head.length === 4 && [localSignature, endSignature].includes(head.readUInt32LE(0));
  const end = await findEnd(source);
  if (!end) return begins ? { kind: 'broken' } : { kind: 'none' };
  if (end.count > entriesMax || end.directoryBytes > directoryBytesMax) return { kind: 'none' };
  try {
    return await readEntries(source, end);
  } catch (error) {
    if (error instanceof Broken || error instanceof RangeError) return { kind: 'broken' };
    throw error;
  }
}

interface End {
  readonly count: number;
  readonly directoryBytes: number;
  readonly directoryOffset: number;
  /** Where the end records begin. */
  readonly at: number;
  /** Behind the last record: a comment, or what somebody added. */
  readonly trailingBytes: number;
}

async function findEnd(source: ByteSource): Promise<End | null> {
  const tailBytes = Math.min(source.bytes, endBytes + commentBytesMax);
  const tailAt = source.bytes - tailBytes;
  const tail = await source.read(tailAt, tailBytes);
  for (let at = tailBytes - endBytes; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== endSignature) continue;
    const end = {
      count: tail.readUInt16LE(at + 10),
      directoryBytes: tail.readUInt32LE(at + 12),
      directoryOffset: tail.readUInt32LE(at + 16),
      at: tailAt + at,
      trailingBytes: tailBytes - at - endBytes,
    };
    return (await wideEnd(source, end)) ?? end;
  }
  return null;
}

/** The ZIP64 records before the end record, if there are any. */
async function wideEnd(source: ByteSource, end: End): Promise<End | null> {
  const locatorAt = end.at - 20;
  if (locatorAt < 56) return null;
  const locator = await source.read(locatorAt, 20);
  if (locator.readUInt32LE(0) !== wideLocatorSignature) return null;
  // directly before its locator, where every program puts it; its own offset would be wrong behind a prefix
  const at = locatorAt - 56;
  const record = await source.read(at, 56);
  if (record.readUInt32LE(0) !== wideEndSignature) return null;
  return {
    count: Number(record.readBigUInt64LE(32)),
    directoryBytes: Number(record.readBigUInt64LE(40)),
    directoryOffset: Number(record.readBigUInt64LE(48)),
    at,
    trailingBytes: end.trailingBytes,
  };
}

interface CentralEntry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly bytes: number;
  readonly compressedBytes: number;
  readonly offset: number;
}

async function readEntries(source: ByteSource, end: End): Promise<ZipDirectory> {
  const directoryAt = end.at - end.directoryBytes;
  // what was put before the ZIP shifts every offset in it
  const prefixBytes = directoryAt - end.directoryOffset;
  if (directoryAt < 0 || prefixBytes < 0) throw new Broken();
  const directory = await source.read(directoryAt, end.directoryBytes);
  const central: CentralEntry[] = [];
  let foreignBytes = end.trailingBytes + prefixBytes;
  let at = 0;
  for (let n = 0; n < end.count; n += 1) {
    const read = centralEntry(directory, at);
    central.push({ ...read.entry, offset: read.entry.offset + prefixBytes });
    foreignBytes += read.commentBytes;
    at = read.next;
  }
  foreignBytes += end.directoryBytes - at;
  const entries = new Map<CentralEntry, ZipEntryRecord>();
  let expected = prefixBytes;
  for (const one of [...central].sort((a, b) => a.offset - b.offset)) {
    // two entries over the same bytes: a way to make small files unpack to huge ones
    if (one.offset < expected) throw new Broken();
    foreignBytes += one.offset - expected;
    const { record, dataEnd } = await localEntry(source, one);
    if (dataEnd > directoryAt) throw new Broken();
    entries.set(one, record);
    expected = dataEnd + (await descriptorBytes(source, one, dataEnd));
  }
  if (expected > directoryAt) throw new Broken();
  foreignBytes += directoryAt - expected;
  return { kind: 'read', entries: central.map((one) => entries.get(one) as ZipEntryRecord), foreignBytes };
}

function centralEntry(directory: Buffer, at: number): { entry: CentralEntry; commentBytes: number; next: number } {
  if (directory.readUInt32LE(at) !== centralSignature) throw new Broken();
  const flags = directory.readUInt16LE(at + 8);
  const nameBytes = directory.readUInt16LE(at + 28);
  const extraBytes = directory.readUInt16LE(at + 30);
  const commentBytes = directory.readUInt16LE(at + 32);
  const nameAt = at + centralBytes;
  const next = nameAt + nameBytes + extraBytes + commentBytes;
  if (next > directory.length) throw new Broken();
  const wide = wideFields(directory.subarray(nameAt + nameBytes, nameAt + nameBytes + extraBytes));
  const field = (offset: number): number => {
    const value = directory.readUInt32LE(at + offset);
    return value === fieldMax ? (wide.shift() ?? value) : value;
  };
  // in the order of the extra field: unpacked size, packed size, offset
  const bytes = field(24);
  const compressedBytes = field(20);
  const offset = field(42);
  const name = directory.toString(flags & flag.utf8 ? 'utf8' : 'latin1', nameAt, nameAt + nameBytes);
  const method = directory.readUInt16LE(at + 10);
  const crc32 = directory.readUInt32LE(at + 16);
  return { entry: { name, flags, method, crc32, bytes, compressedBytes, offset }, commentBytes, next };
}

/** The numbers that outgrew their fields. */
function wideFields(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length;) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1) {
      const values: number[] = [];
      for (let n = at + 4; n + 8 <= Math.min(at + 4 + length, extra.length); n += 8) {
        const value = extra.readBigUInt64LE(n);
        if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Broken();
        values.push(Number(value));
      }
      return values;
    }
    at += 4 + length;
  }
  return [];
}

async function localEntry(
  source: ByteSource,
  central: CentralEntry,
): Promise<{ record: ZipEntryRecord; dataEnd: number }> {
  const head = await source.read(central.offset, localBytes);
  if (head.readUInt32LE(0) !== localSignature) throw new Broken();
  const nameBytes = head.readUInt16LE(26);
  const dataOffset = central.offset + localBytes + nameBytes + head.readUInt16LE(28);
  const name = await source.read(central.offset + localBytes, nameBytes);
  const agrees =
    name.toString(central.flags & flag.utf8 ? 'utf8' : 'latin1') === central.name &&
    head.readUInt16LE(8) === central.method;
  return {
    record: {
      name: central.name,
      bytes: central.bytes,
      compressedBytes: central.compressedBytes,
      method: central.method,
      crc32: central.crc32,
      dataOffset,
      isReadable: agrees && (central.flags & flag.encrypted) === 0 && (central.method === 0 || central.method === 8),
    },
    dataEnd: dataOffset + central.compressedBytes,
  };
}

/** Sizes that follow the data: with or without a signature of its own, 4 or 8 bytes each. */
async function descriptorBytes(source: ByteSource, entry: CentralEntry, at: number): Promise<number> {
  if ((entry.flags & flag.descriptor) === 0) return 0;
  const record = await source.read(at, Math.min(24, source.bytes - at));
  const signed = record.length >= 4 && record.readUInt32LE(0) === descriptorSignature ? 4 : 0;
  const packed = signed + 4;
  if (record.length >= packed + 16 && record.readBigUInt64LE(packed) === BigInt(entry.compressedBytes)) {
    if (record.readBigUInt64LE(packed + 8) === BigInt(entry.bytes)) return packed + 16;
  }
  return packed + 8;
}
