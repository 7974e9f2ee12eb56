/** A finished file against the database it was made from, by code that shares nothing with what made it. */
import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { sql } from 'kysely';
import type { ExportJob } from '#contract/export-jobs.ts';
import type { Database } from '#server/database/database.ts';
import { unzip } from '../read-workbook.ts';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

function demand(holds: boolean, what: string): void {
  if (!holds) throw new Error(`the file is wrong: ${what}`);
}

/** Rejects with what is wrong. CSV jobs: row by row; others: the files of the ZIP against the manifest. */
export async function verifyFile(db: Database, job: ExportJob, zip: Buffer): Promise<void> {
  demand(zip.length === job.file_size, `${zip.length} bytes, the row says ${job.file_size}`);
  demand(sha256(zip) === job.sha256, 'its SHA-256 is not the row’s');
  const files = await unzip(zip);
  const manifest = JSON.parse(files.get('manifest.json')?.toString() ?? '{}') as {
    job_id?: string;
    rows?: number;
    files?: { name: string; sha256: string; bytes: number }[];
  };
  demand(manifest.job_id === job.id, `the manifest is of job ${manifest.job_id}`);
  for (const { name, sha256: sum, bytes } of manifest.files ?? []) {
    const file = files.get(name);
    demand(file?.length === bytes && sha256(file) === sum, `${name} is not what the manifest says`);
  }
  const { rows } = await sql<{ lines: number; cents: string }>`
    SELECT count(*)::int AS lines, coalesce(sum(net_amount * 100), 0)::bigint::text AS cents FROM receipt_lines
    WHERE company_id = ${job.company_id} AND received_on BETWEEN ${job.date_from} AND ${job.date_to}`.execute(db);
  const [expected] = rows;
  demand(job.row_count === expected?.lines, `${job.row_count} rows, the database has ${expected?.lines}`);
  if (job.file_format !== 'csv') return;
  const [csv = Buffer.alloc(0)] = files.values();
  const lines = parse(csv, { columns: true }) as Record<string, string>[];
  const cents = lines.reduce((sum, line) => sum + Math.round(Number(line['Total price']) * 100), 0);
  demand(lines.length === expected?.lines, `${lines.length} lines, the database has ${expected?.lines}`);
  demand(String(cents) === expected?.cents, `${cents} cents, the database has ${expected?.cents}`);
}
