/** F2: kill -9 of the API in the middle of creating, of everything at once, and of the embedded database alone. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { ExportJob } from '#contract/export-jobs.ts';
import { Random } from '#demo/random.ts';
import { readInstance } from '#server/config/state-files.ts';
import { companyOf } from '../../embedded-process.ts';
import { startInstallation } from '../../installation.ts';
import { addFigure } from '../figures.ts';
import { type FaultSite, startFaultSite } from '../fault-site.ts';
import { type ProductProcess, runCommand, startCommand } from '../product-process.ts';

const rounds = 5;
const creates = 40;

interface Asker {
  readonly address: string;
  readonly key: string;
  readonly companyId: string;
}

/** Many creates at once; stops waiting for answers once the process is dead. Resolves to what was promised by a 201. */
async function createMany(
  { address, key, companyId }: Asker,
  round: number,
  afterEach: (created: number) => void,
): Promise<ExportJob[]> {
  const promised: ExportJob[] = [];
  const one = async (at: number): Promise<void> => {
    const answer = await fetch(`${address}/api/v1/export-jobs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        company_id: companyId,
        date_from: `20${10 + round}-01-01`,
        date_to: new Date(Date.UTC(2026, 5, at)).toISOString().slice(0, 10),
        file_format: 'csv',
      }),
    });
    const job = (await answer.json()) as ExportJob;
    if (answer.status !== 201) throw new Error(`${answer.status}`);
    promised.push(job);
    afterEach(promised.length);
  };
  await Promise.allSettled(Array.from({ length: creates }, (_, at) => one(at)));
  return promised;
}

describe('kill -9 of the API while exports are created', () => {
  let site: FaultSite;
  beforeAll(async () => {
    site = await startFaultSite();
  });
  afterAll(() => site.close());

  it.each(Array.from({ length: rounds }, (_, at) => at + 1))(
    'what was answered 201 is queued, and nothing half (round %i)',
    async (round) => {
      const api = await startCommand(['serve'], { ...site.environment, PORT: '0' }, /Serving at \S+/);
      const address = /Serving at (\S+)/.exec(api.output())?.[1] ?? '';
      const killAt = 1 + Math.floor(new Random(`F2/${round}`).next() * (creates / 2));
      let dead: Promise<void> | undefined;
      const promised = await createMany({ ...site, address }, round, (created) => {
        if (created === killAt) dead = api.kill();
      });
      await dead;
      expect(promised.length).toBeGreaterThanOrEqual(killAt);
      const worker = await site.worker({ WORKER_CONCURRENCY: '4' });
      for (const { id } of promised)
        expect(await site.finished(id, 30)).toMatchObject({ status: 'completed', attempt: 1 });
      // nothing else is left unfinished: a create that was cut off either happened or did not
      await vi.waitFor(
        async () => {
          const { body } = await site.ask<{ total: number }>(
            'GET',
            `/api/v1/export-jobs?company_id=${site.companyId}&status=pending,processing`,
          );
          expect(body.total).toBe(0);
        },
        { timeout: 20_000 },
      );
      await worker.end();
      await site.expectWell();
    },
    60_000,
  );
});

describe('mathership start', () => {
  let dataDir: string;
  const running: ProductProcess[] = [];
  const environment = (): Record<string, string> => ({ DATA_DIR: dataDir, PORT: '0' });
  const start = async (): Promise<{ product: ProductProcess; address: string }> => {
    const product = await startCommand(['start'], environment(), /Ready in [\d.]+ s:\s+http\S+/);
    running.push(product);
    return { product, address: /Ready in [\d.]+ s:\s+(http\S+)/.exec(product.output())?.[1] ?? '' };
  };
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'mathership-killed-'));
  });
  afterAll(async () => {
    await Promise.all(running.map((each) => each.kill()));
    await vi.waitFor(async () => expect(await companyOf(dataDir)).toEqual([]), { timeout: 20_000 });
    await rm(dataDir, { recursive: true, force: true });
  });

  it('killed while exports are created and made: the next start needs no hand, and every 201 is kept', async () => {
    const first = await start();
    const { databaseUrl = '' } = (await readInstance(dataDir)) ?? {};
    const seeded = await startInstallation({
      work: false,
      database: { url: databaseUrl, drop: async () => undefined },
    });
    const { key, companyId } = seeded;
    await seeded.close();

    let dead: Promise<void> | undefined;
    const promised = await createMany({ address: first.address, key, companyId }, 1, (created) => {
      if (created === creates / 4) dead = first.product.kill();
    });
    await dead;
    const began = performance.now();
    const second = await start();
    addFigure(inject('figures'), {
      fault: 'F2 everything killed: the next start is ready',
      seconds: (performance.now() - began) / 1000,
    });
    for (const { id } of promised) {
      await vi.waitFor(
        async () => {
          const answer = await fetch(`${second.address}/api/v1/export-jobs/${id}`, {
            headers: { authorization: `Bearer ${key}` },
          });
          expect(((await answer.json()) as ExportJob).status).toBe('completed');
        },
        { timeout: 40_000, interval: 50 },
      );
    }
    expect(await runCommand(['doctor', '--deep'], environment())).toMatchObject({ status: 0 });
  }, 90_000);

  it('whose database is killed ends with a sentence, and the next start works', async () => {
    const product = running.at(-1) as ProductProcess;
    const [pid = ''] = (await readFile(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8')).split('\n');
    process.kill(Number(pid), 'SIGKILL');
    await product.exited;
    expect(await product.end()).toBe(1);
    expect(product.output()).toContain('The embedded database ended unexpectedly (SIGKILL)');
    const { product: next, address } = await start();
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
    expect(await runCommand(['doctor', '--deep'], environment())).toMatchObject({ status: 0 });
    expect(await next.end()).toBe(0);
  }, 60_000);
});
