/**
 * A load balancer on loopback: requests go round the servers; one that refuses the connection is
 * passed over, and nothing that has reached a server is sent again. It counts what the servers answered.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

export interface Balancer {
  readonly url: string;
  /** Answers of the servers by status. */
  readonly statuses: Map<number, number>;
  /** Connections a server refused because it was down. */
  refused(): number;
  /** Requests whose connection broke before an answer, seen by the client as a broken connection. */
  broken(): number;
  close(): Promise<void>;
}

export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const statuses = new Map<number, number>();
  let turn = 0;
  let refused = 0;
  let broken = 0;

  const forward = (incoming: IncomingMessage, answer: ServerResponse, body: Buffer, tries: number): void => {
    const port = ports[(turn += 1) % ports.length];
    const outgoing = request(
      // one connection a request: one that was kept could be closed by a server that stops while it is used again
      { port, host: '127.0.0.1', method: incoming.method, path: incoming.url, headers: incoming.headers, agent: false },
      (received) => {
        const status = received.statusCode ?? 0;
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        answer.writeHead(status, received.headers);
        pipeline(received, answer, () => undefined);
      },
    );
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (answer.headersSent || answer.destroyed) return;
      if (error.code === 'ECONNREFUSED') {
        refused += 1;
        if (tries < ports.length) return forward(incoming, answer, body, tries + 1);
      } else broken += 1;
      incoming.socket.destroy();
    });
    answer.on('close', () => outgoing.destroy());
    outgoing.end(body);
  };

  const server = createServer((incoming, answer) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => forward(incoming, answer, Buffer.concat(chunks), 1));
    incoming.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    statuses,
    refused: () => refused,
    broken: () => broken,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
