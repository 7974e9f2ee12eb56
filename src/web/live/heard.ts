/**
 * The events of the last minute. An answer that was on its way while they came may be older than they are: it is brought
 * up to date with them before it is shown, so that no row goes back and no new one blinks.
 */
import type { ExportJob, Page } from '#contract/export-jobs.ts';
import { newerOf, withJob, withNewJob, withoutJob, type ListView } from './job-page.ts';

/** Longer than any answer is waited for. */
const keptForMs = 60_000;
const keptMax = 2000;

type Heard = { readonly at: number } & (
  | { readonly job: ExportJob; readonly isNew: boolean }
  | { readonly deletedId: string }
);

export class HeardEvents {
  #events: Heard[] = [];

  add(event: { job: ExportJob; isNew: boolean } | { deletedId: string }): void {
    const at = performance.now();
    this.#events.push({ at, ...event });
    if (this.#events.length > keptMax || (this.#events[0]?.at ?? at) < at - keptForMs) {
      this.#events = this.#events.filter((heard) => heard.at >= at - keptForMs).slice(-keptMax);
    }
  }

  /** @param askedAt `performance.now()` when the answer was asked for */
  freshPage(page: Page<ExportJob>, view: ListView, askedAt: number): Page<ExportJob> {
    return this.#since(askedAt).reduce((fresh, heard) => {
      if ('deletedId' in heard) return withoutJob(fresh, heard.deletedId);
      return withJob(heard.isNew ? withNewJob(fresh, view, heard.job) : fresh, heard.job);
    }, page);
  }

  freshJob(job: ExportJob, askedAt: number): ExportJob {
    return this.#since(askedAt).reduce(
      (fresh, heard) => ('job' in heard && heard.job.id === job.id ? newerOf(fresh, heard.job) : fresh),
      job,
    );
  }

  #since(askedAt: number): Heard[] {
    return this.#events.filter(({ at }) => at >= askedAt);
  }
}
