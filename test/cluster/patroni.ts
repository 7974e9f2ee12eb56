/**
 * Three PostgreSQL under Patroni with three etcd, and HAProxy before them (a port that leads to the leader, one that
 * leads to the standbys, and TLS for the servers of the product), of Debian's packages, on loopback. Any part can be
 * killed as a machine dies, frozen and started again.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { installedVersions } from '#test/real/debian-postgres.ts';
import { type Daemon, type Folder, freePort, temporaryFolder } from '#test/real/daemon.ts';

const [python, patroni, etcd, haproxy] = ['/usr/bin/python3', '/usr/bin/patroni', '/usr/bin/etcd', '/usr/sbin/haproxy'];

/** What of Debian's packages is missing. */
export function missingForCluster(): string[] {
  const programs = { patroni, 'etcd-server': etcd, haproxy, openssl: '/usr/bin/openssl' };
  return Object.entries(programs)
    .filter(([, path]) => !existsSync(path))
    .map(([name]) => name);
}

export interface ClusterOptions {
  /** A commit waits for a standby; without it a failover may lose what was just answered. */
  readonly synchronous: boolean;
  /** Of the servers of the product, which TLS leads to. */
  readonly serverPorts: readonly number[];
}

export interface Cluster {
  /** Of the leader, whoever that is. */
  readonly writeUrl: string;
  /** Of a standby, whichever. */
  readonly readUrl: string;
  /** `https://localhost:…`, and who vouches for it. */
  readonly address: string;
  readonly certificate: string;
  /** Name of the node that leads, or null. */
  leader(): Promise<string | null>;
  /** Names of standbys that stream from the leader. */
  standbys(): Promise<string[]>;
  /** Everything of a node, as if its machine had lost power. */
  kill(node: string): Promise<void>;
  freeze(node: string): Promise<void>;
  thaw(node: string): Promise<void>;
  start(node: string): Promise<void>;
  /** In order: a node, `etcd1` or `haproxy`, and starts it again. */
  restart(part: string): Promise<void>;
  readonly parts: readonly string[];
  stop(): Promise<void>;
}

/** Seconds after which a silent leader is no leader any more; the shortest that Patroni takes. */
const leaseSeconds = 20;

interface Node {
  readonly name: string;
  readonly postgresPort: number;
  readonly restPort: number;
  readonly data: string;
}

