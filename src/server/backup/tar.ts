/**
 * Tar (POSIX ustar) as far as a backup needs it: plain files of known size, written and read as streams. Any tar can list
 * and unpack what is written here.
 */
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { StartupError } from '#server/config/startup-error.ts';

const block = 512;
const octalMax = 8 * 1024 ** 3;

export interface TarEntry {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** To be read to its end before the next entry is asked for. */
  readonly content: AsyncGenerator<Buffer>;
  /** SHA-256 of all that came before its header, lower-case hex. */
  readonly before: () => string;
}

/** @throws Error when the content is not exactly `size` bytes: the archive is of no use then. */
export async function* tarEntry(
  name: string,
  size: number,
  content: AsyncIterable<Buffer> | Iterable<Buffer>,
): AsyncGenerator<Buffer> {
  yield header(name, size);
  let written = 0;
  for await (const bytes of content) {
    written += bytes.length;
    if (written > size) break;
    yield bytes;
  }
  if (written !== size) throw new Error(`${name} has ${written} bytes, and was announced with ${size}`);
  const padding = (block - (size % block)) % block;
  if (padding > 0) yield Buffer.alloc(padding);
}

export const tarEnd = (): Buffer => Buffer.alloc(2 * block);

function header(name: string, size: number): Buffer {
  const bytes = Buffer.alloc(block);
  const slash = name.length > 100 ? name.indexOf('/', name.length - 101) : -1;
  if (name.length > 100 && (slash < 1 || slash > 155)) throw new Error(`${name} is too long for a tar`);
  bytes.write(slash === -1 ? name : name.slice(slash + 1), 0, 100);
  bytes.write('0000600\0', 100);
  bytes.write('0000000\0', 108);
  bytes.write('0000000\0', 116);
  if (size < octalMax) bytes.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  else {
    // GNU's and POSIX tars agree on this: a binary number with its first bit set
    bytes.writeBigUInt64BE(BigInt(size), 128);
    bytes[124] = 0x80;
  }
  bytes.write(
    `${Math.floor(Date.now() / 1000)
      .toString(8)
      .padStart(11, '0')}\0`,
    136,
  );
  bytes.write('        ', 148);
  bytes.write('0', 156);
  bytes.write('ustar\x0000', 257);
  if (slash !== -1) bytes.write(name.slice(0, slash), 345, 155);
  bytes.write(`${sumOf(bytes).toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

const sumOf = (bytes: Buffer): number => bytes.reduce((sum, byte) => sum + byte, 0);

const damaged = (): StartupError =>
  new StartupError('The backup is damaged or cut off. Take another one; nothing was restored.');

const text = (bytes: Buffer, at: number, length: number): string => {
  const end = bytes.indexOf(0, at);
  return bytes.toString('utf8', at, end === -1 || end > at + length ? at + length : end);
};

function parsed(bytes: Buffer): { name: string; size: number } {
  const sum = Number.parseInt(text(bytes, 148, 8), 8);
  const plain = Buffer.from(bytes);
  plain.write('        ', 148);
  if (sum !== sumOf(plain)) throw damaged();
  const prefix = text(bytes, 345, 155);
  const name = text(bytes, 0, 100);
  const size = (bytes[124] ?? 0) & 0x80 ? Number(bytes.readBigUInt64BE(128)) : Number.parseInt(text(bytes, 124, 12), 8);
  if (!Number.isSafeInteger(size)) throw damaged();
  return { name: prefix ? `${prefix}/${name}` : name, size };
}

/** @throws StartupError for what is no whole tar. */
export async function* readTar(source: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const chunks = source[Symbol.asyncIterator]();
  const hash = createHash('sha256');
  let rest: Buffer = Buffer.alloc(0);
  /** The next bytes, `most` of them or fewer; empty at the end. */
  const next = async (most: number): Promise<Buffer> => {
    while (rest.length === 0) {
      const { value, done } = await chunks.next().catch((error: unknown) => {
        throw error instanceof StartupError ? error : damaged();
      });
      if (done) return Buffer.alloc(0);
      rest = value as Buffer;
    }
    const taken = rest.subarray(0, most);
    rest = rest.subarray(taken.length);
    hash.update(taken);
    return taken;
  };
  const exactly = async function* (size: number): AsyncGenerator<Buffer> {
    for (let left = size; left > 0;) {
      const bytes = await next(left);
      if (bytes.length === 0) throw damaged();
      left -= bytes.length;
      yield bytes;
    }
  };
  const whole = async (size: number): Promise<Buffer> => buffer(exactly(size));
  for (;;) {
    const before = hash.copy();
    const head = await whole(block);
    if (head.every((byte) => byte === 0)) return;
    const { name, size } = parsed(head);
    const content = exactly(size);
    yield { name, size, content, before: () => before.digest('hex') };
    // oxlint-disable-next-line no-unused-vars
    for await (const _unread of content);
    await whole((block - (size % block)) % block);
  }
}
