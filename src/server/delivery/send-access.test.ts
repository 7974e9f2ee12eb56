/** Sending a finished export asks for both rights before it looks at what was sent with it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ExportSite, startExportSite } from '#test/exports.ts';
import type { TestCompany } from '#test/http.ts';

let site: ExportSite;
let company: TestCompany;
beforeAll(async () => {
  site = await startExportSite();
  company = await site.company();
});
afterAll(() => site.close());

test('who may view but not send is refused whatever the body says, and hears nothing of it', async () => {
  const finance = await site.member(company, 'finance');
  const job = await site.create(finance.client, company);
  const path = `/api/v1/export-jobs/${job.id}/send`;
  const viewer = await site.member(company, 'finance', { denied: ['manage_deliveries'] });
  for (const body of [{ destination_ids: 'wrong' }, { destination_ids: [] }, {}, { destination_ids: ['1'], Ω: 1 }]) {
    const refused = await viewer.client.post<{ code: string; errors?: unknown }>(path, body);
    expect([refused.status, refused.body.code, refused.body.errors]).toEqual([403, 'missing_capability', undefined]);
    expect((await finance.client.post(path, body)).status).toBe(400);
  }
  const blind = await site.member(company, 'staff', { granted: ['manage_deliveries'] });
  expect((await blind.client.post(path, {})).status).toBe(403);
});
