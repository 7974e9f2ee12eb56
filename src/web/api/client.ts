/**
 * The one way from the page to the API: JSON in, JSON out, and every refusal as an ApiProblem with its code.
 */
import type { Problem } from '#contract/errors.ts';
import { ApiProblem, unreachable } from './problem.ts';
import { learnServerTime } from './server-clock.ts';

type QueryValue = string | number | boolean | readonly string[] | null | undefined;

interface RequestOptions {
  readonly query?: Readonly<Record<string, QueryValue>>;
  /** Sent as JSON; a FormData goes as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/**
 * `/api/v1` + path + query; lists become `a,b`, empty values are left out. A list with a comma in one of its members is
 * repeated instead, and a single such member twice: the server takes what is repeated as it is.
 */
export function apiUrl(path: string, query: RequestOptions['query'] = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) {
      const members = value as readonly string[];
      if (members.some((member) => member.includes(','))) {
        for (const member of members.length === 1 ? [...members, ...members] : members) params.append(name, member);
      } else if (members.length > 0) params.set(name, members.join(','));
    } else if (value !== undefined && value !== null && value !== '') params.set(name, String(value));
  }
  const search = params.toString().replaceAll('%2C', ',');
  return `/api/v1${path}${search && `?${search}`}`;
}

/** @throws ApiProblem for every answer that is not 2xx, and when none comes; an aborted request throws its AbortError. */
async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const { body, query, headers, signal } = options;
  const isForm = body instanceof FormData;
  let response: Response;
  try {
    const asked = method === 'GET' ? askedAlready(apiUrl(path, query)) : undefined;
    // an answer that did not come is asked for again like any other
    response =
      (await asked?.catch(() => undefined)) ??
      (await fetch(apiUrl(path, query), {
        method,
        headers: {
          accept: 'application/json',
          ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
          ...headers,
        },
        credentials: 'same-origin',
        ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
        ...(signal && { signal }),
      }));
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable();
  }
  learnServerTime(response.headers.get('date'));
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204 || response.headers.get('content-length') === '0') return undefined as T;
  try {
    return (await response.json()) as T;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable();
  }
}

const sorted = (address: string): string => {
  const [path = '', query = ''] = address.split('?');
  return `${path}?${query.split('&').sort().join('&')}`;
};

/** Later it is old. */
const askedForMs = 20_000;

/** What was asked for before this code was there (public/first.js): given out once. */
function askedAlready(address: string): Promise<Response> | undefined {
  const asked = (globalThis as { mathershipAsked?: Map<string, Promise<Response>> }).mathershipAsked;
  if (performance.now() > askedForMs) asked?.clear();
  const key = [...(asked?.keys() ?? [])].find((known) => sorted(known) === sorted(address));
  const answer = key === undefined ? undefined : asked?.get(key);
  if (key !== undefined) asked?.delete(key);
  return answer;
}

export async function problemOf(response: Response): Promise<ApiProblem> {
  const retryAfter = Number(response.headers.get('retry-after'));
  const isOurs = response.headers.get('content-type')?.includes('problem+json') ?? false;
  const problem = isOurs ? ((await response.json().catch(() => null)) as Problem | null) : null;
  // a gateway in between answered: for the person at the page the server is away
  if (!problem) return response.status >= 502 ? unreachable() : new ApiProblem({ status: response.status }, 'internal');
  return new ApiProblem(problem, problem.code, retryAfter > 0 ? retryAfter : null);
}

export const api = {
  get: <T>(path: string, options?: RequestOptions) => request<T>('GET', path, options),
  post: <T>(path: string, options?: RequestOptions) => request<T>('POST', path, options),
  put: <T>(path: string, options?: RequestOptions) => request<T>('PUT', path, options),
  patch: <T>(path: string, options?: RequestOptions) => request<T>('PATCH', path, options),
  delete: <T = void>(path: string, options?: RequestOptions) => request<T>('DELETE', path, options),
};
