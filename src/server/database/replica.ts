/**
 * Reading from a replica without ever reading the past: what its asker could see on the primary, a replica has replayed
 * or is given a moment to replay; else, or when it cannot be asked or follows another history, the primary is read.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type pg from 'pg';
import { type Database, DatabasePool, type Lender, type LentConnection, type DatabaseOptions } from './database.ts';

/** Where a server stands: how far it has written its log, or, a standby, replayed it. */
export interface Standing {
  readonly isStandby: boolean;
  /** The server itself, until it is started again. */
  readonly server: string;
  /** System, database and timeline: positions of one history can be compared. */
  readonly history: string;
  /** In the write-ahead log, as PostgreSQL prints it (`16/B374D848`). */
  readonly position: string;
}

/** What an answer was read from, where there is a replica; all that was committed up to `position` is in it. */
export interface ReadFrom {
  readonly server: 'primary' | 'replica';
  readonly position: string;
}

/**
 * The insert position: what is visible may not be written yet (`synchronous_commit = off`). The control file of a standby
 * knows a timeline it has changed to with its next restart point; until then it counts as following the old one.
 */
const standing = `SELECT pg_is_in_recovery() AS "isStandby",
  c.system_identifier || '@' || pg_postmaster_start_time() AS server,
  c.system_identifier || '/' || (SELECT oid FROM pg_database WHERE datname = current_database()) || '/' ||
    CASE WHEN pg_is_in_recovery()
      THEN (SELECT greatest(p.timeline_id, r.min_recovery_end_timeline) FROM pg_control_checkpoint() p, pg_control_recovery() r)
      ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer END AS history,
  (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END)::text AS position
  FROM pg_control_system() c`;

/** Of the primary: every commit that anybody can see now is at or before this position. */
export async function standingOf(server: Database | pg.ClientBase): Promise<Standing> {
  const { rows } =
    'query' in server ? await server.query<Standing>(standing) : await sql.raw<Standing>(standing).execute(server);
  const [found] = rows;
  if (!found) throw new Error('the server did not say where it stands');
  return found;
}

const numberOf = (position: string): bigint => {
  const [high = '0', low = '0'] = position.split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
};

/** `same`: no replica but the primary itself, as another user. */
type Verdict = 'same' | 'reached' | 'behind' | 'other';

const judge = (found: Standing, asked: Standing): Verdict => {
  if (found.server === asked.server) return 'same';
  if (!found.isStandby || found.history !== asked.history) return 'other';
  return numberOf(found.position) >= numberOf(asked.position) ? 'reached' : 'behind';
};

const lookMilliseconds = 20;
/** After a wait in vain it is only looked at for so long: whoever comes next need not wait in vain too. */
const doubtMilliseconds = 5_000;

/** Waits for one replica, on the connection that is to be read over; others of one address may stand elsewhere. */
export class Follower {
  private readonly waitMilliseconds: number;
  private doubtedUntil = 0;

  constructor(waitMilliseconds: number) {
    this.waitMilliseconds = waitMilliseconds;
  }

  /** Null: it has not come so far in time, or never will. @throws what the connection does, the signal's reason */
  async reach(client: pg.ClientBase, asked: Standing, signal?: AbortSignal): Promise<Standing | null> {
    const began = performance.now();
    const end = began < this.doubtedUntil ? began : began + this.waitMilliseconds;
    for (;;) {
      const found = await standingOf(client);
      const verdict = judge(found, asked);
      if (verdict === 'same' || verdict === 'reached') return found;
      if (verdict === 'other') return null;
      if (performance.now() >= end) break;
      await delay(lookMilliseconds, undefined, { signal });
    }
    this.doubtedUntil = performance.now() + doubtMilliseconds;
    return null;
  }
}

/** In which a page or a download waits for a replica. */
const answerWaitMilliseconds = 1000;

export interface ReadingOptions extends Omit<DatabaseOptions, 'url'> {
  /** Asked where it stands. */
  readonly primary: DatabasePool;
  /** Absent: everything is read from the primary. */
  readonly replicaUrl: string | undefined;
}

/** Connections to read reports over: to the replica where it holds what could be seen on the primary, else to the primary. */
export class ReadingPool implements Lender {
  /** Connections to the primary, of this pool's own. */
  readonly own: DatabasePool;
  readonly replica: DatabasePool | null;
  private readonly primary: DatabasePool;
  private readonly follower = new Follower(answerWaitMilliseconds);

  constructor({ primary, replicaUrl, ...options }: ReadingOptions) {
    this.primary = primary;
    this.own = new DatabasePool({ ...options, url: primary.url });
    this.replica = replicaUrl === undefined ? null : new DatabasePool({ ...options, url: replicaUrl });
  }

  get db(): DatabasePool['db'] {
    return this.own.db;
  }

  async lend(from?: 'primary'): Promise<LentConnection> {
    if (!this.replica || from === 'primary') return this.own.lend();
    const asked = await standingOf(this.primary.db);
    return (await this.fromReplica(this.replica, asked)) ?? this.own.lend();
  }

  /** Null for one that is behind, away, or not ours: the primary knows what it does not. */
  private async fromReplica(replica: DatabasePool, asked: Standing): Promise<LentConnection | null> {
    const client = await replica.pool.connect().catch(() => null);
    if (!client) return null;
    const found = await this.follower.reach(client, asked).catch(() => undefined);
    if (found) return { client, isReplica: found.isStandby };
    // one that did not answer is not used again
    client.release(found === undefined);
    return null;
  }

  async close(): Promise<void> {
    await Promise.all([this.own.close(), this.replica?.close()]);
  }
}