export async function startCluster({ synchronous, serverPorts }: ClusterOptions): Promise<Cluster> {
  const folder = await temporaryFolder('mathership-cluster');
  const daemons = new Map<string, Daemon>();
  const starts = new Map<string, () => Promise<Daemon>>();
  const password = randomBytes(16).toString('hex');
  const up = async (part: string): Promise<void> =>
    void daemons.set(part, await (starts.get(part) as () => Promise<Daemon>)());
  const nodes: Node[] = [];
  const stop = async (): Promise<void> => {
    for (const node of nodes) await killNode(folder, node, daemons.get(node.name));
    await Promise.all([...daemons.values()].map((daemon) => daemon.stop()));
    await folder.remove();
  };
  try {
    const quorum = await etcdMembers(folder, starts);
    await Promise.all(quorum.names.map(up));
    const [bin] = await installedVersions();
    for (const name of ['pg1', 'pg2', 'pg3']) {
      const node = { name, postgresPort: await freePort(), restPort: await freePort(), data: join(folder.path, name) };
      nodes.push(node);
      const settings = nodeSettings({
        folder,
        node,
        bin: `/usr/lib/postgresql/${bin}/bin`,
        password,
        synchronous,
        etcd: quorum.clients,
      });
      const file = await folder.write(`${name}.yml`, JSON.stringify(settings));
      starts.set(name, () => folder.serve(python, [patroni, file], node.restPort));
    }
    // the first makes the cluster, the others copy it
    await up('pg1');
    await until('a first leader', async () => (await state(nodes)).leader);
    await Promise.all(['pg2', 'pg3'].map(up));
    const [writePort, readPort, tlsPort] = [await freePort(), await freePort(), await freePort()];
    const certificate = await selfSigned(folder);
    const file = await folder.write(
      'haproxy.cfg',
      proxySettings({ folder, nodes, writePort, readPort, tlsPort, serverPorts }),
    );
    starts.set('haproxy', () => folder.serve(haproxy, ['-db', '-f', file], writePort));
    await up('haproxy');
    await until('two standbys', async () => (await state(nodes)).standbys.length === 2);
    const node = (name: string): Node => nodes.find((each) => each.name === name) as Node;
    const url = (port: number): string => `postgresql://mathership:${password}@127.0.0.1:${port}/postgres`;
    return {
      writeUrl: url(writePort),
      readUrl: url(readPort),
      address: `https://localhost:${tlsPort}`,
      certificate,
      leader: async () => (await state(nodes)).leader,
      standbys: async () => (await state(nodes)).standbys,
      kill: (name) => killNode(folder, node(name), daemons.get(name)),
      freeze: (name) => signalNode(folder, node(name), 'STOP'),
      thaw: (name) => signalNode(folder, node(name), 'CONT'),
      start: up,
      async restart(part) {
        await daemons.get(part)?.stop();
        await up(part);
      },
      parts: [...quorum.names, ...nodes.map(({ name }) => name), 'haproxy'],
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Resolves to what `look` finds as soon as it is something. */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | undefined | false>,
  seconds = 120,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const found = await look().catch(() => null);
    if (found) return found;
    await delay(100);
  }
  throw new Error(`${what}: not within ${seconds} s`);
}

async function etcdMembers(
  folder: Folder,
  starts: Map<string, () => Promise<Daemon>>,
): Promise<{ names: string[]; clients: string }> {
  const names = ['etcd1', 'etcd2', 'etcd3'];
  const members: { name: string; peer: string; client: string; clientPort: number }[] = [];
  for (const name of names) {
    const [peerPort, clientPort] = [await freePort(), await freePort()];
    members.push({ name, peer: `http://127.0.0.1:${peerPort}`, client: `http://127.0.0.1:${clientPort}`, clientPort });
  }
  const initial = members.map(({ name, peer }) => `${name}=${peer}`).join(',');
  for (const { name, peer, client, clientPort } of members) {
    const words = {
      name,
      'data-dir': join(folder.path, name),
      'initial-cluster': initial,
      'initial-cluster-state': 'new',
    };
    const addresses = {
      'listen-peer-urls': peer,
      'initial-advertise-peer-urls': peer,
      'listen-client-urls': client,
      'advertise-client-urls': client,
    };
    // loopback shares its disk with everything here: an election takes longer than on machines of their own
    const patience = { 'heartbeat-interval': '300', 'election-timeout': '3000', 'log-level': 'error' };
    const args = Object.entries({ ...words, ...addresses, ...patience }).map(([key, value]) => `--${key}=${value}`);
    starts.set(name, () => folder.serve(etcd, args, clientPort));
  }
  return { names, clients: members.map(({ client }) => client.replace('http://', '')).join(',') };
}

interface NodeOptions {
  readonly folder: Folder;
  readonly node: Node;
  readonly bin: string;
  readonly password: string;
  readonly synchronous: boolean;
  readonly etcd: string;
}

/** Patroni's file is YAML, of which JSON is a part. */
const nodeSettings = ({ folder, node, bin, password, synchronous, etcd: hosts }: NodeOptions): object => {
  const rest = `127.0.0.1:${node.restPort}`;
  const login = (username: string): object => ({ username, password });
  return {
    scope: 'mathership',
    name: node.name,
    restapi: { listen: rest, connect_address: rest },
    etcd3: { hosts },
    bootstrap: {
      dcs: {
        ttl: leaseSeconds,
        loop_wait: 2,
        retry_timeout: 5,
        synchronous_mode: synchronous,
        postgresql: {
          use_pg_rewind: true,
          parameters: { max_connections: 200, wal_keep_size: '256MB', hot_standby_feedback: 'on', wal_log_hints: 'on' },
        },
      },
      initdb: [{ encoding: 'UTF8' }, { locale: 'C.UTF-8' }, 'data-checksums'],
    },
    postgresql: {
      listen: `127.0.0.1:${node.postgresPort}`,
      connect_address: `127.0.0.1:${node.postgresPort}`,
      data_dir: node.data,
      bin_dir: bin,
      pgpass: join(folder.path, `${node.name}.pgpass`),
      authentication: { superuser: login('mathership'), replication: login('replicator') },
      parameters: { unix_socket_directories: folder.path },
      pg_hba: ['host all all 127.0.0.1/32 scram-sha-256', 'host replication all 127.0.0.1/32 scram-sha-256'],
    },
  };
};

interface ProxyOptions {
  readonly folder: Folder;
  readonly nodes: readonly Node[];
  readonly writePort: number;
  readonly readPort: number;
  readonly tlsPort: number;
  readonly serverPorts: readonly number[];
}

const proxySettings = ({ folder, nodes, writePort, readPort, tlsPort, serverPorts }: ProxyOptions): string => {
  const database = (name: string, port: number, path: string): string => `
listen ${name}
  bind 127.0.0.1:${port}
  option httpchk OPTIONS ${path}
  http-check expect status 200
  default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
${nodes.map((node) => `  server ${node.name} 127.0.0.1:${node.postgresPort} check port ${node.restPort}`).join('\n')}
`;
  return `global
  maxconn 2000
defaults
  mode tcp
  timeout connect 2s
  timeout check 2s
  timeout client 1h
  timeout server 1h
${database('leader', writePort, '/primary')}${database('standbys', readPort, '/replica')}
frontend product
  mode http
  bind 127.0.0.1:${tlsPort} ssl crt ${folder.path}/site.pem alpn h2,http/1.1
  option forwardfor
  default_backend servers
backend servers
  mode http
  option httpchk GET /readyz
  http-check expect status 200
  option redispatch
  default-server inter 1s fall 2 rise 1
${serverPorts.map((port, at) => `  server s${at + 1} 127.0.0.1:${port} check`).join('\n')}
`;
};

async function selfSigned(folder: Folder): Promise<string> {
  const [key, certificate] = ['key.pem', 'certificate.pem'].map((name) => join(folder.path, name)) as [string, string];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2'];
  await folder.run('/usr/bin/openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    key,
    '-out',
    certificate,
    ...subject,
  ]);
  const text = await readFile(certificate, 'utf8');
  await folder.write('site.pem', `${await readFile(key, 'utf8')}${text}`);
  return text;
}

