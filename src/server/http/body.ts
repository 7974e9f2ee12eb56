/**
 * Bodies are read before access is decided and judged after it: what is no JSON, or of a type that is not taken, waits
 * until it is known who may ask at all. An empty body is none, whatever type a client gives it.
 */
import type { FastifyRequest } from 'fastify';
import { ProductError } from '#contract/errors.ts';
import type { App } from './app-type.ts';

const faults = new WeakMap<FastifyRequest, Error>();

export function installBodyParsers(app: App): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) return done(null);
    void parseJson(request, body as string, (fault, parsed) => {
      if (fault) faults.set(request, fault);
      done(null, fault ? undefined : parsed);
    });
  });
  app.addContentTypeParser('*', (request, _payload, done) => {
    const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
    if (!request.routeOptions.config.anyBody && (length !== '0' || encoding !== undefined)) {
      const wanted = 'Send application/json here (multipart/form-data for imports).';
      faults.set(request, new ProductError('wrong_media_type', wanted));
    }
    done(null);
  });
}

/** To be called once access has been decided. @throws what was wrong with the body, if anything was */
export function judgeBody(request: FastifyRequest): void {
  const fault = faults.get(request);
  if (fault) throw fault;
}

const takenBytesMax = 100_000_000;

/**
 * What is too large is refused at once, and still taken to its end: a sender whose connection is cut while it writes never
 * reads why. Of what has no end in sight the connection ends, as it does where nobody limits how long a body takes.
 */
export function takeWhatIsTooLarge(app: App): void {
  app.addHook('onSend', async (request, reply) => {
    if (reply.statusCode !== 413) return;
    const { 'content-length': length } = request.headers;
    const ends = length === undefined ? !request.routeOptions.config.longBody : Number(length) <= takenBytesMax;
    if (!ends) return;
    reply.removeHeader('connection');
    request.raw.resume();
  });
}
