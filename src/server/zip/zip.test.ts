import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';
import type { Entry } from 'yauzl';
import { expect, test, vi } from 'vitest';
import { ZipWriter } from './zip.ts';

const modifiedAt = new Date('2025-03-04T05:06:08Z');

async function* from(...chunks: (Buffer | string)[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

const archive = async (files: Record<string, Buffer[]>, level?: number, at = modifiedAt): Promise<Buffer> => {
  const zip = new ZipWriter({ modifiedAt: at, level });
  const parts: Buffer[] = [];
  for (const [name, chunks] of Object.entries(files)) {
    for await (const part of zip.entry(name, from(...chunks))) parts.push(part);
  }
  for await (const part of zip.finish()) parts.push(part);
  return Buffer.concat(parts);
};

const unpack = async (bytes: Buffer): Promise<Map<string, { entry: Entry; content: Buffer }>> => {
  const zip = await fromBufferPromise(bytes, { lazyEntries: true });
  const files = new Map<string, { entry: Entry; content: Buffer }>();
  for await (const entry of zip.eachEntry()) {
    files.set(entry.fileName, { entry, content: await buffer(await zip.openReadStreamPromise(entry)) });
  }
  return files;
};

test('what goes in comes out, names in any script, empty files too', async () => {
  const noise = randomBytes(700_000);
  const files = await unpack(
    await archive({
      'Zażółć – 報告 – תקציב.csv': [Buffer.from('a,b\n'), Buffer.from('1,Łódź\n')],
      'folder/noise.bin': [noise.subarray(0, 300_000), Buffer.alloc(0), noise.subarray(300_000)],
      'empty.txt': [],
    }),
  );
  expect([...files.keys()]).toEqual(['Zażółć – 報告 – תקציב.csv', 'folder/noise.bin', 'empty.txt']);
  expect(files.get('Zażółć – 報告 – תקציב.csv')?.content.toString()).toBe('a,b\n1,Łódź\n');
  expect(files.get('folder/noise.bin')?.content.equals(noise)).toBe(true);
  expect(files.get('empty.txt')?.entry.uncompressedSize).toBe(0);
});

test('an entry answers the SHA-256, size and compressed size of its content', async () => {
  const content = Buffer.alloc(1_000_000, 'GR-1042,Tomato,12.50\n');
  const zip = new ZipWriter({ modifiedAt });
  const made = zip.entry('report.csv', from(content.subarray(0, 262_144), content.subarray(262_144)));
  let written = 0;
  let step = await made.next();
  for (; !step.done; step = await made.next()) written += step.value.length;
  expect(step.value).toEqual({
    sha256: createHash('sha256').update(content).digest('hex'),
    bytes: 1_000_000,
    compressedBytes: written - (30 + 'report.csv'.length + 9) - 16,
  });
});

test('the same content and time give the same bytes, another time gives others', async () => {
  const files = { 'a.csv': [Buffer.alloc(300_000, 'one,two\n')], 'b.csv': [Buffer.from('x')] };
  const first = await archive(files);
  expect((await archive(files)).equals(first)).toBe(true);
  const [entry] = [...(await unpack(first)).values()];
  expect(entry?.entry.getLastModDate({ timezone: 'UTC' })).toEqual(modifiedAt);
});

test('a higher level compresses harder', async () => {
  const text = Buffer.from(Array.from({ length: 20_000 }, (_, line) => `${line},GR-${line % 977},Tomato`).join('\n'));
  expect((await archive({ 'a.csv': [text] }, 9)).length).toBeLessThan((await archive({ 'a.csv': [text] }, 1)).length);
});

test('a small archive holds no trace of ZIP64, which Excel would offer to repair', async () => {
  const bytes = await archive({ 'a.csv': [Buffer.from('x')] });
  expect(bytes.includes(Buffer.from('504b0606', 'hex'))).toBe(false);
  expect(bytes.readUInt16LE(4)).toBe(20);
  const [file] = [...(await unpack(bytes)).values()];
  expect(file?.entry.versionNeededToExtract).toBe(20);
  expect(file?.entry.extraFields.map(({ id }) => id)).toEqual([0x5455]);
});

test('the moment itself is in both records of an entry, beside the field that is read as local time', async () => {
  const at = new Date('2026-11-02T08:15:31.999Z');
  const bytes = await archive({ 'a.csv': [Buffer.from('x')] }, 1, at);
  const [file] = [...(await unpack(bytes)).values()];
  // without a zone given, the reader has to take the extended field: odd seconds are not in the other
  expect(file?.entry.getLastModDate()).toEqual(new Date('2026-11-02T08:15:31Z'));
  const extra = bytes.subarray(30 + 'a.csv'.length, 30 + 'a.csv'.length + bytes.readUInt16LE(28));
  expect(extra.toString('hex')).toBe(`5554050001${extendedSeconds(at)}`);
  // what 32 bits cannot hold is left out, not wrong
  const late = await archive({ 'a.csv': [Buffer.from('x')] }, 1, new Date('2040-01-01T00:00:00Z'));
  expect(late.readUInt16LE(28)).toBe(0);
});

const extendedSeconds = (at: Date): string => {
  const seconds = Buffer.alloc(4);
  seconds.writeInt32LE(Math.floor(at.getTime() / 1000));
  return seconds.toString('hex');
};

test('a consumer that stops taking stops the source', async () => {
  const noise = randomBytes(262_144);
  let read = 0;
  const endless = (async function* () {
    for (;;) {
      read += 1;
      yield noise;
    }
  })();
  const entry = new ZipWriter().entry('a.bin', endless);
  await entry.next();
  for (let taken = 0; taken < 20; taken += 1) await entry.next();
  const after = read;
  expect(after).toBeLessThan(20);
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  expect(read - after).toBeLessThan(3);
  await entry.return({ sha256: '', bytes: 0, compressedBytes: 0 });
});

test('abandoning an entry closes its source, and the writer makes no archive of it', async () => {
  const closed = vi.fn();
  const source = (async function* () {
    try {
      for (;;) yield randomBytes(65_536);
    } finally {
      closed();
    }
  })();
  const zip = new ZipWriter();
  let chunks = 0;
  for await (const chunk of zip.entry('a.bin', source)) {
    expect(chunk.length).toBeGreaterThan(0);
    chunks += 1;
    if (chunks === 4) break;
  }
  await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
  await expect(zip.finish().next()).rejects.toMatchObject({ code: 'render_failed' });
});

test('a source that fails fails the entry with its own error, and no archive follows', async () => {
  const broken = new Error('the connection was lost');
  const source = (async function* () {
    yield Buffer.from('first rows');
    await Promise.resolve();
    throw broken;
  })();
  const zip = new ZipWriter();
  await expect(buffer(zip.entry('a.csv', source))).rejects.toBe(broken);
  await expect(zip.finish().next()).rejects.toMatchObject({ code: 'render_failed' });
});

test('two files at once, a name twice, or anything after the end are refused', async () => {
  const zip = new ZipWriter();
  const first = zip.entry('a.csv', from('x'));
  await first.next();
  await expect(zip.entry('b.csv', from('y')).next()).rejects.toMatchObject({ code: 'render_failed' });
  await buffer(first);

  await expect(zip.entry('a.csv', from('z')).next()).rejects.toMatchObject({ code: 'render_failed' });
  const other = new ZipWriter();
  await buffer(other.finish());
  await expect(other.entry('late.csv', from('x')).next()).rejects.toMatchObject({ code: 'render_failed' });
});

test.each(['', '/etc/passwd', '../up.csv', 'a/../../b', 'a\\b', 'a//b', './a', 'x'.repeat(65_536)])(
  'the name %j never gets into an archive',
  async (name) => {
    await expect(new ZipWriter().entry(name, from('x')).next()).rejects.toMatchObject({ code: 'render_failed' });
  },
);
