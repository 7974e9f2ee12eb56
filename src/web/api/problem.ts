/**
 * What the API answered instead of what was asked for. Everything the page decides about an error it decides by `code`.
 */
import type { ErrorCode, FieldError, Problem } from '#contract/errors.ts';

/** `unreachable`: no answer came at all (offline, server stopped, answer that is not ours). */
export type ProblemCode = ErrorCode | 'unreachable';

export class ApiProblem extends Error {
  readonly code: ProblemCode;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly title: string;
  /** A sentence for the person at the page. */
  readonly detail: string;
  readonly fields: readonly FieldError[];
  readonly requestId: string | null;
  readonly retryAfterSeconds: number | null;
  /** All of it as it came, for what a problem has beyond the standard members. */
  readonly answer: Readonly<Record<string, unknown>>;

  constructor(
    problem: Partial<Problem> & { status: number },
    code: ProblemCode,
    retryAfterSeconds: number | null = null,
  ) {
    super(problem.detail ?? problem.title ?? code);
    this.name = 'ApiProblem';
    this.code = code;
    this.status = problem.status;
    this.title = problem.title ?? 'Something went wrong';
    this.detail = problem.detail ?? this.title;
    this.fields = problem.errors ?? [];
    this.requestId = problem.request_id ?? null;
    this.retryAfterSeconds = retryAfterSeconds;
    this.answer = { ...problem };
  }

  /** The sentence for one field, by the name the request used. */
  field(name: string): string | undefined {
    return this.fields.find((error) => error.field === name)?.message;
  }
}

export const unreachable = (): ApiProblem =>
  new ApiProblem(
    {
      status: 0,
      title: 'The server cannot be reached',
      detail: 'The server cannot be reached. Running exports go on.',
    },
    'unreachable',
  );

export const isProblem = (error: unknown, ...codes: ProblemCode[]): error is ApiProblem =>
  error instanceof ApiProblem && (codes.length === 0 || codes.includes(error.code));

/** Signed in, but not allowed: the page shows whom to ask instead of data. */
export const isNoAccess = (error: unknown): boolean =>
  isProblem(error, 'missing_capability', 'company_access_denied', 'capability_lost');
