/** What is sent as an import and is none. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, startTestApp, type TestApp, type TestCompany } from '#test/http.ts';
import { importRoutes } from './routes.ts';

let app: TestApp;
let company: TestCompany;
let manager: Person;

beforeAll(async () => {
  app = await startTestApp((server, { pool }) => importRoutes(server, { pool }));
  company = await app.company();
  manager = await app.member(company, 'manager');
});
afterAll(() => app.close());

test('a body that is no multipart, or breaks off, is bad input; who may not import is told that first', async () => {
  const stranger = (await app.person('Stranger')).client;
  const cut = '--x\r\nContent-Disposition: form-data; name="f"; filename="vendors.csv"\r\n\r\ncode,name\nA,B';
  for (const [type, body, status] of [
    ['multipart/form-data; boundary=x', 'garbage', 400],
    ['multipart/form-data; boundary=x', cut, 400],
    ['multipart/form-data', 'garbage', 400],
    ['text/csv', 'code,name', 415],
    ['application/json', '{', 400],
  ] as const) {
    const send = (who: typeof stranger) =>
      who.ask('POST', `/api/v1/imports?company_id=${company.id}`, { body, headers: { 'content-type': type } });
    expect([type, (await send(manager.client)).status]).toEqual([type, status]);
    expect((await send(stranger)).status).toBe(403);
  }
});
