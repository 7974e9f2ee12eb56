import { mkdtemp, open as openFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { crc32, deflateRawSync } from 'node:zlib';
import { fromBufferPromise, openPromise } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { expect, onTestFinished, test } from 'vitest';
import { centralRecord, dataDescriptor, dosTime, endRecords, localHeader } from './zip-records.ts';
import type { EntryRecord } from './zip-records.ts';

const gibibyte = 1024 ** 3;
const modified = dosTime(new Date('2025-03-04T05:06:08Z'));

/** Writes the pieces at their offsets (the holes between them take no room on the disk) and opens the file as a ZIP. */
const written = async (pieces: readonly { at: number; bytes: Buffer }[]): Promise<ZipFile> => {
  const folder = await mkdtemp(join(tmpdir(), 'zip-records-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'archive.zip');
  const file = await openFile(path, 'w');
  for (const { at, bytes } of pieces) await file.write(bytes, 0, bytes.length, at);
  await file.close();
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false });
  onTestFinished(() => zip.close());
  return zip;
};

const entries = async (zip: ZipFile): Promise<Entry[]> => {
  const found: Entry[] = [];
  for await (const entry of zip.eachEntry()) found.push(entry);
  return found;
};

test('an entry that begins beyond 4 GiB is found and read', async () => {
  const content = Buffer.from('rows');
  const data = deflateRawSync(content);
  const name = Buffer.from('far.csv');
  const far: EntryRecord = {
    name,
    crc32: crc32(content),
    compressedBytes: data.length,
    bytes: content.length,
    offset: 5 * gibibyte,
  };
  const entry = Buffer.concat([localHeader(name, modified), data, dataDescriptor(far)]);
  const directory = centralRecord(far, modified);
  const directoryOffset = far.offset + entry.length;
  const end = endRecords(1, directory.length, directoryOffset);
  const zip = await written([
    { at: far.offset, bytes: entry },
    { at: directoryOffset, bytes: Buffer.concat([directory, end]) },
  ]);
  const [found] = await entries(zip);
  expect(found?.relativeOffsetOfLocalHeader).toBe(5 * gibibyte);
  expect(await text(await zip.openReadStreamPromise(found as Entry))).toBe('rows');
});

test.each([
  { what: 'content', bytes: 6 * gibibyte, compressedBytes: 1000, extra: 8 },
  { what: 'compressed data', bytes: 1000, compressedBytes: 6 * gibibyte, extra: 8 },
  { what: 'both', bytes: 7 * gibibyte, compressedBytes: 6 * gibibyte, extra: 16 },
  { what: 'content exactly at the limit', bytes: 0xffff_ffff, compressedBytes: 1000, extra: 8 },
])('sizes that outgrow 32 bits are kept whole: $what', async ({ bytes, compressedBytes, extra }) => {
  const record: EntryRecord = { name: Buffer.from('big.csv'), crc32: 1, compressedBytes, bytes, offset: 0 };
  const directory = centralRecord(record, modified);
  const zip = await written([{ at: 0, bytes: Buffer.concat([directory, endRecords(1, directory.length, 0)]) }]);
  const [found] = await entries(zip);
  expect(found).toMatchObject({ uncompressedSize: bytes, compressedSize: compressedBytes, versionNeededToExtract: 45 });
  expect(found?.extraFieldLength).toBe(4 + extra);
});

test('more than 65,534 entries are all listed', async () => {
  const record = (index: number): EntryRecord => ({
    name: Buffer.from(`${index}.csv`),
    crc32: 0,
    compressedBytes: 2,
    bytes: 0,
    offset: 0,
  });
  const directory = Buffer.concat(Array.from({ length: 65_535 }, (_, index) => centralRecord(record(index), modified)));
  const end = endRecords(65_535, directory.length, 0);
  const zip = await fromBufferPromise(Buffer.concat([directory, end]), { lazyEntries: true });
  expect(zip.entryCount).toBe(65_535);
  expect((await entries(zip)).length).toBe(65_535);
  expect(endRecords(65_534, directory.length, 0).length).toBe(22);
});

test('the data descriptor has 8-byte sizes exactly when one needs them', () => {
  const record: EntryRecord = { name: Buffer.from('a'), crc32: 7, compressedBytes: 5, bytes: 0xffff_ffff, offset: 0 };
  expect(dataDescriptor(record).toString('hex')).toBe('504b07080700000005000000ffffffff');
  expect(dataDescriptor({ ...record, bytes: 0x1_0000_0000 }).toString('hex')).toBe(
    '504b07080700000005000000000000000000000001000000',
  );
});

test('time stamps are UTC at two-second steps and stay inside what MS-DOS can say', () => {
  expect(dosTime(new Date('2025-03-04T05:06:09Z'))).toBe(dosTime(new Date('2025-03-04T05:06:08Z')));
  expect(dosTime(new Date('1970-01-01T00:00:00Z')) >>> 16).toBe((1 << 5) | 1);
  expect(dosTime(new Date('2150-06-01T00:00:00Z')) >>> 25).toBe(127);
});
