/** F4: file storage answers 500 and 503, resets, lies, is slow, is full, is silent, in the middle of exports. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { Fault } from '../faulty-proxy.ts';
import { addFigure } from './figures.ts';
import { type FaultSite, startFaultSite } from './fault-site.ts';

const thorough = inject('thorough');
const errorBody = '<?xml version="1.0" encoding="UTF-8"?><Error><Code>InternalError</Code></Error>';
const unavailable = /^File storage did not take the file\. Nothing is wrong with the report: run it again/;

interface Storm {
  readonly name: string;
  readonly fault: Fault;
  /** Which requests about the export's key. */
  readonly hits: (method: string, url: URL) => boolean;
  readonly error: { code: string; message: RegExp };
}

const writes = (method: string): boolean => method === 'PUT' || method === 'POST';
const parts = (method: string, url: URL): boolean => method === 'PUT' && url.searchParams.has('partNumber');
const storms: readonly Storm[] = [
  {
    name: 'answers 500',
    fault: { status: 500, body: errorBody },
    hits: writes,
    error: { code: 'storage_unavailable', message: unavailable },
  },
  {
    name: 'answers 503',
    fault: { status: 503, body: '' },
    hits: writes,
    error: { code: 'storage_unavailable', message: unavailable },
  },
  {
    name: 'resets in mid-upload',
    fault: 'reset',
    hits: parts,
    error: { code: 'storage_unavailable', message: unavailable },
  },
  {
    name: 'answers 200 with an error inside',
    fault: { status: 200, body: errorBody },
    hits: writes,
    error: { code: 'storage_unavailable', message: unavailable },
  },
  {
    name: 'is full',
    fault: { status: 507, body: errorBody },
    hits: parts,
    error: { code: 'disk_full', message: /^There was no space left to make the file\. Tell whoever/ },
  },
  ...(thorough
    ? [
        {
          name: 'falls silent',
          fault: 'silent' as const,
          hits: parts,
          error: { code: 'storage_unavailable', message: unavailable },
        },
      ]
    : []),
];

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
    const runs = thorough ? 4 : 2;
    const jobs: string[] = [];
    for (const company_id of companies) {
      const { id } = await site.create({ company_id });
      await sql`UPDATE pgboss.job SET retry_limit = ${runs - 1} WHERE id = ${id}`.execute(site.installation.pool.db);
      jobs.push(id);
    }
    for (const [at, storm] of storms.entries()) {
      const job = await site.finished(jobs[at] ?? '', 300);
      expect([storm.name, job.status, job.error?.code]).toEqual([storm.name, 'failed', storm.error.code]);
      expect(job.error?.message).toMatch(storm.error.message);
      const attempts = await site.attempts(job.id);
      // a full store stays full: another run would end the same
      expect([storm.name, attempts.length]).toEqual([storm.name, storm.error.code === 'disk_full' ? 1 : runs]);
      const pauses = attempts.slice(1).map(({ started }, run) => (started - (attempts[run]?.started ?? 0)) / 1000);
      for (const seconds of pauses) expect(seconds).toBeGreaterThan(1);
      const seconds = (Date.parse(job.completed_at ?? '') - Date.parse(job.created_at)) / 1000;
      addFigure(inject('figures'), { fault: `F4 storage ${storm.name}: failed with a sentence`, seconds });
    }
    // a store that was silent when an upload was to be ended is asked again by the sweep
    if (!thorough) expect(await site.peer.uploads()).toEqual([]);
    await site.expectSwept();
  }, 400_000);

  it('that comes back in time completes it, in a later run', async () => {
    let down = true;
    site.proxy.decide = (method) => (down && writes(method) ? { status: 503, body: errorBody } : 'pass');
    const { id } = await site.create({ company_id: companies[0], date_from: '2026-02-01' });
    await vi.waitFor(async () => expect((await site.attempts(id))[0]?.outcome).toBe('storage_unavailable'), {
      timeout: 30_000,
    });
    down = false;
    const job = await site.finished(id, 40);
    expect(job).toMatchObject({ status: 'completed', attempt: 2 });
    await site.verify(job);
    await site.expectSwept();
    await site.expectWell();
  }, 60_000);
});
