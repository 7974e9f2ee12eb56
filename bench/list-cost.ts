/**
 * `node bench/list-cost.ts [--rounds 3]`: what the list's marks cost the job path. Small exports over HTTP with the
 * marking triggers on and off in turn: from created to running, from click to file, and log written per export; then
 * what folding adds.
 */
import { parseArgs } from 'node:util';
import { foldCompany } from '#server/exports/columns/fold.ts';
import { measureLatency } from './latency.ts';
import { openScaleDatabase } from './scale-database.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } });
/** As measureLatency makes them. */
const exportsPerRound = 60;
const database = await openScaleDatabase(50_000);
const { pool, db } = database.pool;

async function logged(work: () => Promise<unknown>): Promise<number> {
  const position = async (): Promise<string> =>
    (await pool.query<{ at: string }>('SELECT pg_current_wal_insert_lsn() AS at')).rows[0]?.at ?? '';
  const before = await position();
  await work();
  const { rows } = await pool.query<{ n: string }>('SELECT pg_wal_lsn_diff($1, $2) AS n', [await position(), before]);
  return Number(rows[0]?.n);
}

try {
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const verb of ['DISABLE', 'ENABLE'] as const) {
      for (const trigger of ['export_jobs_marked', 'export_jobs_marked_changed']) {
        await pool.query(`ALTER TABLE export_jobs ${verb} TRIGGER ${trigger}`);
      }
      let lines: string[] = [];
      const bytes = await logged(async () => (lines = await measureLatency(database)));
      console.log(
        `marks ${verb === 'ENABLE' ? 'on' : 'off'}: ${(bytes / exportsPerRound / 1024).toFixed(1)} kB of log per export`,
      );
      for (const line of lines) console.log(`  ${line}`);
    }
    const { rows } = await pool.query<{ n: string }>('SELECT count(*) AS n FROM export_job_marks WHERE company_id = 1');
    const bytes = await logged(() => foldCompany(db, '1'));
    console.log(`folding ${rows[0]?.n} marks: ${(bytes / exportsPerRound / 1024).toFixed(1)} kB of log per export`);
  }
} finally {
  // the first round may have ended with marks off: the company is packed anew
  await pool.query('INSERT INTO export_job_marks (company_id) VALUES (1)');
  await database.stop();
}
