/** Export jobs, every verb ten at once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportJob } from '#contract/export-jobs.ts';
import { type ExportSite, startExportSite } from '#test/exports.ts';
import type { Person, TestCompany } from '#test/http.ts';
import { atOnce, audited, expectWell, oneOf, rounds, statuses } from './at-once.ts';

let site: ExportSite;
let company: TestCompany;
let finance: Person;
const path = '/api/v1/export-jobs';
let asked = 0;

beforeAll(async () => {
  site = await startExportSite();
  company = await site.company();
  finance = await site.member(company, 'finance');
});
afterAll(async () => {
  await expectWell(site.db, site.store);
  await site.close();
});

/** A period nobody else has asked for. */
const question = (): Record<string, string> => {
  asked += 1;
  const date_to = new Date(Date.UTC(2020, 0, asked)).toISOString().slice(0, 10);
  return { company_id: company.id, date_from: '2020-01-01', date_to, file_format: 'csv' };
};
const created = (): Promise<ExportJob> => site.create(finance.client, company, question());

describe('cancel', () => {
  it('is done once and written down once', async () => {
    for (const _ of rounds(5)) {
      const { id } = await created();
      const answers = await atOnce(() => finance.client.post(`${path}/${id}/cancel`));
      expect(statuses(answers)).toEqual(oneOf(200, 409));
      expect(await audited(site.db, 'export.canceled', id)).toBe(1);
    }
  });
});
