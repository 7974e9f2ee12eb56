/** The live stream of a company's jobs. Access is proven when it opens, again whenever anybody's access changes. */
import { z } from 'zod';
import type { ExportJob } from '#contract/export-jobs.ts';
import { grantOf, inQuery } from '#server/access/guard.ts';
import type { Database } from '#server/database/database.ts';
import { answers } from '#server/http/input.ts';
import type { App } from '#server/http/server.ts';
import type { ChangeFeed, FeedEvent } from '#server/live/change-feed.ts';
import { EventStream } from '#server/live/event-stream.ts';
import { StandingProof } from './standing-proof.ts';

export interface EventsRouteOptions {
  readonly db: Database;
  readonly feed: ChangeFeed<ExportJob>;
}

export function eventsRoute(app: App, { db, feed }: EventsRouteOptions): void {
  app.get(
    '/api/v1/export-jobs/events',
    {
      // the head of something without an end would be waited for without an end
      exposeHeadRoute: false,
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
      const end = (): void => {
        leave();
        stream.end();
      };
      const proof = new StandingProof(db, view, end);
      stream.onClose(() => {
        proof.stop();
        closed = true;
        leave();
      });
      stream.mark(feed.currentEventId());
      try {
        leave = await feed.subscribe(
          {
            companyIds: new Set(view.companyIds),
            accessChanged: () => void proof.renew(),
            ended: end,
            // an event waits for a proof that is under way, so that nothing is told after access was lost
            deliver: (event) =>
              proof.underWay ? void proof.underWay.then(() => tell(stream, event)) : tell(stream, event),
          },
          lastEventId,
        );
        // what was lost between the guard's proof and here was announced to nobody
        void proof.renew();
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
