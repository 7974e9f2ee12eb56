/** kill -9 of the worker while a pack is made: at a member, and at the pack's own file. It is made all the same, of the same data. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ExportPack } from '#contract/packs.ts';
import { type FaultSite, startFaultSite } from './fault-site.ts';
import { StoreGates } from './gates.ts';

let site: FaultSite;
let companies: string[];
let organizationId: string;

beforeAll(async () => {
  site = await startFaultSite();
  companies = [site.companyId, await site.addCompany({ lines: 200 }), await site.addCompany({ lines: 3 })];
  const found = await sql<{ id: string }>`SELECT organization_id AS id FROM companies LIMIT 1`.execute(
    site.installation.pool.db,
  );
  organizationId = found.rows[0]?.id ?? '';
});
afterAll(() => site.close());

it('is complete afterwards, and of the same versions, although the data moved on', async () => {
  const gates = new StoreGates(site.proxy);
  const asked = await site.ask<ExportPack>('POST', '/api/v1/export-packs', {
    organization_id: organizationId,
    members: companies.flatMap((company_id) => [
      { company_id, report_type: 'vendor', file_format: 'csv' },
      { company_id, report_type: 'order_lines', file_format: 'csv' },
    ]),
    date_from: '2026-01-01',
    date_to: '2026-12-31',
  });
  expect(asked.status).toBe(201);
  const { id, members, data_versions } = asked.body;
  const atMember = gates.hold(`/${members[3]?.id}/1.zip`, 'upload');
  const atPack = gates.hold(`/${id}/1.zip`, 'upload');

  const first = await site.worker();
  await atMember.reached();
  await sql`UPDATE receipt_lines SET net_amount = net_amount + 1`.execute(site.installation.pool.db);
  await first.kill();
  await atMember.open();

  const second = await site.worker();
  await atPack.reached();
  await second.kill();
  await atPack.open();

  const third = await site.worker();
  const job = await site.finished(id, 90);
  expect([job.status, job.attempt]).toEqual(['completed', 2]);
  const { body: pack } = await site.ask<ExportPack>('GET', `/api/v1/export-packs/${id}`);
  expect(pack).toMatchObject({ status: 'completed', data_versions, tie_out: { status: 'agrees' } });
  expect(pack.members.map(({ data_version }) => data_version)).toEqual(
    pack.members.map(({ company_id }) => data_versions[company_id]),
  );
  const proof = await fetch(`${site.installation.address}/api/v1/verify`, {
    method: 'POST',
    headers: { authorization: `Bearer ${site.key}`, 'content-type': 'application/zip' },
    body: new Uint8Array(await site.fetchZip(id)),
  });
  expect(await proof.json()).toMatchObject({ outcome: 'unchanged', container: 'as_made' });
  await third.kill();
  await site.expectSwept();
  await site.expectWell();
}, 240_000);
