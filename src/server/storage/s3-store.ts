/**
 * The store for more than one machine: a bucket of any S3. Links are signed for the address people reach the bucket at,
 * by a client of its own; a signed URL is never rewritten.
 */
import type { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
} from '@aws-sdk/client-s3';
import type { ListMultipartUploadsCommandOutput, MultipartUpload, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { ProductError } from '#contract/errors.ts';
import { attachment } from './disposition.ts';
import { requireObjectKey } from './object-key.ts';
import { createS3Client } from './s3-client.ts';
import type { S3Connection } from './s3-client.ts';
import { upload } from './s3-upload.ts';
import { Source } from './source.ts';
import { failureCode, failureStatus, noFile, readableOrStorageError, storageError } from './storage-error.ts';
import type { ByteRange, Link, LinkRequest, ObjectStore, PutOptions, StoredObject } from './store.ts';

export interface S3StoreSettings extends S3Connection {
  readonly kind: 's3';
  readonly bucket: string;
  /** Where people's browsers reach the bucket, when it is not where this process does. */
  readonly publicEndpoint?: string | undefined;
}

/** S3 takes a thousand; stores that delete one after the other would not answer for so many in time. */
const deleteBatchMax = 250;
/** S3's own limit for the life of a signed URL: seven days. */
const linkSecondsMax = 7 * 24 * 3600;
/** For everything but moving the bytes of a file. */
const controlMilliseconds = 30_000;
const checkMilliseconds = 5_000;
/** The only place uploads go to: others' uploads in a shared bucket are not ours to end. */
const uploadsPrefix = 'exports/';

const deadline = (milliseconds: number): { abortSignal: AbortSignal } => ({
  abortSignal: AbortSignal.timeout(milliseconds),
});

export class S3Store implements ObjectStore {
  readonly kind = 's3';
  readonly #bucket: string;
  readonly #client: S3Client;
  readonly #publicClient: S3Client;

  constructor(settings: S3StoreSettings) {
    this.#bucket = settings.bucket;
    this.#client = createS3Client(settings);
    const { publicEndpoint } = settings;
    this.#publicClient =
      publicEndpoint === undefined ? this.#client : createS3Client({ ...settings, endpoint: publicEndpoint });
  }

  async put(key: string, body: AsyncIterable<Buffer>, options: PutOptions): Promise<{ size: number }> {
    const target = { bucket: this.#bucket, key: requireObjectKey(key), contentType: options.contentType };
    const source = new Source(body, options.signal);
    try {
      await upload(this.#client, target, source, options.signal);
      return { size: source.bytes };
    } catch (error) {
      source.rethrow();
      throw storageError('store the file', error);
    }
  }

  async head(key: string): Promise<StoredObject | null> {
    const command = new HeadObjectCommand({ Bucket: this.#bucket, Key: requireObjectKey(key) });
    try {
      const found = await this.#client.send(command, deadline(controlMilliseconds));
      const lastModified = (found.LastModified ?? new Date(0)).toISOString();
      return { key, size: found.ContentLength ?? 0, etag: found.ETag, lastModified };
    } catch (error) {
      if (failureStatus(error) !== 404) throw storageError('look up the file', error);
    }
    // A HEAD's 404 has no body to say what is missing: without its bucket a file is out of reach, not gone.
    await this.check();
    return null;
  }

  async get(key: string, range?: ByteRange): Promise<Readable> {
    const command = new GetObjectCommand({
      Bucket: this.#bucket,
      Key: requireObjectKey(key),
      Range: range && `bytes=${range.start}-${range.end}`,
    });
    try {
      // No deadline: it would cut a long download. Silence ends it.
      const found = await this.#client.send(command);
      return readableOrStorageError(found.Body as Readable);
    } catch (error) {
      if (failureCode(error) === 'NoSuchKey') throw noFile(key, error);
      if (failureStatus(error) === 416) {
        throw new ProductError('range_not_satisfiable', 'The range begins after the end of the file.', {
          cause: error,
        });
      }
      throw storageError('read the file', error);
    }
  }

  async delete(keys: readonly string[]): Promise<void> {
    const objects = keys.map((key) => ({ Key: requireObjectKey(key) }));
    for (let from = 0; from < objects.length; from += deleteBatchMax) {
      const batch = objects.slice(from, from + deleteBatchMax);
      const command = new DeleteObjectsCommand({ Bucket: this.#bucket, Delete: { Objects: batch } });
      try {
        const { Deleted: deleted = [], Errors: errors = [] } = await this.#client.send(
          command,
          deadline(controlMilliseconds),
        );
        const failed = errors.filter((error) => error.Code !== 'NoSuchKey');
        const missing = batch.length - deleted.length - (errors.length - failed.length);
        if (failed.length > 0 || missing > 0) throw new DeleteRefused(failed[0]?.Code ?? 'NotConfirmed');
      } catch (error) {
        throw storageError('delete the file', error);
      }
    }
  }

  async link({ key, filename, contentType, expiresInSeconds }: LinkRequest): Promise<Link> {
    if ((await this.head(key)) === null) throw noFile(key);
    const command = new GetObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      ResponseContentDisposition: attachment(filename),
      ResponseContentType: contentType,
      ResponseCacheControl: 'private, no-store',
    });
    try {
      const { expiration } = await this.#publicClient.config.credentials();
      const credentialSeconds = expiration ? Math.floor((expiration.getTime() - Date.now()) / 1000) : Infinity;
      const expiresIn = Math.min(expiresInSeconds, linkSecondsMax, credentialSeconds);
      if (expiresIn < 1) throw new ProductError('storage_unavailable', 'The credentials of file storage have expired.');
      const url = await getSignedUrl(this.#publicClient, command, { expiresIn });
      return { url, expiresInSeconds: expiresIn };
    } catch (error) {
      throw storageError('make a link', error);
    }
  }

  async discard(key: string): Promise<void> {
    await this.#abortUploads(requireObjectKey(key), (upload) => upload.Key === key);
    await this.delete([key]);
  }

  abortStaleUploads(olderThanSeconds: number): Promise<number> {
    const before = Date.now() - olderThanSeconds * 1000;
    return this.#abortUploads(uploadsPrefix, ({ Initiated }) => (Initiated?.getTime() ?? Infinity) <= before);
  }

  /** Resolves to how many it ended. */
  async #abortUploads(prefix: string, concerned: (upload: MultipartUpload) => boolean): Promise<number> {
    let ended = 0;
    let failure: unknown;
    let from: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {};
    try {
      while (from !== undefined) {
        const command = new ListMultipartUploadsCommand({ Bucket: this.#bucket, Prefix: prefix, ...from });
        const page: ListMultipartUploadsCommandOutput = await this.#client.send(command, deadline(controlMilliseconds));
        for (const upload of page.Uploads ?? []) {
          const { Key, UploadId } = upload;
          if (Key === undefined || UploadId === undefined || !concerned(upload)) continue;
          // one that cannot be ended keeps no other from it
          await this.#abortUpload(Key, UploadId).then(
            (did) => (ended += did ? 1 : 0),
            (error: unknown) => (failure ??= error),
          );
        }
        from =
          page.IsTruncated && page.NextKeyMarker !== undefined
            ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
            : undefined;
      }
    } catch (error) {
      failure ??= error;
    }
    if (failure !== undefined) throw storageError('end unfinished uploads', failure);
    return ended;
  }

  /** False when it had ended already. */
  async #abortUpload(key: string, uploadId: string): Promise<boolean> {
    const command = new AbortMultipartUploadCommand({ Bucket: this.#bucket, Key: key, UploadId: uploadId });
    try {
      await this.#client.send(command, deadline(controlMilliseconds));
      return true;
    } catch (error) {
      if (failureStatus(error) === 404) return false;
      throw error;
    }
  }

  async check(): Promise<void> {
    try {
      await this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket }), deadline(checkMilliseconds));
    } catch (error) {
      throw storageError('be reached', error);
    }
  }
}

/** S3 answers a multiple delete with 200 and says inside what it did not do. */
class DeleteRefused extends Error {
  readonly code: string;
  constructor(code: string) {
    super(`a key was not deleted: ${code}`);
    this.code = code;
  }
}
