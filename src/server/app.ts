/** The whole HTTP application, composed: every part gets what it needs, nothing reaches for a global. */
import { join } from 'node:path';
import swagger from '@fastify/swagger';
import type { FastifyBaseLogger } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import type { ExportJob } from '#contract/export-jobs.ts';
import { installGuard } from '#server/access/guard.ts';
import type { AccessRoutesOptions } from '#server/access/routes.ts';
import type { Settings } from '#server/config/settings.ts';
import type { DatabasePool } from '#server/database/database.ts';
import { deliveryParts } from '#server/delivery/routes.ts';
import type { SendParts } from '#server/delivery/sender.ts';
import type { ReadingPool } from '#server/database/replica.ts';
import type { ExportQueue } from '#server/exports/queue.ts';
import { closeRoutes } from '#server/close/close-routes.ts';
import { closingRoutes } from '#server/close/routes.ts';
import { closingPacks } from '#server/exports/packs/close-pack.ts';
import { packRoutes } from '#server/exports/packs/routes.ts';
import { exportRoutes } from '#server/exports/routes.ts';
import { savedReportRoutes } from '#server/exports/saved-report-routes.ts';
import { importRoutes } from '#server/imports/routes.ts';
import { apiDocs } from '#server/http/api-docs.ts';
import { requestSpans } from '#server/http/request-spans.ts';
import type { App } from '#server/http/app-type.ts';
import { createServer } from '#server/http/server.ts';
import { webRoutes } from '#server/http/web-routes.ts';
import type { ChangeFeed } from '#server/live/change-feed.ts';
import { eventsRoute } from '#server/live/events-route.ts';
import { StandingProofs } from '#server/live/standing-proofs.ts';
import type { MailRoom } from '#server/mail/mail-room.ts';
import { locationRoutes } from '#server/organization/location-routes.ts';
import { auditChainRoutes } from '#server/proof/audit-chain-routes.ts';
import { proofRoutes } from '#server/proof/routes.ts';
import type { ManifestSigner } from '#server/proof/signing-key.ts';
import { togetherRoutes } from '#server/proof/together-routes.ts';
import { reportMarkRoutes } from '#server/reports/marks.ts';
import { reportRoutes } from '#server/reports/routes.ts';
import { EmbeddedStore } from '#server/storage/embedded-store.ts';
import { filesRoute } from '#server/storage/files-route.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import { healthRoutes } from './health.ts';
import { metricsRoute } from './metrics-route.ts';
import { signInParts } from './sign-in-parts.ts';

export interface AppOptions {
  readonly settings: Settings;
  readonly pool: DatabasePool;
  readonly reportsPool: ReadingPool;
  readonly downloadsPool: ReadingPool;
  readonly queue: ExportQueue;
  readonly feed: ChangeFeed<ExportJob>;
  readonly store: ObjectStore;
  /** Key that manifests are signed with. */
  readonly signer: ManifestSigner;
  readonly mailRoom: MailRoom;
  readonly delivery: SendParts;
  /** Keys of what sign-in keeps are derived from it. */
  readonly authSecret: string;
  readonly operatorToken: string | undefined;
  readonly demo: AccessRoutesOptions['demo'];
  /** The built page; absent: the API alone. */
  readonly webFolder: string | undefined;
  readonly log: FastifyBaseLogger;
}

export async function createApp(options: AppOptions): Promise<App> {
  const { settings, pool, reportsPool, downloadsPool, queue, feed, store } = options;
  const { db } = pool;
  const secure = settings.publicUrl?.startsWith('https:') ?? false;
  const sessionCookie = secure ? '__Host-mathership' : 'mathership_session';
  const app = createServer({
    log: options.log,
    publicUrl: settings.publicUrl,
  });
  requestSpans(app);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Mathership Export History',
        version: '1',
        description:
          'Report exports for restaurant groups: background jobs, their history, and files that prove themselves complete.',
      },
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: sessionCookie },
        },
      },
      security: [{ apiKey: [] }, { session: [] }],
    },
    transform: jsonSchemaTransform,
  });
  installGuard(app, {
    db,
    sessionCookie,
    requestsPerSecond: settings.requestsPerSecondMax,
    ...(options.operatorToken !== undefined && { operatorToken: options.operatorToken }),
  });
  signInParts(app, options, { db, sessionCookie, secure, publicUrl: settings.publicUrl });
  locationRoutes(app, { db });
  reportRoutes(app, { pool, reportsPool, downloadsPool, rowLimits: settings.rowLimits });
  closingRoutes(app, { pool });
  importRoutes(app, { pool, folder: join(settings.dataDir, 'imports') });
  const proofs = new StandingProofs(db, feed);
  eventsRoute(app, { db, feed, proofs, streamsMax: settings.eventStreamsMax });
  const exports = {
    db,
    queue,
    store,
    limits: { unfinishedMax: settings.exportUnfinishedMax, rowsMax: settings.rowLimits.background },
    ...(settings.downloadMode === 'stream' && { stream: { proofs, publicUrl: settings.publicUrl } }),
  };
  exportRoutes(app, exports);
  packRoutes(app, exports);
  closeRoutes(app, { pool, reportsPool, packs: closingPacks(exports) });
  togetherRoutes(app, { db, store, proofs, signer: options.signer, publicUrl: settings.publicUrl });
  reportMarkRoutes(app, { db });
  savedReportRoutes(app, { db });
  deliveryParts(app, options.delivery, { streams: settings.downloadMode === 'stream' });
  const verifyFolder = join(settings.dataDir, 'verify');
  proofRoutes(app, { db, signer: options.signer, folder: verifyFolder, bytesMax: settings.verifyBytesMax });
  auditChainRoutes(app, { db });
  // where files go through the API, a link from before proves nothing any more
  if (store instanceof EmbeddedStore && settings.downloadMode === 'link') await app.register(filesRoute, { store });
  healthRoutes(app, { pool, store });
  metricsRoute(app, { pool, store, feed, token: settings.metricsToken });
  apiDocs(app);
  if (options.webFolder !== undefined) await webRoutes(app, options.webFolder);
  return app;
}
