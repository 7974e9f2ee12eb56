/** Chores: what fails is skipped, counted and told, and keeps nothing else from its turn; a round that hangs is left. */
import { rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectAlone } from '#server/database/connection.ts';
import { EmbeddedStore } from '#server/storage/embedded-store.ts';
import { type ExportSite, startExportSite } from '#test/exports.ts';
import type { Person, TestCompany } from '#test/http.ts';
import { archiveRows } from './archive.ts';
import type { ChoreItems } from './chore-items.ts';
import { choreMetrics, doRound, startRounds } from './chore-rounds.ts';
import { type ChoreOptions, expireFiles, sweepAttempts, trimLogs } from './chores.ts';
import { holdFiles } from './held-files.ts';
import { invariants } from './invariants.ts';

let site: ExportSite;
let company: TestCompany;
let finance: Person;
let folder: string;
let options: ChoreOptions;
let told: string[];
let day = 0;

beforeAll(async () => {
  site = await startExportSite();
  company = await site.company();
  finance = await site.member(company, 'finance');
});
beforeEach(async () => {
  await sql`TRUNCATE chores, chore_failures`.execute(site.db);
  // a store of its own, whose folder we know
  folder = join(tmpdir(), `mathership-chores-${randomUUID()}`);
  const store = new EmbeddedStore({ kind: 'embedded', folder, secret: 's'.repeat(40), baseUrl: () => '' });
  await store.check();
  told = [];
  options = { pool: site.pool, store, onError: (error, chore) => void told.push(`${chore}: ${error.message}`) };
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await site.close();
});

/** A completed job whose file has expired, with an object in our store. */
async function expired(): Promise<{ id: string; key: string }> {
  day += 1;
  const date_from = new Date(Date.UTC(2020, 0, day)).toISOString().slice(0, 10);
  const { id } = await site.create(finance.client, company, { date_from });
  await site.engine.start(id);
  await site.engine.complete(id);
  const key = `exports/${company.id}/${id}/1.zip`;
  await sql`UPDATE export_jobs SET expires_at = now() - interval '1 hour' WHERE id = ${id}`.execute(site.db);
  await options.store.put(key, pieces(), { contentType: 'application/zip' });
  return { id, key };
}
async function* pieces(): AsyncGenerator<Buffer> {
  yield Buffer.from('x');
}
/** The way to the object goes in a circle: it cannot be deleted, not even by root. */
async function block(key: string): Promise<() => Promise<void>> {
  const path = dirname(join(folder, 'objects', key));
  await rm(path, { recursive: true, force: true });
  await symlink(path, path);
  return () => rm(path);
}
const isGone = async (id: string): Promise<boolean> =>
  (await site.db.selectFrom('export_jobs').select('file_deleted_at').where('id', '=', id).executeTakeFirstOrThrow())
    .file_deleted_at !== null;
const failures = async () =>
  (
    await sql<{ chore: string; item: string; times: number; wait: number }>`SELECT chore, item, times,
    round(extract(epoch FROM retry_at - last_at))::int AS wait FROM chore_failures ORDER BY item`.execute(site.db)
  ).rows;
const dueNow = (): Promise<unknown> => sql`UPDATE chore_failures SET retry_at = now()`.execute(site.db);

