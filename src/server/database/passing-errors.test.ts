/** Every state of the database that means "try again" is said to whoever asked as just that, over HTTP and of an export. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { errorKinds, ProductError } from '#contract/errors.ts';
import { toProductError } from '#server/http/problem.ts';
import { wordsFor } from '#server/worker/failure-words.ts';
import { startInstallation, type TestInstallation } from '#test/installation.ts';

const tryAgain = ['40001', '40P01', '55P03', '57P01', '57P02', '57P03', '57P04', '57P05', '25P03', '08006', '53300'];
const asksTheSame = ['22012', '22003', '42703', '23505', '57014'];

let site: TestInstallation;
beforeAll(async () => {
  site = await startInstallation({ receiptLines: 20 });
});
afterAll(() => site.close());

/** As the database itself raises it. */
async function raised(state: string): Promise<unknown> {
  const statement = `DO $$ BEGIN RAISE EXCEPTION 'by a test' USING ERRCODE = '${state}'; END $$`;
  return sql
    .raw(statement)
    .execute(site.installation.pool.db)
    .then(
      () => null,
      (error: unknown) => error,
    );
}

describe('a state of the database', () => {
  test.each(tryAgain)('%s passes: a request may be repeated, an export is run again', async (state) => {
    const error = await raised(state);
    expect(error).toMatchObject({ code: state });
    const answer = toProductError(error);
    expect([answer.code, answer.kind.status, answer.kind.retryable]).toEqual(['database_unavailable', 503, true]);
    expect(answer.retryAfterSeconds).toBeGreaterThan(0);
    expect(wordsFor(error)).toMatchObject({
      code: 'database_unavailable',
      message: expect.stringContaining('run it again'),
    });
  });

  test.each(asksTheSame)('%s does not', async (state) => {
    const error = await raised(state);
    expect(toProductError(error).code).not.toBe('database_unavailable');
    expect(errorKinds[wordsFor(error).code].status).not.toBe(503);
    expect(toProductError(error)).toBeInstanceOf(ProductError);
  });
});

test('an export whose reading the database gave up is run again and holds every row', async () => {
  const { db } = site.installation.pool;
  await sql`ALTER FUNCTION printed_price(numeric) RENAME TO printed_price_before`.execute(db);
  await sql`CREATE FUNCTION printed_price(price numeric) RETURNS numeric LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
    BEGIN RAISE EXCEPTION 'canceling statement due to conflict with recovery' USING ERRCODE = '40001'; END $$`.execute(
    db,
  );
  const { id } = await site.create();
  const outcome = async (): Promise<string | null | undefined> => {
    const { rows } = await sql<{
      outcome: string | null;
    }>`SELECT outcome FROM export_attempts WHERE job_id = ${id} AND attempt = 1`.execute(db);
    return rows[0]?.outcome;
  };
  await vi.waitFor(async () => expect(await outcome()).not.toBeFalsy(), { timeout: 15_000, interval: 20 });
  expect(await outcome()).toBe('database_unavailable');
  await sql`DROP FUNCTION printed_price(numeric)`.execute(db);
  await sql`ALTER FUNCTION printed_price_before(numeric) RENAME TO printed_price`.execute(db);
  expect(await site.finished(id, 25)).toMatchObject({ status: 'completed', row_count: 20 });
});

test('a page of a report is answered 503 and Retry-After, not 500', async () => {
  const { db } = site.installation.pool;
  await sql`ALTER FUNCTION printed_price(numeric) RENAME TO printed_price_before`.execute(db);
  await sql`CREATE FUNCTION printed_price(price numeric) RETURNS numeric LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
    BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$`.execute(db);
  const answer = await fetch(
    `${site.installation.address}/api/v1/reports/delivery_location?company_id=${site.companyId}&date_from=2026-01-01&date_to=2026-12-31`,
    { headers: { authorization: `Bearer ${site.key}` } },
  );
  await sql`DROP FUNCTION printed_price(numeric)`.execute(db);
  await sql`ALTER FUNCTION printed_price_before(numeric) RENAME TO printed_price`.execute(db);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await answer.json()).toMatchObject({ code: 'database_unavailable' });
});
