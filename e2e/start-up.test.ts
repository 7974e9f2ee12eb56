/** The start command itself: again on the same data, after kill -9 in mid-export, beside another, and what it refuses. */
import { afterAll, describe, expect, inject, it, vi } from 'vitest';
import type { ExportJob } from '#contract/export-jobs.ts';
import { newDataDir, type Product, removeDataDir, startProduct } from './product.ts';

const dataDirs: string[] = [];
const running: Product[] = [];
afterAll(async () => {
  for (const product of running) await product.stop();
  for (const dataDir of dataDirs) await removeDataDir(dataDir);
});

async function begin(dataDir: string, environment?: Record<string, string>): Promise<Product> {
  const product = await startProduct(dataDir, environment);
  running.push(product);
  return product;
}

async function emptyFolder(): Promise<string> {
  const dataDir = await newDataDir();
  dataDirs.push(dataDir);
  return dataDir;
}

async function signIn(address: string): Promise<(method: string, path: string, body?: unknown) => Promise<ExportJob>> {
  const answer = await fetch(`${address}/api/v1/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'finance@harbour-hearth.example', password: 'harbour-hearth' }),
  });
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  return async (method, path, body) => {
    const reply = await fetch(`${address}${path}`, {
      method,
      headers: { cookie, origin: address, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return (await reply.json()) as ExportJob;
  };
}

const wholeHistory = { company_id: '1', date_from: '2025-01-01', date_to: '2026-12-31', file_format: 'xlsx' };

describe('npm start', () => {
  it('after kill -9 in mid-export the next start finishes the job, with nothing done by hand', async () => {
    const dataDir = await emptyFolder();
    const first = await begin(dataDir);
    const ask = await signIn(first.address);
    const { id } = await ask('POST', '/api/v1/export-jobs', wholeHistory);
    await vi.waitFor(async () => expect((await ask('GET', `/api/v1/export-jobs/${id}`)).status).toBe('processing'), {
      timeout: 20_000,
      interval: 2,
    });
    await first.kill();

    const started = performance.now();
    const second = await begin(dataDir);
    const startedSeconds = (performance.now() - started) / 1000;
    const again = await signIn(second.address);
    const job = await vi.waitFor(
      async () => {
        const found = await again('GET', `/api/v1/export-jobs/${id}`);
        expect(found.status).toBe('completed');
        return found;
      },
      { timeout: 60_000, interval: 100 },
    );
    expect(job.row_count).toBe(job.control_totals?.rows);
    expect(job.attempt).toBe(2);
    // a second start keeps the data: no demo company is loaded again
    expect(second.output()).not.toContain('Demo company');
    expect(startedSeconds).toBeLessThan(30);
    await second.stop();
  });

  it('two instances run side by side on different folders', async () => {
    const other = await begin(await emptyFolder(), { DEMO: 'true' });
    expect(other.address).not.toBe(inject('address'));
    for (const address of [other.address, inject('address')]) {
      expect((await fetch(`${address}/readyz`)).status).toBe(200);
    }
    await other.stop();
  });

  it('says in one sentence that its port is in use, and what to do', async () => {
    const port = new URL(inject('address')).port;
    const dataDir = await emptyFolder();
    await expect(startProduct(dataDir, { PORT: port })).rejects.toThrow(new RegExp(`Port ${port} is in use. Set PORT`));
  });

  it('in demo mode listens on this machine only', async () => {
    await expect(startProduct(await emptyFolder(), { HOST: '0.0.0.0' })).rejects.toThrow(/HOST is 0\.0\.0\.0/);
  });

  it('names the setting that is wrong', async () => {
    await expect(startProduct(await emptyFolder(), { PORT: 'eighty' })).rejects.toThrow(/PORT must be a whole number/);
  });

  it('on a folder that is already in use says so', async () => {
    const dataDir = await emptyFolder();
    const owner = await begin(dataDir);
    await expect(startProduct(dataDir)).rejects.toThrow(/already runn/);
    expect((await fetch(`${owner.address}/healthz`)).status).toBe(200);
    await owner.stop();
  });
});
