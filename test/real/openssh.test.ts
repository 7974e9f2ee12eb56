/** Delivery by SFTP to OpenSSH as Debian has it. */
import { readFile, readdir } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostKeyOf, sendSftp } from '#server/delivery/senders/sftp.ts';
import { type Daemon, type Folder, freePort, temporaryFolder } from './daemon.ts';

let folder: Folder;
let daemon: Daemon;
let port: number;
let hostKey: string;
let fingerprint: string;
let privateKey: string;

beforeAll(async () => {
  folder = await temporaryFolder('openssh');
  const at = (name: string): string => join(folder.path, name);
  for (const name of ['host', 'client']) {
    await folder.run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(name)]);
  }
  await folder.run('mkdir', [at('in')]);
  hostKey = (await readFile(at('host.pub'), 'utf8')).trim();
  privateKey = await readFile(at('client'), 'utf8');
  fingerprint = (await folder.run('ssh-keygen', ['-lf', at('host.pub')])).split(' ')[1] ?? '';
  port = await freePort();
  const settings = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${at('host')}`,
    `AuthorizedKeysFile ${at('client.pub')}`,
    'PidFile none',
    'UsePAM yes',
    'StrictModes no',
    'PasswordAuthentication no',
    'Subsystem sftp internal-sftp',
    'ForceCommand internal-sftp',
  ];
  const config = await folder.write('sshd_config', `${settings.join('\n')}\n`);
  daemon = await folder.serve('/usr/sbin/sshd', ['-D', '-e', '-f', config], port);
});
afterAll(async () => {
  await daemon?.stop();
  await folder?.remove();
});

const content = Buffer.from('rows and totals\n'.repeat(5000));
const fileOf = (bytes: Buffer) => ({
  name: '2026-12-03_vendors.zip',
  size: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  open: async () => Readable.from([bytes]),
});

test('a file arrives whole under its name; once more is the same; another is left alone; the key is the one it shows', async () => {
  const account = {
    settings: { host: '127.0.0.1', port, username: folder.user, host_key: hostKey, folder: join(folder.path, 'in') },
    secrets: { private_key: privateKey },
  };
  expect(await hostKeyOf({ host: '127.0.0.1', port }, true)).toBe(fingerprint);
  expect(await sendSftp(account, fileOf(content), true)).toMatchObject({ kind: 'sent' });
  expect(await readdir(join(folder.path, 'in'))).toEqual(['2026-12-03_vendors.zip']);
  expect(await readFile(join(folder.path, 'in', '2026-12-03_vendors.zip'))).toEqual(content);
  expect(await sendSftp(account, fileOf(content), true)).toMatchObject({
    detail: expect.stringContaining('there already'),
  });
  expect(await sendSftp(account, fileOf(Buffer.from('other')), true)).toMatchObject({ kind: 'failed' });
  const settings = { ...account.settings, host_key: fingerprint };
  expect(await sendSftp({ ...account, settings }, fileOf(content), true)).toMatchObject({ kind: 'sent' });
});
