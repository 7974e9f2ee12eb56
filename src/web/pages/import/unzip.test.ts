import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { unzipCsv } from './unzip.ts';

interface Packed {
  readonly name: string;
  readonly text: string;
  readonly stored?: boolean;
  readonly flags?: number;
  /** What the directory says, when that is not the truth. */
  readonly size?: number;
}

/** A ZIP by APPNOTE.TXT, as plain as it can be; checksums are left out, since nobody here reads them. */
function zipOf(...files: readonly Packed[]): File {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, text, stored = false, flags = 0, size } of files) {
    const plain = Buffer.from(text);
    const packed = stored ? plain : deflateRawSync(plain);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(Buffer.byteLength(name), 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(flags, 8);
    entry.writeUInt16LE(stored ? 0 : 8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(size ?? plain.length, 24);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, Buffer.from(name));
    parts.push(head, Buffer.from(name), packed);
    offset += head.length + Buffer.byteLength(name) + packed.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return new File([Buffer.concat([...parts, list, end])], 'set.zip');
}

test('CSV files come out as they went in, packed or stored, without their folders; other files stay inside', async () => {
  const zip = zipOf(
    { name: 'export/vendors.csv', text: 'code,name\nA,Ä\n'.repeat(500) },
    { name: 'items.csv', text: 'code\n1\n', stored: true },
    { name: 'readme.txt', text: 'hello' },
    { name: '__MACOSX/._items.csv', text: 'x' },
  );
  const files = await unzipCsv(zip);
  expect(files.map(({ name }) => name)).toEqual(['vendors.csv', 'items.csv']);
  expect(await files[0]?.text()).toBe('code,name\nA,Ä\n'.repeat(500));
  expect(await files[1]?.text()).toBe('code\n1\n');
});

describe('refused with a sentence:', () => {
  const cases: readonly (readonly [string, File, RegExp])[] = [
    ['no ZIP at all', new File(['code,name\n'], 'vendors.zip'), /no ZIP file/],
    ['no CSV in it', zipOf({ name: 'a.txt', text: 'a' }), /no CSV file/],
    ['encrypted', zipOf({ name: 'a.csv', text: 'a', flags: 1 }), /encrypted/],
    ['more than it says', zipOf({ name: 'a.csv', text: 'a'.repeat(1000), size: 10 }), /damaged/],
    ['more than fits', zipOf({ name: 'a.csv', text: 'a', size: 2_000_000_000 }), /too large/],
    ['cut off', zipOf({ name: 'a.csv', text: 'a' }).slice(0, 40) as File, /no ZIP file/],
  ];
  test.each(cases)('%s', async (_, zip, sentence) => {
    await expect(unzipCsv(zip)).rejects.toThrow(sentence);
  });
});
