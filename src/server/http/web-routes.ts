/**
 * The built page: hashed assets that a browser may keep for ever, and one HTML page for every address that is not a file.
 * All of it is read once, at the start: an upgrade that replaces the files changes nothing under a server that runs.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { ProductError } from '#contract/errors.ts';
import { takesGzip } from './packed.ts';
import type { App } from './app-type.ts';

const assetsFolder = 'assets/';
const foreverSeconds = 365 * 24 * 3600;

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface PageFile {
  readonly content: Buffer;
  readonly packed: Buffer;
  readonly mediaType: string;
  readonly etag: string;
}

/** @throws Error for a kind of file that has no media type here. */
async function readPage(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const mediaType = mediaTypes[extname(path)];
    if (mediaType === undefined) throw new Error(`${path}: no media type is known for this kind of file`);
    const content = await readFile(path);
    // weak: the same for both encodings
    const etag = `W/"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
    const packed = await promisify(gzip)(content);
    files.set(relative(folder, path).split(sep).join('/'), { content, packed, mediaType, etag });
  }
  return files;
}

export async function webRoutes(app: App, folder: string): Promise<void> {
  const files = await readPage(folder);
  const page = files.get('index.html');
  if (!page) throw new Error(`${folder} has no index.html: build the page`);
  app.get('/*', { config: { access: 'public' }, schema: { hide: true } as object }, (request, reply) => {
    const path = decodeURIComponent(request.url.split('?')[0]?.slice(1) ?? '');
    if (path.startsWith('api/') || path.startsWith('files/')) {
      throw new ProductError('no_such_route', 'There is nothing at this address.');
    }
    const file = files.get(path);
    const isAsset = path.startsWith(assetsFolder);
    if (!file && isAsset) throw new ProductError('no_such_route', 'There is no such file.');
    const { content, packed, mediaType, etag } = file ?? page;
    void reply.headers({
      'cache-control': isAsset ? `public, max-age=${foreverSeconds}, immutable` : 'no-cache',
      vary: 'accept-encoding',
      etag,
    });
    if (request.headers['if-none-match']?.includes(etag.slice(2))) return reply.code(304).send();
    void reply.type(mediaType);
    if (!takesGzip(request.headers['accept-encoding'])) return reply.send(content);
    return reply.header('content-encoding', 'gzip').send(packed);
  });
}