describe('expiry', () => {
  it('goes on beside an object that cannot be deleted: the oldest is skipped, counted, told, and tried again later', async () => {
    const jobs = [await expired(), await expired(), await expired()];
    await sql`UPDATE export_jobs SET expires_at = now() - interval '1 day' WHERE id = ${jobs[0]?.id}`.execute(site.db);
    const unblock = await block(jobs[0]?.key ?? '');
    expect(await expireFiles(options)).toBe(2);
    expect(await Promise.all(jobs.map(({ id }) => isGone(id)))).toEqual([false, true, true]);
    expect(await failures()).toEqual([{ chore: 'expireFiles', item: jobs[0]?.id, times: 1, wait: 60 }]);
    expect(told).toEqual([expect.stringContaining(jobs[0]?.id ?? '')]);

    // not asked again until it is due, and then less and less often
    expect(await expireFiles(options)).toBe(0);
    expect(told).toHaveLength(1);
    await dueNow();
    await expireFiles(options);
    expect(await failures()).toMatchObject([{ times: 2, wait: 120 }]);

    const doctor = invariants.find(({ id }) => id === 'I8');
    expect(await doctor?.check(site.db, options.store)).toEqual([
      expect.stringContaining(`expireFiles cannot do ${jobs[0]?.id}`),
    ]);

    await unblock();
    await dueNow();
    expect(await expireFiles(options)).toBe(1);
    expect(await isGone(jobs[0]?.id ?? '')).toBe(true);
    expect(await failures()).toEqual([]);
    expect(await doctor?.check(site.db, options.store)).toEqual([]);
  });

  it('blames no file when the store is away', async () => {
    const { id } = await expired();
    await rm(folder, { recursive: true });
    await writeFile(folder, 'no folder');
    await expect(expireFiles(options)).rejects.toMatchObject({ code: 'storage_unavailable' });
    expect([await isGone(id), await failures()]).toEqual([false, []]);
    await sql`UPDATE export_jobs SET file_deleted_at = now() WHERE id = ${id}`.execute(site.db);
  });
});

describe('the sweep, the archive and the logs', () => {
  it('sweep what they can beside what they cannot', async () => {
    const jobs = [await expired(), await expired(), await expired()];
    for (const { id, key } of jobs) {
      await sql`INSERT INTO export_attempts (job_id, attempt, company_id, file_key, worker, started_at)
        VALUES (${id}, 0, ${company.id}, ${key.replace('/1.zip', '/0.zip')}, 'w', now() - interval '1 hour')`.execute(
        site.db,
      );
    }
    await block((jobs[0]?.key ?? '').replace('/1.zip', '/0.zip'));
    expect(await sweepAttempts(options)).toBe(2);
    expect(await failures()).toMatchObject([{ chore: 'sweepAttempts', item: `${jobs[0]?.id} 0` }]);
    const { rows } = await sql<{
      n: number;
    }>`SELECT count(*)::int AS n FROM export_attempts WHERE swept_at IS NULL`.execute(site.db);
    expect(rows[0]?.n).toBe(1);
    await sql`UPDATE export_attempts SET swept_at = now()`.execute(site.db);
  });

  it('archive what they can beside a row that cannot be', async () => {
    await sql`UPDATE export_jobs SET file_deleted_at = now() WHERE file_deleted_at IS NULL`.execute(site.db);
    const jobs = await site.db.selectFrom('export_jobs').select('id').orderBy('id').execute();
    await sql`INSERT INTO export_job_archive (id, company_id, job, attempts) VALUES (${jobs[0]?.id}, ${company.id}, '{}', '[]')`.execute(
      site.db,
    );
    expect(await archiveRows(site.db, -1)).toBe(jobs.length - 1);
    expect(await site.db.selectFrom('export_jobs').select('id').execute()).toEqual([jobs[0]]);
    expect(await failures()).toMatchObject([{ chore: 'archiveOldRows', item: jobs[0]?.id }]);
  });

  it('trim each log by itself', async () => {
    await sql`ALTER TABLE idempotency_keys RENAME TO keys_away`.execute(site.db);
    await sql`INSERT INTO sessions (token_hash, user_id, expires_at) VALUES ('x', ${finance.id}, now() - interval '1 hour')`.execute(
      site.db,
    );
    await trimLogs(options);
    await sql`ALTER TABLE keys_away RENAME TO idempotency_keys`.execute(site.db);
    expect(await failures()).toMatchObject([{ chore: 'trimLogs', item: 'idempotency_keys' }]);
    expect((await sql`SELECT FROM sessions WHERE expires_at < now()`.execute(site.db)).rows).toEqual([]);
  });

  it('keep the newest entry of the change log however old it is', async () => {
    await sql`UPDATE export_job_changes SET at = now() - interval '3 hours'`.execute(site.db);
    await trimLogs(options);
    expect((await sql`SELECT FROM export_job_changes`.execute(site.db)).rows).toHaveLength(1);
  });
});

