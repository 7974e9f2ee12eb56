/** The live stream of a company's jobs. Access is proven when it opens, again whenever anybody's access changes. */
import { z } from 'zod';
import type { ExportJob } from '#contract/export-jobs.ts';
import { requireCapability } from '#server/access/decide.ts';
import { credentialLives, grantOf, inQuery } from '#server/access/guard.ts';
import { isConnectionLoss } from '#server/database/connection-loss.ts';
import type { Database } from '#server/database/database.ts';
import { answers } from '#server/http/input.ts';
import type { App } from '#server/http/server.ts';
import type { ChangeFeed, FeedEvent } from '#server/live/change-feed.ts';
import { EventStream } from '#server/live/event-stream.ts';

export interface EventsRouteOptions {
  readonly db: Database;
  readonly feed: ChangeFeed<ExportJob>;
}

/** Access is proven again at least this often, whatever was announced. */
const proofMilliseconds = 15_000;

export function eventsRoute(app: App, { db, feed }: EventsRouteOptions): void {
  app.get(
    '/api/v1/export-jobs/events',
    {
      config: { access: { capability: 'view_financials', company: inQuery('company_id'), orAll: true } },
      schema: {
        tags: ['Export jobs'],
        summary: 'Server-sent events: job, deleted, resync',
        querystring: z.strictObject({
          company_id: z.string().optional(),
          last_event_id: z.string().max(100).optional(),
        }),
        response: answers({}, 401, 403),
      },
    },
    async (request, reply) => {
      const view = grantOf(request, 'view_financials');
      const header = request.headers['last-event-id'];
      const lastEventId = (Array.isArray(header) ? header[0] : header) ?? request.query.last_event_id ?? null;
      const stream = new EventStream(reply);
      let leave: () => void = () => undefined;
      let closed = false;
      let checking: Promise<void> | null = null;
      const end = (): void => {
        leave();
        stream.end();
      };
      const check = async (): Promise<void> => {
        try {
          if (!(await credentialLives(db, view.principal))) return end();
          for (const company of view.companies)
            await requireCapability(db, view.principal, 'view_financials', company.id);
        } catch (error) {
          // a database that cannot be asked has nothing to tell either; it is asked again when it is back
          if (!isConnectionLoss(error)) end();
        }
      };
      const prove = (): void => {
        checking ??= check().finally(() => {
          checking = null;
        });
      };
      const timer = setInterval(prove, proofMilliseconds);
      stream.onClose(() => {
        clearInterval(timer);
        closed = true;
        leave();
      });
      stream.mark(feed.currentEventId());
      try {
        leave = await feed.subscribe(
          {
            companyIds: new Set(view.companyIds),
            accessChanged: prove,
            ended: end,
            // an event waits for a proof that is under way, so that nothing is told after access was lost
            deliver: (event) => (checking ? void checking.then(() => tell(stream, event)) : tell(stream, event)),
          },
          lastEventId,
        );
      } catch (error) {
        // the past could not be read: the reader comes back with the same id
        request.log.warn({ err: error }, 'stream could not be resumed');
        end();
      }
      if (closed) leave();
    },
  );
}

function tell(stream: EventStream, event: FeedEvent<ExportJob>): void {
  if (event.kind === 'resync') stream.send('resync', event.eventId, {});
  else if (event.change.value === null) stream.send('deleted', event.eventId, { id: event.change.id });
  else stream.send('job', event.eventId, event.change.value);
}
