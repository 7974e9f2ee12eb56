/** Imports, ten at once: one key makes one import, a company takes one at a time, and each is whole or not there at all. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExportQueue } from '#server/exports/queue.ts';
import { usualOptions } from '#server/imports/kind.ts';
import { profilesMax } from '#server/imports/mapping/profiles.ts';
import { importRoutes } from '#server/imports/routes.ts';
import { runImport } from '#server/imports/run-import.ts';
import { EmbeddedStore } from '#server/storage/embedded-store.ts';
import { type Answer, type Person, startTestApp, type TestApp, type TestCompany } from '#test/http.ts';
import { csv, type CsvFiles, type ImportAnswer, importFiles } from '#test/import-files.ts';
import { atOnce, audited, crowd, expectWell, oneOf, rounds, statuses } from './at-once.ts';

let site: TestApp;
let queue: ExportQueue | undefined;
let folder: string;
let count = 0;
const newKey = (): string => `import-${(count += 1)}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mathership-objects-'));
  site = await startTestApp(async (app, { pool }) => {
    queue = new ExportQueue({ url: pool.url, name: 'test', onError: () => undefined });
    await queue.start();
    importRoutes(app, { pool, ownAtOnceMax: 2 * crowd, atOnceMax: 4 * crowd });
  });
});
afterAll(async () => {
  const store = new EmbeddedStore({
    kind: 'embedded',
    folder,
    secret: 's'.repeat(40),
    baseUrl: () => 'http://mathership.test',
  });
  await expectWell(site.db, store);
  await queue?.stop();
  await site.close();
  await rm(folder, { recursive: true, force: true });
});

async function kitchen(): Promise<{ company: TestCompany; person: Person }> {
  const company = await site.company();
  return { company, person: await site.member(company, 'manager') };
}

/** A delivery into an empty company, worth `quantity` times 1.25 net. */
const delivery = (quantity: number): CsvFiles => ({
  'delivery_locations.csv': csv([{ code: 'L', name: '厨房' }]),
  'storage_units.csv': csv([{ code: 'S', name: 'Хранилище', delivery_location_code: 'L' }]),
  'vendors.csv': csv([{ code: 'A', name: 'Łąka & Synowie' }]),
  'items.csv': csv([{ code: 'I', name: 'بطاطس', base_unit: 'kg' }]),
  'purchase_orders.csv': csv([
    {
      po_number: 'PO-1',
      vendor_code: 'A',
      delivery_location_code: 'L',
      status: 'received',
      line_no: 1,
      item_code: 'I',
      description: 'Kartoffeln',
      order_unit: 'kg',
      ordered_qty: quantity,
      unit_price: '1.25',
      tax_rate: '0.07',
    },
  ]),
  'receipts.csv': csv([
    {
      receipt_number: 'R-1',
      kind: 'receipt',
      po_number: 'PO-1',
      line_no: 1,
      received_at: '2026-09-01',
      received_qty: quantity,
    },
  ]),
});

const created = ({ body }: Answer<ImportAnswer>): number => body.files.reduce((sum, file) => sum + file.created, 0);
const done = (answers: readonly Answer<ImportAnswer>[]) => answers.filter(({ status }) => status === 200);
const code = ({ status, body }: Answer<ImportAnswer>) => [status, body.code];

/** What is written down of imports, and what the company has of the delivery. */
async function standing({ id }: TestCompany): Promise<{ imports: number; audited: number; lines: string[] }> {
  const ask = async (query: string): Promise<{ value: string }[]> =>
    (await site.pool.pool.query<{ value: string }>(query, [id])).rows;
  const imports = await ask('SELECT id::text AS value FROM imports WHERE company_id = $1');
  const audited = await ask(
    `SELECT id::text AS value FROM audit_events WHERE company_id = $1 AND action = 'import.completed'`,
  );
  const lines = await ask('SELECT net_amount::text AS value FROM receipt_lines WHERE company_id = $1');
  return { imports: imports.length, audited: audited.length, lines: lines.map(({ value }) => String(Number(value))) };
}

