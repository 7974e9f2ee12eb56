/**
 * What a failure means for the file and the data, by its code, and whether the same question can work a second time.
 * The message of the export has said already what happened and what to do: nothing of it is said again.
 */
import type { ErrorCode } from '#contract/errors.ts';

interface FailureWords {
  readonly means: string;
  /** The same question would end the same way: it is to be changed first. */
  readonly isToBeChanged?: true;
}

const words: Partial<Record<ErrorCode, FailureWords>> = {
  row_check_failed: {
    means: 'A file with a row too few or too many is never offered for download. Your data was only read.',
  },
  worker_lost: {
    means: 'The file was not finished, and what was written of it is gone. Your data is not the cause.',
  },
  timed_out: {
    means: 'There is nothing to download. Your data was only read.',
    isToBeChanged: true,
  },
  query_failed: {
    means: 'There is nothing to download. Your data was only read.',
  },
  render_failed: {
    means: 'The rows were read, but the file could not be written in this format.',
  },
  storage_unavailable: {
    means:
      'The report was read and written, but the file could not be saved. There is nothing to download. Your data is not the cause.',
  },
  disk_full: {
    means: 'There is nothing to download. Your data is not the cause.',
  },
  capability_lost: {
    means: 'Nothing was written: a file goes only to people who may still see what is in it.',
  },
  row_limit_exceeded: {
    means: 'Nothing was written. CSV and XLSX hold more rows than a PDF.',
    isToBeChanged: true,
  },
};

export const failureWords = (code: ErrorCode | undefined): FailureWords =>
  (code && words[code]) ?? {
    means: 'There is nothing to download. Your data was only read.',
  };
