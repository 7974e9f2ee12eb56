import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ProductError } from '#contract/errors.ts';
import { expect, test, vi } from 'vitest';
import { readableOrStorageError, storageError } from './storage-error.ts';

const failure = (properties: object): Error => Object.assign(new Error('raw'), properties);

test.each([{ code: 'ENOSPC' }, { code: 'EDQUOT' }, { $metadata: { httpStatusCode: 507 } }])(
  'no room for a file is disk_full: %j',
  (properties) => {
    const cause = failure(properties);
    expect(storageError('store the file', cause)).toMatchObject({ code: 'disk_full', cause });
  },
);

test.each([
  [failure({ code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  [failure({ name: 'SlowDown', $metadata: { httpStatusCode: 503 } }), 'SlowDown'],
  ['thrown text', 'unknown'],
  [undefined, 'unknown'],
])('any other failure says what could not be done, and the code of why', (cause, code) => {
  const error = storageError('store the file', cause);
  expect(error).toMatchObject({
    code: 'storage_unavailable',
    message: `File storage could not store the file (${code}).`,
  });
});

test('what is ours already stays as it is', () => {
  const error = new ProductError('no_file', 'gone');
  expect(storageError('read the file', error)).toBe(error);
});

test('a stream that breaks on the way breaks with an error of ours', async () => {
  const broken = Readable.from(
    (async function* () {
      yield Buffer.from('first');
      await Promise.resolve();
      throw failure({ code: 'EIO' });
    })(),
  );
  await expect(buffer(readableOrStorageError(broken))).rejects.toMatchObject({ code: 'storage_unavailable' });
});

test('a stream given up by its reader closes the original', async () => {
  const original = new Readable({ read: () => undefined });
  const readable = readableOrStorageError(original);
  readable.destroy();
  await vi.waitFor(() => expect(original.closed).toBe(true));
});
