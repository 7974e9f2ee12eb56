/**
 * `GET …/{id}/file`: the file itself, where DOWNLOAD_MODE is `stream`. Session or key, company and capability are proven at
 * each request, ranges included, and again while the bytes are on their way: access that is lost ends the transfer.
 */
import type { FastifyRequest } from 'fastify';
import { ProductError } from '#contract/errors.ts';
import { audit } from '#server/access/audit.ts';
import { grantOf, originOf } from '#server/access/guard.ts';
import type { Database } from '#server/database/database.ts';
import type { App, RouteAccess } from '#server/http/app-type.ts';
import type { StandingProofs } from '#server/live/standing-proofs.ts';
import { serveObject } from '#server/storage/serve-file.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import { downloadableFile } from './downloads.ts';
import { jobParams } from './schemas.ts';
import { entry, jobOf } from './verbs.ts';

export interface FileRouteOptions {
  /** Proves access again while the bytes are on their way. */
  readonly proofs: StandingProofs;
  /** The address people use; absent: the one each request came to, so that its cookie goes there too. */
  readonly publicUrl: string | undefined;
}

interface FileRouteParts {
  readonly db: Database;
  readonly store: ObjectStore;
  readonly access: RouteAccess;
  readonly url: string;
}

export const fileAddress = (request: FastifyRequest, { publicUrl }: FileRouteOptions, path: string): string =>
  `${publicUrl ?? `${request.protocol}://${request.host}`}${path}`;

export function fileRoute(app: App, { db, store, access, url }: FileRouteParts, { proofs }: FileRouteOptions): void {
  app.route({
    method: ['GET', 'HEAD'],
    url,
    config: { access },
    schema: { tags: ['Export jobs'], summary: 'The file, by the session or key that asks', params: jobParams },
    handler: async (request, reply) => {
      const view = grantOf(request, 'view_financials');
      const job = jobOf(request, view);
      const file = downloadableFile(job);
      const method = request.method === 'HEAD' ? 'HEAD' : 'GET';
      const answer = await serveObject(store, file, { method, headers: request.headers });
      const { body } = answer;
      if (!body) {
        void reply.headers(answer.headers);
        if (answer.status === 416) throw new ProductError('range_not_satisfiable', 'The range begins after the end.');
        return reply.status(answer.status).send();
      }

      const proof = proofs.hold(view, () => body.destroy(new Error('access was lost')));
      body.once('close', () => proof.release());
      // what was lost between the guard's proof and here was announced to nobody
      await proof.renew();
      if (body.destroyed) throw new ProductError('company_access_denied', 'You no longer have access to this company.');
      const begins = (answer.headers['content-range'] ?? 'bytes 0-').startsWith('bytes 0-');
      const action = begins ? 'export.downloaded' : 'export.download_continued';
      await audit(db, view.principal, originOf(request), entry(view, action, job)).catch((error: unknown) => {
        // nothing leaves that is not written down
        body.destroy();
        throw error;
      });
      return reply.status(answer.status).headers(answer.headers).send(body);
    },
  });
}
