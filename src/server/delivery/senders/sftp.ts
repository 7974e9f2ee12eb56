/**
 * SFTP: only to the server whose key is pinned. A file is written under another name, looked at for its size, and renamed: who
 * fetches files by the minute never finds half of one. An equal file that is there already counts as sent, a different one
 * of the same name is left alone.
 */
import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { posix } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import SftpClient from 'ssh2-sftp-client';
import ssh2 from 'ssh2';
import type { SftpSettings } from '#contract/deliveries.ts';
import { ProductError, invalidField } from '#contract/errors.ts';
import { AddressRefused, checkedAddress, pinned } from '../network.ts';
import { type SendOutcome, sentenceOf, type SentFile } from '../sender.ts';

const readyMilliseconds = 15_000;
/** Without a byte in either direction. */
const idleMilliseconds = 60_000;
/** For all of it: so long for any file, and for each megabyte as long as a slow line takes (100 KB/s). */
const wholeMilliseconds = 120_000;
const megabyteMilliseconds = 10_000;
const goodbyeMilliseconds = 1_000;

const tooSlow = 'The server is too slow: the file was given up.';

class WrongHostKey extends Error {
  override readonly name = 'WrongHostKey';
}

export const fingerprintOf = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;

/** `SHA256:…` of what was pinned, in whichever of the two ways it was written. */
function pinnedFingerprint(hostKey: string): string {
  if (hostKey.startsWith('SHA256:')) return hostKey.replace(/=+$/, '');
  return fingerprintOf(Buffer.from(hostKey.split(' ')[1] ?? '', 'base64'));
}

async function socketTo(host: string, port: number, allowPrivate: boolean): Promise<Socket> {
  const address = await checkedAddress(host, allowPrivate);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address.address, port, lookup: pinned(address) });
    socket.setTimeout(readyMilliseconds, () => socket.destroy(new Error('The server did not answer in time.')));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.setTimeout(idleMilliseconds);
      resolve(socket);
    });
  });
}

/**
 * The fingerprint of the key that the server shows. Nobody signs in.
 * @throws ProductError invalid_input when it cannot be asked.
 */
export async function hostKeyOf(
  { host, port }: { host: string; port: number },
  allowPrivate: boolean,
): Promise<string> {
  try {
    const sock = await socketTo(host, port, allowPrivate);
    return await new Promise<string>((resolve, reject) => {
      const client = new ssh2.Client();
      client.on('error', reject);
      client.connect({
        sock,
        username: 'nobody',
        readyTimeout: readyMilliseconds,
        hostVerifier: (key: Buffer) => {
          resolve(fingerprintOf(key));
          return false;
        },
      });
    });
  } catch (error) {
    if (error instanceof ProductError) throw error;
    throw invalidField('host', sentenceOf(error));
  }
}

interface SftpAccount {
  readonly settings: SftpSettings;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Signed in; ended afterwards, whatever happens. */
async function withClient<T>(
  { settings, secrets }: SftpAccount,
  allowPrivate: boolean,
  megabytes: number,
  act: (client: SftpClient) => Promise<T>,
): Promise<T> {
  const wanted = pinnedFingerprint(settings.host_key);
  let shown = wanted;
  const sock = await socketTo(settings.host, settings.port, allowPrivate);
  // whoever listens now is not there before and after the library does: unheard, a cut line would end the process
  sock.on('error', () => undefined);
  // never silent for long, and never done
  let isLate = false;
  const deadline = setTimeout(
    () => {
      isLate = true;
      sock.destroy(new Error(tooSlow));
    },
    wholeMilliseconds + megabytes * megabyteMilliseconds,
  );
  const client = new SftpClient();
  client.on('error', () => undefined);
  try {
    await client
      .connect({
        sock,
        username: settings.username,
        password: secrets['password'],
        privateKey: secrets['private_key'],
        readyTimeout: readyMilliseconds,
        hostVerifier: (key: Buffer) => {
          shown = fingerprintOf(key);
          return shown === wanted;
        },
      })
      .catch((error: unknown) => {
        if (shown !== wanted) {
          throw new WrongHostKey(
            `The server shows another key (${shown}) than the one that was pinned. Nothing was sent.`,
          );
        }
        throw error;
      });
    return await act(client);
  } catch (error) {
    throw isLate ? new Error(tooSlow) : error;
  } finally {
    clearTimeout(deadline);
    // a line that has died already says no goodbye, and one that is held open says none either
    await Promise.race([client.end().catch(() => undefined), delay(goodbyeMilliseconds)]);
    sock.destroy();
  }
}

const hashOf = async (client: SftpClient, path: string): Promise<string> => {
  const hash = createHash('sha256');
  const stream = client.createReadStream(path);
  // read to its end it still closes its handle, and a connection that is ended meanwhile is an error that nobody waits for:
  // unheard, it would end the process
  stream.on('error', () => undefined);
  for await (const chunk of stream as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
};

/** Whether an equal file is there already. @throws Different when another is. */
class Different extends Error {
  override readonly name = 'Different';
}
async function isThere(client: SftpClient, path: string, file: SentFile): Promise<boolean> {
  if (!(await client.exists(path))) return false;
  const { size } = await client.stat(path);
  if (size === file.size && (await hashOf(client, path)) === file.sha256) return true;
  throw new Different(`There is another file named ${file.name} already. It was left as it is.`);
}

export async function sendSftp(account: SftpAccount, file: SentFile, allowPrivate: boolean): Promise<SendOutcome> {
  const path = posix.join(account.settings.folder, file.name);
  const part = `${path}.part`;
  return outcomeOf(() =>
    withClient(account, allowPrivate, Math.ceil(file.size / 1_000_000), async (client) => {
      if (await isThere(client, path, file)) return 'The file was there already, equal to the last byte.';
      const content = await file.open();
      content.on('error', () => undefined);
      await client.put(content, part).finally(() => content.destroy());
      const { size } = await client.stat(part);
      if (size !== file.size) throw new Error(`Of ${file.size} bytes the server has ${size}.`);
      await client.rename(part, path);
      return `Written as ${path}.`;
    }),
  );
}

/** Signs in, writes, and removes what it wrote. */
export async function trySftp(account: SftpAccount, allowPrivate: boolean): Promise<SendOutcome> {
  const path = posix.join(account.settings.folder, 'mathership-test.part');
  return outcomeOf(() =>
    withClient(account, allowPrivate, 0, async (client) => {
      await client.put(Buffer.from('A test of Mathership. This file may be deleted.\n'), path);
      await client.delete(path);
      return `Signed in; files can be written to ${account.settings.folder}.`;
    }),
  );
}

async function outcomeOf(act: () => Promise<string>): Promise<SendOutcome> {
  try {
    return { kind: 'sent', detail: await act() };
  } catch (error) {
    if (error instanceof WrongHostKey || error instanceof AddressRefused || error instanceof Different) {
      return { kind: 'failed', detail: error.message };
    }
    if ((error as { level?: string }).level === 'client-authentication' || isSignInRefused(error)) {
      return { kind: 'failed', detail: 'The server did not let this account in. Enter its password or key again.' };
    }
    return { kind: 'later', detail: sentenceOf(error) };
  }
}

/** The library keeps the level of an error in its message alone. */
const isSignInRefused = (error: unknown): boolean =>
  /All configured authentication methods failed/.test((error as Error).message);
