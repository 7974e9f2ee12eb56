/**
 * The closed table of everything that can go wrong, and the one error class that carries it.
 * An error is decided where it happens, by code; nothing downstream ever reads a message to find out what went wrong.
 */

/** Who can do something about it: the caller, the operator of this installation, or nobody but us. */
export type Fault = 'caller' | 'operator' | 'product';

interface ErrorKind {
  readonly status: number;
  readonly title: string;
  /** Doing the same again, unchanged, may succeed. */
  readonly retryable: boolean;
  readonly fault: Fault;
}

const kind = (status: number, title: string, fault: Fault = 'caller', retryable = false): ErrorKind => ({
  status,
  title,
  retryable,
  fault,
});

/** Codes are part of the HTTP contract: never rename one. */
export const errorKinds = {
  // input
  invalid_input: kind(400, 'Some of the input is not valid'),
  unknown_field: kind(400, 'The input has a field that does not exist'),
  invalid_date_range: kind(400, 'The period ends before it starts'),
  row_limit_exceeded: kind(400, 'More rows than this format can hold'),
  // who asks
  not_signed_in: kind(401, 'Sign in to continue'),
  wrong_credentials: kind(401, 'E-mail or password is wrong'),
  second_factor_required: kind(401, 'A code is needed as well'),
  wrong_second_factor: kind(401, 'The code is wrong'),
  organization_required: kind(409, 'More than one account fits'),
  sign_in_step_over: kind(401, 'Sign in again from the beginning'),
  missing_capability: kind(403, 'Your role does not include this'),
  company_access_denied: kind(403, 'You have no access to this company'),
  access_denied: kind(403, 'You have no access to this'),
  origin_refused: kind(403, 'The request came from another site'),
  host_refused: kind(421, 'Nothing is answered here by this name'),
  link_refused: kind(403, 'This link is not valid or has expired'),
  // what is asked for
  no_such_route: kind(404, 'There is nothing at this address'),
  not_found: kind(404, 'There is nothing by this id'),
  no_file: kind(404, 'This export has no file'),
  file_expired: kind(410, 'The file of this export has expired'),
  resync: kind(410, 'The position is not known any more'),
  method_not_allowed: kind(405, 'This address does not take that method'),
  idempotency_result_deleted: kind(410, 'What this Idempotency-Key made has been removed'),
  in_progress: kind(409, 'The same request is still under way', 'caller', true),
  expectation_failed: kind(417, 'The request expects what is not done here'),
  not_ready: kind(409, 'The export is not ready'),
  not_reproducible: kind(409, 'The file cannot be made again as it was'),
  already_finished: kind(409, 'The export has already finished'),
  conflict: kind(409, 'This would contradict what is already there'),
  period_closed: kind(409, 'The period is closed'),
  last_owner: kind(409, 'An organization keeps at least one owner'),
  too_large: kind(413, 'The request is too large'),
  wrong_media_type: kind(415, 'The request has the wrong content type'),
  range_not_satisfiable: kind(416, 'The requested range is outside the file'),
  idempotency_key_reused: kind(422, 'This Idempotency-Key was used for another request'),
  import_refused: kind(422, 'The files have errors; nothing was imported'),
  too_many_requests: kind(429, 'Too many requests', 'caller', true),
  too_many_unfinished_exports: kind(429, 'Too many unfinished exports', 'caller', true),
  // an export that did not come about (the `error.code` of a failed job)
  row_check_failed: kind(500, 'The file did not hold every row', 'product', true),
  worker_lost: kind(500, 'The export was interrupted', 'operator', true),
  timed_out: kind(500, 'The export took too long', 'operator', true),
  query_failed: kind(500, 'The report could not be read', 'product', true),
  render_failed: kind(500, 'The file could not be written', 'product', true),
  pack_incomplete: kind(409, 'Not every export of the pack was made'),
  capability_lost: kind(403, 'The person who asked may no longer view financials'),
  disk_full: kind(507, 'There is no space left', 'operator', true),
  // ours
  mail_unavailable: kind(503, 'E-mail cannot be sent from here', 'operator'),
  storage_unavailable: kind(503, 'File storage did not answer', 'operator', true),
  database_unavailable: kind(503, 'The database did not answer', 'operator', true),
  report_too_slow: kind(503, 'The report took too long', 'operator', true),
  internal: kind(500, 'Something went wrong on our side', 'product', true),
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorKinds;

/** One wrong field: its name as the caller wrote it (`filters.delivery_location_ids`), and a sentence. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** RFC 9457 problem details as this product answers them. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  request_id: string;
  errors?: FieldError[];
}

interface ProductErrorOptions {
  readonly fields?: readonly FieldError[];
  readonly retryAfterSeconds?: number;
  /** Members that this problem has beyond the standard ones (RFC 9457, section 3.2). */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The only error thrown on purpose: a code from the table and a sentence for the person it concerns. */
export class ProductError extends Error {
  readonly code: ErrorCode;
  readonly fields: readonly FieldError[];
  readonly retryAfterSeconds: number | undefined;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, detail: string, options: ProductErrorOptions = {}) {
    super(detail, { cause: options.cause });
    this.name = 'ProductError';
    this.code = code;
    this.fields = options.fields ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.extra = options.extra ?? {};
  }

  get kind(): ErrorKind {
    return errorKinds[this.code];
  }
}

/** Bad input with exactly one field to blame. */
export const invalidField = (field: string, message: string): ProductError =>
  new ProductError('invalid_input', `${field}: ${message}`, { fields: [{ field, message }] });
