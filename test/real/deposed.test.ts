/**
 * Behind one address first a primary, then the standby that was promoted, then for a moment the first again, as behind a
 * proxy that asks each node whether it leads: what was deposed takes no more writing from whoever has met its successor.
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectAlone } from '#server/database/connection.ts';
import { DatabasePool } from '#server/database/database.ts';
import { isPassing } from '#server/database/connection-loss.ts';
import { type RealPostgres, type RealStandby, startDebianPostgres } from './debian-postgres.ts';

let primary: RealPostgres;
let standby: RealStandby;
let proxy: Server;
const sessions = new Set<Socket>();
let leader: string;

/** Sessions end with the node they led to. */
function leadTo(url: string): void {
  leader = url;
  for (const each of sessions) each.destroy();
}

beforeAll(async () => {
  primary = await startDebianPostgres(process.env['TEST_REAL_POSTGRES'] ?? '15', { fsync: 'off', autovacuum: 'off' });
  standby = await primary.standby();
  proxy = createServer((from) => {
    const { hostname, port } = new URL(leader);
    const to = connect(Number(port), hostname);
    for (const each of [from, to]) sessions.add(each);
    for (const each of [from, to])
      each.on('error', () => undefined).on('close', () => [from, to].map((end) => end.destroy()));
    from.pipe(to).pipe(from);
  });
  await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  for (const each of sessions) each.destroy();
  proxy?.close();
  await standby?.stop();
  await primary?.stop();
});

test('a leader that was deposed and answers again is refused behind the address of its successor, and only there', async () => {
  leadTo(primary.url);
  const address = Object.assign(new URL(primary.url), { port: String((proxy.address() as AddressInfo).port) }).href;
  const pool = new DatabasePool({ url: address, connectionsMax: 3, onError: () => undefined });
  const write = (text: string) => pool.pool.query('INSERT INTO written VALUES ($1)', [text]);
  await pool.pool.query('CREATE TABLE written (text text)');
  await write('before');
  await standby.promote();
  leadTo(standby.url);
  // connections that broke are told apart from those that are refused
  await expect
    .poll(() =>
      write('after').then(
        () => 'written',
        () => 'not yet',
      ),
    )
    .toBe('written');

  leadTo(primary.url);
  const leads = /leads no more/;
  await expect.poll(() => write('lost').catch((error: Error) => error.message)).toMatch(leads);
  const refused = await Promise.all(
    Array.from({ length: 10 }, () =>
      write('lost').then(
        () => null,
        (error: unknown) => error,
      ),
    ),
  );
  for (const error of refused) expect([String(error), isPassing(error)]).toEqual([expect.stringMatching(leads), true]);
  await expect(connectAlone({ url: address })).rejects.toThrow(leads);

  const direct = await connectAlone({ url: primary.url });
  expect((await direct.query('SELECT text FROM written')).rows).toEqual([{ text: 'before' }]);
  await direct.end();
  leadTo(standby.url);
  await expect
    .poll(() =>
      write('again').then(
        () => 'written',
        () => 'not yet',
      ),
    )
    .toBe('written');
  expect((await pool.pool.query('SELECT text FROM written')).rows).toEqual(
    ['before', 'after', 'again'].map((text) => ({ text })),
  );
  await pool.close();
});
