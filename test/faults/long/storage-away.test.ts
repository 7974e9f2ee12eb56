/** F4: file storage answers 500 and 503, resets, lies, is full, is silent, and stays so until the export has failed. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Fault } from '../../faulty-proxy.ts';
import { addFigure } from '../figures.ts';
import { type FaultSite, startFaultSite } from '../fault-site.ts';

/** Fewer than a job has: the pauses between them double. */
const runs = 4;
const errorBody = '<?xml version="1.0" encoding="UTF-8"?><Error><Code>InternalError</Code></Error>';

interface Storm {
  readonly name: string;
  readonly fault: Fault;
  /** Which requests about the export's key. */
  readonly hits: (method: string, url: URL) => boolean;
}

const writes = (method: string): boolean => method === 'PUT' || method === 'POST';
const parts = (method: string, url: URL): boolean => method === 'PUT' && url.searchParams.has('partNumber');
const full = 'is full';
const storms: readonly Storm[] = [
  { name: 'answers 500', fault: { status: 500, body: errorBody }, hits: writes },
  { name: 'answers 503', fault: { status: 503, body: '' }, hits: writes },
  { name: 'resets in mid-upload', fault: 'reset', hits: parts },
  { name: 'answers 200 with an error inside', fault: { status: 200, body: errorBody }, hits: writes },
  { name: 'falls silent', fault: 'silent', hits: parts },
  { name: full, fault: { status: 507, body: errorBody }, hits: parts },
];
const unavailable = {
  code: 'storage_unavailable',
  message: expect.stringMatching(
    /^File storage did not take the file\. Nothing is wrong with the report: run it again/,
  ),
};
const noSpace = {
  code: 'disk_full',
  message: expect.stringMatching(/^There was no space left to make the file\. Tell whoever runs this installation/),
};

let site: FaultSite;
/** One for each storm: keys begin with the company, so the storm is there before the export is. */
const companies: string[] = [];

beforeAll(async () => {
  site = await startFaultSite();
  for (const _ of storms) companies.push(await site.addCompany({ lines: 6000, textBytes: 4096 }));
  await site.worker({ WORKER_CONCURRENCY: '4' });
});
afterAll(() => site.close());

describe('file storage', () => {
  it('that stays away fails the export with a sentence, after runs with pauses between; nothing is left of it', async () => {
    const stormOf = (url: URL): Storm | undefined =>
      storms[companies.findIndex((id) => url.pathname.includes(`/exports/${id}/`))];
    site.proxy.decide = (method, url) => {
      const storm = stormOf(url);
      return storm?.hits(method, url) ? storm.fault : 'pass';
    };
    const jobs: string[] = [];
    for (const company_id of companies) {
      const { id } = await site.create({ company_id });
      await sql`UPDATE pgboss.job SET retry_limit = ${runs - 1} WHERE id = ${id}`.execute(site.installation.pool.db);
      jobs.push(id);
    }
    for (const [at, storm] of storms.entries()) {
      const job = await site.finished(jobs[at] ?? '', 300);
      expect([storm.name, job]).toMatchObject([
        storm.name,
        { status: 'failed', error: storm.name === full ? noSpace : unavailable },
      ]);
      const attempts = await site.attempts(job.id);
      // a full store stays full: another run would end the same
      expect([storm.name, attempts.length]).toEqual([storm.name, storm.name === full ? 1 : runs]);
      const pauses = attempts.slice(1).map(({ started }, run) => (started - (attempts[run]?.started ?? 0)) / 1000);
      for (const seconds of pauses) expect(seconds).toBeGreaterThan(1);
      const seconds = (Date.parse(job.completed_at ?? '') - Date.parse(job.created_at)) / 1000;
      addFigure(inject('figures'), { fault: `F4 storage ${storm.name}: failed with a sentence`, seconds });
    }
    await site.expectSwept();
  }, 400_000);
});
