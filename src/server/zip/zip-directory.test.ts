import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { centralRecord, dataDescriptor, dosTime, endRecords, localHeader } from './zip-records.ts';
import { bufferSource, csv, packZip, packedFiles, reportFile, signedExport } from '#test/signed-export.ts';
import type { ByteSource } from './byte-source.ts';
import { readDirectory } from './zip-directory.ts';
import { unpacked } from './zip-entry.ts';

test('every byte of a ZIP of ours, and of one packed elsewhere, belongs to its entries', async () => {
  const { zip, files } = await signedExport();
  for (const bytes of [zip, packZip(packedFiles(files))]) {
    const read = await readDirectory(bufferSource(bytes));
    expect(read).toMatchObject({ kind: 'read', foreignBytes: 0 });
    expect(read.kind === 'read' && read.entries.map(({ name }) => name)).toEqual([...files.keys()]);
  }
});

test('what is no ZIP is none, and an empty one has no entries', async () => {
  for (const text of ['', 'a', 'PK', csv, '%PDF-1.7 something']) {
    expect(await readDirectory(bufferSource(Buffer.from(text)))).toEqual({ kind: 'none' });
  }
  expect(await readDirectory(bufferSource(packZip([])))).toEqual({ kind: 'read', entries: [], foreignBytes: 0 });
});

/** 5 GiB of nothing between a few true records, without a disk. */
function sparse(pieces: readonly { at: number; bytes: Buffer }[], length: number): ByteSource {
  const read = async (offset: number, count: number): Promise<Buffer> => {
    const buffer = Buffer.alloc(count);
    for (const { at, bytes } of pieces) {
      const from = Math.max(at, offset);
      const to = Math.min(at + bytes.length, offset + count);
      if (from < to) bytes.copy(buffer, from - offset, from - at, to - at);
    }
    return buffer;
  };
  return {
    bytes: length,
    read,
    async *stream(from, to) {
      for (let at = from; at < to; at += 65_536) yield await read(at, Math.min(65_536, to - at));
    },
  };
}

test('a ZIP beyond 4 GiB is read by its ZIP64 records', async () => {
  const at = dosTime(new Date('2026-11-23T13:11:02Z'));
  const giant = 5 * 1024 ** 3;
  const small = Buffer.from('small');
  const first = { name: Buffer.from(reportFile), crc32: 1, compressedBytes: giant, bytes: giant * 3, offset: 0 };
  const head = localHeader(first.name, at);
  const descriptor = dataDescriptor(first);
  const secondOffset = head.length + giant + descriptor.length;
  const second = {
    name: Buffer.from('summary.csv'),
    crc32: crc32(small),
    compressedBytes: small.length,
    bytes: small.length,
    offset: secondOffset,
  };
  const storedHead = localHeader(second.name, at);
  storedHead.writeUInt16LE(0, 8);
  const storedCentral = centralRecord(second, at);
  storedCentral.writeUInt16LE(0, 10);
  const central = Buffer.concat([centralRecord(first, at), storedCentral]);
  const tail = Buffer.concat([storedHead, small, dataDescriptor(second)]);
  const directoryAt = secondOffset + tail.length;
  const end = Buffer.concat([central, endRecords(2, central.length, directoryAt)]);
  const source = sparse(
    [
      { at: 0, bytes: head },
      { at: head.length + giant, bytes: Buffer.concat([descriptor, tail, end]) },
    ],
    directoryAt + end.length,
  );
  const read = await readDirectory(source);
  expect(read).toMatchObject({
    kind: 'read',
    foreignBytes: 0,
    entries: [
      { name: reportFile, bytes: giant * 3, compressedBytes: giant },
      { name: 'summary.csv', bytes: 5 },
    ],
  });
  if (read.kind !== 'read' || !read.entries[1]) throw new Error('no second entry');
  const content: Buffer[] = [];
  for await (const piece of unpacked(source, read.entries[1])) content.push(piece);
  expect(Buffer.concat(content).toString()).toBe('small');
});
