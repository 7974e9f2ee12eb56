/** Places where a run can be held from outside, by what it waits for anyway: a request to the store, a row in the database. */
import { Client } from 'pg';
import { vi } from 'vitest';
import type { Fault, FaultyProxy } from '../faulty-proxy.ts';

export interface Gate {
  /** Resolves when something waits at it. */
  reached(): Promise<void>;
  open(): Promise<void>;
}

export type StoreStep = 'upload' | 'publish' | 'look';

const isStep: Readonly<Record<StoreStep, (method: string, url: URL) => boolean>> = {
  /** The only request of a small file, or a part of a large one. */
  upload: (method) => method === 'PUT',
  publish: (method, url) => method === 'POST' && url.searchParams.has('uploadId'),
  look: (method) => method === 'HEAD',
};

/** Holds requests about keys that end with `suffix` at a step, and lets everything else pass. */
export class StoreGates {
  private readonly gates: { suffix: string; step: StoreStep; reached: () => void; opened: Promise<void> }[] = [];

  constructor(proxy: FaultyProxy) {
    proxy.decide = (method, url): Fault => {
      const gate = this.gates.find(({ suffix, step }) => url.pathname.endsWith(suffix) && isStep[step](method, url));
      gate?.reached();
      return gate ? { after: gate.opened } : 'pass';
    };
  }

  hold(suffix: string, step: StoreStep): Gate {
    const reached = Promise.withResolvers<void>();
    const opened = Promise.withResolvers<void>();
    const gate = { suffix, step, reached: () => reached.resolve(), opened: opened.promise };
    this.gates.push(gate);
    return {
      reached: () => reached.promise,
      open: async () => {
        this.gates.splice(this.gates.indexOf(gate), 1);
        opened.resolve();
      },
    };
  }
}

/** Keeps what a statement locked until the gate is opened; its own changes are undone then. */
export async function holdRows(url: string, statement: string, values: unknown[] = [], by = '%'): Promise<Gate> {
  const client = new Client(url);
  client.on('error', () => undefined);
  await client.connect();
  const watcher = new Client(url);
  watcher.on('error', () => undefined);
  await watcher.connect();
  await client.query('BEGIN');
  await client.query(statement, values);
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return {
    reached: async () => {
      await vi.waitFor(
        async () => {
          const waiting = await watcher.query(
            'SELECT FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid)) AND query ILIKE $2',
            [rows[0]?.pid, by],
          );
          if (waiting.rowCount === 0) throw new Error('nobody waits');
        },
        { timeout: 60_000, interval: 20 },
      );
    },
    open: async () => {
      await client.query('ROLLBACK').catch(() => undefined);
      await Promise.all([client.end(), watcher.end()]);
    },
  };
}
