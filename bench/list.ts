/**
 * `node bench/list.ts [--jobs 10000000] [--runs 100]`: a page of the list and its exact total, from the columns beside
 * COUNT and OFFSET, for filters, orderings and pages on a company with a tenth of all jobs. Milliseconds from the call
 * to the page's rows, without HTTP; `cpu` is what this process itself computes for, whatever else the machine does.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { JobOrdering } from '#contract/export-jobs.ts';
import { type FinancialView, grantEverywhere, type Principal, requireCapability } from '#server/access/decide.ts';
import { listExports } from '#server/exports/list.ts';
import type { JobQuery } from '#server/exports/list-query.ts';
import { pageFromTable } from '#server/exports/table-list.ts';
import { openListDatabase } from './list-database.ts';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '10000000' },
    runs: { type: 'string', default: '100' },
    'table-runs': { type: 'string', default: '3' },
  },
});
const jobs = Number(values.jobs);
const database = await openListDatabase(jobs);
const { db } = database.pool;

const operator: Principal = { userId: null, name: 'Bench', email: '', via: 'operator', credentialId: null };
const large = await requireCapability(db, operator, 'view_financials', '1');
const fifty = await grantEverywhere(db, { ...operator, userId: '1' }, 'view_financials');

const created = { created_at_from: '2025-03-10', created_at_to: '2026-05-20' };
const period = { period_from: '2025-03-10', period_to: '2025-06-20' };
const instants = { created_at_from: '2025-03-10T10:11:12.5Z', created_at_to: '2026-05-20T20:00:00Z' };

const cases: [label: string, query: JobQuery, ordering: JobOrdering, view?: FinancialView][] = [
  ['all', {}, '-created_at'],
  ['all', {}, 'status'],
  ['all', {}, '-report_type'],
  ['all', {}, 'file_format'],
  ['all', {}, '-updated_at'],
  ['all', {}, 'date_from'],
  ['all', {}, '-date_to'],
  ['status=failed', { status: ['failed'] }, '-created_at'],
  ['status=failed,canceled', { status: ['failed', 'canceled'] }, '-date_from'],
  ['format=csv,pdf type=vendor,item', { file_format: ['csv', 'pdf'], report_type: ['vendor', 'item'] }, '-created_at'],
  ['format=csv,pdf', { file_format: ['csv', 'pdf'] }, 'updated_at'],
  ['created from day to day', created, '-created_at'],
  ['created from instant to instant', instants, 'status'],
  ['created from day to day', created, 'date_from'],
  ['created from day to day', created, '-date_to'],
  ['created, status=completed', { ...created, status: ['completed'] }, '-date_from'],
  ['requester', { created_by: ['8'] }, '-created_at'],
  ['requesters, type=item', { created_by: ['8', '9'], report_type: ['item'] }, 'date_to'],
  ['period', period, '-created_at'],
  ['period', period, 'date_from'],
  ['location', { delivery_location_id: '3' }, '-created_at'],
  [
    'created, period, requester, location, format',
    { ...created, ...period, created_by: ['8', '9', '10'], delivery_location_id: '3', file_format: ['csv'] },
    '-date_from',
  ],
  ['50 companies', {}, '-created_at', fifty],
  ['50 companies, created, status=failed', { ...created, status: ['failed'] }, 'date_from', fifty],
];

const quantile = (sorted: number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;

async function measure(times: number, work: () => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const started = performance.now();
    await work();
    taken.push(performance.now() - started);
  }
  return taken.sort((a, b) => a - b);
}

const fromTable = (view: FinancialView, query: Parameters<typeof pageFromTable>[2]) =>
  db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute((tx) => pageFromTable(tx, { view, viewable: view.companyIds }, query));

try {
  const cold = await measure(1, () => listExports(db, large, { ordering: '-created_at', page: 0, page_size: 20 }));
  console.log(`first list of this process, blocks not read yet: ${quantile(cold, 0).toFixed(0)} ms\n`);
  console.log('| filter | ordering | page | total | fastest | p50 | p99 | cpu | COUNT and OFFSET p50 | same |');
  console.log('|---|---|---|---|---|---|---|---|---|---|');
  const worst: number[] = [];
  for (const [label, filter, ordering, view = large] of cases) {
    const { total } = await listExports(db, view, { ...filter, ordering, page: 0, page_size: 20 });
    const last = Math.max(0, Math.ceil(total / 20) - 1);
    for (const [place, page] of Object.entries({ first: 0, middle: Math.floor(last / 2), last })) {
      const query = { ...filter, ordering, page, page_size: 20 };
      const before = process.cpuUsage();
      const columns = await measure(Number(values.runs), () => listExports(db, view, query));
      const used = process.cpuUsage(before);
      const cpu = (used.user + used.system) / 1000 / columns.length;
      let theirs: unknown;
      const table = await measure(Number(values['table-runs']), async () => (theirs = await fromTable(view, query)));
      const mine = await listExports(db, view, query);
      const same = table.length === 0 ? '' : JSON.stringify(mine) === JSON.stringify(theirs) ? 'yes' : 'NO';
      worst.push(quantile(columns, 0.99));
      console.log(
        `| ${label} | ${ordering} | ${place} | ${total.toLocaleString('en')} | ${quantile(columns, 0).toFixed(1)} | ${quantile(columns, 0.5).toFixed(1)} | ${quantile(columns, 0.99).toFixed(1)} | ${cpu.toFixed(1)} | ${quantile(table, 0.5).toFixed(0)} | ${same} |`,
      );
    }
  }
  console.log(
    `\nworst p99 ${Math.max(...worst).toFixed(1)} ms, load ${loadavg()[0]?.toFixed(0)}; peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
  );
} finally {
  await database.stop();
}
