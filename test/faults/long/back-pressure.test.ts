/** A thousand people at once on one process: it answers or says when to come back, and its memory stays bounded. */
import { readFile } from 'node:fs/promises';
import { Agent, get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { DownloadLink, ExportJob } from '#contract/export-jobs.ts';
import { addFigure } from '../figures.ts';
import { type FaultSite, startFaultSite } from '../fault-site.ts';
import { type ProductProcess, startCommand } from '../product-process.ts';

const memoryMegabytesMax = 500;
let site: FaultSite;
let api: ProductProcess;
let address: string;
let finished: ExportJob;

beforeAll(async () => {
  site = await startFaultSite({ store: 'embedded' });
  const large = await site.addCompany({ lines: 6000, textBytes: 2048 });
  const worker = await site.worker();
  finished = await site.finished((await site.create({ company_id: large })).id);
  await worker.end();
  api = await startCommand(['serve'], { ...site.environment, PORT: '0', LOG_LEVEL: 'silent' }, /Serving at \S+/);
  address = /Serving at (\S+)/.exec(api.output())?.[1] ?? '';
});
afterAll(async () => {
  await api.kill();
  await site.close();
});

/** Of the API's process, in MB: now, or the most there ever was. */
async function memory(which: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${api.pid}/status`, 'utf8');
  return Number(new RegExp(`${which}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024;
}

const headers = (): Record<string, string> => ({ authorization: `Bearer ${site.key}` });
/** The most there ever was, in MB. */
async function peak(when: string): Promise<number> {
  const megabytes = await memory('VmHWM');
  addFigure(inject('figures'), { fault: `back-pressure: memory peak in MB, ${when}`, seconds: megabytes });
  return megabytes;
}
const note = (what: string, seconds: number): void =>
  addFigure(inject('figures'), { fault: `back-pressure: ${what}`, seconds });

describe('one process', () => {
  it('takes 1,000 creates at once: 201, or 429 and 503 with Retry-After, and never anything else', async () => {
    const began = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 1000 }, async (_, at) => {
        const answer = await fetch(`${address}/api/v1/export-jobs`, {
          method: 'POST',
          headers: { ...headers(), 'content-type': 'application/json' },
          body: JSON.stringify({
            company_id: site.companyId,
            date_from: new Date(Date.UTC(2020, 0, 1 + at)).toISOString().slice(0, 10),
            date_to: '2026-12-31',
            file_format: 'csv',
          }),
        });
        await answer.arrayBuffer();
        note('a create among 1,000 at once is answered', (performance.now() - began) / 1000);
        return { status: answer.status, retryAfter: answer.headers.get('retry-after') };
      }),
    );
    const created = answers.filter(({ status }) => status === 201).length;
    for (const { status, retryAfter } of answers) {
      if (status !== 201)
        expect([status, retryAfter]).toEqual([
          expect.toSatisfy((code) => code === 429 || code === 503),
          expect.stringMatching(/^\d+$/),
        ]);
    }
    expect(created).toBeGreaterThan(500);
    const { body } = await site.ask<{ total: number }>('GET', `/api/v1/export-jobs?company_id=${site.companyId}`);
    expect(body.total).toBe(created);
    expect(await peak('after 1,000 creates')).toBeLessThan(memoryMegabytesMax);
  }, 120_000);

  it('streams 500 downloads at once, every one of them whole', async () => {
    const link = (await (
      await fetch(`${address}/api/v1/export-jobs/${finished.id}/download`, { headers: headers() })
    ).json()) as DownloadLink;
    const agent = new Agent({ maxSockets: 500 });
    const began = performance.now();
    const sizes = await Promise.all(
      Array.from(
        { length: 500 },
        () =>
          new Promise<number>((resolve, reject) => {
            get(link.download_url, { agent }, (answer) => {
              let bytes = 0;
              answer.on('data', (chunk: Buffer) => (bytes += chunk.length));
              answer.on('end', () => resolve(answer.statusCode === 200 ? bytes : -1));
              answer.on('error', reject);
            }).on('error', reject);
          }),
      ),
    );
    agent.destroy();
    note(
      `500 downloads of ${Math.round((finished.file_size ?? 0) / 1e6)} MB at once`,
      (performance.now() - began) / 1000,
    );
    expect(new Set(sizes)).toEqual(new Set([finished.file_size]));
    expect(await peak('after 500 downloads')).toBeLessThan(memoryMegabytesMax);
  }, 120_000);

  it('holds 1,000 streams, and tells each of a change', async () => {
    const agent = new Agent({ maxSockets: 1000 });
    const streams: IncomingMessage[] = [];
    let told = 0;
    const before = await memory('VmRSS');
    await Promise.all(
      Array.from(
        { length: 1000 },
        () =>
          new Promise<void>((resolve, reject) => {
            get(
              `${address}/api/v1/export-jobs/events?company_id=${site.companyId}`,
              { agent, headers: headers() },
              (stream) => {
                if (stream.statusCode !== 200) {
                  reject(new Error(`${stream.statusCode}`));
                  return;
                }
                streams.push(stream);
                let heard = false;
                stream.setEncoding('utf8').on('data', (text: string) => {
                  if (!heard && text.includes('event: job')) told += 1;
                  heard ||= text.includes('event: job');
                });
                stream.on('error', () => undefined);
                resolve();
              },
            ).on('error', reject);
          }),
      ),
    );
    const began = performance.now();
    const { body } = await site.ask<{ results: ExportJob[] }>(
      'GET',
      `/api/v1/export-jobs?company_id=${site.companyId}&page_size=1`,
    );
    await site.ask('POST', `/api/v1/export-jobs/${body.results[0]?.id}/cancel`);
    await vi.waitFor(() => expect(told).toBe(1000), { timeout: 30_000, interval: 20 });
    note('a change is told to 1,000 streams', (performance.now() - began) / 1000);
    // access changes: every stream proves its own again, and stays
    expect(
      (await fetch(`${address}/api/v1/export-jobs?company_id=${site.companyId}`, { headers: headers() })).status,
    ).toBe(200);
    const grown = (await memory('VmRSS')) - before;
    expect(grown).toBeLessThan(200);
    for (const stream of streams) stream.destroy();
    agent.destroy();
    await vi.waitFor(
      async () => {
        const text = await (await fetch(`${address}/metrics`)).text();
        expect(text).toContain('mathership_live_streams 0');
      },
      { timeout: 20_000 },
    );
    expect(await peak('after 1,000 streams')).toBeLessThan(memoryMegabytesMax);
  }, 120_000);
});
