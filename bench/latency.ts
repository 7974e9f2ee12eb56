/** From click to file, for small exports on an idle installation: when the worker starts, when the file is there. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExportJob } from '#contract/export-jobs.ts';
import { readSettings } from '#server/config/settings.ts';
import { openInstallation } from '#server/installation.ts';
import { demoPassword } from '#demo/accounts.ts';
import { addDays } from '#contract/calendar.ts';
import type { ScaleDatabase } from './scale-database.ts';

const jobs = 60;

const quantile = (values: number[], q: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? 0;

export async function measureLatency(database: ScaleDatabase): Promise<string[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mathership-bench-'));
  const installation = await openInstallation({
    settings: readSettings({ PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'silent' }),
    databaseUrl: database.postgres.url,
    authSecret: 'x'.repeat(40),
    roles: { serve: true, work: true },
  });
  try {
    const address = installation.address ?? '';
    const signIn = await fetch(`${address}/api/v1/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'owner@harbour-hearth.example', password: demoPassword }),
    });
    const headers = {
      cookie: signIn.headers.get('set-cookie')?.split(';')[0] ?? '',
      origin: address,
      'content-type': 'application/json',
    };
    const stream = await fetch(`${address}/api/v1/export-jobs/events?company_id=1`, { headers });
    const waiting = new Map<string, (job: ExportJob, at: number) => void>();
    void (async () => {
      let rest = '';
      for await (const text of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        rest += text;
        const blocks = rest.split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          const data = /^data: (\{"id".*)$/m.exec(block)?.[1];
          if (!data) continue;
          const job = JSON.parse(data) as ExportJob;
          if (job.status === 'completed') waiting.get(job.id)?.(job, performance.now());
        }
      }
    })().catch(() => undefined);
    const started: number[] = [];
    const seen: number[] = [];
    let rows = 0;
    for (let n = 0; n < jobs; n += 1) {
      const clicked = performance.now();
      const answer = await fetch(`${address}/api/v1/export-jobs`, {
        method: 'POST',
        headers,
        body: JSON.stringify({
          company_id: '1',
          date_from: addDays('2026-10-24', -n),
          date_to: '2026-11-22',
          file_format: 'csv',
        }),
      });
      const { id } = (await answer.json()) as ExportJob;
      const [job, at] = await new Promise<[ExportJob, number]>((resolve) => {
        waiting.set(id, (done, when) => resolve([done, when]));
        // it may have completed before we listened for it
        void fetch(`${address}/api/v1/export-jobs/${id}`, { headers })
          .then((reply) => reply.json())
          .then((found) =>
            (found as ExportJob).status === 'completed' ? resolve([found as ExportJob, performance.now()]) : undefined,
          );
      });
      // the first ones warm threads and connections
      if (n < 5) continue;
      started.push(Date.parse(job.started_at ?? '') - Date.parse(job.created_at));
      seen.push(at - clicked);
      rows = job.row_count ?? rows;
    }
    return [
      `| created → worker running | p50 ${quantile(started, 0.5).toFixed(0)} ms | p99 ${quantile(started, 0.99).toFixed(0)} ms |`,
      `| click → completed, seen on the event stream (about ${rows.toLocaleString('en')} rows) | p50 ${quantile(seen, 0.5).toFixed(0)} ms | p99 ${quantile(seen, 0.99).toFixed(0)} ms |`,
    ];
  } finally {
    await installation.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
