/** A real SMTP server on loopback that keeps what it is sent; it can refuse, or take a connection and stay silent. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { callbackify } from 'node:util';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { vi } from 'vitest';

export interface Letter {
  readonly from: string;
  readonly to: readonly string[];
  /** As it came: headers, an empty line, parts. */
  readonly raw: string;
  /** Quoted-printable undone, so that links are whole. */
  readonly readable: string;
}

export interface PostOffice {
  /** For SMTP_URL. */
  readonly url: string;
  readonly letters: Letter[];
  /** From now on every letter is refused by the server's own words, or taken. */
  refuse(refused: boolean): void;
  /** Called with each letter that is taken, before that is answered. */
  onLetter: () => void;
  /** The newest letter to this address, once it has come. */
  letterTo(address: string): Promise<Letter>;
  close(): Promise<void>;
}

const unquoted = (raw: string): string =>
  raw
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

export async function openPostOffice(): Promise<PostOffice> {
  const letters: Letter[] = [];
  let isRefusing = false;
  const receive = async (stream: Readable, { envelope }: SMTPServerSession): Promise<void> => {
    const raw = await text(stream);
    if (isRefusing) throw new Error('the mailbox is full');
    const from = envelope.mailFrom ? envelope.mailFrom.address : '';
    office.onLetter();
    letters.push({ from, to: envelope.rcptTo.map(({ address }) => address), raw, readable: unquoted(raw) });
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onData: (stream, session, done) => callbackify(receive)(stream, session, done),
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  const office: PostOffice = {
    onLetter: () => undefined,
    url: `smtp://127.0.0.1:${port}`,
    letters,
    refuse(refused) {
      isRefusing = refused;
    },
    letterTo: (address) =>
      vi.waitFor(
        () => {
          const found = letters.findLast(({ to }) => to.includes(address));
          if (!found) throw new Error(`no letter to ${address}`);
          return found;
        },
        { timeout: 10_000, interval: 20 },
      ),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
  return office;
}

/** Takes connections and never says a word. */
export const openSilentServer = (): Promise<{ url: string; close(): Promise<void> }> => openServer(() => undefined);

/** Greets, and goes on for ever in what it says then: never silent for long, and never done. */
export const openTalkativeServer = (): Promise<{ url: string; close(): Promise<void> }> =>
  openServer((socket) => {
    socket.write('220 talkative.example\r\n');
    socket.once('data', () => {
      const talking = setInterval(() => socket.write('250-and another thing\r\n'), 50);
      socket.once('close', () => clearInterval(talking));
    });
  });

async function openServer(talk: (socket: Socket) => void): Promise<{ url: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    talk(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** The token at the end of the first link to this page. */
export function tokenIn(letter: Letter, page: 'invitation' | 'reset-password'): string {
  const token = new RegExp(`/${page}#([\\w-]+)`).exec(letter.readable)?.[1];
  if (token === undefined) throw new Error(`no link to ${page} in:\n${letter.readable}`);
  return token;
}
