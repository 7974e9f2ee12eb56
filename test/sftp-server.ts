/** An SFTP server on loopback, by the library's own server half: it keeps its files in memory and refuses to rename onto one. */
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import ssh2 from 'ssh2';
import { fingerprintOf } from '#server/delivery/senders/sftp.ts';

const { STATUS_CODE, OPEN_MODE } = ssh2.utils.sftp;

export interface SftpServer {
  readonly port: number;
  readonly hostKey: string;
  readonly password: string;
  readonly files: Map<string, Buffer>;
  /** Names that were seen under construction. */
  readonly begun: string[];
  /** Nothing more can be written: as a full disk answers. */
  full: boolean;
  /** Called when a file has been renamed, before that is answered. */
  onRenamed: () => void;
  /** Called when a file is begun, and with each part of one that is written, before that is answered. */
  onWriting: () => void;
  /** The line of everybody who is connected breaks. */
  cut(): void;
  close(): Promise<void>;
}

export async function openSftpServer(): Promise<SftpServer> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) throw key;
  const state = {
    files: new Map<string, Buffer>(),
    begun: [] as string[],
    full: false,
    onRenamed: (): void => undefined,
    onWriting: (): void => undefined,
  };
  const password = 'pass phrase ünlike any';
  const connections = new Set<ssh2.Connection>();
  const server = new ssh2.Server({ hostKeys: [privateKey] }, (connection) => {
    connections.add(connection);
    connection.on('error', () => undefined);
    connection.on('close', () => connections.delete(connection));
    connection.on('authentication', (context) => {
      if (context.method === 'password' && context.password === password) context.accept();
      else context.reject(['password']);
    });
    connection.on('session', (accept) => {
      accept().on('sftp', (acceptSftp) => serve(acceptSftp(), state));
    });
  });
  const sockets = new Set<Socket>();
  // the library's server keeps its own to itself
  const listener = (server as unknown as { _srv: Server })._srv;
  listener.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(state, {
    port: (server.address() as AddressInfo).port,
    hostKey: fingerprintOf(key.getPublicSSH()),
    password,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const connection of connections) connection.end();
      server.close();
      await once(server, 'close');
    },
  });
}

function serve(
  sftp: ssh2.SFTPWrapper,
  state: Pick<SftpServer, 'files' | 'begun' | 'full' | 'onRenamed' | 'onWriting'>,
): void {
  const { files, begun } = state;
  const open = new Map<number, string>();
  let handles = 0;
  const nameOf = (handle: Buffer): string => open.get(handle.readUInt32BE(0)) ?? '';
  const attributes = (size: number) => ({ mode: 0o100_644, uid: 0, gid: 0, size, atime: 0, mtime: 0 });
  const stat = (id: number, path: string): void => {
    const found = files.get(path);
    if (found) sftp.attrs(id, attributes(found.length));
    else if (path === '/' || path === '.' || path === '/in') sftp.attrs(id, { ...attributes(0), mode: 0o040_755 });
    else sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
  };
  sftp.on('REALPATH', (id, path) =>
    sftp.name(id, [{ filename: path === '.' ? '/' : path, longname: '', attrs: attributes(0) }]),
  );
  sftp.on('STAT', stat);
  sftp.on('LSTAT', stat);
  sftp.on('FSTAT', (id, handle) => stat(id, nameOf(handle)));
  sftp.on('SETSTAT', (id) => sftp.status(id, STATUS_CODE.OK));
  sftp.on('FSETSTAT', (id) => sftp.status(id, STATUS_CODE.OK));
  sftp.on('OPEN', (id, path, flags) => {
    if ((flags & OPEN_MODE.WRITE) !== 0) {
      files.set(path, Buffer.alloc(0));
      begun.push(path);
      state.onWriting();
    } else if (!files.has(path)) return sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE((handles += 1), 0);
    open.set(handles, path);
    sftp.handle(id, handle);
  });
  sftp.on('WRITE', (id, handle, offset, data) => {
    state.onWriting();
    if (state.full) return sftp.status(id, STATUS_CODE.FAILURE, 'No space left on device');
    const before = files.get(nameOf(handle)) ?? Buffer.alloc(0);
    const after = Buffer.alloc(Math.max(before.length, offset + data.length));
    before.copy(after);
    data.copy(after, offset);
    files.set(nameOf(handle), after);
    sftp.status(id, STATUS_CODE.OK);
  });
  sftp.on('READ', (id, handle, offset, length) => {
    const content = files.get(nameOf(handle)) ?? Buffer.alloc(0);
    if (offset >= content.length) sftp.status(id, STATUS_CODE.EOF);
    else sftp.data(id, content.subarray(offset, offset + length));
  });
  sftp.on('CLOSE', (id) => sftp.status(id, STATUS_CODE.OK));
  sftp.on('REMOVE', (id, path) => sftp.status(id, files.delete(path) ? STATUS_CODE.OK : STATUS_CODE.NO_SUCH_FILE));
  sftp.on('RENAME', (id, from, to) => {
    const content = files.get(from);
    if (!content || files.has(to)) return sftp.status(id, STATUS_CODE.FAILURE);
    files.delete(from);
    files.set(to, content);
    state.onRenamed();
    sftp.status(id, STATUS_CODE.OK);
  });
}
