/** A whole installation on a database of its own: HTTP on a free port, a real worker with threads, a real store. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { vi } from 'vitest';
import type { ExportJob } from '#contract/export-jobs.ts';
import { hashPassword } from '#server/access/passwords.ts';
import { newToken } from '#server/access/tokens.ts';
import { readSettings } from '#server/config/settings.ts';
import { type Installation, openInstallation } from '#server/installation.ts';
import { type CompanyRows, fillCompany } from './company-rows.ts';
import { createTestDatabase } from './database.ts';

export interface TestInstallation {
  readonly installation: Installation;
  readonly databaseUrl: string;
  readonly dataDir: string;
  readonly authSecret: string;
  readonly companyId: string;
  readonly userId: string;
  readonly locations: readonly { id: string; name: string }[];
  readonly key: string;
  /** JSON over real HTTP as the finance person, by API key. */
  ask<T = unknown>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }>;
  create(changes?: Record<string, unknown>): Promise<ExportJob>;
  /** The job when it has finished, whatever way. */
  finished(id: string, timeoutSeconds?: number): Promise<ExportJob>;
  /** The ZIP of a completed job. */
  fetchZip(id: string): Promise<Buffer>;
  /** Another company of the same finance person, with rows of its own. */
  addCompany(rows: CompanyRows): Promise<string>;
  /** A second process's worth of worker on the same database and store. */
  startWorker(): Promise<Installation>;
  close(): Promise<void>;
}

export async function startInstallation(
  options: {
    work?: boolean;
    receiptLines?: number;
    environment?: Record<string, string>;
    /** A migrated one; a clone of the run's template unless given. */
    database?: { readonly url: string; drop(): Promise<void> };
  } = {},
): Promise<TestInstallation> {
  const database = options.database ?? (await createTestDatabase());
  const dataDir = await mkdtemp(join(tmpdir(), 'mathership-data-'));
  const authSecret = randomBytes(32).toString('base64url');
  const open = (roles: { serve: boolean; work: boolean }): Promise<Installation> =>
    openInstallation({
      settings: readSettings({ PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'silent', ...options.environment }),
      databaseUrl: database.url,
      authSecret,
      roles,
    });
  const installation = await open({ serve: true, work: options.work ?? true });
  const { db } = installation.pool;
  const one = async (statement: ReturnType<typeof sql<{ id: string }>>): Promise<string> =>
    (await statement.execute(db)).rows[0]?.id ?? '';
  const organizationId = await one(sql`INSERT INTO organizations (name) VALUES ('Test Group') RETURNING id`);
  const userId = await one(
    sql`INSERT INTO users (email, name, password_hash) VALUES ('finance@test.example', 'Finance', ${await hashPassword('finance-finance')}) RETURNING id`,
  );
  await sql`INSERT INTO organization_members (organization_id, user_id, role) VALUES (${organizationId}, ${userId}, 'member')`.execute(
    db,
  );
  const addCompany = async (name: string): Promise<string> => {
    const id = await one(sql`INSERT INTO companies (organization_id, name, currency, time_zone, locale)
      VALUES (${organizationId}, ${name}, 'EUR', 'Europe/Berlin', 'de-DE') RETURNING id`);
    await sql`INSERT INTO company_members (company_id, user_id, role) VALUES (${id}, ${userId}, 'finance')`.execute(db);
    return id;
  };
  const companyId = await addCompany('Grill Süd');
  const token = newToken('msk_');
  await sql`INSERT INTO api_keys (user_id, name, prefix, key_hash) VALUES (${userId}, 'Test', 'msk_', ${token.hash})`.execute(
    db,
  );
  const locations = await fillCompany(db, companyId, { lines: options.receiptLines ?? 100 });

  const ask: TestInstallation['ask'] = async (method, path, body) => {
    const answer = await fetch(`${installation.address}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token.text}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: (text ? JSON.parse(text) : null) as never };
  };

  return {
    installation,
    databaseUrl: database.url,
    dataDir,
    authSecret,
    companyId,
    userId,
    locations,
    key: token.text,
    ask,
    async create(changes = {}) {
      const { status, body } = await ask<ExportJob>('POST', '/api/v1/export-jobs', {
        company_id: companyId,
        date_from: '2026-01-01',
        date_to: '2026-12-31',
        file_format: 'csv',
        ...changes,
      });
      if (status !== 201) throw new Error(`${status}: ${JSON.stringify(body)}`);
      return body;
    },
    finished: (id, timeoutSeconds = 20) =>
      vi.waitFor(
        async () => {
          const { status, body } = await ask<ExportJob>('GET', `/api/v1/export-jobs/${id}`);
          if (status !== 200) throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
          if (body.status === 'pending' || body.status === 'processing') throw new Error(`still ${body.status}`);
          return body;
        },
        { timeout: timeoutSeconds * 1000, interval: 20 },
      ),
    async fetchZip(id) {
      const { status, body } = await ask<{ download_url: string }>('GET', `/api/v1/export-jobs/${id}/download`);
      if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
      return Buffer.from(await (await fetch(body.download_url)).arrayBuffer());
    },
    async addCompany(rows) {
      const id = await addCompany(`Grill ${randomUUID()}`);
      await fillCompany(db, id, rows);
      return id;
    },
    startWorker: () => open({ serve: false, work: true }),
    async close() {
      await installation.stop();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
