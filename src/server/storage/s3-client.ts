/**
 * The S3 client as this product needs it: it speaks to any S3, gives up in bounded time, and takes no answer for a success
 * that lacks what a success must carry (some stores and proxies answer 200 with an error inside).
 */
import { createHash } from 'node:crypto';
import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { S3Client } from '@aws-sdk/client-s3';
import type { S3ClientConfig } from '@aws-sdk/client-s3';

/** How long to wait for a store, and how often to ask it. */
export interface Patience {
  /** For a connection. */
  readonly connectMilliseconds: number;
  /** Without a byte in either direction; an upload that moves may take as long as it needs. */
  readonly idleMilliseconds: number;
  /** The first try included, with exponential backoff between. */
  readonly attempts: number;
}

/** Three tries of 10 silent seconds: nothing waits much longer than 30 seconds for a dead store. */
const defaultPatience: Patience = { connectMilliseconds: 3_000, idleMilliseconds: 10_000, attempts: 3 };

export interface S3Connection {
  /** Absent: AWS itself, with virtual-host addresses. Present: path-style addresses, which every S3 understands. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** Absent: the SDK's own chain (environment, profile, instance role). */
  readonly credentials?: S3ClientConfig['credentials'];
  readonly patience?: Patience | undefined;
  /** What connects; absent: the SDK's own. */
  readonly agents?: { readonly httpAgent: HttpAgent; readonly httpsAgent: HttpsAgent } | undefined;
}

/** What a successful answer of each operation always has. */
const proof: Readonly<Record<string, string>> = {
  PutObjectCommand: 'ETag',
  CreateMultipartUploadCommand: 'UploadId',
  UploadPartCommand: 'ETag',
  CompleteMultipartUploadCommand: 'ETag',
  GetObjectCommand: 'ETag',
  HeadObjectCommand: 'ETag',
};

/** An answer without its proof counts as a 503: tried again like one, and failing like one in the end. */
class AnswerWithoutProof extends Error {
  override readonly name = 'AnswerWithoutProof';
  readonly $metadata = { httpStatusCode: 503 };
}

/** How the SDK's requests look once they are to be sent. */
interface SentRequest {
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

export const createS3Client = (connection: S3Connection): S3Client => {
  const { connectMilliseconds, idleMilliseconds, attempts } = connection.patience ?? defaultPatience;
  const client = new S3Client({
    endpoint: connection.endpoint,
    forcePathStyle: connection.endpoint !== undefined,
    // A store of one's own rarely cares for the region, but signatures need one.
    region: connection.region ?? (connection.endpoint === undefined ? undefined : 'us-east-1'),
    credentials: connection.credentials,
    maxAttempts: attempts,
    // The SDK's newer default checksums are refused by many S3 that are not AWS; signatures cover the payload anyway.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: connectMilliseconds, socketTimeout: idleMilliseconds, ...connection.agents },
  });
  // Inside the retry loop, so that a false success is tried again.
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const answer = await next(args);
      const field = proof[context.commandName ?? ''];
      const output: object = answer.output ?? {};
      if (field !== undefined && !Reflect.get(output, field))
        throw new AnswerWithoutProof(`an answer without ${field}`);
      return answer;
    },
    { step: 'deserialize', name: 'requireProof', priority: 'high' },
  );
  // Older S3, and OpenStack Swift's, demand Content-MD5 for a multiple delete and do not know the checksum that replaced it.
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const request = args.request as SentRequest;
      if (context.commandName === 'DeleteObjectsCommand' && typeof request.body === 'string') {
        request.headers['content-md5'] = createHash('md5').update(request.body).digest('base64');
      }
      return next(args);
    },
    { step: 'build', name: 'contentMd5OfDeletes' },
  );
  return client;
};
