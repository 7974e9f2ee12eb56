/**
 * Where finished files live: the one seam between the product and a folder on this machine or any S3.
 * Nothing half-written is ever visible under a key, and every failure is a ProductError that says whose it is.
 */
import type { Readable } from 'node:stream';

/** What a store knows about one object. Size in bytes, `lastModified` in ISO 8601. */
export interface StoredObject {
  readonly key: string;
  readonly size: number;
  readonly etag?: string;
  readonly lastModified: string;
}

export interface LinkRequest {
  readonly key: string;
  /** What the browser calls the file; any script. */
  readonly filename: string;
  readonly contentType: string;
  readonly expiresInSeconds: number;
}

/** A URL that works without cookies, and for how long it really does: never longer than the credentials that signed it. */
export interface Link {
  readonly url: string;
  readonly expiresInSeconds: number;
}

/** First and last byte, both included, counted from 0. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface PutOptions {
  readonly contentType: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Keys are made by the server: `exports/{company}/{id}/{attempt}.zip`. Every verb refuses others with `invalid_input`.
 * Errors of all verbs: `storage_unavailable` when the store fails or does not answer, `disk_full` when it has no room.
 */
export interface ObjectStore {
  readonly kind: 'embedded' | 's3';

  /**
   * Streams `body` to `key` in constant memory; visible at once and whole when it resolves, replacing what was there.
   * A failing body rejects with the body's own error, an aborted signal with its reason; both leave nothing behind.
   * An abort that comes while the finished object is being published is too late: the put then resolves.
   */
  put(key: string, body: AsyncIterable<Buffer>, options: PutOptions): Promise<{ size: number }>;

  /** What is stored under the key, or null. */
  head(key: string): Promise<StoredObject | null>;

  /** The content, or a part of it. Errors: `no_file`; `range_not_satisfiable` when the range begins after the end. */
  get(key: string, range?: ByteRange): Promise<Readable>;

  /** Removes any number of objects. One that is not there counts as removed. */
  delete(keys: readonly string[]): Promise<void>;

  /**
   * Removes all that a put which never ended may have left under the key: the object, and what was not yet one. For
   * whoever stopped the put by force, and only when nothing puts to this key any more.
   */
  discard(key: string): Promise<void>;

  /** A link whose method, key, expiry, disposition and type are all signed. Errors: `no_file`, never a link to nothing. */
  link(request: LinkRequest): Promise<Link>;

  /**
   * Ends unfinished uploads begun (S3) or last written to (embedded) longer ago than this; resolves to how many. One that
   * cannot be ended keeps no other from it, and rejects in the end.
   */
  abortStaleUploads(olderThanSeconds: number): Promise<number>;

  /** Resolves when the store answers and may be written to; within 5 seconds rejects with `storage_unavailable` otherwise. */
  check(): Promise<void>;
}
