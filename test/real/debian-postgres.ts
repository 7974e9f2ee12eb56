/** Debian's own PostgreSQL, 15 or newer, in a new cluster on loopback: TCP, a password, the settings a server comes with. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, temporaryFolder } from './daemon.ts';

const programs = '/usr/lib/postgresql';

export interface RealPostgres {
  /** `15`, `17`. */
  readonly version: string;
  readonly port: number;
  readonly password: string;
  /** Of its superuser, in the database `postgres`. */
  readonly url: string;
  /** A hot standby of it, fed over the network; what its replay meets there it ends at once. */
  standby(settings?: Record<string, string>): Promise<RealStandby>;
  stop(): Promise<void>;
}

export interface RealStandby {
  /** Of the same superuser and database. */
  readonly url: string;
  /** It goes its own way from here on, with whatever it has replayed. */
  promote(): Promise<void>;
  stop(): Promise<void>;
}

/** Versions that are installed, the newest first. */
export async function installedVersions(): Promise<string[]> {
  const names = await readdir(programs).catch(() => []);
  return names
    .filter((name) => Number(name) >= 15 && existsSync(join(programs, name, 'bin', 'initdb')))
    .toSorted((a, b) => Number(b) - Number(a));
}

/** @param settings of `postgresql.conf` that win over its own */
export async function startDebianPostgres(
  version: string,
  settings: Record<string, string> = {},
): Promise<RealPostgres> {
  const folder = await temporaryFolder('mathership-real-postgres');
  const bin = join(programs, version, 'bin');
  const [data, password, port] = [join(folder.path, 'data'), randomBytes(16).toString('hex'), await freePort()];
  const passwordFile = await folder.write('password', password);
  const collation = ['--encoding=UTF8', '--locale=C.UTF-8'];
  const users = ['--username=mathership', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  await folder.run(join(bin, 'initdb'), ['-D', data, '--no-sync', ...collation, ...users]);
  const given = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: folder.path,
    ...settings,
  };
  const words = Object.entries(given).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = await folder.serve(join(bin, 'postgres'), ['-D', data, ...words], port);
  const url = `postgresql://mathership:${password}@127.0.0.1:${port}/postgres`;
  return {
    version,
    port,
    password,
    url,
    async standby(more = {}) {
      const [copy, itsPort] = [join(folder.path, `standby-${await freePort()}`), await freePort()];
      // with the address of its primary (-R)
      await folder.run(join(bin, 'pg_basebackup'), ['-D', copy, '-R', '-X', 'stream', '-c', 'fast', '-N', '-d', url]);
      const itsOwn = { ...given, port: String(itsPort), max_standby_streaming_delay: '0', ...more };
      const itsWords = Object.entries(itsOwn).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
      const standby = await folder.serve(join(bin, 'postgres'), ['-D', copy, ...itsWords], itsPort);
      return {
        url: `postgresql://mathership:${password}@127.0.0.1:${itsPort}/postgres`,
        promote: async () => void (await folder.run(join(bin, 'pg_ctl'), ['promote', '-w', '-D', copy])),
        stop: () => standby.stop('SIGINT'),
      };
    },
    async stop() {
      // fast shutdown
      await server.stop('SIGINT');
      await folder.remove();
    },
  };
}
