/** An installation whose database has a server of its own, behind a network of its own: both can be taken away from it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { expect, inject, vi } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#server/database/embedded/embedded.ts';
import { migrate } from '#server/migrate.ts';
import { type EventReader, readEvents } from './event-reader.ts';
import { addFigure } from './figures.ts';
import { type FaultSite, startFaultSite } from './fault-site.ts';
import { StoreGates } from './gates.ts';
import type { ProductProcess } from './product-process.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

const backSecondsMax = 5;
const settings = { fsync: 'off', shared_buffers: '64MB' };

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly seconds: number;
}

/** What goes on when the database goes away. */
export interface Business {
  /** An export in mid-COPY. */
  readonly id: string;
  readonly open: () => Promise<void>;
  readonly reader: EventReader;
}

const socketOf = ({ connection }: EmbeddedPostgres): string => join(connection.host, `.s.PGSQL.${connection.port}`);

export class DistantDatabase {
  readonly site: FaultSite;
  readonly network: TcpProxy;
  readonly worker: ProductProcess;
  private readonly dataDir: string;
  private readonly large: string;
  private postgres: EmbeddedPostgres;
  private day = 0;

  private constructor(
    parts: Pick<DistantDatabase, 'site' | 'network' | 'worker'>,
    dataDir: string,
    large: string,
    postgres: EmbeddedPostgres,
  ) {
    this.site = parts.site;
    this.network = parts.network;
    this.worker = parts.worker;
    this.dataDir = dataDir;
    this.large = large;
    this.postgres = postgres;
  }

  static async start(): Promise<DistantDatabase> {
    const dataDir = await mkdtemp(join(tmpdir(), 'mathership-away-'));
    const postgres = await startEmbeddedPostgres({ dataDir, settings });
    await migrate({ url: postgres.url });
    const network = await startTcpProxy(socketOf(postgres));
    const { user, database } = postgres.connection;
    const url = `postgresql://${user}@127.0.0.1:${network.port}/${database}`;
    const site = await startFaultSite({ database: { url, drop: async () => undefined } });
    const large = await site.addCompany({ lines: 20_000, textBytes: 2048 });
    return new DistantDatabase({ site, network, worker: await site.worker() }, dataDir, large, postgres);
  }

  async close(): Promise<void> {
    await this.site.close();
    await this.network.close();
    await this.postgres.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  stopServer(): Promise<void> {
    return this.postgres.stop();
  }

  async startServer(): Promise<void> {
    this.postgres = await startEmbeddedPostgres({ dataDir: this.dataDir, settings });
    this.network.retarget(socketOf(this.postgres));
  }

  /** On the server, past the network. */
  async terminateAll(): Promise<void> {
    const client = new Client(this.postgres.url);
    client.on('error', () => undefined);
    await client.connect();
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    );
    await client.end();
  }

  async ask(path: string): Promise<Answer> {
    const began = performance.now();
    const { address } = this.site.installation;
    const answer = await fetch(`${address}${path}`, { headers: { authorization: `Bearer ${this.site.key}` } });
    await answer.arrayBuffer();
    const retryAfter = answer.headers.get('retry-after');
    return { status: answer.status, retryAfter, seconds: (performance.now() - began) / 1000 };
  }

  list(): Promise<Answer> {
    return this.ask(`/api/v1/export-jobs?company_id=${this.site.companyId}`);
  }

  async busy(): Promise<Business> {
    const reader = await readEvents(this.site.installation.address ?? '', this.site.key, this.large);
    const gates = new StoreGates(this.site.proxy);
    const { id } = await this.site.create({ company_id: this.large, date_from: this.nextDay() });
    const gate = gates.hold(`/${id}/1.zip`, 'upload');
    await gate.reached();
    return { id, open: () => gate.open(), reader };
  }

  /** From now on the database answers: page, worker and stream must be back soon, and the interrupted export complete. */
  async expectBack(fault: string, { id, open, reader }: Business): Promise<void> {
    const returned = performance.now();
    const measure = (what: string): number => {
      const seconds = (performance.now() - returned) / 1000;
      addFigure(inject('figures'), { fault: `F3 ${fault}: ${what}`, seconds });
      return seconds;
    };
    const patience = { timeout: 20_000, interval: 20 };
    await vi.waitFor(async () => expect((await this.list()).status).toBe(200), patience);
    expect(measure('the page is back')).toBeLessThan(backSecondsMax);
    await vi.waitFor(() => expect(reader.heard).toContain('resync'), patience);
    expect(measure('the stream says resync')).toBeLessThan(backSecondsMax);
    const next = await this.site.create({ date_from: this.nextDay() });
    await this.site.until(next.id, ({ status }) => status !== 'pending', 20);
    expect(measure('the worker takes jobs')).toBeLessThan(backSecondsMax);
    await open();
    for (const job of [await this.site.finished(id, 60), await this.site.finished(next.id)]) {
      expect(job.status).toBe('completed');
      await this.site.verify(job);
    }
    measure('the export that was interrupted is complete');
    expect(reader.ended()).toBe(false);
    reader.close();
  }

  private nextDay(): string {
    this.day += 1;
    return new Date(Date.UTC(2026, 0, this.day)).toISOString().slice(0, 10);
  }
}