/** As the nodes say of themselves; those that do not answer are nothing. */
async function state(nodes: readonly Node[]): Promise<{ leader: string | null; standbys: string[] }> {
  const answers = await Promise.all(
    nodes.map(async ({ name, restPort }) => {
      const answer = await fetch(`http://127.0.0.1:${restPort}/patroni`, { signal: AbortSignal.timeout(1000) }).catch(
        () => null,
      );
      const told = (await answer?.json().catch(() => null)) as { role?: string; state?: string } | null | undefined;
      return { name, role: told?.state === 'running' ? told.role : undefined };
    }),
  );
  const leading = await Promise.all(
    nodes.map(
      async ({ restPort }) =>
        (await fetch(`http://127.0.0.1:${restPort}/primary`, { signal: AbortSignal.timeout(1000) }).catch(() => null))
          ?.ok,
    ),
  );
  const leader = answers.find((_answer, at) => leading[at])?.name ?? null;
  return { leader, standbys: answers.filter(({ role }) => role === 'replica').map(({ name }) => name) };
}

/** Process ids of a node's postmaster and all that it forked. */
async function postgresOf(node: Node): Promise<number[]> {
  const [first] = (await readFile(join(node.data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  if (!first) return [];
  const children = spawnedBy(Number(first));
  return [Number(first), ...children];
}

const spawnedBy = (parent: number): number[] => {
  try {
    return execFileSync('pgrep', ['-P', String(parent)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);
  } catch {
    return [];
  }
};

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it has ended
  }
}

/** The keeper first, or it would start again what it sees end. */
async function killNode(_folder: Folder, node: Node, keeper: Daemon | undefined): Promise<void> {
  await keeper?.stop('SIGKILL');
  for (const pid of await postgresOf(node)) signal(pid, 'SIGKILL');
}

async function signalNode(folder: Folder, node: Node, what: 'STOP' | 'CONT'): Promise<void> {
  const keepers = execFileSync('pgrep', ['-f', join(folder.path, `${node.name}.yml`)], { encoding: 'utf8' })
    .trim()
    .split('\n');
  for (const pid of [...keepers.map(Number), ...(await postgresOf(node))]) signal(pid, `SIG${what}`);
}
