/**
 * `node bench/report-pages.ts [--lines 1000000] [--runs 15]`: how long a report's page takes over HTTP for one location
 * (or storage unit) and a year, in a company with a million receipt lines; stock reports in the demo company with
 * its 18 months of movements. First page, a page in the middle, the first page by another order, and what
 * stands above the rows: of that location, and of all.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readSettings } from '#server/config/settings.ts';
import { openInstallation } from '#server/installation.ts';
import { demoPassword } from '#demo/accounts.ts';
import { openScaleDatabase, type ScaleDatabase } from './scale-database.ts';

const { values } = parseArgs({
  options: { lines: { type: 'string', default: '1000000' }, runs: { type: 'string', default: '15' } },
});
const runs = Number(values.runs);

const ofStock = new Set(['inventory', 'inventory_levels', 'inventory_movements', 'cost_of_goods']);

const quantile = (times: number[], q: number): number =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * q))] ?? 0;

interface Page {
  readonly total: number;
  readonly total_pages: number;
}

interface Catalogue {
  readonly results: {
    readonly report_type: string;
    readonly columns: { readonly key: string; readonly type: string }[];
  }[];
}

async function measure(database: ScaleDatabase, dataDir: string): Promise<void> {
  const installation = await openInstallation({
    settings: readSettings({ PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'silent' }),
    databaseUrl: database.postgres.url,
    authSecret: 'x'.repeat(40),
    roles: { serve: true, work: false },
  });
  const address = installation.address ?? '';
  const signIn = await fetch(`${address}/api/v1/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'owner@harbour-hearth.example', password: demoPassword }),
  });
  const headers = { cookie: signIn.headers.get('set-cookie')?.split(';')[0] ?? '' };
  const ask = async <T = Page>(path: string): Promise<T> => {
    const answer = await fetch(`${address}${path}`, { headers });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const timed = async (path: string): Promise<string> => {
    const times: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      const start = performance.now();
      await ask(path);
      times.push(performance.now() - start);
    }
    return `${quantile(times, 0.5).toFixed(0)} / ${quantile(times, 0.9).toFixed(0)}`;
  };
  const one = async (sql: string, company: string): Promise<string> =>
    String((await database.pool.pool.query<{ id: string }>(sql, [company])).rows[0]?.id);

  console.log(
    '| report | rows | first page, p50 / p90 ms | middle page | another order | summary | summary of all |\n|---|---|---|---|---|---|---|',
  );
  try {
    const location = await one(
      'SELECT min(id) AS id FROM delivery_locations WHERE company_id = $1',
      database.companyId,
    );
    const unit = await one('SELECT min(id) AS id FROM storage_units WHERE company_id = $1', '1');
    const { results } = await ask<Catalogue>('/api/v1/reports');
    for (const { report_type: report, columns } of results) {
      const stock = ofStock.has(report);
      const ordering = `-${columns.findLast(({ type }) => type === 'money')?.key}`;
      const company = stock ? '1' : database.companyId;
      const scope = stock ? `storage_unit_ids=${unit}` : `delivery_location_ids=${location}`;
      const year = 'date_from=2025-11-23&date_to=2026-11-22';
      const path = `/api/v1/reports/${report}?company_id=${company}&${scope}&${year}&page_size=50`;
      const summary = (of: string): string => `/api/v1/reports/${report}/summary?company_id=${company}${of}&${year}`;
      const { total, total_pages } = await ask(path);
      const middle = await timed(`${path}&page=${Math.floor(total_pages / 2)}`);
      console.log(
        `| ${report} | ${total} | ${await timed(path)} | ${middle} | ${await timed(`${path}&ordering=${ordering}`)} | ${await timed(summary(`&${scope}`))} | ${await timed(summary(''))} |`,
      );
    }
  } finally {
    await installation.stop();
  }
}

const database = await openScaleDatabase(Number(values.lines));
const dataDir = await mkdtemp(join(tmpdir(), 'mathership-bench-'));
try {
  await measure(database, dataDir);
} finally {
  await database.stop();
  await rm(dataDir, { recursive: true, force: true });
}
