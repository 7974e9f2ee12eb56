/** How long the writing will still take, by its pace since it was first seen. */
import type { ImportProgress } from '#contract/imports.ts';

/** Nothing is said on the ground of less than this. */
const watchedMsMin = 1500;

export class Pace {
  #beginning: { readonly at: number; readonly rows: number } | null = null;

  /** Milliseconds left as of `now`; null while files are read, and before there is a pace. */
  left({ phase, rows, rows_total: total }: ImportProgress, now: number): number | null {
    if (phase !== 'writing' || total === null) {
      this.#beginning = null;
      return null;
    }
    this.#beginning ??= { at: now, rows };
    const watched = now - this.#beginning.at;
    const done = rows - this.#beginning.rows;
    return watched >= watchedMsMin && done > 0 ? (watched / done) * (total - rows) : null;
  }
}
