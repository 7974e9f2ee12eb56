/** What a person reads when no file was made, and what the database meant. */
import { type ErrorCode, ProductError } from '#contract/errors.ts';
import { isConnectionLoss, isDatabaseFull, isGivenUp } from '#server/database/connection-loss.ts';

export interface FailureWords {
  readonly code: ErrorCode;
  /** What happened, and the next step. */
  readonly message: string;
}

export const databaseUnavailable: FailureWords = {
  code: 'database_unavailable',
  message: 'The database did not answer while the file was made. Nothing is wrong with the report: run it again.',
};

const databaseGaveUp: FailureWords = {
  code: 'database_unavailable',
  message:
    'The database ended the reading in favour of something else at the same moment. Nothing is wrong with the report: run it again.',
};

/** Null: it does not pass by itself. */
export const passingFailure = (error: unknown): FailureWords | null =>
  isGivenUp(error) ? databaseGaveUp : isConnectionLoss(error) ? databaseUnavailable : null;

export const timedOutSentence =
  'The report took longer than is allowed and was stopped. Choose a shorter period or fewer locations and run it again.';

export const internalSentence =
  'Something went wrong on our side and no file was made. Run it again; if it fails again, tell whoever runs this installation.';

const noSpaceSentence =
  'There was no space left to make the file. Tell whoever runs this installation, then run the export again.';

/** What the store says is for the log; this is for the person who waits. */
const storageSentences: Partial<Record<ErrorCode, string>> = {
  storage_unavailable:
    'File storage did not take the file. Nothing is wrong with the report: run it again; if it fails again, tell whoever runs this installation.',
  disk_full: noSpaceSentence,
};

const queryCanceled = '57014';
const sqlState = /^[0-9A-Z]{5}$/;

/** Decided by code, never by the text of a message: SQLSTATE for the database's errors; the rest is the renderer's. */
export function wordsFor(error: unknown): FailureWords {
  if (error instanceof ProductError) {
    return { code: error.code, message: storageSentences[error.code] ?? error.message };
  }
  const state = (error as { code?: string } | null)?.code ?? '';
  if (state === queryCanceled) return { code: 'timed_out', message: timedOutSentence };
  if (isDatabaseFull(error) || state === 'ENOSPC') return { code: 'disk_full', message: noSpaceSentence };
  const passing = passingFailure(error);
  if (passing) return passing;
  if (sqlState.test(state)) {
    return {
      code: 'query_failed',
      message:
        'The report could not be read: a record in this period has a value that cannot be computed with. Run it for a shorter period to find it, or tell whoever runs this installation.',
    };
  }
  return {
    code: 'render_failed',
    message:
      'The file could not be written. Run the export again; if it fails again, tell whoever runs this installation.',
  };
}
