/** What `deploy/` says to other programs is run here as they would run it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { startInstallation } from './installation.ts';

test('workers are scaled by how long an export waits: the query of the manifest answers one number of seconds', async () => {
  const manifest = await readFile(join(import.meta.dirname, '..', 'deploy', 'kubernetes.yaml'), 'utf8');
  const query = /^ +query: "(.*)"$/m.exec(manifest)?.[1] ?? '';
  const site = await startInstallation({ work: false, receiptLines: 1 });
  try {
    const { db } = site.installation.pool;
    const answer = async (): Promise<unknown[]> =>
      (await sql.raw<object>(query).execute(db)).rows.map((row) => Object.values(row)).flat();
    expect(await answer()).toEqual([0]);
    const { id } = await site.create();
    await sql`UPDATE pgboss.job SET created_on = now() - interval '95 seconds', start_after = now() WHERE id = ${id}`.execute(
      db,
    );
    expect(await answer()).toEqual([95]);
    await sql`UPDATE pgboss.job SET state = 'active' WHERE id = ${id}`.execute(db);
    expect(await answer()).toEqual([0]);
  } finally {
    await site.close();
  }
});
