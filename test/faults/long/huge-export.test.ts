/** F8: ten million rows, more than 4 GiB of CSV, by a worker that may have 256 MB; and small exports beside it. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { addFigure } from '../figures.ts';
import { type FaultSite, startFaultSite } from '../fault-site.ts';

const rows = 10_000_000;
const memoryMegabytesMax = 256;
/** As in deploy/: what malloc and V8 keep for speed is the difference between 256 MB and 300. */
const thrift = { MALLOC_ARENA_MAX: '2', NODE_OPTIONS: '--max-semi-space-size=4' };
/** Of the name that every row carries: the CSV is longer than 32 bits can say. */
const nameLength = 400;

let site: FaultSite;
let large: string;

/** Of Node itself, shared by all that run it. */
const programMegabytes = 80;
const groups = ['/sys/fs/cgroup/memory', '/sys/fs/cgroup'];

/** The system's own limit where a control group may be made; the peak is looked at in either case. */
function limited(): string[] {
  const script = `for root in ${groups.join(' ')}; do group=$root/mathership-$$
    mkdir $group 2>/dev/null || continue
    if [ -e $group/memory.limit_in_bytes ]; then limit=memory.limit_in_bytes; else limit=memory.max; fi
    echo ${memoryMegabytesMax * 1024 * 1024} > $group/$limit && echo $$ > $group/cgroup.procs && break
  done 2>/dev/null; exec "$@"`;
  return ['sh', '-c', script, 'sh'];
}

beforeAll(async () => {
  site = await startFaultSite({ store: 'embedded' });
  large = await site.addCompany({ lines: 1 });
  const { db } = site.installation.pool;
  await sql`UPDATE vendors SET name = rpad('Vendor ', ${nameLength}::int, 'of many things ') WHERE company_id = ${large}`.execute(
    db,
  );
  await db.transaction().execute(async (tx) => {
    // all like the one that is there; nothing would be learnt from looking each reference up
    await sql`SET LOCAL session_replication_role = replica`.execute(tx);
    await sql`INSERT INTO receipt_lines (company_id, received_on, delivery_location_id, vendor_id, receipt_id, po_line_id, po_number,
        line_no, line_type, kind, article_number, description, order_unit, ordered_qty, received_qty, rejected_qty, unit_price,
        net_amount, tax_amount, currency)
      SELECT company_id, date '2026-01-01' + g % 365, delivery_location_id, vendor_id, receipt_id, -g, po_number, 1, line_type, kind,
        article_number, description, order_unit, ordered_qty, received_qty, rejected_qty, unit_price, net_amount, tax_amount, currency
      FROM receipt_lines, generate_series(2, ${rows}::int) g WHERE company_id = ${large}`.execute(tx);
  });
  await sql`ANALYZE receipt_lines`.execute(db);
}, 900_000);
afterAll(() => site.close());

it('ten million rows are exported in 256 MB, as ZIP64, while small exports go on beside', async () => {
  const worker = await site.worker({ WORKER_CONCURRENCY: '2', ...thrift }, limited());
  const huge = await site.create({ company_id: large });
  await site.until(huge.id, ({ status }) => status === 'processing');
  // the lane for small exports is their own
  for (let at = 1; at <= 5; at += 1) {
    const small = await site.finished((await site.create({ date_from: `2026-02-0${at}` })).id, 60);
    expect(small.status).toBe('completed');
    const seconds = (Date.parse(small.started_at ?? '') - Date.parse(small.created_at)) / 1000;
    addFigure(inject('figures'), { fault: 'F8 a small export beside a huge one waits', seconds });
    expect(seconds).toBeLessThan(2);
  }
  const began = performance.now();
  const job = await site.finished(huge.id, 1800);
  addFigure(inject('figures'), { fault: 'F8 ten million rows', seconds: (performance.now() - began) / 1000 });
  expect(job).toMatchObject({ status: 'completed', row_count: rows, attempt: 1 });
  const peak = /VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${worker.pid}/status`, 'utf8'))?.[1];
  addFigure(inject('figures'), { fault: 'F8 peak memory of the worker in MB', seconds: Number(peak) / 1024 });
  // a group ends whoever needs more; without one the pages of the program itself count too
  const held = (await readFile(`/proc/${worker.pid}/cgroup`, 'utf8')).includes('mathership-');
  expect(held || Number(peak) / 1024 < memoryMegabytesMax + programMegabytes).toBe(true);

  const folder = await mkdtemp(join(tmpdir(), 'mathership-huge-'));
  const file = join(folder, 'huge.zip');
  await writeFile(file, await site.fetchZip(huge.id));
  // another program's opinion of the archive
  const test = spawnSync('unzip', ['-t', file], { encoding: 'utf8' });
  const listed = spawnSync('unzip', ['-l', file], { encoding: 'utf8' });
  await rm(folder, { recursive: true });
  expect([test.status, test.stdout.includes('No errors detected')]).toEqual([0, true]);
  const bytes = Number(/^\s*(\d+) .*\.csv$/m.exec(listed.stdout)?.[1]);
  expect(bytes).toBeGreaterThan(2 ** 32);
  await worker.end();
  for (const group of groups) await rmdir(`${group}/mathership-${worker.pid}`).catch(() => undefined);
}, 1_900_000);
