/**
 * Turns what a file system or S3 throws into the product's own errors: no space left is `disk_full`,
 * everything else `storage_unavailable`. Decided by codes and statuses, never by message text.
 */
import { PassThrough, pipeline } from 'node:stream';
import type { Readable } from 'node:stream';
import { ProductError } from '#contract/errors.ts';

/** The last: larger than the file system, or a limit on this process, allows a file to be. */
const noSpaceCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const insufficientStorageStatus = 507;

interface Failure {
  readonly code?: unknown;
  readonly name?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const failureOf = (cause: unknown): Failure => (typeof cause === 'object' && cause !== null ? cause : {});

/** The system's code (`ENOENT`, `ECONNREFUSED`) or S3's (`SlowDown`). */
export const failureCode = (cause: unknown): string => {
  const { code, name } = failureOf(cause);
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown';
};

/** The HTTP status S3 answered with, if it answered. */
export const failureStatus = (cause: unknown): number | undefined => failureOf(cause).$metadata?.httpStatusCode;

/** `doing` completes "File storage could not …". A ProductError passes through unchanged. */
export const storageError = (doing: string, cause: unknown): ProductError => {
  if (cause instanceof ProductError) return cause;
  const code = failureCode(cause);
  if (noSpaceCodes.has(code) || failureStatus(cause) === insufficientStorageStatus) {
    return new ProductError('disk_full', 'There is no space left where files are stored.', { cause });
  }
  return new ProductError('storage_unavailable', `File storage could not ${doing} (${code}).`, { cause });
};

export const noFile = (key: string, cause?: unknown): ProductError =>
  new ProductError('no_file', `No file is stored under ${key}.`, { cause });

/** The same bytes, but what breaks on the way is a ProductError. Destroying it closes the original. */
export const readableOrStorageError = (original: Readable): Readable => {
  const readable = new PassThrough({
    destroy: (error, done) => done(error && storageError('read the file', error)),
  });
  // Both ends are destroyed by pipeline; the error reaches the reader through `readable`.
  pipeline(original, readable, () => undefined);
  return readable;
};
