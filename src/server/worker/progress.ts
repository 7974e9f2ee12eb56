/** Rows done of rows counted, at most once a second, and only while this attempt is the one that runs. */
import { sql } from 'kysely';
import type { Database } from '#server/database/database.ts';

const everyMilliseconds = 1000;

export interface ProgressWriter {
  readonly counted: (rows: number) => void;
  readonly rows: (rowsDone: number) => void;
  /** Waits for a write that is under way. */
  stop(): Promise<void>;
}

export function progressWriter(db: Database, jobId: string, attempt: number): ProgressWriter {
  let total: number | null = null;
  let done = 0;
  let written = 0;
  let writing: Promise<unknown> = Promise.resolve();
  let busy = false;

  const write = (): void => {
    if (total === null || busy) return;
    busy = true;
    written = performance.now();
    // touches no indexed column and not updated_at; a late attempt's write hits no row
    writing = sql`UPDATE export_jobs SET rows_done = ${done}, rows_total = ${total}
      WHERE id = ${jobId} AND attempt = ${attempt} AND status = 'processing'`
      .execute(db)
      // progress is a courtesy: the export does not fail for it
      .catch(() => undefined)
      .finally(() => {
        busy = false;
      });
  };

  return {
    counted(rows) {
      total = rows;
      write();
    },
    rows(rowsDone) {
      done = rowsDone;
      if (performance.now() - written >= everyMilliseconds) write();
    },
    stop: async () => {
      await writing;
    },
  };
}
