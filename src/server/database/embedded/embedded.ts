/**
 * Owns a PostgreSQL of its own below DATA_DIR.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { mkdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { locateBinaries } from './binaries.ts';
import { serverSettings, settingArguments } from './settings.ts';

export interface EmbeddedConnection {
  readonly host: string;
  readonly user: string;
  readonly database: string;
  readonly port?: number;
}
export interface EmbeddedPostgres {
  readonly connection: EmbeddedConnection;
  readonly url: string;
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
  stop(): Promise<void>;
}
export interface EmbeddedOptions {
  readonly dataDir: string;
  readonly log?: (line: string) => void;
  readonly step?: (name: string, milliseconds: number) => void;
  readonly settings?: Record<string, string>;
}

export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const home = join(options.dataDir, 'postgres');
  await mkdir(home, { recursive: true, mode: 0o700 });
  const place = await realpath(home);
  const instance = `mathership-${createHash('sha256').update(place).digest('hex').slice(0, 12)}`;
  const socketFolder = join(tmpdir(), instance);
  await mkdir(socketFolder, { recursive: true, mode: 0o700 });
  const binaries = await locateBinaries();
  const wrap = process.getuid?.() === 0 ? ['unshare', '--user', '--map-user=65534', '--map-group=65534'] : [];
  const run = (program: string, args: string[], log: number) => {
    const [command = '', ...rest] = [...wrap, program, ...args];
    return spawn(command, rest, { stdio: ['ignore', log, log], detached: true });
  };
  const log = openSync(join(place, 'server.log'), 'a', 0o600);
  const data = join(place, 'data');
  if (!(await stat(join(data, 'PG_VERSION')).catch(() => undefined))) {
    const fresh = join(place, 'data.new');
    await rm(fresh, { recursive: true, force: true });
    const initdb = run(
      binaries.initdb,
      [
        '-D',
        fresh,
        '-U',
        'postgres',
        '--auth=trust',
        '--encoding=UTF8',
        '--no-locale',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
      ],
      log,
    );
    const code = await new Promise((resolve) => initdb.on('exit', resolve));
    if (code !== 0) throw new Error(`initdb ended with ${String(code)}`);
    await rename(fresh, data);
  }
  const server = run(
    binaries.postgres,
    ['-D', data, ...settingArguments(serverSettings({ socketFolder, instance }, options.settings))],
    log,
  );
  closeSync(log);
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    server.on('exit', (code, signal) => resolve({ code, signal }));
  });
  const connection = { host: socketFolder, user: 'postgres', database: 'mathership' };
  for (;;) {
    const client = new pg.Client({ ...connection, database: 'postgres' });
    try {
      await client.connect();
      const { rowCount } = await client.query(`SELECT FROM pg_database WHERE datname = 'mathership'`);
      if (rowCount === 0) await client.query('CREATE DATABASE mathership');
      await client.end();
      break;
    } catch (error) {
      if (server.exitCode !== null) throw error;
      await delay(20);
    }
  }
  return {
    connection,
    url: `postgresql://postgres@localhost/mathership?host=${encodeURIComponent(socketFolder)}`,
    exited,
    async stop() {
      server.kill('SIGINT');
      await exited;
      await rm(socketFolder, { recursive: true, force: true });
    },
  };
}
