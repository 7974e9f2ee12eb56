/**
 * The last station of every error: RFC 9457 problem details with a closed code. What is not a ProductError is ours,
 * logged in full and answered without a detail of it.
 */
import { type ErrorCode, type FieldError, type Problem, ProductError, errorKinds } from '#contract/errors.ts';
import { isClosedDay, isConnectionLoss, isDatabaseFull, isGivenUp } from '#server/database/connection-loss.ts';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { $ZodIssue } from 'zod/v4/core';

/** Names that people try because the page uses them. */
const hints = new Map(
  Object.entries({
    created_from: 'use created_at_from',
    created_to: 'use created_at_to',
    format: 'use file_format',
    type: 'use report_type',
    company: 'use company_id',
    sort: 'use ordering',
    order_by: 'use ordering',
    limit: 'use page_size',
    offset: 'use page, counted from 0',
  }),
);

/**
 * `filters.delivery_location_ids`; which member of a list was wrong is said by the message, not by the name, unless it is an
 * object of which something is wrong: `members.3.report_type`.
 */
const quoted = (path: readonly PropertyKey[]): string =>
  path
    .filter((part, at) => typeof part !== 'number' || at < path.length - 1)
    .map(String)
    .join('.');

const kindWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  date: 'a date',
  null: 'null',
};
/** How the schema's own messages begin; ours never do. */
const schemaWords = /^(?:Invalid |Too small|Too big)/;

function amountOf(origin: string, bound: 'at least' | 'at most', limit: number | bigint): string {
  if (origin === 'string') return `have ${bound} ${limit} characters`;
  if (origin === 'array') return `have ${bound} ${limit} members`;
  return `be ${bound} ${limit}`;
}

/** In words for whoever filled in the field, where a schema left the message to the library. */
function messageOf(issue: $ZodIssue): string {
  if (!schemaWords.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? 'is required'
        : `must be ${kindWords[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? `must be ${String(issue.values[0])}`
        : `must be one of ${issue.values.join(', ')}`;
    case 'too_small':
      return `must ${amountOf(issue.origin, 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${amountOf(issue.origin, 'at most', issue.maximum)}`;
    default:
      return 'is not of the kind that is expected here';
  }
}

/** Wrong fields that one answer names; nobody reads more, and a hostile question has as many as it likes. */
const fieldsMax = 100;

/** Turns what the schema found into one error that names the wrong fields, and counts them. */
export function errorFromIssues(issues: readonly $ZodIssue[]): ProductError {
  const fields: FieldError[] = [];
  let code: ErrorCode = 'invalid_input';
  let count = 0;
  for (const issue of issues) {
    count += issue.code === 'unrecognized_keys' ? issue.keys.length : 1;
    if (fields.length >= fieldsMax) continue;
    if (issue.code === 'unrecognized_keys') {
      code = 'unknown_field';
      for (const key of issue.keys) {
        if (fields.length >= fieldsMax) break;
        const hint = hints.get(key);
        fields.push({ field: quoted([...issue.path, key]), message: `does not exist here${hint ? `: ${hint}` : ''}` });
      }
      continue;
    }
    if (issue.code === 'custom' && issue.params?.['code'] === 'invalid_date_range' && code === 'invalid_input') {
      code = 'invalid_date_range';
    }
    fields.push({ field: quoted(issue.path) || 'body', message: messageOf(issue) });
  }
  const [first] = fields;
  const detail = first ? `${first.field}: ${first.message}` : errorKinds[code].title;
  return new ProductError(code, count > 1 ? `${detail} (and ${count - 1} more)` : detail, { fields });
}

/** Errors that the framework itself raises, by its own codes. */
function fromFramework(error: FastifyError): ProductError | null {
  switch (error.code) {
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new ProductError('invalid_input', 'body: is not valid JSON', {
        fields: [{ field: 'body', message: 'is not valid JSON' }],
      });
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
    case 'FST_REQ_FILE_TOO_LARGE':
    case 'FST_FILES_LIMIT':
      return new ProductError('too_large', 'The request is larger than this address takes.');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_INVALID_MULTIPART_CONTENT_TYPE':
      return new ProductError('wrong_media_type', 'Send application/json here (multipart/form-data for imports).');
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new ProductError('no_such_route', 'The address is not a valid URL.');
    default:
      return error.statusCode === 400
        ? new ProductError('invalid_input', 'The request could not be understood.', { cause: error })
        : null;
  }
}

function fromDatabase(error: unknown): ProductError | null {
  if (isConnectionLoss(error)) {
    const detail = 'The database did not answer. Nothing was changed; try again shortly.';
    return new ProductError('database_unavailable', detail, { retryAfterSeconds: 2, cause: error });
  }
  if (isGivenUp(error)) {
    const detail =
      'The database ended this in favour of something else at the same moment. Nothing was changed; try again.';
    return new ProductError('database_unavailable', detail, { retryAfterSeconds: 1, cause: error });
  }
  if (isClosedDay(error)) {
    const detail = 'This would change a day that is closed. Nothing was changed.';
    return new ProductError('period_closed', detail, { cause: error });
  }
  if (isDatabaseFull(error)) {
    const detail = 'The database has no space left. Nothing was changed; tell whoever runs this installation.';
    return new ProductError('disk_full', detail, { cause: error });
  }
  return null;
}

export function toProductError(error: unknown): ProductError {
  if (error instanceof ProductError) return error;
  const thrown = error as FastifyError;
  return (
    fromFramework(thrown) ??
    fromDatabase(thrown) ??
    new ProductError('internal', 'Something went wrong on our side. Try again; if it stays, say the request id.', {
      cause: error,
    })
  );
}

export function problemOf(error: ProductError, requestId: string): Problem {
  return {
    ...error.extra,
    type: `urn:mathership:error:${error.code}`,
    title: error.kind.title,
    status: error.kind.status,
    detail: error.message,
    code: error.code,
    request_id: requestId,
    ...(error.fields.length > 0 && { errors: [...error.fields] }),
  };
}

const sent = new WeakMap<FastifyRequest, ProductError>();

/** What a request has been refused with, if it has. */
export const problemSent = (request: FastifyRequest): ProductError | undefined => sent.get(request);

export async function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const known = toProductError(error);
  sent.set(request, known);
  if (known.kind.status >= 500) request.log.error({ err: known.cause ?? known, code: known.code }, 'request failed');
  else request.log.debug({ code: known.code }, 'request refused');
  const wait = known.retryAfterSeconds ?? (known.kind.status === 429 || known.kind.status === 503 ? 5 : undefined);
  if (wait !== undefined) void reply.header('retry-after', String(wait));
  return reply
    .status(known.kind.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(problemOf(known, request.id));
}
