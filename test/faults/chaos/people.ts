/** Who asks for exports while everything is killed, and how: until there is an answer. */
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { ExportJob } from '#contract/export-jobs.ts';
import type { Random } from '#demo/random.ts';
import { newToken } from '#server/access/tokens.ts';
import type { DatabasePool } from '#server/database/database.ts';
import { fillCompany } from '../../company-rows.ts';

/** One finance person with four companies: three small, one with files of some megabytes. */
export async function makePeople(pool: DatabasePool): Promise<{ key: string; companies: string[] }> {
  const { db } = pool;
  const one = async (statement: ReturnType<typeof sql<{ id: string }>>): Promise<string> =>
    (await statement.execute(db)).rows[0]?.id ?? '';
  const organization = await one(sql`INSERT INTO organizations (name) VALUES ('Chaos Group') RETURNING id`);
  const user = await one(
    sql`INSERT INTO users (email, name, password_hash) VALUES ('finance@chaos.example', 'Finance', 'none') RETURNING id`,
  );
  await sql`INSERT INTO organization_members (organization_id, user_id, role) VALUES (${organization}, ${user}, 'member')`.execute(
    db,
  );
  const token = newToken('msk_');
  await sql`INSERT INTO api_keys (user_id, name, prefix, key_hash) VALUES (${user}, 'Chaos', 'msk_', ${token.hash})`.execute(
    db,
  );
  const companies: string[] = [];
  for (const lines of [200, 1000, 3000, 12_000]) {
    const company = await one(sql`INSERT INTO companies (organization_id, name, currency, time_zone, locale)
      VALUES (${organization}, ${`Company ${lines}`}, 'EUR', 'Europe/Berlin', 'de-DE') RETURNING id`);
    await sql`INSERT INTO company_members (company_id, user_id, role) VALUES (${company}, ${user}, 'finance')`.execute(
      db,
    );
    await fillCompany(db, company, { lines, textBytes: lines > 10_000 ? 1024 : 0 });
    companies.push(company);
  }
  return { key: token.text, companies };
}

interface Wish {
  readonly port: number;
  readonly key: string;
  readonly at: number;
  readonly company: string;
  readonly random: Random;
}

/** Asks until there is an answer, under one Idempotency-Key: whatever dies meanwhile, it is one export. */
export async function askForExport({ port, key, at, company, random }: Wish): Promise<string> {
  const format = random.next();
  const body = JSON.stringify({
    company_id: company,
    date_from: new Date(Date.UTC(2026, 0, 1 + (at % 150))).toISOString().slice(0, 10),
    date_to: new Date(Date.UTC(2026, 6, 1 + Math.floor(at / 150))).toISOString().slice(0, 10),
    file_format: format < 0.7 ? 'csv' : format < 0.9 ? 'xlsx' : 'pdf',
  });
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/export-jobs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': `chaos-${at}` },
      body,
    }).catch(() => null);
    if (answer?.ok) return ((await answer.json()) as ExportJob).id;
    if (answer && answer.status < 500) throw new Error(`${answer.status}: ${await answer.text()}`);
    await delay(100);
  }
}

/** Presses "Try again" on every export that ended failed; the number of them. */
export async function askAgain({ db }: DatabasePool, key: string, port: number): Promise<number> {
  const { rows } = await sql<{ id: string }>`SELECT id FROM export_jobs WHERE status = 'failed'`.execute(db);
  for (const { id } of rows) {
    const url = `http://127.0.0.1:${port}/api/v1/export-jobs/${id}/retry`;
    const answer = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${key}` } });
    if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  }
  return rows.length;
}
