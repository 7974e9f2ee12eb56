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
    throw error;
  } finally {
    client.destroy();
  }
}
