/** A sealed backup opens with its passphrase, byte for byte, and with nothing else; whatever is done to it shows. */
import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { seal, unseal } from './sealed.ts';

const piece = 64 * 1024;
const head = 27 + 16;
const passphrase = 'correct horse battery stäple';
async function* inParts(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const sealed = (bytes: Buffer, part = 10_000): Promise<Buffer> => buffer(seal(inParts(bytes, part), passphrase));
const opened = (bytes: Buffer, word: string | null = passphrase, part = 7_777): Promise<Buffer> =>
  buffer(unseal(inParts(bytes, part), word));

describe('a sealed backup', () => {
  test.each([0, piece - 1, piece, 3 * piece + 5])('of %d bytes comes back as it was', async (size) => {
    const content = randomBytes(size);
    const closed = await sealed(content);
    expect(closed.length).toBe(head + size + 16 * Math.max(1, Math.ceil(size / piece)));
    expect((await opened(closed)).equals(content)).toBe(true);
  });

  test('shows nothing of what it holds, and is another one each time', async () => {
    const content = Buffer.from('a secret of the installation '.repeat(5000));
    const [one, two] = await Promise.all([sealed(content), sealed(content)]);
    expect(one?.includes('a secret')).toBe(false);
    expect(one?.equals(two ?? one)).toBe(false);
  });

  test('opens with no other passphrase, and says that it needs one', async () => {
    const closed = await sealed(randomBytes(10));
    await expect(opened(closed, 'another')).rejects.toThrow(/another passphrase/);
    await expect(opened(closed, null)).rejects.toThrow(/--passphrase-file/);
  });

  test('that is changed, cut off, put in another order or added to is refused', async () => {
    const closed = await sealed(randomBytes(3 * piece + 100));
    const frame = piece + 16;
    const at = (place: number): Buffer => closed.subarray(head + place * frame, head + (place + 1) * frame);
    const start = closed.subarray(0, head);
    const flipped = Buffer.from(closed);
    flipped[head + 2 * frame + 9] = (flipped[head + 2 * frame + 9] ?? 0) ^ 1;
    const salted = Buffer.from(closed);
    salted[head - 1] = (salted[head - 1] ?? 0) ^ 1;
    const wrong = {
      flipped,
      salted,
      // one guess of the key each takes the time it is meant to
      'at a piece': closed.subarray(0, head + 2 * frame),
      'in a piece': closed.subarray(0, head + frame + 50),
      'in its tag': closed.subarray(0, closed.length - 1),
      'after the head': start,
      swapped: Buffer.concat([start, at(1), at(0), at(2), at(3)]),
      doubled: Buffer.concat([closed, at(3)]),
      added: Buffer.concat([closed, Buffer.from('x')]),
    };
    const outcomes = Object.entries(wrong).map(async ([how, bytes]) =>
      opened(bytes).then(
        () => `${how} was opened`,
        (error: Error) => error.name,
      ),
    );
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['StartupError']));
  });

  test('is told from one that is not sealed, which passes as it is', async () => {
    for (const plain of [Buffer.alloc(0), Buffer.from('short'), randomBytes(200_000)]) {
      expect((await opened(plain)).equals(plain)).toBe(true);
      expect((await opened(plain, null)).equals(plain)).toBe(true);
    }
  });
});
