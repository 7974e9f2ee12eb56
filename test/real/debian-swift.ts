/**
 * OpenStack Swift from Debian with its S3 API on loopback: one proxy, one account, container and object server, one
 * replica, and the cache its sign-in needs. It checks signatures, their age and region, payload hashes and Content-MD5 more strictly than AWS does.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Daemon, type Folder, freePort, temporaryFolder } from './daemon.ts';

export interface RealSwift {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  stop(): Promise<void>;
}

const region = 'eu-central-1';
const kinds = ['account', 'container', 'object'] as const;
/** Not the system's python, which may be another one in somebody's PATH. */
const python = '/usr/bin/python3';
const program = (name: string): string => `/usr/bin/swift-${name}-server`;

const memcached = '/usr/bin/memcached';

export const swiftIsInstalled = (): boolean =>
  [...[...kinds, 'proxy'].map(program), memcached].every((path) => existsSync(path));

export async function startDebianSwift(): Promise<RealSwift> {
  const folder = await temporaryFolder('mathership-real-swift');
  const secret = randomBytes(16).toString('hex');
  await folder.run('mkdir', ['-p', 'devices/d1']);
  await folder.write(
    'swift.conf',
    `[swift-hash]\nswift_hash_path_suffix = ${randomBytes(8).toString('hex')}\n[storage-policy:0]\nname = one\ndefault = yes\n`,
  );
  const daemons: Daemon[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(daemons.map((daemon) => daemon.stop()));
    await folder.remove();
  };
  try {
    const ports = new Map<string, number>();
    for (const kind of kinds) ports.set(kind, await freePort());
    await Promise.all([...ports].map(([kind, port]) => makeRing(folder, kind, port)));
    const [port, cachePort] = [await freePort(), await freePort()];
    for (const [kind, at] of ports) await folder.write(`${kind}.conf`, storageServer(folder, kind, at));
    await folder.write('proxy.conf', proxyServer(folder, { port, cachePort, secret }));
    const keep = (daemon: Daemon): void => void daemons.push(daemon);
    const cache = folder.serve(memcached, ['-l', '127.0.0.1', '-p', String(cachePort), '-U', '0'], cachePort);
    await Promise.all([
      cache.then(keep),
      ...[...ports, ['proxy', port] as const].map(([kind, at]) => serve(folder, kind, at).then(keep)),
    ]);
    const endpoint = `http://127.0.0.1:${port}`;
    await healthy(`${endpoint}/healthcheck`);
    return { endpoint, region, credentials: { accessKeyId: 'test:exports', secretAccessKey: secret }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const serve = (folder: Folder, kind: string, port: number): Promise<Daemon> =>
  folder.serve(python, [program(kind), join(folder.path, `${kind}.conf`), '-v'], port);

async function makeRing(folder: Folder, kind: string, port: number): Promise<void> {
  const builder = `${kind}.builder`;
  // 2^2 partitions, one replica, and no hour to wait between changes
  await folder.run(python, ['/usr/bin/swift-ring-builder', builder, 'create', '2', '1', '0']);
  await folder.run(python, ['/usr/bin/swift-ring-builder', builder, 'add', `r1z1-127.0.0.1:${port}/d1`, '1']);
  await folder.run(python, ['/usr/bin/swift-ring-builder', builder, 'rebalance']);
}

const common = (folder: Folder, port: number): string => `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 1
swift_dir = ${folder.path}
user = ${folder.user}
log_level = WARNING
`;

const storageServer = (folder: Folder, kind: string, port: number): string => `${common(folder, port)}
devices = ${join(folder.path, 'devices')}
mount_check = false
fallocate_reserve = 0
[pipeline:main]
pipeline = ${kind}-server
[app:${kind}-server]
use = egg:swift#${kind}
`;

const proxyServer = (
  folder: Folder,
  { port, cachePort, secret }: { port: number; cachePort: number; secret: string },
): string => `${common(folder, port)}
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache listing_formats s3api tempauth slo dlo versioned_writes proxy-server
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
[filter:s3api]
use = egg:swift#s3api
location = ${region}
s3_acl = false
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${cachePort}
[filter:tempauth]
use = egg:swift#tempauth
user_test_exports = ${secret} .admin
${['catch_errors', 'gatekeeper', 'healthcheck', 'listing_formats', 'slo', 'dlo', 'versioned_writes']
  .map((name) => `[filter:${name}]\nuse = egg:swift#${name}\n`)
  .join('')}`;

async function healthy(url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await fetch(url).catch(() => null))?.ok) return;
    await delay(100);
  }
  throw new Error(`${url} does not answer`);
}
