/**
 * `node bench/zip64.ts`: one entry above 4 GiB through the ZIP writer and back through an independent reader,
 * and the writer's speed beside bare deflate on rows like those of an export. Exits 1 when what is read differs.
 */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createDeflateRaw } from 'node:zlib';
import { openPromise } from 'yauzl';
import { ZipWriter } from '#server/zip/zip.ts';
import type { ZipEntry } from '#server/zip/zip.ts';

const mebibyte = 1024 * 1024;
const chunkBytes = 256 * 1024;
const modifiedAt = new Date('2025-01-01T00:00:00Z');

/** A small linear congruential generator: the same rows in every run. */
const random = (() => {
  let state = 7;
  return (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state % below;
  };
})();

const rowLike = (id: number): string =>
  `${id},2025-0${1 + random(9)}-${10 + random(18)},PO-${100_000 + random(900_000)},Location ${random(60)},Supplier ${random(300)},` +
  `Olive oil ${random(4000)},${random(500)}.${random(10)},kg,${random(90)}.${10 + random(89)},${random(9000)}.${10 + random(89)},USD,received\n`;

const rowChunks = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, index) => {
    let text = '';
    for (let id = index * 10_000; text.length < chunkBytes; id += 1) text += rowLike(id);
    return Buffer.from(text);
  });

/** Best of three, in MB (10^6 bytes) of input a second. */
const speed = async (bytes: number, run: () => Promise<unknown>): Promise<number> => {
  let best = Infinity;
  for (let round = 0; round < 3; round += 1) {
    const started = performance.now();
    await run();
    best = Math.min(best, performance.now() - started);
  }
  return bytes / best / 1000;
};

const drain = async (stream: AsyncIterable<Buffer>): Promise<void> => {
  for await (const chunk of stream) if (chunk.length === 0) throw new Error('an empty chunk');
};

const compareSpeeds = async (): Promise<void> => {
  const chunks = rowChunks(800);
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const bare = await speed(bytes, () => drain(Readable.from(chunks).pipe(createDeflateRaw({ level: 1 }))));
  const writer = await speed(bytes, async () =>
    drain(new ZipWriter({ modifiedAt }).entry('rows.csv', Readable.from(chunks))),
  );
  console.log(
    `bare deflate ${bare.toFixed(0)} MB/s, ZIP writer with CRC and SHA-256 ${writer.toFixed(0)} MB/s (${(writer / bare).toFixed(2)})`,
  );
};

const beyond4GiB = async (folder: string): Promise<void> => {
  const path = join(folder, 'large.zip');
  const repeated = Buffer.alloc(mebibyte, rowLike(1));
  const content = async function* (mebibytes: number): AsyncGenerator<Buffer> {
    for (let index = 0; index < mebibytes; index += 1) yield repeated;
  };
  const made: ZipEntry[] = [];
  const started = performance.now();
  await pipeline(async function* () {
    const zip = new ZipWriter({ modifiedAt });
    made.push(yield* zip.entry('large.csv', content(4200)));
    made.push(yield* zip.entry('after.csv', content(1)));
    yield* zip.finish();
  }, createWriteStream(path));
  const seconds = (performance.now() - started) / 1000;
  const peak = process.resourceUsage().maxRSS / 1024;
  console.log(
    `4,200 MiB in ${seconds.toFixed(1)} s, file ${(await stat(path)).size} bytes, peak memory ${peak.toFixed(0)} MiB`,
  );

  const zip = await openPromise(path, { lazyEntries: true, autoClose: false });
  for await (const entry of zip.eachEntry()) {
    const hash = createHash('sha256');
    await pipeline(await zip.openReadStreamPromise(entry), hash);
    const expected = made.shift();
    const same = hash.digest('hex') === expected?.sha256 && entry.uncompressedSize === expected.bytes;
    console.log(`${entry.fileName}: ${entry.uncompressedSize} bytes, ${same ? 'read back the same' : 'DIFFERS'}`);
    if (!same) process.exitCode = 1;
  }
  zip.close();
};

const folder = await mkdtemp(join(tmpdir(), 'zip64-'));
try {
  await beyond4GiB(folder);
  await compareSpeeds();
} finally {
  await rm(folder, { recursive: true });
}
