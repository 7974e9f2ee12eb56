/**
 * The store that needs nothing: a folder on this machine. An object is written aside, forced to the disk, and renamed into place,
 * so that it is there whole or not at all, also after a power cut. Folders 0700, files 0600. No link in it is followed.
 */
import { createHash, randomUUID } from 'node:crypto';
import { access, constants, lstat, mkdir, open, readdir, rm, stat, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ProductError } from '#contract/errors.ts';
import { openInside, requireFolders } from './inside.ts';
import { requireObjectKey } from './object-key.ts';
import { publish, removeEmptyFolders } from './publish.ts';
import { LinkSigner } from './signed-link.ts';
import type { LinkTerms } from './signed-link.ts';
import { Source } from './source.ts';
import { failureCode, noFile, readableOrStorageError, storageError } from './storage-error.ts';
import type { ByteRange, Link, LinkRequest, ObjectStore, PutOptions, StoredObject } from './store.ts';

export interface EmbeddedStoreSettings {
  readonly kind: 'embedded';
  /** Made when it is not there. */
  readonly folder: string;
  /** Signs links. */
  readonly secret: string;
  /** The address people reach this installation at, without a slash at the end. */
  readonly baseUrl: () => string;
}

/** One object held open: what is read is what `object` describes, even if it is replaced or deleted meanwhile. */
export interface OpenObject {
  readonly object: StoredObject;
  /** Closes by itself at its end or when destroyed. Errors: `range_not_satisfiable`. */
  read(range?: ByteRange): Readable;
  /** For whoever did not `read`. */
  close(): Promise<void>;
}

const writeBytes = 256 * 1024;
/** Of every download under way: 500 at once took 136 MB with this, 270 MB with four times as much, and as long (2026-11). */
const readBytes = 64 * 1024;
/** ELOOP: a link, which is no object. */
const absentCodes = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENXIO']);

export class EmbeddedStore implements ObjectStore {
  readonly kind = 'embedded';
  readonly #objects: string;
  readonly #partials: string;
  readonly #signer: LinkSigner;
  readonly #baseUrl: () => string;
  #foldersMade = false;

  constructor(settings: EmbeddedStoreSettings) {
    this.#objects = resolve(settings.folder, 'objects');
    this.#partials = resolve(settings.folder, 'partial');
    this.#signer = new LinkSigner(settings.secret);
    this.#baseUrl = settings.baseUrl;
  }

