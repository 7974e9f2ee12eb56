import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Person, type TestApp, type TestCompany } from '#test/http.ts';
import { type CsvFiles, importFiles } from '#test/import-files.ts';
import { importKinds } from './kinds.ts';
import { importRoutes } from './routes.ts';
import { templateCsv } from './templates.ts';

let app: TestApp;
let company: TestCompany;
let manager: Person;

beforeAll(async () => {
  app = await startTestApp((server, { pool }) => importRoutes(server, { pool }));
  company = await app.company();
  manager = await app.member(company, 'manager');
});
afterAll(() => app.close());

const templates: CsvFiles = Object.fromEntries(importKinds.map((kind) => [`${kind.name}.csv`, templateCsv(kind)]));

test('the nine templates together are a set that imports, and importing it again changes nothing', async () => {
  const first = await importFiles(manager.client, company.id, templates);
  expect(first.body).toMatchObject({ dry_run: false, warning_count: 0 });
  expect(first.body.files).toEqual(
    importKinds.map(({ name }) => ({ file: `${name}.csv`, kind: name, rows: 1, created: 1, updated: 0, unchanged: 0 })),
  );
  const again = await importFiles(manager.client, company.id, templates);
  expect(again.status).toBe(200);
  expect(again.body.files.map(({ created, updated, unchanged }) => [created, updated, unchanged])).toEqual(
    importKinds.map(() => [0, 0, 1]),
  );
});
