/**
 * Remembers the last known status of every export this page has seen, to tell what is news: a job just made,
 * a job that has ended. Lists, events and answers to actions all pass through here.
 */
import { isFinished, type ExportJob, type JobStatus } from '#contract/export-jobs.ts';

export type News = 'new' | 'changed' | 'ended' | null;

interface Known {
  status: JobStatus;
  updatedAt: string;
}

/** A job first heard of in an event is new if it was made this recently; otherwise it was merely not on the page. */
const newWithinMs = 30_000;

export class JobWatch {
  readonly #known = new Map<string, Known>();

  /** Takes a job as a list or an answer shows it. @returns `ended` when it was last seen unfinished */
  see(job: ExportJob): News {
    const known = this.#known.get(job.id);
    if (known && job.updated_at < known.updatedAt) return null;
    this.#known.set(job.id, { status: job.status, updatedAt: job.updated_at });
    if (!known || known.status === job.status) return null;
    return isFinished(job.status) && !isFinished(known.status) ? 'ended' : 'changed';
  }

  /** Takes a job as an event tells it; `now` by the server's clock. */
  hear(job: ExportJob, now: number): News {
    if (this.#known.has(job.id)) return this.see(job);
    this.see(job);
    return now - Date.parse(job.created_at) < newWithinMs ? 'new' : 'changed';
  }

  forget(id: string): void {
    this.#known.delete(id);
  }
}
