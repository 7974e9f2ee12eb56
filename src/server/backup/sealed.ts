/**
 * A backup under a passphrase: AES-256-GCM in pieces of 64 KiB, the key by scrypt from the passphrase and a salt of this file.
 * Each piece proves its place, and the last that it is the last, so that nothing can be changed, moved, cut off or added.
 */
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { StartupError } from '#server/config/startup-error.ts';

const magic = Buffer.from('mathership sealed backup 1\n');
const saltBytes = 16;
const headBytes = magic.length + saltBytes;
const pieceBytes = 64 * 1024;
const tagBytes = 16;
/** 128 MiB and about half a second for each guess; part of the format that `magic` names. */
const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };

const keyOf = (passphrase: string, salt: Buffer): Promise<Buffer> =>
  promisify<string, Buffer, number, object, Buffer>(scrypt)(passphrase.normalize('NFC'), salt, 32, cost);

/** Every file has a key of its own, so places count from zero; the last byte is for the end. */
function nonceOf(place: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(place), 2);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

/** In pieces of `size` and a last one of at least one byte; of nothing, one empty piece. */
async function* pieces(
  content: AsyncIterable<Buffer>,
  size: number,
): AsyncGenerator<{ bytes: Buffer; isLast: boolean }> {
  let gathered: Buffer[] = [];
  let length = 0;
  for await (const bytes of content) {
    gathered.push(bytes);
    length += bytes.length;
    if (length <= size) continue;
    const all = Buffer.concat(gathered);
    let at = 0;
    for (; all.length - at > size; at += size) yield { bytes: all.subarray(at, at + size), isLast: false };
    gathered = [all.subarray(at)];
    length = all.length - at;
  }
  yield { bytes: Buffer.concat(gathered), isLast: true };
}

export async function* seal(content: AsyncIterable<Buffer>, passphrase: string): AsyncGenerator<Buffer> {
  const salt = randomBytes(saltBytes);
  const head = Buffer.concat([magic, salt]);
  const key = await keyOf(passphrase, salt);
  yield head;
  let place = 0;
  for await (const { bytes, isLast } of pieces(content, pieceBytes)) {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(place, isLast));
    place += 1;
    yield Buffer.concat([cipher.setAAD(head).update(bytes), cipher.final(), cipher.getAuthTag()]);
  }
}

/**
 * What was sealed; what was not, as it is.
 * @throws StartupError without the passphrase it needs, with another one, and for what was changed or cut off
 */
export async function* unseal(content: AsyncIterable<Buffer>, passphrase: string | null): AsyncGenerator<Buffer> {
  const source = content[Symbol.asyncIterator]();
  let start = Buffer.alloc(0);
  while (start.length < headBytes) {
    const { value, done } = await source.next();
    if (done) break;
    start = Buffer.concat([start, value as Buffer]);
  }
  const rest = async function* (from: number): AsyncGenerator<Buffer> {
    if (start.length > from) yield start.subarray(from);
    yield* { [Symbol.asyncIterator]: () => source };
  };
  if (!start.subarray(0, magic.length).equals(magic)) return yield* rest(0);
  if (start.length < headBytes) throw damaged();
  if (passphrase === null) {
    throw new StartupError('The backup is sealed. Name the file with its passphrase: --passphrase-file FILE.');
  }
  const head = start.subarray(0, headBytes);
  const key = await keyOf(passphrase, head.subarray(magic.length));
  let place = 0;
  for await (const { bytes, isLast } of pieces(rest(headBytes), pieceBytes + tagBytes)) {
    if (bytes.length < tagBytes) throw damaged();
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(place, isLast), { authTagLength: tagBytes });
    decipher.setAAD(head).setAuthTag(bytes.subarray(-tagBytes));
    const opened = decipher.update(bytes.subarray(0, -tagBytes));
    try {
      decipher.final();
    } catch {
      throw place === 0 ? wrongPassphrase() : damaged();
    }
    place += 1;
    yield opened;
  }
}

const damaged = (): StartupError =>
  new StartupError('The backup is damaged or cut off. Take another one; nothing was restored.');
const wrongPassphrase = (): StartupError =>
  new StartupError('The backup was sealed with another passphrase, or is damaged. Nothing was restored.');
