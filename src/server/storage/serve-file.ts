/**
 * Answers a link of the embedded store, as plain data for whatever HTTP server stands in front: GET, HEAD, Range, If-Range,
 * If-None-Match. The link alone decides; cookies and other headers are never looked at.
 */
import type { Readable } from 'node:stream';
import { rangeOf } from './byte-range.ts';
import { attachment } from './disposition.ts';
import type { EmbeddedStore, OpenObject } from './embedded-store.ts';

export interface FileRequest {
  readonly method: 'GET' | 'HEAD';
  /** The path after `/files/`, percent-decoded. */
  readonly key: string;
  readonly query: URLSearchParams;
  /** Lower-case names, as Node gives them. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
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
    answer = answerOf(opened, request, {
      'content-type': terms.type,
      'content-disposition': attachment(terms.filename),
    });
    return answer;
  } finally {
    if (answer?.body === undefined) await opened.close();
  }
};

const answerOf = (opened: OpenObject, request: FileRequest, described: Record<string, string>): FileAnswer => {
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
  const full = { ...headers, ...described, 'content-length': String(length) };
  if (request.method === 'HEAD') return { status: 200, headers: full };
  if (whole) return { status: 200, headers: full, body: opened.read() };
  const partial = { ...full, 'content-range': `bytes ${range.start}-${range.end}/${size}` };
  return { status: 206, headers: partial, body: opened.read(range) };
};

/** If-None-Match compares weakly: a proxy may have weakened the tag it gives back. */
const matches = (given: string | undefined, etag: string): boolean =>
  given !== undefined &&
  (given === '*' || given.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag));
