/**
 * Keeps everything the page shows about the exports of one company current. Events change rows in place; news of a state is
 * followed by one quiet reload (counts, order, places in the queue). An end is announced once, however it is learnt.
 */
import type { QueryClient } from '@tanstack/react-query';
import type { ExportJob, Page } from '#contract/export-jobs.ts';
import { unfinishedQuery } from '#web/api/export-jobs.ts';
import { meQuery } from '#web/api/me.ts';
import { serverNow } from '#web/api/server-clock.ts';
import { announce } from '#web/frame/announcer.tsx';
import { endedSentence, isUnfinished } from '#web/words/jobs.ts';
import type { StreamEvent } from './event-stream.ts';
import { markFresh } from './fresh.ts';
import { addJob, putJob, reloadJobs } from './job-cache.ts';
import { HeardEvents } from './heard.ts';
import type { ListView } from './job-page.ts';
import { JobWatch, type News } from './job-watch.ts';
import { QuietReload } from './quiet-reload.ts';
import { followAll, type StreamState } from './shared-stream.ts';

export class CompanyLive {
  readonly companyId: string | null;
  #onEnded: (job: ExportJob) => void = () => {};
  readonly #queryClient: QueryClient;
  readonly #watch = new JobWatch();
  /** Answers to questions that were under way while events came are brought up to date with these. */
  readonly #heard = new HeardEvents();
  readonly #reload: QuietReload;
  readonly #listeners = new Set<() => void>();
  #state: StreamState = 'connecting';
  #lastHeardAt = serverNow();

  readonly #userId: string | null;

  /**
   * `companyId` is null when the person may not see exports of it, `userId` when of no company: then nothing is followed.
   * One's own exports are told of in whatever company they are.
   */
  constructor(queryClient: QueryClient, companyId: string | null, userId: string | null) {
    this.#queryClient = queryClient;
    this.companyId = companyId;
    this.#userId = userId;
    this.#reload = new QuietReload(() => this.reload());
  }

  get state(): StreamState {
    return this.#state;
  }

  /** When the server was last heard of, in milliseconds of its own clock. */
  get lastHeardAt(): number {
    return this.#lastHeardAt;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** @returns the function that stops following */
  start(onEnded: (job: ExportJob) => void): () => void {
    this.#onEnded = onEnded;
    if (this.#userId === null) return () => {};
    const stop = followAll(this.#userId, {
      onState: (state) => this.#enter(state),
      onEvent: (event) => this.#take(event),
    });
    return () => {
      stop();
      this.#reload.cancel();
    };
  }

  async reload(): Promise<void> {
    if (this.companyId !== null) await reloadJobs(this.#queryClient, this.companyId);
  }

  /** Asks for a page, and answers it no older than what has been heard meanwhile. */
  async freshPage(view: ListView, ask: () => Promise<Page<ExportJob>>): Promise<Page<ExportJob>> {
    const askedAt = performance.now();
    return this.#heard.freshPage(await ask(), view, askedAt);
  }

  /** The same for one job. */
  async freshJob(ask: () => Promise<ExportJob>): Promise<ExportJob> {
    const askedAt = performance.now();
    return this.#heard.freshJob(await ask(), askedAt);
  }

  /** Takes a job that a list or an answer holds. */
  see(job: ExportJob): void {
    this.#tell(this.#watch.see(job), job);
  }

  #enter(state: StreamState): void {
    this.#state = state;
    if (state === 'open') this.#lastHeardAt = serverNow();
    // what happened between the first answer and the opening of the stream is in no event
    if (state === 'open' || state === 'denied') this.#reload.soon();
    if (state === 'denied') void this.#queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
    for (const listener of this.#listeners) listener();
  }

  #take({ event, data }: StreamEvent): void {
    this.#lastHeardAt = serverNow();
    if (event === 'deleted' || event === 'resync' || event === 'data') this.#reload.soon();
    if (event === 'deleted') this.#heard.add({ deletedId: (JSON.parse(data) as { id: string }).id });
    if (event !== 'job') return;
    const job = JSON.parse(data) as ExportJob;
    putJob(this.#queryClient, job);
    const news = this.#watch.hear(job, serverNow());
    if (job.company_id !== this.companyId) return this.#tellOfOther(news, job);
    this.#heard.add({ job, isNew: news === 'new' });
    if (news === 'new') addJob(this.#queryClient, job);
    this.#tell(news, job);
    if (news) this.#reload.soon();
  }

  /** Another company's: its lists are asked again when they are opened; the end of one's own is said at once. */
  #tellOfOther(news: News, job: ExportJob): void {
    if (news) void reloadJobs(this.#queryClient, job.company_id);
    if (news !== 'ended' || job.created_by.id !== this.#userId) return;
    announce(endedSentence(job));
    this.#onEnded(job);
  }

  #tell(news: News, job: ExportJob): void {
    if (news === 'new' && isUnfinished(job)) this.#countUnfinished(1);
    if (news === 'ended') this.#countUnfinished(-1);
    if (news === 'new') markFresh(job.id);
    if (news !== 'ended') return;
    announce(endedSentence(job));
    this.#onEnded(job);
  }

  /** Beside the navigation at once; the reload that follows counts properly. */
  #countUnfinished(step: 1 | -1): void {
    const { queryKey } = unfinishedQuery(this.companyId ?? '');
    this.#queryClient.setQueryData(queryKey, (known) => (known === undefined ? known : Math.max(known + step, 0)));
  }
}
