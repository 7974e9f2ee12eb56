/**
 * The CSV files of a ZIP, unpacked in the page. Sizes are read from its directory (APPNOTE.TXT 4.3.12) and held to:
 * what grows beyond them is refused, so that a small file cannot fill the memory.
 */

/** Of all files together, unpacked. */
const bytesMax = 1_000_000_000;
const endSize = 22;
const commentSizeMax = 65_535;

/** Says what is wrong with a ZIP, for the person who dropped it. */
export class UnreadableZip extends Error {
  override readonly name = 'UnreadableZip';
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packedSize: number;
  readonly size: number;
  readonly offset: number;
}

/** @throws UnreadableZip for anything that is no ZIP with CSV files in it, is encrypted, or holds too much. */
export async function unzipCsv(zip: File): Promise<File[]> {
  const entries = (await readDirectory(zip)).filter(
    // what macOS adds beside every file is no CSV
    ({ name }) => /\.csv$/i.test(name) && !name.startsWith('__MACOSX/'),
  );
  if (entries.length === 0) throw new UnreadableZip(`${zip.name} has no CSV file in it.`);
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > bytesMax)
    throw new UnreadableZip(`${zip.name} is too large to unpack here. Unpack it and drop the files.`);
  return Promise.all(entries.map((entry) => unpack(zip, entry)));
}

const viewOf = async (blob: Blob): Promise<DataView> => new DataView(await blob.arrayBuffer());

async function readDirectory(zip: File): Promise<Entry[]> {
  const tail = await viewOf(zip.slice(Math.max(0, zip.size - endSize - commentSizeMax)));
  let end = tail.byteLength - endSize;
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0) throw new UnreadableZip(`${zip.name} is no ZIP file, or is cut off.`);
  const count = tail.getUint16(end + 10, true);
  const size = tail.getUint32(end + 12, true);
  const start = tail.getUint32(end + 16, true);
  if (start === 0xffffffff) {
    throw new UnreadableZip(`${zip.name} is too large to unpack here. Unpack it and drop the files.`);
  }
  const directory = await viewOf(zip.slice(start, start + size));
  const entries: Entry[] = [];
  let at = 0;
  for (let n = 0; n < count; n++) {
    if (at + 46 > directory.byteLength || directory.getUint32(at, true) !== 0x02014b50) {
      throw new UnreadableZip(`${zip.name} is damaged.`);
    }
    const nameSize = directory.getUint16(at + 28, true);
    const flags = directory.getUint16(at + 8, true);
    const name = new TextDecoder().decode(new Uint8Array(directory.buffer, at + 46, nameSize));
    if (flags & 1) throw new UnreadableZip(`${zip.name} is encrypted. Unpack it and drop the files.`);
    entries.push({
      name,
      method: directory.getUint16(at + 10, true),
      packedSize: directory.getUint32(at + 20, true),
      size: directory.getUint32(at + 24, true),
      offset: directory.getUint32(at + 42, true),
    });
    at += 46 + nameSize + directory.getUint16(at + 30, true) + directory.getUint16(at + 32, true);
  }
  return entries;
}

async function unpack(zip: File, { name, method, packedSize, size, offset }: Entry): Promise<File> {
  const head = await viewOf(zip.slice(offset, offset + 30));
  const start = offset + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  const packed = zip.slice(start, start + packedSize);
  const plainName = name.slice(name.lastIndexOf('/') + 1);
  if (method === 0) return new File([packed], plainName);
  if (method !== 8) throw new UnreadableZip(`${plainName} is packed in a way that cannot be read here.`);
  const chunks: BlobPart[] = [];
  let read = 0;
  try {
    const unpacked = packed.stream().pipeThrough(new DecompressionStream('deflate-raw'));
    for await (const chunk of unpacked as unknown as AsyncIterable<Uint8Array<ArrayBuffer>>) {
      read += chunk.byteLength;
      if (read > size) break;
      chunks.push(chunk);
    }
  } catch {
    throw new UnreadableZip(`${plainName} is damaged.`);
  }
  if (read !== size) throw new UnreadableZip(`${plainName} is damaged.`);
  return new File(chunks, plainName);
}
