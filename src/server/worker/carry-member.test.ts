import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FileChecksum } from '#contract/verification.ts';
import { EmbeddedStore } from '#server/storage/embedded-store.ts';
import { ZipWriter } from '#server/zip/zip.ts';
import { unzip } from '#test/read-workbook.ts';
import { carryMember } from './carry-member.ts';
import type { PackedMember } from './pack-task.ts';

let folder: string;
let store: EmbeddedStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carry-'));
  store = new EmbeddedStore({ kind: 'embedded', folder, secret: 'x'.repeat(32), baseUrl: () => '' });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function* once(...pieces: (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield Buffer.from(piece);
}
async function collected(pieces: AsyncGenerator<Buffer, unknown>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

let keys = 0;
/** As an export is: its report first, of as many lines, then what proves it. */
async function made(contents: Readonly<Record<string, Buffer>>): Promise<PackedMember & { zip: Buffer }> {
  const zip = new ZipWriter({ modifiedAt: new Date(0) });
  const files: FileChecksum[] = [];
  async function* archive(): AsyncGenerator<Buffer> {
    for (const [name, content] of Object.entries(contents)) {
      files.push({ name, ...(yield* zip.entry(name, once(content))) });
    }
    yield* zip.finish();
  }
  const bytes = await collected(archive());
  const fileKey = `exports/1/00000000-0000-7000-8000-${String((keys += 1)).padStart(12, '0')}/1.zip`;
  await store.put(fileKey, once(bytes), { contentType: 'application/zip' });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const facts = { fileKey, fileSize: bytes.length, sha256, files, zip: bytes };
  return { jobId: 'j', filename: 'x.zip', ...facts } as unknown as PackedMember & { zip: Buffer };
}

async function carried(member: PackedMember): Promise<{ files: Map<string, Buffer>; zip: Buffer }> {
  const zip = new ZipWriter({ modifiedAt: new Date(0) });
  async function* archive(): AsyncGenerator<Buffer> {
    yield* zip.entry('first.txt', once('before'));
    yield* carryMember(zip, store, member, (place) => `Ñandú/${place}/${member.files[place]?.name}`);
    yield* zip.finish();
  }
  const bytes = await collected(archive());
  return { files: await unzip(bytes), zip: bytes };
}

const text = (lines: number): Buffer =>
  Buffer.from(Array.from({ length: lines }, (_, n) => `${n},${Math.sin(n)},Läden\n`).join(''));

test.each([0, 1, 200, 40_000])(
  'entries of %i lines are there as they were compressed, under other names',
  async (lines) => {
    const contents = { 'r.csv': text(lines), 'summary.csv': text(3), 'manifest.json': Buffer.from('{}') };
    const member = await made(contents);
    const { files, zip } = await carried(member);
    expect([...files.keys()]).toEqual(['first.txt', 'Ñandú/0/r.csv', 'Ñandú/1/summary.csv', 'Ñandú/2/manifest.json']);
    for (const [at, content] of Object.values(contents).entries()) {
      expect([...files.values()][at + 1]?.equals(content)).toBe(true);
    }
    // not packed again: the very bytes are in it
    const data = member.zip.subarray(30 + 'r.csv'.length + 9, 30 + 'r.csv'.length + 9 + 40);
    expect(zip.includes(data)).toBe(true);
  },
);

test('a file that is not the one that was made ends the pack', async () => {
  const member = await made({ 'r.csv': text(5000), 'manifest.json': Buffer.from('{}') });
  const { zip } = member;
  const at = Math.floor(zip.length / 3);
  const spoilt = Buffer.concat([zip.subarray(0, at), Buffer.from([(zip[at] ?? 0) ^ 4]), zip.subarray(at + 1)]);
  await store.put(member.fileKey, once(spoilt), { contentType: 'application/zip' });
  await expect(carried(member)).rejects.toMatchObject({ code: 'storage_unavailable' });
  await store.put(member.fileKey, once(zip.subarray(0, -10)), { contentType: 'application/zip' });
  await expect(carried(member)).rejects.toMatchObject({ code: 'storage_unavailable' });
  await store.put(member.fileKey, once(zip, 'more'), { contentType: 'application/zip' });
  await expect(carried(member)).rejects.toMatchObject({ code: 'storage_unavailable' });
});