describe('rounds', () => {
  const book = async () =>
    Object.fromEntries(
      (
        await sql<{
          name: string;
          outcome: string;
          done: string;
          failed: string;
        }>`SELECT name, outcome, done, failed FROM chores`.execute(site.db)
      ).rows.map(({ name, ...row }) => [name, row]),
    );

  it('leave what hangs at its deadline; its item waits, the others go on, and so does every other chore', async () => {
    let quick = 0;
    const seen: string[] = [];
    const stop = startRounds(
      {
        hangs: {
          secondsMax: 0.2,
          run: (items: ChoreItems) =>
            items.each(
              ['a', 'b'],
              (name) => name,
              (name) => {
                seen.push(name);
                return name === 'a' ? new Promise(() => undefined) : Promise.resolve();
              },
            ),
        },
        quick: { secondsMax: 5, run: () => Promise.resolve((quick += 1)) },
      },
      { ...options, everySeconds: 0.05 },
    );
    await vi.waitFor(() => expect(seen).toContain('b'), { timeout: 10_000 });
    await vi.waitFor(async () => expect((await book())['hangs']).toMatchObject({ outcome: 'well', failed: '1' }), {
      timeout: 10_000,
    });
    await stop();
    expect(quick).toBeGreaterThan(2);
    expect(seen.filter((name) => name === 'a')).toHaveLength(1);
    expect(await failures()).toMatchObject([{ chore: 'hangs', item: 'a', times: 1 }]);
    expect((await book())['quick']).toMatchObject({ outcome: 'well' });
  }, 30_000);

  it('are of one process at a time, and not of one that removes files while a backup reads them', async () => {
    let runs = 0;
    let end: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (end = resolve));
    const chore = { secondsMax: 20, removesFiles: true, run: () => ((runs += 1), held) };
    const first = doRound('one', chore, options);
    await vi.waitFor(() => expect(runs).toBe(1));
    await doRound('one', chore, options);
    end();
    await first;
    expect(runs).toBe(1);

    const backup = await connectAlone({ url: site.databaseUrl });
    await holdFiles(backup);
    await doRound('one', chore, options);
    expect(runs).toBe(1);
    await doRound('other', { secondsMax: 20, run: () => Promise.resolve((runs += 1)) }, options);
    expect(runs).toBe(2);
    await backup.end();
    await vi.waitFor(async () => {
      await doRound('one', chore, options);
      expect(runs).toBe(3);
    });
  });

  it('are written down: how they ended, what was done and what was not, for metrics and the doctor', async () => {
    const fail = (): Promise<never> => Promise.reject(new Error('out of order'));
    await doRound(
      'some',
      {
        secondsMax: 5,
        run: (items) =>
          items.each(
            ['x', 'y', 'z'],
            (name) => name,
            (name) => (name === 'y' ? fail() : Promise.resolve()),
          ),
      },
      options,
    );
    await doRound('none', { secondsMax: 5, run: fail }, options);
    expect(await book()).toEqual({
      some: { outcome: 'some_failed', done: '2', failed: '1' },
      none: { outcome: 'failed', done: '0', failed: '0' },
    });
    expect(told).toEqual(['some: y: out of order', 'none: out of order']);
    const registry = new Registry();
    choreMetrics(registry, site.pool);
    const text = await registry.metrics();
    expect(text).toContain('mathership_chore_items_total{chore="some",outcome="failed"} 1');
    expect(text).toContain('mathership_chore_items_failing{chore="some"} 1');
    const doctor = invariants.find(({ id }) => id === 'I8');
    expect((await doctor?.check(site.db, options.store))?.join()).toMatch(
      /some cannot do y.*chore none ended with a failure.*out of order/,
    );
  });
});
