/**
 * What is no HTTP request at all, or does not arrive: answered as every other error is, before any route is known. And
 * answers that nobody reads.
 */
import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ProductError } from '#contract/errors.ts';
import { problemOf } from './problem.ts';

/** For the server's `clientError`: a problem document over the bare socket, then its end. */
export function refuseMalformed(headers: Readonly<Record<string, string>>) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy();
    const known =
      error.code === 'HPE_HEADER_OVERFLOW'
        ? new ProductError('too_large', 'The headers of the request are larger than is taken here.')
        : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
          ? new ProductError('invalid_input', 'The request did not arrive in time.')
          : new ProductError('invalid_input', 'This is not a request that can be understood.');
    const body = JSON.stringify(problemOf(known, randomUUID()));
    const all = {
      ...headers,
      'content-type': 'application/problem+json',
      'content-length': String(Buffer.byteLength(body)),
      'cache-control': 'no-store',
      connection: 'close',
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    socket.end(`HTTP/1.1 ${known.kind.status} Refused\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
  };
}

/** A JSON body must arrive within this time; the sender is cut off otherwise. Files have their own patience. */
export function limitBodyTime(request: IncomingMessage, seconds: number): void {
  const timer = setTimeout(() => request.destroy(), seconds * 1000);
  const done = (): void => clearTimeout(timer);
  request.once('end', done).once('close', done);
}

/** The server would answer `Expect` by itself, bare; so it is answered as every other request is. */
export function answerExpectations(server: Server): void {
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    server.emit('request', request, response);
  });
}

/** @throws ProductError expectation_failed; `100-continue` has been met by the server itself */
export function refuseUnmetExpectation(request: FastifyRequest): void {
  const { expect } = request.headers;
  if (expect === undefined || expect.toLowerCase() === '100-continue') return;
  throw new ProductError('expectation_failed', 'The request expects something that is not done here: send no Expect.');
}

/**
 * A connection on which nothing has moved for the server's time-out is cut when it is idle, or when an answer waits to be
 * read; while an answer is being made it may be silent for as long as that takes.
 */
export function cutUnreadAnswers(server: Server): void {
  const answering = new WeakMap<Socket, number>();
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    answering.set(socket, (answering.get(socket) ?? 0) + 1);
    response.once('close', () => answering.set(socket, (answering.get(socket) ?? 1) - 1));
  });
  server.on('timeout', (socket: Socket) => {
    if ((answering.get(socket) ?? 0) === 0 || socket.writableLength > 0) socket.destroy();
  });
}
