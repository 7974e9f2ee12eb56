import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ProductError } from '#contract/errors.ts';
import { spool } from './spool.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mathership-spool-'));
});
afterAll(() => rm(folder, { recursive: true }));

const limits = {
  bytesMax: 1_000_000,
  pace: { seconds: 5, bytes: 1 },
  tooLarge: () => new ProductError('too_large', 'Too large.'),
};

test('what is received can be read anywhere, has no name meanwhile, and is gone afterwards', async () => {
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, n) => n % 251));
  const spooled = await spool(Readable.from([bytes.subarray(0, 7), bytes.subarray(7)]), folder, limits);
  expect(await readdir(folder)).toEqual([]);
  const { source, sha256 } = spooled;
  expect([source.bytes, sha256]).toEqual([bytes.length, createHash('sha256').update(bytes).digest('hex')]);
  expect((await source.read(299_990, 10)).equals(bytes.subarray(299_990))).toBe(true);
  await expect(source.read(299_991, 10)).rejects.toThrow(RangeError);
  await spooled.close();
});

test('too much is refused while it comes, and a sender who is silent is given up', async () => {
  const much = Readable.from([Buffer.alloc(999_999), Buffer.alloc(2)]);
  await expect(spool(much, folder, limits)).rejects.toMatchObject({ code: 'too_large' });
  const silent = new PassThrough();
  silent.write('a little');
  await expect(spool(silent, folder, { ...limits, pace: { seconds: 0.05, bytes: 1 } })).rejects.toMatchObject({
    code: 'invalid_input',
  });
  expect(silent.destroyed).toBe(true);
  expect(await readdir(folder)).toEqual([]);
});
