/**
 * A stream of unknown length into S3: one PUT below a part's size, a multipart upload above, two parts of 8 MiB in flight.
 * Memory stays constant, and an upload that fails or is aborted is ended on the store before the caller hears of it.
 */
import { Readable } from 'node:stream';
import { CompleteMultipartUploadCommand, PutObjectCommand, UploadPartCommand } from '@aws-sdk/client-s3';
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

/** Errors: the SDK's own, the source's, or the signal's reason. */
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
 * The same client, but parts are cut by the signal, and what makes the object appear is not begun after it: so "aborted"
 * always means "not stored". What begins an upload is never cut: one whose id is not known could not be ended.
 * (Upload's own abort() answers at once and leaves parts on the wire and the upload open behind the caller's back.)
 */
const abortable = (client: S3Client, signal: AbortSignal | undefined): S3Client => {
  const send = async (command: Parameters<S3Client['send']>[0]): Promise<unknown> => {
    if (command instanceof UploadPartCommand) return client.send(command, { abortSignal: signal });
    const publishes = command instanceof PutObjectCommand || command instanceof CompleteMultipartUploadCommand;
    if (publishes) signal?.throwIfAborted();
    return client.send(command);
  };
  return Object.create(client, { send: { value: send } }) as S3Client;
};
