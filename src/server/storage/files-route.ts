/**
 * `GET /files/*`: where links of the embedded store lead. Public on purpose: the signature in the link is the permission,
 * so that it works in a mail client, a spreadsheet or curl.
 */
import type { FastifyPluginAsync } from 'fastify';
import { ProductError } from '#contract/errors.ts';
import type { EmbeddedStore } from './embedded-store.ts';
import { serveFile } from './serve-file.ts';

/** `app.register(filesRoute, { store })`. Errors: `link_refused`, `no_file`, `range_not_satisfiable`. */
export const filesRoute: FastifyPluginAsync<{ store: EmbeddedStore }> = async (app, { store }) => {
  app.route<{ Params: { '*': string } }>({
    method: ['GET', 'HEAD'],
    url: '/files/*',
    config: { access: 'public' },
    schema: { tags: ['Files'], summary: 'A file, by the signed link that a download answered' } as object,
    handler: async (request, reply) => {
      const answer = await serveFile(
        store,
        {
          method: request.method === 'HEAD' ? 'HEAD' : 'GET',
          key: request.params['*'],
          // From the raw URL: a parameter given twice must be seen as such.
          query: new URL(request.raw.url ?? '/', 'http://localhost').searchParams,
          headers: request.headers,
        },
        new Date(),
      );
      void reply.headers(answer.headers);
      if (answer.status === 416) throw new ProductError('range_not_satisfiable', 'The range begins after the end.');
      return reply.status(answer.status).send(answer.body);
    },
  });
};