  async put(key: string, body: AsyncIterable<Buffer>, { signal }: PutOptions): Promise<{ size: number }> {
    const target = this.#pathOf(key);
    const partial = join(this.#partials, `${partialPrefix(key)}${randomUUID()}`);
    const source = new Source(body, signal);
    try {
      await this.#makeFolders();
      // Opened before anything can fail: a stream that opens its file itself may do so after we have removed it.
      const file = await open(partial, 'wx', 0o600);
      await pipeline(source, file.createWriteStream({ flush: true, highWaterMark: writeBytes }));
      source.rethrow();
      await requireFolders(this.#objects, target);
      await publish(partial, target);
      return { size: source.bytes };
    } catch (error) {
      // What cannot be removed now is removed by abortStaleUploads.
      await rm(partial, { force: true }).catch(() => undefined);
      source.rethrow();
      throw storageError('store the file', error);
    }
  }

  async head(key: string): Promise<StoredObject | null> {
    const path = this.#pathOf(key);
    try {
      await this.#makeFolders();
      await requireFolders(this.#objects, path);
      return describe(key, await lstat(path, { bigint: true }));
    } catch (error) {
      if (await this.#isAbsent(error)) return null;
      throw storageError('look up the file', error);
    }
  }

  async get(key: string, range?: ByteRange): Promise<Readable> {
    const opened = await this.open(key);
    try {
      return opened.read(range);
    } catch (error) {
      await opened.close();
      throw error;
    }
  }

  /** Errors: `no_file`. */
  async open(key: string): Promise<OpenObject> {
    const path = this.#pathOf(key);
    let file: FileHandle | undefined;
    try {
      await this.#makeFolders();
      file = await openInside(this.#objects, path);
      const object = describe(key, await file.stat({ bigint: true }));
      if (object === null) throw noFile(key);
      return opened(object, file);
    } catch (error) {
      await file?.close();
      throw (await this.#isAbsent(error)) ? noFile(key, error) : storageError('read the file', error);
    }
  }

  async delete(keys: readonly string[]): Promise<void> {
    const paths = keys.map((key) => this.#pathOf(key));
    for (const path of paths) {
      try {
        await this.#makeFolders();
        await requireFolders(this.#objects, path);
        await unlink(path);
      } catch (error) {
        // behind a link something may be: it is not followed, and not said to be gone
        if (failureCode(error) === 'ELOOP' || !(await this.#isAbsent(error))) {
          throw storageError('delete the file', error);
        }
      }
      await removeEmptyFolders(dirname(path), this.#objects);
    }
  }

  async discard(key: string): Promise<void> {
    const prefix = partialPrefix(requireObjectKey(key));
    try {
      await this.#makeFolders();
      const left = (await readdir(this.#partials)).filter((name) => name.startsWith(prefix));
      await Promise.all(left.map((name) => rm(join(this.#partials, name), { force: true })));
    } catch (error) {
      throw storageError('remove an unfinished file', error);
    }
    await this.delete([key]);
  }

  async link({ key, filename, contentType, expiresInSeconds }: LinkRequest): Promise<Link> {
    if ((await this.head(key)) === null) throw noFile(key);
    const expires = Math.floor(Date.now() / 1000) + expiresInSeconds;
    const path = this.#signer.path({ key, expires, filename, type: contentType });
    return { url: `${this.#baseUrl()}${path}`, expiresInSeconds };
  }

  /** What the query of a link grants for this key. Errors: `link_refused`. */
  verifyLink(key: string, query: URLSearchParams, now: Date): LinkTerms {
    return this.#signer.verify(key, query, now);
  }

  async abortStaleUploads(olderThanSeconds: number): Promise<number> {
    const before = Date.now() - olderThanSeconds * 1000;
    let removed = 0;
    let failure: unknown;
    try {
      await this.#makeFolders();
      for (const name of await readdir(this.#partials)) {
        const partial = join(this.#partials, name);
        const found = await stat(partial).catch(() => null);
        if (found === null || found.mtimeMs > before) continue;
        // one that cannot be removed keeps no other from it
        await rm(partial, { force: true }).then(
          () => (removed += 1),
          (error: unknown) => (failure ??= error),
        );
      }
    } catch (error) {
      failure ??= error;
    }
    if (failure !== undefined) throw storageError('remove unfinished files', failure);
    return removed;
  }

  async check(): Promise<void> {
    try {
      await this.#makeFolders();
      for (const folder of [this.#objects, this.#partials]) {
        await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
      }
    } catch (error) {
      throw storageError('be reached', error);
    }
  }

  /** Once: folders that vanish later are a disk that went away, and must not be made anew on the one below it. */
  async #makeFolders(): Promise<void> {
    if (this.#foldersMade) return;
    await mkdir(this.#objects, { recursive: true, mode: 0o700 });
    await mkdir(this.#partials, { recursive: true, mode: 0o700 });
    this.#foldersMade = true;
  }

  /** Whether it is the object that is not there, and not the whole store. */
  async #isAbsent(error: unknown): Promise<boolean> {
    if (!absentCodes.has(failureCode(error))) return false;
    return stat(this.#objects).then(
      (found) => found.isDirectory(),
      () => false,
    );
  }

  #pathOf(key: string): string {
    return join(this.#objects, ...requireObjectKey(key).split('/'));
  }
}

/** What the partial files of one key begin with; short, whatever the key's length. */
const partialPrefix = (key: string): string => `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.`;

/** Null for what is no file. The ETag is new for every put: a rename brings a new inode and time. */
const describe = (
  key: string,
  found: { isFile(): boolean; size: bigint; ino: bigint; mtimeNs: bigint; mtime: Date },
): StoredObject | null =>
  found.isFile()
    ? {
        key,
        size: Number(found.size),
        etag: `"${found.ino.toString(16)}-${found.size.toString(16)}-${found.mtimeNs.toString(16)}"`,
        lastModified: found.mtime.toISOString(),
      }
    : null;

const opened = (object: StoredObject, file: FileHandle): OpenObject => ({
  object,
  read: (range) => {
    if (range !== undefined && (range.start >= object.size || range.end < range.start)) {
      throw new ProductError('range_not_satisfiable', `The file has ${object.size} bytes.`);
    }
    return readableOrStorageError(file.createReadStream({ ...range, highWaterMark: readBytes }));
  },
  close: () => file.close(),
});
