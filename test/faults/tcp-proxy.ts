/** A TCP proxy on loopback in front of a database's socket: it passes, drops every connection, or swallows every byte. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** Where new connections go; what is open stays where it is. */
  retarget(socketPath: string): void;
  /** Ends every open connection. */
  drop(): void;
  /** Every open connection is dead from now on without a word, and new ones are taken and never answered. */
  swallow(): void;
  /** New connections pass again; those that were swallowed stay dead. */
  pass(): void;
  close(): Promise<void>;
}

export async function startTcpProxy(target: string): Promise<TcpProxy> {
  let socketPath = target;
  let swallowing = false;
  const open = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    open.add(socket);
    return socket.on('close', () => open.delete(socket)).on('error', () => undefined);
  };
  const server = createServer((client) => {
    keep(client);
    if (swallowing) return;
    const upstream = keep(connect(socketPath));
    client.pipe(upstream).pipe(client);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const drop = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    retarget: (path) => {
      socketPath = path;
    },
    drop,
    swallow: () => {
      swallowing = true;
      for (const socket of open) socket.unpipe().removeAllListeners('data').pause();
    },
    pass: () => {
      swallowing = false;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        drop();
      }),
  };
}
