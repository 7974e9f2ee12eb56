/** Whether an error means "the database could not be reached, or went away", as opposed to "it refused the statement". */

/** SQLSTATE classes: connection exceptions, operator intervention but for a canceled query, insufficient resources but for a full disk. */
const lossStates = /^(08...|57P..|53[02-9]..)$/;
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

/** 53100: the database's own disk has no room. */
export const isDatabaseFull = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === '53100';
