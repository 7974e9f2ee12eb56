/** Direct downloads among people who do not read them. */
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { DatabasePool } from '#server/database/database.ts';
import { DatabasePool as Pool } from '#server/database/database.ts';
import { fillCompany } from '#test/company-rows.ts';
import { type Person, startTestApp, type TestApp, type TestCompany } from '#test/http.ts';
import { downloadsMax } from './direct-download.ts';
import { reportRoutes } from './routes.ts';

let site: TestApp;
let company: TestCompany;
let downloadsPool: DatabasePool;
let path: string;
beforeAll(async () => {
  site = await startTestApp((app, { pool }) => {
    downloadsPool = new Pool({ url: pool.url, connectionsMax: downloadsMax });
    const pace = { seconds: 3, bytes: 64 * 1024 };
    reportRoutes(app, {
      pool,
      reportsPool: pool,
      downloadsPool,
      pace,
      rowLimits: { direct: { pdf: 10 }, background: { pdf: 100 } },
    });
  });
  await site.app.listen({ host: '127.0.0.1', port: 0 });
  company = await site.company();
  await fillCompany(site.db, company.id, { lines: 100_000 });
  path = `/api/v1/reports/order_lines/download?company_id=${company.id}&date_from=2026-01-01&date_to=2026-12-31&file_format=csv`;
});
afterAll(async () => {
  await downloadsPool.close();
  await site.close();
});

const deaf: Socket[] = [];

/** A download that is begun and not read; its status line. */
async function unread(key: string): Promise<number> {
  const socket = connect((site.app.server.address() as AddressInfo).port, '127.0.0.1');
  deaf.push(socket);
  socket.on('error', () => undefined);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\n\r\n`);
  return new Promise((resolve) => {
    socket.once('data', (part: Buffer) => {
      socket.pause();
      resolve(Number(part.toString().split(' ')[1]));
    });
  });
}

async function keyOf(person: Person): Promise<string> {
  const { body } = await person.client.post<{ key: string }>('/api/v1/api-keys', { name: 'Deaf' });
  return body.key;
}

test('whoever begins downloads and reads none keeps four places for a while, and no page waits for them', async () => {
  const people = await Promise.all([1, 2, 3].map(() => site.member(company, 'finance')));
  const keys = await Promise.all(people.map(keyOf));
  const begun = await Promise.all(keys.flatMap((key) => Array.from({ length: 5 }, () => unread(key))));
  expect(begun.filter((status) => status === 200)).toHaveLength(downloadsMax);
  expect(begun.filter((status) => status === 429)).toHaveLength(5);
  expect(downloadsPool.pool.totalCount).toBe(downloadsMax);

  const page = await people[0]?.client.get(
    `/api/v1/reports/delivery_location?company_id=${company.id}&date_from=2026-01-01&date_to=2026-01-31`,
  );
  expect(page?.status).toBe(200);

  // who takes nothing is given up, and the places are free again
  const later = await site.member(company, 'finance');
  await vi.waitFor(async () => expect((await later.client.get(path)).status).toBe(200), {
    timeout: 20_000,
    interval: 200,
  });
  for (const socket of deaf) socket.destroy();
});
