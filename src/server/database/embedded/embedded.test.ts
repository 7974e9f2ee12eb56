/** The embedded server as its owner sees it: starts, answers, stops, and is nobody else's. */
import { existsSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { ask, instanceOf, runEmbedded, temporaryDataDir, usedDataDir } from '#test/embedded-process.ts';
import { type EmbeddedOptions, findEmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts';
import { serverProcesses } from './instance.ts';

const settings = { fsync: 'off', shared_buffers: '32MB' };
const start = (dataDir: string, options: Partial<EmbeddedOptions> = {}) =>
  startEmbeddedPostgres({ dataDir, settings, ...options });

test('the first start makes the data, the second finds them again', async () => {
  const dataDir = await temporaryDataDir();
  const steps: string[] = [];
  const step = (name: string): void => void steps.push(name);
  const first = await start(dataDir, { step });
  await ask(first.url, `CREATE TABLE kept AS SELECT 'Café' AS name`);
  await first.stop();
  const second = await start(dataDir, { step });
  expect(await ask(second.url, `SELECT name FROM kept WHERE name ILIKE 'CAFÉ'`)).toEqual(['Café']);
  await second.stop();
  expect(steps).toEqual(['database files', 'database server', 'database server']);
});

test('an ordinary start is durable, and listens nowhere but in a folder only its owner can enter', async () => {
  const server = await start(await temporaryDataDir(), { settings: {} });
  const names = ['TimeZone', 'fsync', 'full_page_writes', 'jit', 'listen_addresses', 'synchronous_commit'];
  const found = await ask(
    server.url,
    `SELECT setting FROM pg_settings WHERE name = ANY ('{${names.join()}}') ORDER BY name`,
  );
  expect(found).toEqual(['UTC', 'on', 'on', 'off', '', 'on']);
  expect(await ask(server.url, 'SELECT current_database(), inet_server_addr()')).toEqual(['mathership', null]);
  await server.stop();
});

test('stopping leaves no process, no socket folder and a free DATA_DIR, however often it is asked', async () => {
  const dataDir = await usedDataDir();
  const server = await start(dataDir);
  await Promise.all([server.stop(), server.stop()]);
  await server.stop();
  expect(await serverProcesses(instanceOf(dataDir))).toEqual([]);
  expect(existsSync(server.connection.host)).toBe(false);
  await (await start(dataDir)).stop();
});

test('two DATA_DIRs run side by side', async () => {
  const [one, other] = await Promise.all([start(await usedDataDir()), start(await usedDataDir())]);
  await ask(one.url, 'CREATE TABLE mine (id int)');
  expect(await ask(other.url, `SELECT to_regclass('mine')`)).toEqual([null]);
  await Promise.all([one.stop(), other.stop()]);
});

test('a second owner of one DATA_DIR is told in one sentence who the first is', async () => {
  const dataDir = await usedDataDir();
  const first = await runEmbedded(dataDir);
  const second = await runEmbedded(dataDir);
  expect(second.refused).toBe(
    `StartupError: Mathership is already running for DATA_DIR ${dataDir}, at pid ${first.child.pid}: ` +
      'stop that process, or set DATA_DIR to another folder.',
  );
  expect(await ask(first.url, 'SELECT 1')).toEqual([1]);
  await first.stop();
});

test('of several that start at once exactly one becomes the owner', async () => {
  const dataDir = await temporaryDataDir();
  const all = await Promise.all(Array.from({ length: 4 }, () => runEmbedded(dataDir)));
  expect(all.filter(({ url }) => url)).toHaveLength(1);
  expect(all.filter(({ refused }) => refused.includes('is already running for DATA_DIR'))).toHaveLength(3);
});

test('others find the server while it runs, wait while it starts, and change nothing', async () => {
  const dataDir = await temporaryDataDir();
  expect(await findEmbeddedPostgres(dataDir)).toBeNull();
  const starting = start(dataDir);
  const found = await vi.waitUntil(() => findEmbeddedPostgres(dataDir), { timeout: 20_000 });
  const server = await starting;
  expect(found).toEqual({ url: server.url, connection: server.connection });
  await server.stop();
  expect(await findEmbeddedPostgres(dataDir)).toBeNull();
});

test('a server that ends by itself is noticed, and the next start recovers what was committed', async () => {
  const dataDir = await usedDataDir();
  const server = await start(dataDir);
  await ask(server.url, 'CREATE TABLE kept AS SELECT 1 AS id');
  const main = (await serverProcesses(instanceOf(dataDir))).find((one) => one.main);
  process.kill(main?.pid ?? 0, 'SIGKILL');
  expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' });
  await server.stop();
  const next = await start(dataDir);
  expect(await ask(next.url, 'SELECT id FROM kept')).toEqual([1]);
  await next.stop();
});