describe('one key', () => {
  it('makes one import of ten equal ones, and all hear what the first heard', async () => {
    for (const _ of rounds(1)) {
      const [{ company, person }, key] = [await kitchen(), newKey()];
      const send = () => importFiles(person.client, company.id, delivery(3), '', key);
      const answers = await atOnce(send);
      for (const answer of answers) {
        if (answer.status === 200) continue;
        expect(code(answer)).toEqual([409, 'in_progress']);
        expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      }
      const again = await atOnce(send);
      expect(statuses(again)).toEqual(Array.from({ length: crowd }, () => 200));
      expect(done(answers).length).toBeGreaterThan(0);
      for (const answer of [...done(answers), ...again]) {
        expect(created(answer)).toBe(6);
        expect(answer.body).toEqual(again[0]?.body);
      }
      expect(await standing(company)).toEqual({ imports: 1, audited: 1, lines: ['3.75'] });
    }
  });

  it('is told that it is under way also where a person may have no more imports at once', async () => {
    const narrow = await startTestApp(async (app, { pool }) => importRoutes(app, { pool }));
    try {
      const company = await narrow.company();
      const person = await narrow.member(company, 'manager');
      const key = newKey();
      const answers = await atOnce(() => importFiles(person.client, company.id, delivery(3), '', key));
      expect(done(answers).length).toBeGreaterThan(0);
      for (const answer of answers) {
        if (answer.status === 200) continue;
        expect(code(answer)).toEqual([409, 'in_progress']);
        expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      }
    } finally {
      await narrow.close();
    }
  });

  it('is for one question: other bytes, another query and another company are refused', async () => {
    const [{ company, person }, key] = [await kitchen(), newKey()];
    const elsewhere = await site.company();
    await site.joinCompany(elsewhere, person, 'manager');
    expect((await importFiles(person.client, company.id, delivery(3), '', key)).status).toBe(200);
    const others = await Promise.all([
      importFiles(person.client, company.id, delivery(4), '', key),
      importFiles(person.client, company.id, { 'vendors.csv': csv([{ code: 'A', name: 'B' }]) }, '', key),
      importFiles(person.client, company.id, delivery(3), '&dry_run=true', key),
      importFiles(person.client, elsewhere.id, delivery(3), '', key),
    ]);
    for (const other of others) expect(code(other)).toEqual([422, 'idempotency_key_reused']);
    const stranger = await kitchen();
    expect((await importFiles(stranger.person.client, company.id, delivery(4), '', key)).status).toBe(403);
    expect((await importFiles(stranger.person.client, stranger.company.id, delivery(4), '', key)).status).toBe(200);
    expect(await standing(company)).toMatchObject({ imports: 1, lines: ['3.75'] });
  });

  it('keeps what a dry run said, and is free after a refusal', async () => {
    const [{ company, person }, key] = [await kitchen(), newKey()];
    const dry = () => importFiles(person.client, company.id, delivery(3), '&dry_run=true', key);
    const bad = { ...delivery(3), 'vendors.csv': csv([{ code: 'B', name: 'Another' }]) };
    expect(code(await importFiles(person.client, company.id, bad, '', key))).toEqual([422, 'import_refused']);
    expect(created(await dry())).toBe(6);
    expect((await importFiles(person.client, company.id, delivery(3))).status).toBe(200);
    expect(created(await dry())).toBe(6);
    expect(await standing(company)).toMatchObject({ imports: 1, lines: ['3.75'] });
  });

  it('says when what it made is gone', async () => {
    const [{ company, person }, key] = [await kitchen(), newKey()];
    const send = (files: CsvFiles) => importFiles(person.client, company.id, files, '', key);
    await send(delivery(3));
    await site.pool.pool.query(`UPDATE idempotency_keys SET job_id = '-1' WHERE key = $1`, [key]);
    expect(code(await send(delivery(4)))).toEqual([422, 'idempotency_key_reused']);
    expect(code(await send(delivery(3)))).toEqual([410, 'idempotency_result_deleted']);
  });

  it('is held while the first is under way, and free at once when its connection has gone', async () => {
    const [{ company, person }, key] = [await kitchen(), newKey()];
    const send = () => importFiles(person.client, company.id, delivery(3), '', key);
    const reading = Promise.withResolvers<undefined>();
    const rest = Promise.withResolvers<undefined>();
    const lost = runImport({
      pool: site.pool,
      companyId: company.id,
      files: [{ name: 'vendors.csv', content: stalled(reading, rest) }],
      options: usualOptions,
      principal: null,
      origin: { address: null, requestId: null },
      once: { userId: person.id, key, about: null },
    }).catch((error: unknown) => error);
    await reading.promise;
    expect(code(await send())).toEqual([409, 'in_progress']);
    await site.pool.pool.query(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
       WHERE application_name = 'mathership import' AND datname = current_database()`,
    );
    expect(code(await send())).toEqual([200, undefined]);
    rest.resolve(undefined);
    expect(await lost).toBeInstanceOf(Error);
    expect(await standing(company)).toMatchObject({ imports: 1, lines: ['3.75'] });
  });
});

async function* stalled(reading: PromiseWithResolvers<undefined>, rest: PromiseWithResolvers<undefined>) {
  yield Buffer.from('code,name\n');
  reading.resolve(undefined);
  await rest.promise;
  yield Buffer.from('Z,Never\n');
}

describe('without a key', () => {
  it('ten into one company are each done whole or refused, and what stands is of one that was done', async () => {
    for (const _ of rounds(1)) {
      const { company, person } = await kitchen();
      const answers = await atOnce((at) => importFiles(person.client, company.id, delivery(4 * (at + 1))));
      for (const answer of answers) if (answer.status !== 200) expect(code(answer)).toEqual([409, 'conflict']);
      const whole = answers.flatMap(({ status }, at) => (status === 200 ? [String(5 * (at + 1))] : []));
      const { imports, audited, lines } = await standing(company);
      expect([imports, audited, lines.length]).toEqual([whole.length, whole.length, 1]);
      expect(whole).toContain(lines[0]);
      expect(done(answers).filter((answer) => created(answer) === 6)).toHaveLength(1);
    }
  });

  it('two companies do not wait for each other', async () => {
    for (const _ of rounds(1)) {
      const kitchens = [await kitchen(), await kitchen()];
      const answers = await Promise.all(
        kitchens.map(({ company, person }, at) => importFiles(person.client, company.id, delivery(4 * (at + 1)))),
      );
      expect(answers.map(created)).toEqual([6, 6]);
      const amounts = await Promise.all(kitchens.map(({ company }) => standing(company)));
      expect(amounts.map(({ lines }) => lines)).toEqual([['5'], ['10']]);
    }
  });
});

describe('import profiles', () => {
  const profile = (name: string) => ({
    name,
    fingerprint: 'f',
    kind: 'vendors',
    fields: { code: { column: 'Kód' }, name: { column: 'Név' } },
  });

  it.each(rounds(2))(
    'of one name, by ten at once (%i): one is made, the others are told that it is taken',
    async () => {
      const { company, person } = await kitchen();
      const path = `/api/v1/companies/${company.id}/import-profiles`;
      const made = await atOnce(() => person.client.post<{ id: string }>(path, profile('Számlák')));
      expect(statuses(made)).toEqual(oneOf(201, 409));
      const id = made.find(({ status }) => status === 201)?.body.id ?? '';
      expect(await audited(site.db, 'import_profile.created', id)).toBe(1);
      // changed by ten: each change is whole, and each is written down
      const changed = await atOnce((at) =>
        person.client.patch<{ name: string }>(`${path}/${id}`, { name: `N${at}`, header_row: at + 1 }),
      );
      expect(statuses(changed)).toEqual(Array.from({ length: crowd }, () => 200));
      expect(await audited(site.db, 'import_profile.changed', id)).toBe(crowd);
      const { body } = await person.client.get<{ results: { name: string; header_row: number }[] }>(path);
      expect(body.results.map(({ name, header_row }) => name === `N${header_row - 1}`)).toEqual([true]);
      const gone = await atOnce(() => person.client.delete(`${path}/${id}`));
      expect(statuses(gone)).toEqual(oneOf(204, 403));
      expect(await audited(site.db, 'import_profile.deleted', id)).toBe(1);
    },
  );

  it('one below the most there can be: of ten at once one more is made, and the others are told so', async () => {
    const { company, person } = await kitchen();
    const path = `/api/v1/companies/${company.id}/import-profiles`;
    const first = await person.client.post<{ id: string }>(path, profile('First'));
    await site.pool.pool.query(
      `INSERT INTO import_profiles (company_id, name, fingerprint, settings) SELECT company_id, name || n, fingerprint, settings
       FROM import_profiles, generate_series(2, ${profilesMax - 1}) n WHERE id = $1`,
      [first.body.id],
    );
    const made = await atOnce((at) => person.client.post<{ detail: string }>(path, profile(`Utolsó ${at}`)));
    expect(statuses(made)).toEqual(oneOf(201, 409));
    expect(made.find(({ status }) => status === 409)?.body.detail).toContain(
      `This company has ${profilesMax} import profiles`,
    );
  });
});
