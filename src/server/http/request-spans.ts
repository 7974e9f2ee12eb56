/** One span per request, the start of every trace here; it continues the caller's where the caller sent one. */
import type { FastifyRequest } from 'fastify';
import { type OpenSpan, openSpan } from '#server/telemetry/tracing.ts';
import type { App } from './app-type.ts';

/** Asked every few seconds by machines, or open for hours: neither is a piece of work. */
const untraced = /^\/(?:healthz|readyz|metrics|assets\/)|\/events$/;

/** Also puts `trace_id` into every log line of a traced request. */
export function requestSpans(app: App): void {
  const spans = new WeakMap<FastifyRequest, OpenSpan>();
  app.addHook('onRequest', async (request) => {
    const route = request.routeOptions.url;
    if (route === undefined || untraced.test(route)) return;
    const given = request.headers['traceparent'];
    const span = openSpan({
      name: `${request.method} ${route}`,
      kind: 'server',
      parent: typeof given === 'string' ? given : null,
      attributes: {
        'http.request.method': request.method,
        'http.route': route,
        'mathership.request_id': request.id,
      },
    });
    if (!span) return;
    spans.set(request, span);
    request.log = request.log.child({ trace_id: span.traceParent.split('-')[1] });
  });
  // here and not before: reading a body leaves the context that the request began in
  app.addHook('preHandler', (request, _reply, done) => {
    const span = spans.get(request);
    if (span) span.within(done);
    else done();
  });
  app.addHook('onResponse', async (request, reply) => {
    spans.get(request)?.end({ 'http.response.status_code': reply.statusCode }, reply.statusCode >= 500);
  });
}
