/**
 * `node bench/audit-chain.ts [entries]`: what the audit log's chain costs. Writes entries with and without the trigger that
 * queues them for sealing, in turns, then seals them, then reads the whole chain. On a PostgreSQL of its own under .data/.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { sql } from 'kysely';
import { DatabasePool } from '#server/database/database.ts';
import { startEmbeddedPostgres } from '#server/database/embedded/embedded.ts';
import { migrate } from '#server/migrate.ts';
import { checkAuditChain, sealAuditLog } from '#server/proof/audit-chain.ts';
import { rememberKey } from '#server/proof/known-keys.ts';
import { ManifestSigner } from '#server/proof/signing-key.ts';

const entries = Number(process.argv[2] ?? 100_000);
const writes = 2000;
const postgres = await startEmbeddedPostgres({ dataDir: join(import.meta.dirname, '..', '.data', 'bench-audit') });
const pool = new DatabasePool({ url: postgres.url, connectionsMax: 4 });
const { db } = pool;

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

try {
  await migrate({ url: postgres.url });
  const signer = new ManifestSigner(randomBytes(32).toString('base64url'));
  await rememberKey(db, signer);
  const organization = String(Date.now());
  const values = { action: 'export.created', details: '{"report_type": "delivery_location"}', address: '192.0.2.1' };
  // in one transaction: the disk's time for a commit is the same both ways, and hides the rest
  const write = (): Promise<void> =>
    db.transaction().execute(async (tx) => {
      for (let n = 0; n < writes; n += 1)
        await tx
          .insertInto('audit_events')
          .values({ ...values, organization_id: organization })
          .execute();
    });
  const taken = { with: [] as number[], without: [] as number[] };
  for (let run = 0; run < 5; run += 1) {
    for (const way of ['without', 'with'] as const) {
      await sql`ALTER TABLE audit_events ${sql.raw(way === 'with' ? 'ENABLE ALWAYS' : 'DISABLE')} TRIGGER audit_events_unsealed`.execute(
        db,
      );
      taken[way].push(await seconds(write));
    }
  }
  const [without, withQueue] = [taken.without, taken.with].map((list) => list.toSorted((a, b) => a - b)[2] ?? 0);
  console.log(`writing one entry                       ${(((without ?? 0) / writes) * 1e6).toFixed(0)} µs`);
  console.log(`the same, queued for sealing            ${(((withQueue ?? 0) / writes) * 1e6).toFixed(0)} µs`);

  const whole = String(Date.now());
  await sql`INSERT INTO audit_events (organization_id, action, details, address)
    SELECT ${whole}::bigint, 'export.created', '{"report_type": "delivery_location"}', '192.0.2.1' FROM generate_series(1, ${entries})`.execute(
    db,
  );
  const sealing = await seconds(() => sealAuditLog(db, signer));
  console.log(
    `sealed                                  ${Math.round((entries + writes * 5) / sealing).toLocaleString('en')} entries a second`,
  );
  const checking = await seconds(async () => {
    const { is_whole, sealed } = await checkAuditChain(db, whole);
    if (!is_whole || sealed !== entries) throw new Error('the chain is not whole');
  });
  console.log(
    `checked                                 ${entries.toLocaleString('en')} entries in ${checking.toFixed(2)} s`,
  );
} finally {
  await pool.close();
  await postgres.stop();
}
