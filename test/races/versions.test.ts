/** Versions, ten writers at once: numbers follow one another, and one change is undone once. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ExportQueue } from '#server/exports/queue.ts';
import { importRoutes } from '#server/imports/routes.ts';
import { locationRoutes } from '#server/organization/location-routes.ts';
import { EmbeddedStore } from '#server/storage/embedded-store.ts';
import { startTestApp, type TestApp } from '#test/http.ts';
import { importFiles } from '#test/import-files.ts';
import { orderRow, orders, places, receiptRow, receipts } from '#test/purchase-rows.ts';
import { atOnce, audited, expectWell, oneOf, rounds, statuses } from './at-once.ts';

let site: TestApp;
let queue: ExportQueue | undefined;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mathership-objects-'));
  site = await startTestApp(async (app, { db, pool }) => {
    queue = new ExportQueue({ url: pool.url, name: 'test', onError: () => undefined });
    await queue.start();
    importRoutes(app, { pool });
    locationRoutes(app, { db });
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
  expect((await importFiles(client, company.id, { ...places, ...orders(orderRow('1', 'A', 1)) })).status).toBe(200);
  expect((await importFiles(client, company.id, receipts(receiptRow('R', '1', 1)))).status).toBe(200);
  return { id: company.id, client, base: `/api/v1/companies/${company.id}` };
}

it('undoes a change once, whoever asks, and writes it down once', async () => {
  for (const _ of rounds(2)) {
    const { id, client, base } = await kitchen();
    const answers = await atOnce(() => client.post(`${base}/data-versions/2/undo`));
    expect(statuses(answers)).toEqual(oneOf(201, 409));
    const { rows } = await site.pool.pool.query(
      `SELECT data_version::int AS version, (SELECT count(*)::int FROM receipt_lines WHERE company_id = $1) AS lines FROM companies WHERE id = $1`,
      [id],
    );
    expect(rows).toEqual([{ version: 3, lines: 0 }]);
  }
  expect(await audited(site.db, 'data_version.undone', '2')).toBe(rounds(2).length);
});

it('gives each writer a number of its own, one after another', async () => {
  for (const _ of rounds(2)) {
    const { id, client, base } = await kitchen();
    const answers = await atOnce((at) => client.post(`${base}/delivery-locations`, { name: `Bar ${at}` }));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    const { rows } = await site.pool.pool.query(
      `SELECT count(DISTINCT born_version)::int AS versions, max(born_version)::int AS newest FROM delivery_locations WHERE company_id = $1 AND name LIKE 'Bar %'`,
      [id],
    );
    expect(rows).toEqual([{ versions: 10, newest: 12 }]);
  }
});
