/**
 * A stream of unknown length into S3: one PUT below a part's size, a multipart upload above, two parts of 8 MiB in flight.
 * Memory stays constant, and an upload that fails or is aborted is ended on the store before the caller hears of it.
 */
import { Readable } from 'node:stream';
import { AbortMultipartUploadCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Source } from './source.ts';

const partBytes = 8 * 1024 * 1024;
const partsInFlight = 2;

interface UploadTarget {
  readonly bucket: string;
  readonly key: string;
  readonly contentType: string;
}

/** Errors: the SDK's own, or the source's. */
export const upload = async (
  client: S3Client,
  target: UploadTarget,
  source: Source,
  signal: AbortSignal | undefined,
): Promise<void> => {
  await new Upload({
    client: abortable(client, signal),
    params: {
      Bucket: target.bucket,
      Key: target.key,
      ContentType: target.contentType,
      Body: Readable.from(source),
    },
    partSize: partBytes,
    queueSize: partsInFlight,
  }).done();
};

/**
 * The same client, whose requests end with the signal, all but the one that ends the upload itself.
 * (Upload's own abort() answers at once and leaves parts on the wire and the upload open behind the caller's back.)
 */
const abortable = (client: S3Client, signal: AbortSignal | undefined): S3Client => {
  const send = (command: Parameters<S3Client['send']>[0]): Promise<unknown> =>
    client.send(command, command instanceof AbortMultipartUploadCommand ? {} : { abortSignal: signal });
  return Object.create(client, { send: { value: send } }) as S3Client;
};
