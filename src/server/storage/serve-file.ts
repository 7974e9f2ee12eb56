/**
 * Answers for a file, as plain data for whatever HTTP server stands in front: GET, HEAD, Range, If-Range, If-None-Match.
 * By a link of the embedded store the link alone decides; otherwise whoever calls has decided already.
 */
import type { Readable } from 'node:stream';
import { rangeOf } from './byte-range.ts';
import { attachment } from './disposition.ts';
import type { EmbeddedStore } from './embedded-store.ts';
import { noFile } from './storage-error.ts';
import type { ByteRange, ObjectStore, StoredObject } from './store.ts';

export interface ByteRequest {
  readonly method: 'GET' | 'HEAD';
  /** Lower-case names, as Node gives them. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface FileRequest extends ByteRequest {
  /** The path after `/files/`, percent-decoded. */
  readonly key: string;
  readonly query: URLSearchParams;
}

export interface FileAnswer {
  readonly status: 200 | 206 | 304 | 416;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent for HEAD, 304 and 416. Must be read to its end or destroyed. */
  readonly body?: Readable;
}

/** Errors: `link_refused` before anything is looked up, then `no_file`. */
export const serveFile = async (store: EmbeddedStore, request: FileRequest, now: Date): Promise<FileAnswer> => {
  const terms = store.verifyLink(request.key, request.query, now);
  const opened = await store.open(request.key);
  let answer: FileAnswer | undefined;
  try {
    answer = await answerOf(opened, request, described(terms.filename, terms.type));
    return answer;
  } finally {
    if (answer?.body === undefined) await opened.close();
  }
};

/** A file of any store, for somebody who may have it. Errors: `no_file`, `storage_unavailable`. */
export const serveObject = async (
  store: ObjectStore,
  file: { readonly key: string; readonly filename: string; readonly contentType: string },
  request: ByteRequest,
): Promise<FileAnswer> => {
  const object = await store.head(file.key);
  if (object === null) throw noFile(file.key);
  const read = (range?: ByteRange): Promise<Readable> => store.get(file.key, range);
  return answerOf({ object, read }, request, described(file.filename, file.contentType));
};

const described = (filename: string, type: string): Record<string, string> => ({
  'content-type': type,
  'content-disposition': attachment(filename),
});

interface Readied {
  readonly object: StoredObject;
  read(range?: ByteRange): Readable | Promise<Readable>;
}

const answerOf = async (
  opened: Readied,
  request: ByteRequest,
  description: Record<string, string>,
): Promise<FileAnswer> => {
  const { size, etag = '', lastModified } = opened.object;
  const modified = new Date(lastModified).toUTCString();
  const headers = {
    'accept-ranges': 'bytes',
    etag,
    'last-modified': modified,
    'cache-control': 'private, no-store',
    'x-content-type-options': 'nosniff',
  };
  const header = (name: string): string | undefined => {
    const value = request.headers[name];
    return typeof value === 'string' ? value.trim() : undefined;
  };
  if (matches(header('if-none-match'), etag)) return { status: 304, headers };

  // If-Range: a download that goes on must go on with the same file.
  const condition = header('if-range');
  const stillTheSame = condition === undefined || condition === etag || condition === modified;
  const range = request.method === 'GET' && stillTheSame ? rangeOf(header('range'), size) : 'whole';
  if (range === 'unsatisfiable') return { status: 416, headers: { ...headers, 'content-range': `bytes */${size}` } };
  const whole = range === 'whole';
  const length = whole ? size : range.end - range.start + 1;
  const full = { ...headers, ...description, 'content-length': String(length) };
  if (request.method === 'HEAD') return { status: 200, headers: full };
  if (whole) return { status: 200, headers: full, body: await opened.read() };
  const partial = { ...full, 'content-range': `bytes ${range.start}-${range.end}/${size}` };
  return { status: 206, headers: partial, body: await opened.read(range) };
};

/** If-None-Match compares weakly: a proxy may have weakened the tag it gives back. */
const matches = (given: string | undefined, etag: string): boolean =>
  given !== undefined &&
  (given === '*' || given.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag));
