/** `mathership doctor`: is this installation well, and if not, what is wrong and what to do. Exit status 1 if it is not. */
import { sql } from 'kysely';
import { DatabasePool } from '#server/database/database.ts';
import { invariants } from '#server/exports/invariants.ts';
import { laneStats } from '#server/exports/queue.ts';
import { storePlanOf } from '#server/installation.ts';
import { auditChainIds, checkAuditChain, installationChain } from '#server/proof/audit-chain.ts';
import { storeOf } from '#server/storage/store-plan.ts';
import { attachDatabase } from './attach.ts';
import { say } from './output.ts';

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly details: readonly string[];
}

export async function runDoctor(options: { deep: boolean; json?: boolean }): Promise<void> {
  const { settings, databaseUrl } = await attachDatabase();
  const pool = new DatabasePool({ url: databaseUrl, connectionsMax: 2 });
  const store = await storeOf(storePlanOf(settings, 'no link is made here'), () => 'http://localhost');
  const findings: Finding[] = [];
  const look = async (check: string, find: () => Promise<string[]>): Promise<void> => {
    const details = await find().catch((error: Error) => [error.message]);
    findings.push({ check, ok: details.length === 0, details });
    if (!options.json) {
      say(`${details.length === 0 ? 'ok    ' : 'WRONG '} ${check}`);
      for (const detail of details) say(`         ${detail}`);
    }
  };
  try {
    await look('the database answers and is PostgreSQL 15 or newer', async () => {
      const { rows } = await sql<{ version: string }>`SELECT current_setting('server_version_num') AS version`.execute(
        pool.db,
      );
      return Number(rows[0]?.version) >= 150_000 ? [] : [`it is ${rows[0]?.version}; use PostgreSQL 15 or newer`];
    });
    await look("the status triggers stand on the engine's job table", async () => {
      const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM pg_trigger
        WHERE tgrelid = 'pgboss.job'::regclass AND tgname IN ('project_engine_job_changed', 'project_engine_job_gone') AND tgenabled <> 'D'`.execute(
        pool.db,
      );
      return rows[0]?.n === 2 ? [] : ['run mathership migrate; without them no job changes its status'];
    });
    await look('the object store answers and can be written to', async () => {
      await store.check();
      return [];
    });
    await look('a worker is there when something waits', async () => {
      const waiting = (await laneStats(pool.db)).reduce((sum, lane) => sum + lane.waiting, 0);
      const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM pgboss.instance
        WHERE name = 'worker' AND stopped_on IS NULL AND heartbeat_on > now() - interval '30 seconds'`.execute(pool.db);
      return waiting > 0 && rows[0]?.n === 0
        ? [`${waiting} exports wait and no worker runs: start mathership worker`]
        : [];
    });
    await look('the audit log is whole: every entry as it was written, none missing', async () => {
      const broken: string[] = [];
      for (const chain of await auditChainIds(pool.db)) {
        const { faults } = await checkAuditChain(pool.db, chain);
        const where = chain === installationChain ? 'of the installation' : `of organization ${chain}`;
        for (const { event_id, reason } of faults) broken.push(`audit entry ${event_id} ${where}: ${reason}`);
      }
      return broken;
    });
    await look('the audit log refuses changes', async () => {
      const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM pg_trigger
        WHERE tgname IN ('audit_events_append_only', 'audit_links_append_only', 'audit_seals_append_only') AND tgenabled = 'A'`.execute(
        pool.db,
      );
      return rows[0]?.n === 3 ? [] : ['its triggers were removed or disabled; find out by whom'];
    });
    await look('audit entries are sealed within a minute', async () => {
      const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM audit_unsealed
        WHERE at < now() - interval '1 minute'`.execute(pool.db);
      return rows[0]?.n === 0 ? [] : [`${rows[0]?.n} entries wait; they are sealed by any running server or worker`];
    });
    for (const invariant of invariants) {
      if (invariant.deep && !options.deep) continue;
      await look(`${invariant.id} ${invariant.promise}`, () => invariant.check(pool.db, store));
    }
  } finally {
    await pool.close();
  }
  const well = findings.every((finding) => finding.ok);
  if (options.json) say(JSON.stringify({ ok: well, findings }));
  if (!well) process.exitCode = 1;
}
