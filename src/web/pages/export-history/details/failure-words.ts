/** What a failure means for the file and the data, and what to do next, by its code. */
import type { ErrorCode } from '#contract/errors.ts';

interface FailureWords {
  readonly means: string;
  readonly next: string;
}

const words: Partial<Record<ErrorCode, FailureWords>> = {
  row_check_failed: {
    means: 'The file did not hold exactly the rows that were counted, so it was thrown away. Your data was only read.',
    next: 'Run it again. If it fails once more, tell the operator the lines below.',
  },
  worker_lost: {
    means: 'The process that wrote the file went away, and so did its part of the file. Your data is not the cause.',
    next: 'Run it again.',
  },
  timed_out: {
    means: 'The report took longer than an export may take. There is no file, and no half of one.',
    next: 'Run it with fewer days or locations, or when less is going on.',
  },
  query_failed: {
    means: 'The report could not be read from the database. There is no file.',
    next: 'Run it again. If it fails once more, tell the operator the lines below.',
  },
  render_failed: {
    means: 'The rows were read, but the file could not be written in this format.',
    next: 'Run it again, or with changes as CSV. If it fails once more, tell the operator the lines below.',
  },
  storage_unavailable: {
    means:
      'The report was read and written. The file could not be put away, so there is none to download, and no half of one. Your data is not the cause.',
    next: 'Run it again. If it fails once more, tell the operator the lines below.',
  },
  disk_full: {
    means: 'There was no space left for the file. Your data is not the cause.',
    next: 'Tell the operator the lines below; then run it again.',
  },
  capability_lost: {
    means: 'Who asked for it may no longer see financials of this company, so the file was not written.',
    next: 'Somebody who may can run it again.',
  },
  row_limit_exceeded: {
    means: 'The report has more rows than this format can hold. Nothing was written.',
    next: 'Run it with changes: fewer days or locations, or as CSV.',
  },
};

export const failureWords = (code: ErrorCode | undefined): FailureWords =>
  (code && words[code]) ?? {
    means: 'There is no file, and no half of one. Your data was only read.',
    next: 'Run it again. If it fails once more, tell the operator the lines below.',
  };
