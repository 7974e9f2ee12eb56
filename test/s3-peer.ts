/**
 * An S3 on loopback for tests: a real one if one is given, else s3rver, which checks expiry and signatures, with what it lacks: signatures over every
 * character a query may hold, ending and listing multipart uploads, objects that appear whole or not at all.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3StoreSettings } from '#server/storage/s3-store.ts';
import S3rver from '@20minutes/s3rver';
import { bucketOn, givenS3 } from './s3-given.ts';
import { isSignatureRight } from './s3-signature.ts';

export interface S3Peer {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Ids of the multipart uploads that are neither completed nor ended. */
  uploads(): Promise<string[]>;
  /** Whether its clock is this process's, so that tests may set it. */
  readonly sharesClock: boolean;
  close(): Promise<void>;
}

/** A store on the peer, with changes such as a proxy in between. */
export const settingsFor = (peer: S3Peer, changes: Partial<S3StoreSettings> = {}): S3StoreSettings => ({
  kind: 's3',
  bucket: peer.bucket,
  endpoint: peer.endpoint,
  region: peer.region,
  credentials: peer.credentials,
  ...changes,
});

const bucket = 'exports-of-tests';
const accessKeyId = 'S3RVER';

/** A bucket of its own: on the server TEST_S3_ENDPOINT names, or on one in this process, which takes any secret. */
export const startS3Peer = (secretAccessKey = 'S3RVER'): Promise<S3Peer> => {
  const given = givenS3();
  return given ? bucketOn(given) : startLocalPeer(secretAccessKey);
};

const startLocalPeer = async (secretAccessKey: string): Promise<S3Peer> => {
  const directory = await mkdtemp(join(tmpdir(), 's3-peer-'));
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    directory,
    silent: true,
    vhostBuckets: false,
    configureBuckets: [{ name: bucket }],
  });
  const uploadsFolder = server.store.getResourcePath(bucket, undefined, 'uploads');
  const uploads = (): Promise<string[]> => readdir(uploadsFolder).catch(() => []);
  await mkdir(uploadsFolder, { recursive: true });

  storeWhole(server);
  requireUpload(server, uploads);
  addUploadVerbs(server, uploadsFolder, uploads);
  checkSignatures(server, secretAccessKey);
  const { port } = await server.run();
  return {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    bucket,
    credentials: { accessKeyId, secretAccessKey },
    uploads,
    sharesClock: true,
    close: async () => {
      const closed = server.close();
      server.httpServer.closeAllConnections();
      await closed;
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

/**
 * s3rver's own check forgets the slash after a bucket and the encoding of `'` and `*`, and so refuses some right signatures.
 * Where it is about to, it asks this property, which then stands for our check of that same request.
 */
const checkSignatures = (server: S3rver, secretAccessKey: string): void => {
  const right = new AsyncLocalStorage<boolean>();
  server.middleware.unshift((context, next) => right.run(isSignatureRight(context.req, secretAccessKey), next));
  Object.defineProperty(server, 'allowMismatchedSignatures', { get: () => right.getStore() === true });
};

/** A put that breaks off, or runs beside another, must not leave a mixture. */
const storeWhole = ({ store }: S3rver): void => {
  const putContent = store.putContent.bind(store);
  store.putContent = async (path, content) => {
    const partial = `${path}.${randomUUID()}`;
    try {
      const answer = await putContent(partial, content);
      await rename(partial, path);
      return answer;
    } finally {
      await rm(partial, { force: true });
    }
  };
};

/** A part that arrives after its upload has ended must not bring it back. */
const requireUpload = ({ store }: S3rver, uploads: () => Promise<string[]>): void => {
  const putPart = store.putPart.bind(store);
  store.putPart = async (inBucket, uploadId, partNumber, content) => {
    if (!(await uploads()).includes(uploadId)) throw s3Error('NoSuchUpload', 404);
    return putPart(inBucket, uploadId, partNumber, content);
  };
};

const s3Error = (code: string, status: number): Error => Object.assign(new Error(code), { code, status, expose: true });

/** AbortMultipartUpload and ListMultipartUploads. */
const addUploadVerbs = (server: S3rver, folder: string, uploads: () => Promise<string[]>): void => {
  server.middleware.unshift(async (context, next) => {
    try {
      await next();
    } catch (error) {
      // s3rver has checked the signature by the time it finds that it does not know the verb.
      const { code } = error as { code?: string };
      const { uploadId } = context.query;
      if (code === 'MethodNotAllowed' && context.method === 'DELETE' && uploadId !== undefined) {
        const known = (await uploads()).includes(uploadId);
        if (known) await rm(join(folder, uploadId), { recursive: true, maxRetries: 5 });
        context.status = known ? 204 : 404;
        context.body = known ? null : '<Error><Code>NoSuchUpload</Code></Error>';
      } else if (code === 'NotImplemented' && context.method === 'GET' && 'uploads' in context.query) {
        context.status = 200;
        context.type = 'application/xml';
        context.body = await listUploads(folder, await uploads(), context.query);
      } else throw error;
    }
  });
};

/** Two a page, so that whoever lists must ask again. */
const pageSize = 2;

const listUploads = async (
  folder: string,
  ids: readonly string[],
  query: Readonly<Record<string, string | undefined>>,
): Promise<string> => {
  const found = await Promise.all(
    ids.map(async (id) => ({
      id,
      key: await readFile(join(folder, id, 'key'), 'utf8'),
      initiated: (await stat(join(folder, id, 'key'))).mtime.toISOString(),
    })),
  );
  const marker = `${query['key-marker'] ?? ''}\n${query['upload-id-marker'] ?? ''}`;
  const rest = found
    .filter(({ key, id }) => key.startsWith(query['prefix'] ?? '') && `${key}\n${id}` > marker)
    .sort((a, b) => (`${a.key}\n${a.id}` < `${b.key}\n${b.id}` ? -1 : 1));
  const page = rest.slice(0, pageSize);
  const last = page.at(-1);
  return `<?xml version="1.0" encoding="UTF-8"?><ListMultipartUploadsResult>
    <IsTruncated>${rest.length > pageSize}</IsTruncated>
    <NextKeyMarker>${last?.key ?? ''}</NextKeyMarker><NextUploadIdMarker>${last?.id ?? ''}</NextUploadIdMarker>
    ${page.map(({ key, id, initiated }) => `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${initiated}</Initiated></Upload>`).join('')}
  </ListMultipartUploadsResult>`;
};
