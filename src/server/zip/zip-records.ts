/**
 * The records of a ZIP file (PKWARE APPNOTE 6.3.10), byte for byte, and nothing else: pure functions, little-endian.
 * An archive below 4 GiB and 65,535 entries holds no trace of ZIP64, because Excel offers to "repair" workbooks that do
 * and streaming readers of older Java misread 8-byte descriptors of small entries; beyond, only what outgrew its field does.
 */

/** What the central directory says about one finished entry. Sizes and offset in bytes. */
export interface EntryRecord {
  readonly name: Buffer;
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  /** Where its local header begins, from the start of the archive. */
  readonly offset: number;
}

const fieldMax = 0xffff_ffff;
const countMax = 0xffff;
const versionDeflate = 20;
const versionZip64 = 45;
const madeByUnix = 3 << 8;
/** Regular file, rw-r--r--. */
const unixMode = 0o100644;
/** Sizes and CRC follow the data (bit 3), names are UTF-8 (bit 11). */
const flags = 0x0808;
const methodDeflate = 8;

/** MS-DOS date and time packed in 32 bits, two-second steps, read in UTC so that the same moment gives the same bytes everywhere. */
export const dosTime = (at: Date): number => {
  const year = Math.min(Math.max(at.getUTCFullYear(), 1980), 2107);
  const date = ((year - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  return ((date << 16) | time) >>> 0;
};

const noTime = Buffer.alloc(0);

/**
 * The moment itself, in seconds since 1970 (APPNOTE's registry, 0x5455, as Info-ZIP has it): the field above is read as
 * local time by whoever unpacks. Empty for a moment that 32 bits do not hold.
 */
export const extendedTime = (at: Date): Buffer => {
  const seconds = Math.floor(at.getTime() / 1000);
  if (seconds < 0 || seconds > 0x7fff_ffff) return noTime;
  const field = Buffer.alloc(9);
  field.writeUInt16LE(0x5455, 0);
  field.writeUInt16LE(5, 2);
  // only the time of the last change is given
  field.writeUInt8(1, 4);
  field.writeInt32LE(seconds, 5);
  return field;
};

/** Precedes the data. Its CRC and sizes are zero: not known yet. */
export const localHeader = (name: Buffer, modified: number, time: Buffer = noTime): Buffer => {
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(versionDeflate, 4);
  head.writeUInt16LE(flags, 6);
  head.writeUInt16LE(methodDeflate, 8);
  head.writeUInt32LE(modified, 10);
  head.writeUInt16LE(name.length, 26);
  head.writeUInt16LE(time.length, 28);
  return Buffer.concat([head, name, time]);
};

/** Follows the data, with its signature (macOS needs it). 4-byte sizes, or 8-byte ones where a size needs them. */
export const dataDescriptor = (entry: EntryRecord): Buffer => {
  const wide = entry.bytes > fieldMax || entry.compressedBytes > fieldMax;
  const record = Buffer.alloc(wide ? 24 : 16);
  record.writeUInt32LE(0x08074b50, 0);
  record.writeUInt32LE(entry.crc32, 4);
  if (wide) {
    record.writeBigUInt64LE(BigInt(entry.compressedBytes), 8);
    record.writeBigUInt64LE(BigInt(entry.bytes), 16);
  } else {
    record.writeUInt32LE(entry.compressedBytes, 8);
    record.writeUInt32LE(entry.bytes, 12);
  }
  return record;
};

/** One line of the central directory. Each number too large for its field moves to the ZIP64 extra field, in APPNOTE's order. */
export const centralRecord = (entry: EntryRecord, modified: number, time: Buffer = noTime): Buffer => {
  const moved = [entry.bytes, entry.compressedBytes, entry.offset].filter((value) => value >= fieldMax);
  const extra = Buffer.alloc(moved.length === 0 ? 0 : 4 + 8 * moved.length);
  if (moved.length > 0) {
    extra.writeUInt16LE(0x0001, 0);
    extra.writeUInt16LE(8 * moved.length, 2);
    moved.forEach((value, index) => extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index));
  }
  const version = moved.length > 0 ? versionZip64 : versionDeflate;
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50, 0);
  head.writeUInt16LE(madeByUnix | version, 4);
  head.writeUInt16LE(version, 6);
  head.writeUInt16LE(flags, 8);
  head.writeUInt16LE(methodDeflate, 10);
  head.writeUInt32LE(modified, 12);
  head.writeUInt32LE(entry.crc32, 16);
  head.writeUInt32LE(Math.min(entry.compressedBytes, fieldMax), 20);
  head.writeUInt32LE(Math.min(entry.bytes, fieldMax), 24);
  head.writeUInt16LE(entry.name.length, 28);
  head.writeUInt16LE(extra.length + time.length, 30);
  head.writeUInt32LE((unixMode << 16) >>> 0, 38);
  head.writeUInt32LE(Math.min(entry.offset, fieldMax), 42);
  return Buffer.concat([head, entry.name, extra, time]);
};

/** The ZIP64 end record and its locator, 76 bytes. */
const zip64End = (count: number, directoryBytes: number, directoryOffset: number): Buffer => {
  const record = Buffer.alloc(76);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(madeByUnix | versionZip64, 12);
  record.writeUInt16LE(versionZip64, 14);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(directoryBytes), 40);
  record.writeBigUInt64LE(BigInt(directoryOffset), 48);
  record.writeUInt32LE(0x07064b50, 56);
  record.writeBigUInt64LE(BigInt(directoryOffset + directoryBytes), 64);
  record.writeUInt32LE(1, 72);
  return record;
};

/** What follows the central directory: the end record, before it the ZIP64 ones when count, size or offset need them. */
export const endRecords = (count: number, directoryBytes: number, directoryOffset: number): Buffer => {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(count, countMax), 8);
  end.writeUInt16LE(Math.min(count, countMax), 10);
  end.writeUInt32LE(Math.min(directoryBytes, fieldMax), 12);
  end.writeUInt32LE(Math.min(directoryOffset, fieldMax), 16);
  const wide = count >= countMax || directoryBytes >= fieldMax || directoryOffset >= fieldMax;
  return wide ? Buffer.concat([zip64End(count, directoryBytes, directoryOffset), end]) : end;
};
