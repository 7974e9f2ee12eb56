/** The live stream of a company's jobs. Access is proven when it opens, and again whenever the person's access changes. */
import { z } from 'zod';
import type { ExportJob } from '#contract/export-jobs.ts';
import { companyDenied, grantEverywhere } from '#server/access/decide.ts';
import { grantOf, inQuery } from '#server/access/guard.ts';
import type { Database } from '#server/database/database.ts';
import { AtOnce } from '#server/http/at-once.ts';
import { answers } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import type { ChangeFeed, FeedEvent } from './change-feed.ts';
import { EventStream } from './event-stream.ts';
import { PeoplePresent } from './people-present.ts';
import type { StandingProofs } from './standing-proofs.ts';

export interface EventsRouteOptions {
  readonly db: Database;
  readonly feed: ChangeFeed<ExportJob>;
  readonly proofs: StandingProofs;
  /** Open streams of one person, and of everybody, in this process. */
  readonly streamsMax: { readonly perPerson: number; readonly perProcess: number };
}

export function eventsRoute(app: App, { db, feed, proofs, streamsMax }: EventsRouteOptions): void {
  const open = new AtOnce({ ...streamsMax, what: 'event streams' });
  const present = new PeoplePresent(db);
  app.get(
    '/api/v1/export-jobs/events',
    {
      // the head of something without an end would be waited for without an end
      exposeHeadRoute: false,
      config: { access: { capability: 'view_financials', company: inQuery('company_id'), orAll: true } },
      schema: {
        tags: ['Export jobs'],
        summary: 'Server-sent events: job, deleted, data, resync',
        description:
          'Ids name a place in the history of this database: send the last one as Last-Event-ID to hear all that came after it. `data` says that a company has another version of its data: ask again for what you show. `resync` means that it is unknown here or too old: read the list again.',
        querystring: z.strictObject({
          company_id: z.string().optional(),
          last_event_id: z.string().max(100).optional(),
        }),
        response: answers({}, 400, 401, 403, 429),
      },
    },
    async (request, reply) => {
      const view = grantOf(request, 'view_financials');
      const header = request.headers['last-event-id'];
      const lastEventId = (Array.isArray(header) ? header[0] : header) ?? request.query.last_event_id ?? null;
      // packs of several companies are told to whoever may see all of them
      const wide = await grantEverywhere(db, view.principal, 'view_financials');
      if (!view.companyIds.every((id) => wide.companyIds.includes(id))) throw companyDenied();
      const free = open.take(view.principal.userId ?? view.principal.name);
      const stream = new EventStream(reply);
      let leave: () => void = () => undefined;
      let closed = false;
      const end = (): void => {
        leave();
        stream.end();
      };
      const proof = proofs.hold(wide, end);
      // a key has no page
      const { userId, via } = view.principal;
      const left = userId !== null && via === 'session' ? present.enter(userId) : () => undefined;
      stream.onClose(() => {
        left();
        free();
        proof.release();
        closed = true;
        leave();
      });
      // an event waits for a proof that is under way, so that nothing is told after access was lost
      const waiting: FeedEvent<ExportJob>[] = [];
      const deliver = (event: FeedEvent<ExportJob>): void => {
        waiting.push(event);
        if (waiting.length === 1) void flush();
      };
      const flush = async (): Promise<void> => {
        for (let next = waiting[0]; next; next = waiting[0]) {
          while (proof.underWay) await proof.underWay;
          tell(stream, next);
          waiting.shift();
        }
      };
      try {
        const viewable = new Set(wide.companyIds);
        leave = await feed.subscribe(
          { companyIds: new Set(view.companyIds), viewable, ended: end, deliver },
          lastEventId,
        );
        stream.onHeartbeat(() => (waiting.length === 0 ? feed.currentEventId() : null));
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
  if (event.kind === 'mark') stream.mark(event.eventId);
  else if (event.kind === 'resync') stream.send('resync', event.eventId, {});
  else if (event.change.dataVersion !== undefined) {
    stream.send('data', event.eventId, { company_id: event.change.companyId, data_version: event.change.dataVersion });
  } else if (event.change.value === null) stream.send('deleted', event.eventId, { id: event.change.id });
  else stream.send('job', event.eventId, event.change.value);
}
