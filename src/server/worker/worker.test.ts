import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ExportJob } from '#contract/export-jobs.ts';
import { connectAlone } from '#server/database/connection.ts';
import { startInstallation, type TestInstallation } from '#test/installation.ts';
import { unzip } from '#test/read-workbook.ts';

let site: TestInstallation;

beforeAll(async () => {
  site = await startInstallation({ receiptLines: 500 });
});
afterAll(() => site.close());

async function filesOf(job: ExportJob): Promise<{ zip: Buffer; files: Map<string, Buffer> }> {
  const zip = await site.fetchZip(job.id);
  return { zip, files: await unzip(zip) };
}

describe('an export, from click to file', () => {
  it('holds every row, says what it is, and can be proven complete', async () => {
    const job = await site.finished((await site.create()).id);
    expect(job).toMatchObject({
      status: 'completed',
      row_count: 500,
      is_downloadable: true,
      attempt: 1,
      progress: { rows_done: 500, rows_total: 500 },
    });
    const { zip, files } = await filesOf(job);
    expect(zip.length).toBe(job.file_size);
    expect(createHash('sha256').update(zip).digest('hex')).toBe(job.sha256);
    const stem = 'purchase-orders_grill-sud_2026-01-01_2026-12-31';
    expect(job.filename).toBe(`${stem}_csv.zip`);
    expect([...files.keys()]).toEqual([`${stem}.csv`, 'summary.csv', 'manifest.json', 'manifest.json.sig']);

    const csv = files.get(`${stem}.csv`) ?? Buffer.alloc(0);
    const rows = parse(csv, { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(500);
    expect(job.control_totals?.currencies).toEqual([
      { currency: 'EUR', rows: 500, sums: { total_price: '5250.00', tax: '370.00', total_incl_tax: '5620.00' } },
    ]);
    expect(job.control_totals?.groups.map(({ group, rows: count }) => [group, count])).toEqual([
      ['Bar', 150],
      ['Main Kitchen', 350],
    ]);
    const cents = rows.reduce((sum, row) => sum + Math.round(Number(row['Total price']) * 100), 0);
    expect(cents).toBe(525_000);

    const manifest = JSON.parse(files.get('manifest.json')?.toString() ?? '');
    expect(manifest).toMatchObject({
      job_id: job.id,
      rows: 500,
      company: { name: 'Grill Süd', time_zone: 'Europe/Berlin' },
    });
    for (const { name, sha256, bytes } of manifest.files) {
      const file = files.get(name) ?? Buffer.alloc(0);
      expect([file.length, createHash('sha256').update(file).digest('hex')]).toEqual([bytes, sha256]);
    }
    expect(files.get('summary.csv')?.toString()).toContain('Total,,EUR,500,5250.00,370.00,5620.00');
  });

  it('keeps text as it was typed, guarded only where a spreadsheet would take it for a formula', async () => {
    const { files } = await filesOf(await site.finished((await site.create({ date_to: '2026-12-30' })).id));
    const rows = parse([...files.values()][0] ?? '', { columns: true }) as Record<string, string>[];
    expect(new Set(rows.map((row) => row['Product']))).toEqual(
      new Set(['Tomatoes, "fine"', "'=SUM(A1)", 'Two\nlines', 'Łódź 中文 العربية', "'-5"]),
    );
    expect(rows[0]).toMatchObject({
      'Received quantity': '4.5',
      'Refused quantity': '0.5',
      'Unit price': '2.333333',
      'Total price': '10.50',
    });
    expect(rows.every((row) => row['Article number']?.startsWith('00'))).toBe(true);
  });

  it('is named after its question: two formats, dialects or places are two files in a folder of downloads', async () => {
    const [kitchen, bar] = site.locations.map(({ id }) => id);
    const nameOf = async (changes: Record<string, unknown>): Promise<string | null> =>
      (await site.finished((await site.create({ date_to: '2026-03-31', ...changes })).id)).filename;
    const stem = 'purchase-orders_grill-sud_2026-01-01_2026-03-31';
    expect(await nameOf({ file_format: 'xlsx', filters: { delivery_location_ids: [kitchen] } })).toBe(
      `${stem}_main-kitchen_xlsx.zip`,
    );
    expect(
      await nameOf({
        filters: { delivery_location_ids: [kitchen, bar] },
        options: { csv_dialect: 'spreadsheets' },
      }),
    ).toMatch(/_2-delivery-locations_[0-9a-f]{6}_csv-for-spreadsheets\.zip$/);
    expect(
      await nameOf({ report_type: 'receiving_variance', filters: { states: ['short'] }, file_format: 'pdf' }),
    ).toMatch(/^receiving-variance_grill-sud_2026-01-01_2026-03-31_filtered-[0-9a-f]{6}_pdf\.zip$/);
  });

  it.each(['csv', 'xlsx', 'pdf'] as const)(
    'direct download and background %s hold the same bytes of data (M52)',
    async (file_format) => {
      const job = await site.finished((await site.create({ file_format, date_to: '2026-06-30' })).id);
      expect(job.status).toBe('completed');
      const { files } = await filesOf(job);
      const answer = await fetch(
        `${site.installation.address}/api/v1/reports/delivery_location/download?company_id=${site.companyId}&date_from=2026-01-01&date_to=2026-06-30&file_format=${file_format}`,
        { headers: { authorization: `Bearer ${site.key}` } },
      );
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-disposition')).toContain(
        `purchase-orders_grill-sud_2026-01-01_2026-06-30.${file_format}`,
      );
      const direct = Buffer.from(await answer.arrayBuffer());
      const background = [...files.values()][0];
      // snapshot time and requester are printed in the others; their rows are compared by the reports' own suite
      const tolerance = file_format === 'csv' ? 0 : direct.length * 0.02;
      expect(Math.abs(direct.length - (background?.length ?? 0))).toBeLessThanOrEqual(tolerance);
      expect(file_format !== 'csv' || direct.equals(background ?? Buffer.alloc(0))).toBe(true);
    },
  );

  it('an empty period is a completed file that says so', async () => {
    const job = await site.finished((await site.create({ date_from: '2020-01-01', date_to: '2020-01-31' })).id);
    expect(job).toMatchObject({
      status: 'completed',
      row_count: 0,
      control_totals: { rows: 0, currencies: [], groups: [] },
    });
    const { files } = await filesOf(job);
    expect([...files.values()][0]?.toString().split('\n')).toHaveLength(2);
  });

  it('one location only', async () => {
    const [kitchen] = site.locations;
    const job = await site.finished((await site.create({ filters: { delivery_location_ids: [kitchen?.id] } })).id);
    expect(job.row_count).toBe(350);
  });
});

describe('failures', () => {
  it('a person who lost the capability after asking gets no file, and the row says so', async () => {
    const idle = await startInstallation({ work: false });
    try {
      const { id } = await idle.create();
      await sql`UPDATE company_members SET denied = '{view_financials}' WHERE user_id = ${idle.userId}`.execute(
        idle.installation.pool.db,
      );
      const worker = await idle.startWorker();
      const row = () =>
        sql<{ status: string; error_code: string; error_message: string }>`
        SELECT status, error_code, error_message FROM export_jobs WHERE id = ${id}`.execute(idle.installation.pool.db);
      await vi.waitFor(async () => expect((await row()).rows[0]?.status).toBe('failed'), { timeout: 10_000 });
      expect((await row()).rows[0]).toMatchObject({
        error_code: 'capability_lost',
        error_message: expect.stringContaining('Finance lost Financial viewing'),
      });
      await worker.stop();
    } finally {
      await idle.close();
    }
  });

  it('a person who loses the capability while the file is written gets none, and nothing of it stays', async () => {
    const idle = await startInstallation({ work: false });
    const { db } = idle.installation.pool;
    try {
      const { id } = await idle.create();
      const rows = await connectAlone({ url: idle.databaseUrl });
      await rows.query('BEGIN; LOCK TABLE receipt_lines IN ACCESS EXCLUSIVE MODE');
      const worker = await idle.startWorker();
      // the file has been begun, and waits for its rows
      await vi.waitFor(
        async () => {
          const waiting = await sql`SELECT FROM pg_stat_activity
            WHERE application_name = 'mathership render' AND wait_event_type = 'Lock' AND datname = current_database()`.execute(
            db,
          );
          expect(waiting.rows.length).toBeGreaterThan(0);
        },
        { timeout: 25_000 },
      );
      await sql`UPDATE company_members SET denied = '{view_financials}' WHERE user_id = ${idle.userId}`.execute(db);
      await rows.query('COMMIT');
      await rows.end();
      const row = await vi.waitFor(
        async () => {
          const found = await db
            .selectFrom('export_jobs')
            .select(['status', 'error_code', 'file_key'])
            .where('id', '=', id)
            .executeTakeFirstOrThrow();
          expect(found.status).not.toMatch(/pending|processing/);
          return found;
        },
        { timeout: 25_000 },
      );
      expect(row).toEqual({ status: 'failed', error_code: 'capability_lost', file_key: null });
      await worker.stop();
      const left = await readdir(join(idle.dataDir, 'objects'), { recursive: true });
      expect(left.filter((name) => name.endsWith('.zip'))).toEqual([]);
    } finally {
      await idle.close();
    }
  }, 60_000);

  it("a report that cannot be read fails with a sentence, not with the database's words", async () => {
    await sql`ALTER TABLE vendors RENAME TO vendors_gone`.execute(site.installation.pool.db);
    const blocked = await site.ask<{ code: string }>('POST', '/api/v1/export-jobs', {
      company_id: site.companyId,
      date_from: '2026-02-01',
      date_to: '2026-02-02',
      file_format: 'csv',
    });
    await sql`ALTER TABLE vendors_gone RENAME TO vendors`.execute(site.installation.pool.db);
    expect(blocked.body.code).toBe('internal');
  });
});

describe('live, over real HTTP', () => {
  it('a stream tells pending, processing and completed, and ends when the capability is lost', async () => {
    const stream = await fetch(`${site.installation.address}/api/v1/export-jobs/events?company_id=${site.companyId}`, {
      headers: { authorization: `Bearer ${site.key}` },
    });
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    const states: string[] = [];
    let ended = false;
    const reading = (async () => {
      for await (const text of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        for (const line of text.split('\n'))
          if (line.startsWith('data: {"id"')) states.push(JSON.parse(line.slice(6)).status);
      }
      ended = true;
    })();
    await site.create({ date_to: '2026-03-03' });
    await vi.waitFor(() => expect([...new Set(states)]).toEqual(['pending', 'processing', 'completed']), {
      timeout: 10_000,
    });
    await sql`UPDATE company_members SET denied = '{view_financials}' WHERE user_id = ${site.userId}`.execute(
      site.installation.pool.db,
    );
    await vi.waitFor(() => expect(ended).toBe(true), { timeout: 5000 });
    await reading;
    await sql`UPDATE company_members SET denied = '{}' WHERE user_id = ${site.userId}`.execute(
      site.installation.pool.db,
    );
  });
});
