/** Whatever is killed, in whatever order: nothing keeps running, and the next start needs no hand and loses nothing. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  type EmbeddedProcess,
  ask,
  companyOf,
  instanceOf,
  killAll,
  runEmbedded,
  temporaryDataDir,
  usedDataDir,
  watchdogsOf,
} from '#test/embedded-process.ts';
import { serverProcesses } from './instance.ts';

const gone = { timeout: 20_000, interval: 20 };

/** A running owner with one committed row, the text `kept`. */
async function ownerWithRow(dataDir: string): Promise<EmbeddedProcess> {
  const owner = await runEmbedded(dataDir);
  await ask(owner.url, `CREATE TABLE row AS SELECT 'kept' AS text`);
  return owner;
}

interface NextStart {
  /** What the committed row says. */
  readonly row: unknown;
  readonly log: readonly string[];
  /** Processes left when it has stopped. */
  readonly left: readonly number[];
}

async function nextStart(dataDir: string): Promise<NextStart> {
  const next = await runEmbedded(dataDir);
  const [row] = next.refused ? [next.refused] : await ask(next.url, 'SELECT text FROM row');
  await next.stop();
  return { row, log: next.log, left: await companyOf(dataDir) };
}

const fine = { row: 'kept', left: [] };

test('kill -9 of the owner: its server stops in order, by itself', async () => {
  const dataDir = await usedDataDir();
  const owner = await ownerWithRow(dataDir);
  await owner.kill();
  await expect.poll(() => companyOf(dataDir), gone).toEqual([]);
  const log = await readFile(join(dataDir, 'postgres', 'server.log'), 'utf8');
  expect(log.trimEnd()).toMatch(/database system is shut down$/);
  expect(await nextStart(dataDir)).toMatchObject(fine);
});

test('kill -9 of the owner and a start at once: the next owner waits for the old server', async () => {
  const dataDir = await usedDataDir();
  const owner = await ownerWithRow(dataDir);
  await owner.kill();
  expect(await nextStart(dataDir)).toMatchObject(fine);
});

test('kill -9 of owner and watchdog: the next start ends the server they left', async () => {
  const dataDir = await usedDataDir();
  const owner = await ownerWithRow(dataDir);
  const [main] = (await serverProcesses(instanceOf(dataDir))).filter((one) => one.main);
  owner.child.kill('SIGSTOP');
  killAll([...(await watchdogsOf(dataDir)), owner.child.pid ?? 0]);
  await once(owner.child, 'exit');
  await expect.poll(() => watchdogsOf(dataDir), gone).toEqual([]);
  expect(await serverProcesses(instanceOf(dataDir))).toContainEqual(main);
  const log = [`ending a PostgreSQL server without a parent, at pid ${main?.pid}`];
  expect(await nextStart(dataDir)).toEqual({ ...fine, log });
});

test('kill -9 of the watchdog: another takes its place', async () => {
  const dataDir = await usedDataDir();
  const owner = await ownerWithRow(dataDir);
  const first = await watchdogsOf(dataDir);
  killAll(first);
  await expect.poll(() => watchdogsOf(dataDir), gone).toEqual([expect.not.toBeOneOf(first)]);
  await owner.kill();
  await expect.poll(() => companyOf(dataDir), gone).toEqual([]);
});

test('kill -9 of everything at once: the next start recovers', async () => {
  const dataDir = await usedDataDir();
  const owner = await ownerWithRow(dataDir);
  owner.child.kill('SIGSTOP');
  killAll([...(await companyOf(dataDir)), owner.child.pid ?? 0]);
  await once(owner.child, 'exit');
  expect(await nextStart(dataDir)).toMatchObject(fine);
});

test('kill -9 of all but a busy connection: the next start ends that one first', async () => {
  const dataDir = await usedDataDir();
  const owner = await ownerWithRow(dataDir);
  const client = new Client(owner.url);
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
  const busy = client.query('SELECT count(*) FROM generate_series(1, 1e12::bigint)').catch((error: Error) => error);
  await expect
    .poll(() => ask(owner.url, `SELECT state FROM pg_stat_activity WHERE pid = ${rows[0].pid}`), gone)
    .toEqual(['active']);
  owner.child.kill('SIGSTOP');
  killAll([...(await companyOf(dataDir)).filter((pid) => pid !== rows[0].pid), owner.child.pid ?? 0]);
  await once(owner.child, 'exit');
  // the kernel takes a moment to reap what was killed
  await expect
    .poll(() => serverProcesses(instanceOf(dataDir)), { timeout: 5000 })
    .toEqual([{ pid: rows[0].pid, main: false }]);
  expect(await nextStart(dataDir)).toMatchObject(fine);
  expect(await busy).toBeInstanceOf(Error);
});

test('a pid file whose number is now a stranger’s, or a zombie’s, does not stop the next start', async () => {
  const dataDir = await usedDataDir();
  const zombie = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void zombie.kill('SIGKILL'));
  const [zombiePid] = await once(createInterface({ input: zombie.stdout }), 'line');
  for (const pid of [process.pid, zombiePid]) {
    const owner = await runEmbedded(dataDir);
    await ask(owner.url, `CREATE TABLE IF NOT EXISTS row AS SELECT 'kept' AS text`);
    owner.child.kill('SIGSTOP');
    const company = await companyOf(dataDir);
    const pidFile = join(dataDir, 'postgres', 'data', 'postmaster.pid');
    const text = await readFile(pidFile, 'utf8');
    killAll([...company, owner.child.pid ?? 0]);
    await once(owner.child, 'exit');
    await writeFile(pidFile, text.replace(/^\d+/, String(pid)));
    await writeFile(`${new URL(owner.url).searchParams.get('host')}/.s.PGSQL.5432.lock`, `${pid}\n`);
    expect(await nextStart(dataDir)).toMatchObject(fine);
  }
});

test('kill -9 in the middle of the first start: the next one begins anew', async () => {
  const dataDir = await temporaryDataDir();
  const home = join(dataDir, 'postgres');
  const first = runEmbedded(dataDir).catch((error: Error) => error.message);
  await vi.waitUntil(async () => {
    const names = await readdir(home, { recursive: true }).catch(() => []);
    return names.some((name) => /^data\.unfinished.*pg_wal/.test(name));
  }, gone);
  killAll([Number(await readFile(join(home, 'owner.pid'), 'utf8'))]);
  expect(await first).toMatch(/ended without a word$/);
  const next = await runEmbedded(dataDir);
  expect(await ask(next.url, 'SELECT 1')).toEqual([1]);
  await next.stop();
  expect((await readdir(home)).sort()).toEqual(['data', 'owner.pid', 'server.log']);
});
