/** Receivers that fail in every way: each ends in a state that fits, with a sentence for a person. */
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Mailer } from '#server/mail/mailer.ts';
import { openSftpServer, type SftpServer } from '#test/sftp-server.ts';
import { openWebhookReceiver, type WebhookReceiver } from '#test/webhook-receiver.ts';
import { checkedAddress, isPublicAddress, pinned } from './network.ts';
import type { SendOutcome } from './sender.ts';
import { fitsOnWire, sendMail } from './senders/mail.ts';
import { sendS3 } from './senders/s3.ts';
import { sendSftp } from './senders/sftp.ts';
import { sendWebhook, signatures } from './senders/webhook.ts';

const [old, fresh] = [3, 9].map((byte) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`) as [string, string];
let hook: WebhookReceiver;
let sftp: SftpServer;
beforeAll(async () => {
  [hook, sftp] = await Promise.all([openWebhookReceiver(), openSftpServer()]);
});
afterAll(() => Promise.all([hook.close(), sftp.close()]));

describe('a webhook', () => {
  const send = (url = hook.url): Promise<SendOutcome> =>
    sendWebhook({ url, id: 'msg_1', secrets: [fresh, old], body: '{"a":"ü"}' }, true);

  test('is signed as the specification’s own library does, with the old secret beside the new one', async () => {
    const now = new Date();
    const ours = signatures([fresh], 'msg_1', Math.floor(now.getTime() / 1000), '{"a":"ü"}');
    expect(ours).toBe(new Webhook(fresh).sign('msg_1', now, '{"a":"ü"}'));
    expect((await send()).kind).toBe('sent');
    const { headers, body } = hook.calls.at(-1) as (typeof hook.calls)[number];
    for (const secret of [old, fresh]) new Webhook(secret).verify(body, headers as Record<string, string>);
    expect(() =>
      new Webhook(`whsec_${Buffer.alloc(32, 1).toString('base64')}`).verify(body, headers as Record<string, string>),
    ).toThrow('No matching signature found');
  });

  test.each([
    [{ status: 200 }, 'sent'],
    [{ status: 204 }, 'sent'],
    [{ status: 302, headers: { location: 'http://127.0.0.1:9/' } }, 'later'],
    [{ status: 400 }, 'later'],
    [{ status: 404 }, 'later'],
    [{ status: 410 }, 'failed'],
    [{ status: 500 }, 'later'],
    [{ status: 0, cut: true as const }, 'later'],
  ])('%j ends as %s', async (answer, kind) => {
    hook.answerWith(answer);
    const before = hook.calls.length;
    expect(await send()).toMatchObject({ kind, detail: expect.stringMatching(/^The (receiver|server) .*\./) });
    // what redirects is not followed
    expect(hook.calls.length).toBe(before + 1);
  });

  test('says when to come again; one that is away is tried later', async () => {
    hook.answerWith({ status: 429, headers: { 'retry-after': '120' } });
    expect(await send()).toMatchObject({ kind: 'later', afterSeconds: 120 });
    expect(await send('http://127.0.0.1:9/')).toMatchObject({
      kind: 'later',
      detail: 'The server refused the connection.',
    });
    const closed = await sendWebhook({ url: hook.url, id: 'x', secrets: [fresh], body: '{}' }, false);
    expect(closed).toMatchObject({ kind: 'failed', detail: 'Only https: addresses are sent to.' });
  });
});

describe('addresses', () => {
  test.each([
    '127.0.0.1',
    '::1',
    '::ffff:10.1.2.3',
    '10.0.0.1',
    '172.16.9.9',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    'fe80::1',
    'fd00::1',
    '0.0.0.0',
    '64:ff9b::7f00:1',
    '224.0.0.1',
    '192.0.2.1',
  ])('%s is not of the internet', (address) => expect(isPublicAddress(address)).toBe(false));
  test.each(['93.184.216.34', '2606:2800:220:1::1'])('%s is', (address) => expect(isPublicAddress(address)).toBe(true));

  test('the one that was looked at is the one connected to, whatever the name says afterwards', async () => {
    await expect(checkedAddress('localhost', false)).rejects.toThrow('leads into a private network');
    const found = await new Promise((resolve) => {
      pinned({ address: '93.184.216.34', family: 4 })('elsewhere.example', {}, (_error, address) => resolve(address));
    });
    expect(found).toBe('93.184.216.34');
  });
});

describe('SFTP', () => {
  const settings = () => ({ host: '127.0.0.1', port: sftp.port, username: 'a', host_key: sftp.hostKey, folder: '/in' });
  const content = Buffer.from('a file of several words');
  const file = (name: string) => ({
    name,
    size: content.length,
    sha256: '0'.repeat(64),
    open: async () => Readable.from([content]),
  });

  test('a full disk is tried later, and leaves nothing by the file’s name', async () => {
    sftp.full = true;
    const outcome = await sendSftp(
      { settings: settings(), secrets: { password: sftp.password } },
      file('full.zip'),
      true,
    );
    sftp.full = false;
    expect(outcome).toMatchObject({
      kind: 'later',
      detail: expect.stringMatching(/No space|Of 23 bytes the server has/),
    });
    expect(sftp.files.has('/in/full.zip')).toBe(false);
  });

  test('a wrong password, a wrong key, nobody there', async () => {
    const wrong = await sendSftp({ settings: settings(), secrets: { password: 'wrong' } }, file('a.zip'), true);
    expect(wrong).toMatchObject({ kind: 'failed', detail: expect.stringContaining('did not let this account in') });
    const other = { ...settings(), host_key: `SHA256:${'B'.repeat(43)}` };
    const refused = await sendSftp({ settings: other, secrets: { password: sftp.password } }, file('a.zip'), true);
    expect(refused).toMatchObject({ kind: 'failed', detail: expect.stringContaining('Nothing was sent') });
    const away = await sendSftp(
      { settings: { ...settings(), port: 9 }, secrets: { password: 'x' } },
      file('a.zip'),
      true,
    );
    expect(away).toMatchObject({ kind: 'later', detail: 'The server refused the connection.' });
  });

  test('one whose line breaks while a file is written is tried later, and nothing of that ends the process', async () => {
    const unheard: unknown[] = [];
    const hear = (error: unknown): void => void unheard.push(error);
    process.on('uncaughtExceptionMonitor', hear);
    const before = sftp.begun.length;
    sftp.onWriting = () => sftp.cut();
    const outcome = await sendSftp(
      { settings: settings(), secrets: { password: sftp.password } },
      file('cut.zip'),
      true,
    );
    sftp.onWriting = () => undefined;
    process.off('uncaughtExceptionMonitor', hear);
    expect(sftp.begun.length).toBe(before + 1);
    expect(outcome.kind).toBe('later');
    expect(unheard).toEqual([]);
  });

  test('one that takes the connection and cuts it is tried later', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.end('SSH-2.0-half\r\n');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = (server.address() as AddressInfo).port;
    const outcome = await sendSftp(
      { settings: { ...settings(), port }, secrets: { password: 'x' } },
      file('a.zip'),
      true,
    );
    expect(outcome.kind).toBe('later');
    for (const socket of sockets) socket.destroy();
    server.close();
  });
});

describe('a bucket', () => {
  const content = Buffer.from('a file of several words');
  const file = {
    name: 'a.zip',
    size: content.length,
    sha256: '0'.repeat(64),
    open: async () => Readable.from([content]),
  };
  /** Nothing is there, and what is put is answered so; null: the line is cut in the middle of it. */
  async function answering(status: number | null, code: string): Promise<SendOutcome> {
    const server = createHttpServer((request, response) => {
      if (request.method !== 'PUT') return void response.writeHead(404).end();
      request.once('data', () => {
        if (status === null) request.socket.destroy();
        else
          response.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const settings = { bucket: 'küche', endpoint, region: 'eu-1', access_key_id: 'K' };
    const outcome = await sendS3({ settings, secrets: { secret_access_key: 's' } }, file, true);
    server.closeAllConnections();
    server.close();
    return outcome;
  }

  test.each([
    [507, 'InsufficientStorage', 'later', 'The bucket is full: it answered 507.'],
    [503, 'SlowDown', 'later', 'The bucket wants to be asked again later: it answered 503.'],
    [500, 'InternalError', 'later', 'The bucket answered 500.'],
    [403, 'AccessDenied', 'failed', 'The bucket did not let this key write. Check the key and its rights.'],
    [404, 'NoSuchBucket', 'failed', 'There is no bucket of this name there.'],
    [null, '', 'later', 'The server cut the connection.'],
  ])('that answers %s %s ends as %s', async (status, code, kind, detail) => {
    expect(await answering(status, code)).toEqual({ kind, detail });
  });
});

describe('mail', () => {
  const letter = { to: 'a@kitchen.example', subject: 'S', text: 't', html: '<p>t</p>' };
  async function answering(code: number): Promise<SendOutcome> {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      logger: false,
      onRcptTo: (_address, _session, done) =>
        done(Object.assign(new Error(code < 500 ? 'greylisted' : 'no such mailbox'), { responseCode: code })),
    });
    server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    const { port } = server.server.address() as AddressInfo;
    const mailer = new Mailer({ url: `smtp://127.0.0.1:${port}`, from: 'b@kitchen.example' });
    const mailRoom = { mailer, site: () => 'http://x.example', close: () => mailer.close() };
    const outcome = await sendMail({ mailRoom }, letter, null);
    mailer.close();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    return outcome;
  }

  test('greylisting is tried later, a refusal for good is not, and what does not fit is not attached', async () => {
    expect(await answering(451)).toMatchObject({ kind: 'later', detail: expect.stringContaining('greylisted') });
    expect(await answering(552)).toMatchObject({ kind: 'failed', detail: expect.stringContaining('refused it: 552') });
    expect(await answering(550)).toMatchObject({ kind: 'failed', detail: expect.stringContaining('no such mailbox') });
    expect([fitsOnWire(7_200_000, 10_000_000), fitsOnWire(7_400_000, 10_000_000)]).toEqual([true, false]);
  });
});
