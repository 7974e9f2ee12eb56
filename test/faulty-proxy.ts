/**
 * An HTTP proxy on loopback that fails on demand: it answers instead of the server behind it, resets in mid-upload,
 * falls silent, or holds a request until told to let it go. The Host header is passed on, so that signatures stay right.
 */
import { createServer, request as forward } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

export type Fault =
  | 'pass'
  /** TCP reset as soon as the first bytes of the body arrive. */
  | 'reset'
  /** The answer's headers and first bytes, then a reset. */
  | 'reset answer'
  /** Reads the request and never answers. */
  | 'silent'
  /** Answers this, without asking the server. */
  | { readonly status: number; readonly body: string }
  /** Passes once the promise resolves; until then not a byte of the body is read. */
  | { readonly after: Promise<void> };

export interface FaultyProxy {
  readonly url: string;
  /** Decides about each request; replace it at any time. */
  decide: (method: string, url: URL, headers: IncomingHttpHeaders) => Fault;
  /** Every request that arrived: `PUT /bucket/key?query`. */
  readonly requests: string[];
  close(): Promise<void>;
}

export const startFaultyProxy = async (target: string): Promise<FaultyProxy> => {
  const server = createServer((incoming, answer) => {
    const method = incoming.method ?? 'GET';
    const url = new URL(incoming.url ?? '/', target);
    proxy.requests.push(`${method} ${url.pathname}${url.search}`);
    void inject(proxy.decide(method, url, incoming.headers), { incoming, answer, url });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const proxy: FaultyProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    decide: () => 'pass',
    requests: [],
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
  return proxy;
};

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly answer: ServerResponse;
  readonly url: URL;
}

const inject = async (fault: Fault, exchange: Exchange): Promise<void> => {
  const { incoming, answer } = exchange;
  if (fault === 'pass') return pass(exchange, false);
  if (fault === 'reset answer') return pass(exchange, true);
  if (fault === 'reset') {
    incoming.once('data', () => incoming.socket.resetAndDestroy());
    return;
  }
  if (fault === 'silent') {
    incoming.resume();
    return;
  }
  if ('after' in fault) {
    await fault.after;
    return pass(exchange, false);
  }
  incoming.resume().once('end', () => {
    answer.writeHead(fault.status, { 'content-type': 'application/xml' }).end(fault.body);
  });
};

const pass = ({ incoming, answer, url }: Exchange, cut: boolean): void => {
  const outgoing = forward(url, { method: incoming.method, headers: incoming.headers }, (received) => {
    if (answer.destroyed) {
      received.destroy();
      return;
    }
    answer.writeHead(received.statusCode ?? 502, received.headers);
    if (cut) {
      received.once('data', (chunk: Buffer) => {
        answer.write(chunk.subarray(0, 1), () => incoming.socket.resetAndDestroy());
      });
    } else pipeline(received, answer, () => undefined);
  });
  // some servers send bytes after the answer to a HEAD: what has been answered stays answered
  outgoing.on('error', () => {
    if (!answer.headersSent) incoming.socket.destroy();
  });
  pipeline(incoming, outgoing, () => undefined);
};
