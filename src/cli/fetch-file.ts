/** A finished file from the server to this machine: nothing stands under its name that is not the file that was made. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DownloadLink } from '#contract/export-jobs.ts';
import { ProductError } from '#contract/errors.ts';
import type { ServerClient } from './attach.ts';

interface MadeFile {
  readonly sha256: string | null;
  readonly file_size: number | null;
}

/** @param path where the link is asked for */
export async function fetchFile(client: ServerClient, path: string, out: string, made: MadeFile): Promise<void> {
  await download(await open(client, await client.ask<DownloadLink>('GET', path)), out, made);
}

/** A link works by itself; a file that the server sends only to those who may have it wants the key once more. */
async function open(client: ServerClient, { download_url }: DownloadLink): Promise<Response> {
  const { pathname } = new URL(download_url);
  return pathname.startsWith('/api/v1/export-jobs/') ? client.fetch('GET', pathname) : fetch(download_url);
}

/** Nothing stands under the file's name before its bytes have been proven to be those of the job. */
async function download(answer: Response, out: string, made: MadeFile): Promise<void> {
  if (!answer.ok || !answer.body)
    throw new ProductError('storage_unavailable', `The file could not be downloaded (${answer.status}).`);
  const hash = createHash('sha256');
  let bytes = 0;
  const temporary = `${out}.part`;
  try {
    await pipeline(
      answer.body,
      new Transform({
        transform(chunk: Buffer, _encoding, done) {
          hash.update(chunk);
          bytes += chunk.length;
          done(null, chunk);
        },
      }),
      createWriteStream(temporary),
    );
    if (hash.digest('hex') !== made.sha256 || bytes !== made.file_size) {
      throw new ProductError(
        'storage_unavailable',
        'The downloaded file is not the one that was made: its checksum differs. Download it again.',
      );
    }
    await rename(temporary, out);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
