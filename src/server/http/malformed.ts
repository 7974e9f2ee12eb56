/** What is no HTTP request at all, or does not arrive: answered as every other error is, before any route is known. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
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
