import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectAlone } from '#server/database/connection.ts';
import { type ExportSite, startExportSite } from '#test/exports.ts';
import type { Person, TestCompany } from '#test/http.ts';
import { sweepAttempts } from './chores.ts';
import { holdFiles } from './held-files.ts';

let site: ExportSite;
let person: Person;
let company: TestCompany;

beforeAll(async () => {
  site = await startExportSite();
  person = await site.person();
  company = await site.company();
  await site.joinCompany(company, person, 'finance');
});
afterAll(() => site.close());

it('a file that is deleted while a backup reads files stays until the sweep after it', async () => {
  const { id } = await site.create(person.client, company);
  const key = `exports/${company.id}/${id}/1.zip`;
  await site.engine.start(id);
  await site.engine.complete(id);
  // its run has long ended and been looked at
  await sql`INSERT INTO export_attempts (job_id, attempt, company_id, file_key, worker, started_at, ended_at, outcome, swept_at)
    VALUES (${id}, 1, ${company.id}, ${key}, 'w', now() - interval '1 hour', now(), 'completed', now())`.execute(
    site.db,
  );
  const backup = await connectAlone({ url: site.databaseUrl });
  await holdFiles(backup);
  expect((await person.client.delete(`/api/v1/export-jobs/${id}`)).status).toBe(204);
  expect(await site.store.head(key)).not.toBeNull();
  await backup.end();
  await sweepAttempts({ pool: site.pool, store: site.store, onError: () => undefined });
  expect(await site.store.head(key)).toBeNull();
});
