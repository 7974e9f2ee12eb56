/** Closing while somebody imports, ten at once: a row of a closed day is there only if it was committed before the day was closed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closeRoutes } from '#server/close/close-routes.ts';
import { closingRoutes } from '#server/close/routes.ts';
import { ExportQueue } from '#server/exports/queue.ts';
import { importRoutes } from '#server/imports/routes.ts';
import { EmbeddedStore } from '#server/storage/embedded-store.ts';
import { startTestApp, type TestApp } from '#test/http.ts';
import { importFiles } from '#test/import-files.ts';
import { orderRow, orders, places, receiptRow, receipts } from '#test/purchase-rows.ts';
import { atOnce, crowd, expectWell, oneOf, rounds, statuses } from './at-once.ts';

let site: TestApp;
let queue: ExportQueue | undefined;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mathership-objects-'));
  site = await startTestApp(async (app, { pool }) => {
    queue = new ExportQueue({ url: pool.url, name: 'test', onError: () => undefined });
    await queue.start();
    closingRoutes(app, { pool });
    closeRoutes(app, { pool, reportsPool: pool });
    importRoutes(app, { pool, ownAtOnceMax: 2 * crowd, atOnceMax: 4 * crowd });
  });
});
afterAll(async () => {
  await expectWell(
    site.db,
    new EmbeddedStore({ kind: 'embedded', folder, secret: 's'.repeat(40), baseUrl: () => 'http://mathership.test' }),
  );
  await queue?.stop();
  await site.close();
  await rm(folder, { recursive: true, force: true });
});

async function kitchen() {
  const company = await site.company();
  const { client } = await site.member(company, 'manager');
  const files = { ...places, ...orders(...Array.from({ length: crowd }, (_, at) => orderRow('1', 'A', at + 1))) };
  expect((await importFiles(client, company.id, files)).status).toBe(200);
  return { id: company.id, client, base: `/api/v1/companies/${company.id}` };
}

it('lets in what was committed before, and nothing after', async () => {
  for (const _ of rounds(2)) {
    const { id, client, base } = await kitchen();
    const answers = await atOnce(async (at) =>
      at % 2 === 0
        ? importFiles(client, id, receipts(receiptRow(`R${at}`, '1', at + 1)))
        : client.put(`${base}/closing`, { closed_until: '2026-03-31' }),
    );
    for (const { status, body } of answers) {
      expect([200, 409]).toContain(status);
      if (status === 409) expect(['conflict', 'period_closed']).toContain((body as { code: string }).code);
    }
    const imported = answers.filter(({ status }, at) => at % 2 === 0 && status === 200).length;
    const { rows } = await site.pool.pool.query<{ lines: number; late: number }>(
      `SELECT count(*)::int AS lines, count(*) FILTER (WHERE m.at > (SELECT closed_at FROM closings WHERE company_id = $1))::int AS late
       FROM receipt_lines r JOIN imports m ON m.id = r.import_id WHERE r.company_id = $1`,
      [id],
    );
    expect(rows).toEqual([{ lines: imported, late: 0 }]);
    // once it is closed, no row of it comes in
    expect((await client.put(`${base}/closing`, { closed_until: '2026-03-31' })).status).toBe(200);
    expect((await importFiles(client, id, receipts(receiptRow('R99', '1', 1)))).body.code).toBe('period_closed');
    // whoever closes what is closed changes nothing: one change in the history
    const { body } = await client.get<{ total: number }>(`${base}/closing/history`);
    expect(body.total).toBe(1);
  }
});

it('closes a month once, and reopens it once', async () => {
  for (const _ of rounds(1)) {
    const { client, base } = await kitchen();
    const closed = await atOnce(() => client.post(`${base}/close`, { month: '2026-03', reason: 'All at once' }));
    expect(statuses(closed)).toEqual(oneOf(201, 409));
    const reopened = await atOnce(() => client.delete(`${base}/close?month=2026-03&reason=Again`));
    expect(statuses(reopened)).toEqual(oneOf(200, 409));
    const { body } = await client.get<{ total: number }>(`${base}/closing/history`);
    expect(body.total).toBe(2);
  }
});
