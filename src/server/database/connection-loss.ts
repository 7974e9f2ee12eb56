/**
 * Whether an error of the database passes by itself: it could not be reached, went away, or gave one of two up in favour of
 * the other. As opposed to "it refused the statement", which the same statement meets again.
 */

/**
 * SQLSTATE classes: connection exceptions, operator intervention but for a canceled query, insufficient resources but for a
 * full disk; and a transaction that stood still too long, which ends with its connection.
 */
const lossStates = /^(08...|57P..|25P03|53[02-9]..)$/;
/** Serialization failure (on a standby: a conflict with recovery), deadlock, a lock that could not be had in time. */
const givenUpStates = new Set(['40001', '40P01', '55P03']);
const lossCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** The driver gives these no code. */
const lossMessages = new Set([
  'timeout expired',
  'timeout exceeded when trying to connect',
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
]);

export function isConnectionLoss(error: unknown): boolean {
  const { code, message, errors } = (error ?? {}) as { code?: unknown; message?: unknown; errors?: unknown };
  if (typeof code === 'string' && (lossCodes.has(code) || lossStates.test(code))) return true;
  // localhost has two addresses: one error for each
  if (Array.isArray(errors) && errors.length > 0) return errors.every(isConnectionLoss);
  return code === undefined && typeof message === 'string' && lossMessages.has(message);
}

/** The same again, unchanged, may well succeed: on another connection, or on the primary when it was a replica. */
export const isPassing = (error: unknown): boolean => isConnectionLoss(error) || isGivenUp(error);

/** The database is there and ended this statement for another's sake. */
export const isGivenUp = (error: unknown): boolean => {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && givenUpStates.has(code);
};

/** 53100: the database's own disk has no room. */
export const isDatabaseFull = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === '53100';

/** MC001, ours: a writer that does not say which row it was would have changed a day that is closed. */
export const isClosedDay = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === 'MC001';
