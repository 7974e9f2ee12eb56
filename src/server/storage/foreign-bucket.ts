/**
 * A bucket that is somebody else's: one object is put there, only where none is, and its size looked at afterwards. No right to
 * list is needed, and nothing that is there is replaced.
 */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createS3Client } from './s3-client.ts';
import { failureCode, failureStatus } from './storage-error.ts';

export interface ForeignBucket {
  readonly bucket: string;
  readonly region: string;
  /** Absent: AWS itself. */
  readonly endpoint: string | undefined;
  /** What resolves the endpoint's name; absent: the system. */
  readonly lookup: LookupFunction | undefined;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface PutFile {
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
  open(): Promise<Readable>;
}

/** Why nothing was put, where trying again would be in vain; `equal`: it is there already. */
export type BucketFailure = 'equal' | 'different' | 'denied' | 'no_bucket';

const deniedCodes = new Set(['AccessDenied', 'InvalidAccessKeyId', 'SignatureDoesNotMatch', 'Forbidden']);
const patience = { connectMilliseconds: 10_000, idleMilliseconds: 60_000, attempts: 1 };
/** For all of an upload: so long for any file, and for each megabyte as long as a slow line takes (100 KB/s). */
const wholeMilliseconds = 120_000;
const megabyteMilliseconds = 10_000;

/** Null when the object is there as it should be. @throws Error for what may go another time. */
export async function putIntoBucket(target: ForeignBucket, key: string, file: PutFile): Promise<BucketFailure | null> {
  const { bucket, region, endpoint, credentials, lookup } = target;
  const agents = lookup && { httpAgent: new HttpAgent({ lookup }), httpsAgent: new HttpsAgent({ lookup }) };
  const client = createS3Client({ endpoint, region, credentials, patience, agents });
  /** Null when there is none, or who asks may not know. */
  const found = async (): Promise<'equal' | 'different' | null> => {
    try {
      const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
      return head.ContentLength === file.size && head.Metadata?.['sha256'] === file.sha256 ? 'equal' : 'different';
    } catch (error) {
      if ([403, 404].includes(failureStatus(error) ?? 0)) return null;
      throw error;
    }
  };
  try {
    const before = await found();
    if (before) return before;
    const body = await file.open();
    // when the request is given up, nobody else listens any more
    body.on('error', () => undefined);
    try {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: body,
          ContentLength: file.size,
          ContentType: 'application/zip',
          Metadata: { sha256: file.sha256 },
          IfNoneMatch: '*',
        }),
        {
          abortSignal: AbortSignal.timeout(wholeMilliseconds + Math.ceil(file.size / 1_000_000) * megabyteMilliseconds),
        },
      );
    } finally {
      body.destroy();
    }
    const after = await found();
    if (after === 'different') throw new Error('The object is not as long as the file that was sent.');
    return null;
  } catch (error) {
    const code = failureCode(error);
    if (failureStatus(error) === 412) return (await found()) ?? 'different';
    if (code === 'NoSuchBucket') return 'no_bucket';
    if (deniedCodes.has(code) || failureStatus(error) === 403) return 'denied';
    throw sentenced(error);
  } finally {
    client.destroy();
  }
}

/** What a bucket answers, as a sentence for whoever keeps it. */
function sentenced(error: unknown): unknown {
  const status = failureStatus(error);
  if ((error as Error).name === 'AbortError') return new Error('The bucket is too slow: the file was given up.');
  if (status === 507) return new Error('The bucket is full: it answered 507.', { cause: error });
  if (status === 503 || status === 429)
    return new Error(`The bucket wants to be asked again later: it answered ${status}.`, { cause: error });
  return status !== undefined && status >= 400 ? new Error(`The bucket answered ${status}.`, { cause: error }) : error;
}
