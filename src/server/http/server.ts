/**
 * The HTTP server before any route: validation, errors, headers, request ids. Every route must say who may use it;
 * one that does not is refused when it is registered.
 */
import cookie from '@fastify/cookie';
import { ProductError } from '#contract/errors.ts';
import fastify, { type FastifyBaseLogger, type FastifyRequest, LogController, type RouteOptions } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { App } from './app-type.ts';
import { installBodyParsers, takeWhatIsTooLarge } from './body.ts';
import { refuseForeignHost } from './addresses.ts';
import { declareRoute } from './declared-routes.ts';
import { packAnswers } from './packed.ts';
import {
  answerExpectations,
  cutUnreadAnswers,
  limitBodyTime,
  refuseMalformed,
  refuseUnmetExpectation,
} from './malformed.ts';
import { errorFromIssues, sendProblem } from './problem.ts';
import { stopAtLength, unfitText } from './unfit-text.ts';
import { securityHeaders } from './security-headers.ts';

export interface HttpOptions {
  readonly log: FastifyBaseLogger;
  /** The address people use, when it is not the one the server listens on. */
  readonly publicUrl: string | undefined;
  /** Origins that files are downloaded from, for the content security policy. */
  readonly downloadOrigins?: readonly string[];
  /** For a body that is no file to arrive in; 30 unless given. */
  readonly bodySecondsMax?: number;
  /** A reader who takes nothing for so long of an answer that waits is cut off; 30 unless given. */
  readonly readSecondsMax?: number;
}

const unsafeMethods = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

export function createServer(options: HttpOptions): App {
  const headers = securityHeaders(options);
  const app = fastify({
    loggerInstance: options.log,
    // one line per request, written below when it has been answered
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: 1024 * 1024,
    // behind a proxy the address is what that proxy saw, the last of X-Forwarded-For: what comes before is anybody's claim
    trustProxy: options.publicUrl === undefined ? false : (_address: string, hop: number) => hop < 1,
    // an address that cannot be one is answered by no route, and so by no hook
    frameworkErrors: (error, request, reply) => void sendProblem(error, request, reply.headers(headers)),
    clientErrorHandler: refuseMalformed(headers),
    requestTimeout: 0,
    keepAliveTimeout: 65_000,
    connectionTimeout: (options.readSecondsMax ?? 30) * 1000,
    // a request without a host is answered as any other that is wrong
    http: { requireHostHeader: false },
    // what reaches a server that is ending is still answered, and its connection is the last thing to go
    return503OnClosing: false,
    // longer than any address may be: an id that cannot exist is an unknown id, refused by the guard
    routerOptions: { maxParamLength: 100_000 },
  }).withTypeProvider<ZodTypeProvider>() as App;

  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => {
    stopAtLength(schema);
    return (input) => {
      const unfit = httpPart === 'body' || httpPart === 'querystring' ? unfitText(input) : null;
      if (unfit?.isTooMuch) return { error: unfit.error };
      const parsed = schema.safeParse(input);
      if (!parsed.success) return { error: errorFromIssues(parsed.error.issues) };
      return unfit ? { error: unfit.error } : { value: parsed.data };
    };
  });
  // answers are built by typed code and checked against their schemas in tests, not at every request
  app.setSerializerCompiler(() => (payload) => JSON.stringify(payload));
  installBodyParsers(app);
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler(() => {
    throw new ProductError('no_such_route', 'There is nothing at this address.');
  });

  app.addHook('onRoute', (route) => {
    if (route.config?.access) {
      takeNothingUnsaid(route);
      return declareRoute(app, route.method, route.url, route.config.access);
    }
    if (route.method === 'HEAD') return;
    throw new Error(`${String(route.method)} ${route.url} does not say who may use it`);
  });
  cutUnreadAnswers(app.server);
  answerExpectations(app.server);
  app.addHook('onRequest', async (request, reply) => {
    // files and the page say themselves what may be kept
    void reply.headers(headers).header('x-request-id', request.id).header('cache-control', 'no-store');
    refuseUnmetExpectation(request);
    refuseForeignHost(request, options.publicUrl);
    // a browser sends Origin with every unsafe request; a cookie alone must not be enough
    if (unsafeMethods.has(request.method) && request.headers.cookie !== undefined)
      refuseForeignOrigin(request, options);
  });
  app.addHook('preParsing', async (request) => {
    const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
    const hasBody = length !== '0' || encoding !== undefined;
    if (hasBody && !request.routeOptions.config.longBody) limitBodyTime(request.raw, options.bodySecondsMax ?? 30);
  });
  takeWhatIsTooLarge(app);
  packAnswers(app);
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      { req: request, status: reply.statusCode, milliseconds: Math.round(reply.elapsedTime * 10) / 10 },
      'request',
    );
  });

  void app.register(cookie);
  return app;
}

const bodyMethods = new Set(['POST', 'PUT', 'PATCH']);

/**
 * A route that says nothing of a query or a body has none: a field that would be ignored is refused by name. Addresses
 * that stand in letters are public, and what mail programs add to those is nobody's mistake.
 */
function takeNothingUnsaid(route: RouteOptions): void {
  const { access, longBody, anyBody } = route.config ?? {};
  if (access === 'public') return;
  const nothing = z.strictObject({});
  const hasBody = [route.method].flat().some((method) => bodyMethods.has(method));
  route.schema = {
    ...route.schema,
    querystring: route.schema?.querystring ?? nothing,
    ...(hasBody && !longBody && !anyBody && { body: route.schema?.body ?? nothing.nullish() }),
  };
}

function refuseForeignOrigin(request: FastifyRequest, options: HttpOptions): void {
  const { origin } = request.headers;
  const expected = options.publicUrl ? new URL(options.publicUrl).host : request.headers.host;
  let host: string | undefined;
  try {
    host = origin === undefined ? undefined : new URL(origin).host;
  } catch {
    host = undefined;
  }
  const sameScheme = !options.publicUrl || origin === new URL(options.publicUrl).origin;
  if (host === undefined || host !== expected || !sameScheme) {
    throw new ProductError(
      'origin_refused',
      'A request that changes something and carries a cookie needs an Origin header equal to this site.',
    );
  }
}
