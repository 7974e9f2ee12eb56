/**
 * The built page: hashed assets that a browser may keep for ever, and one HTML page for every address that is not a file.
 */
import fastifyStatic from '@fastify/static';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { ProductError } from '#contract/errors.ts';
import type { App } from './server.ts';

const assetsFolder = 'assets/';
const foreverSeconds = 365 * 24 * 3600;

export async function webRoutes(app: App, folder: string): Promise<void> {
  const files = new Set<string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) files.add(relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
  }
  await app.register(fastifyStatic, {
    root: folder,
    serve: false,
    cacheControl: false,
    etag: true,
    lastModified: false,
  });
  app.get('/*', { config: { access: 'public' }, schema: { hide: true } as object }, (request, reply) => {
    const path = decodeURIComponent(request.url.split('?')[0]?.slice(1) ?? '');
    if (path.startsWith('api/') || path.startsWith('files/')) {
      throw new ProductError('no_such_route', 'There is nothing at this address.');
    }
    const found = files.has(path);
    if (!found && path.startsWith(assetsFolder)) throw new ProductError('no_such_route', 'There is no such file.');
    void reply.header(
      'cache-control',
      found && path.startsWith(assetsFolder) ? `public, max-age=${foreverSeconds}, immutable` : 'no-cache',
    );
    return reply.sendFile(found ? path : 'index.html');
  });
}
