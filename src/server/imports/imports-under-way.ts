/**
 * The import that runs into a company, as one row that any server reads: how far it is, and whether it shall stop. There
 * is one row a company, because one import runs there at a time (`holdDataAlone`). The import takes its row away in its
 * own transaction, so that stopping and committing exclude each other: whoever was told that it stops is told the truth.
 */
import { type RawBuilder, sql } from 'kysely';
import type { CurrentImport, ImportProgress } from '#contract/imports.ts';
import type { Connection } from '#server/database/connection.ts';
import type { DatabasePool, Queryable } from '#server/database/database.ts';

const beatMilliseconds = 1000;
/** A process that has said nothing for so long is gone; its transaction ended with it. */
const silentSeconds = 15;

const nothingYet: ImportProgress = { phase: 'reading', file: '', rows: 0, rows_total: null, bytes: 0 };

export class ImportUnderWay {
  /** Aborts within a second of being asked for, from whichever server. */
  readonly signal: AbortSignal;
  readonly #pool: DatabasePool;
  readonly #companyId: string;
  /** Which import of this company it is: its row has no other name. */
  readonly #startedAt: string;
  readonly #stopping = new AbortController();
  readonly #beat: NodeJS.Timeout;
  #progress = nothingYet;
  #beating: Promise<void> | null = null;
  #isOver = false;

  private constructor(pool: DatabasePool, companyId: string, startedAt: string) {
    this.#pool = pool;
    this.#companyId = companyId;
    this.#startedAt = startedAt;
    this.signal = this.#stopping.signal;
    this.#beat = setInterval(
      () => (this.#beating ??= this.#tell().finally(() => (this.#beating = null))),
      beatMilliseconds,
    );
    this.#beat.unref();
  }

  /** By the connection that holds the company's data alone: what a process before it has left is overwritten. */
  static async begin(pool: DatabasePool, client: Connection, companyId: string): Promise<ImportUnderWay> {
    const { rows } = await client.query<{ started_at: string }>(
      `INSERT INTO imports_under_way (company_id, progress) VALUES ($1, $2)
       ON CONFLICT (company_id) DO UPDATE SET started_at = default, heard_at = default, progress = excluded.progress, stop_asked = false
       RETURNING started_at`,
      [companyId, JSON.stringify(nothingYet)],
    );
    return new ImportUnderWay(pool, companyId, rows[0]?.started_at ?? '');
  }

  readonly report = (progress: ImportProgress): void => {
    this.#progress = progress;
  };

  /** The last thing in the transaction of the import; false: it was asked to stop. */
  async conclude(client: Connection): Promise<boolean> {
    await this.#quiet();
    const { rowCount } = await client.query('DELETE FROM imports_under_way WHERE company_id = $1 AND NOT stop_asked', [
      this.#companyId,
    ]);
    return rowCount === 1;
  }

  /** However it ended; the row of one that has begun since is left alone. */
  async end(): Promise<void> {
    await this.#quiet();
    const { db } = this.#pool;
    await sql`DELETE FROM imports_under_way WHERE ${this.#isItsRow()}`.execute(db);
  }

  #isItsRow(): RawBuilder<boolean> {
    return sql`company_id = ${this.#companyId} AND started_at = ${this.#startedAt}`;
  }

  async #quiet(): Promise<void> {
    this.#isOver = true;
    clearInterval(this.#beat);
    await this.#beating;
  }

  async #tell(): Promise<void> {
    try {
      const { rows } = await sql<{ stop_asked: boolean }>`
        UPDATE imports_under_way SET heard_at = clock_timestamp(), progress = ${JSON.stringify(this.#progress)}
        WHERE ${this.#isItsRow()} RETURNING stop_asked`.execute(this.#pool.db);
      if (rows[0]?.stop_asked && !this.#isOver) this.#stopping.abort();
    } catch {
      // the import finds out by itself when its database is gone
    }
  }
}

const lives = sql<boolean>`heard_at > clock_timestamp() - make_interval(secs => ${sql.lit(silentSeconds)})`;

/** Null if none runs, in whichever process. */
export async function currentImport(db: Queryable, companyId: string): Promise<CurrentImport['import']> {
  const row = await db
    .selectFrom('imports_under_way')
    .select(['started_at', 'progress'])
    .where('company_id', '=', companyId)
    .where(lives)
    .executeTakeFirst();
  return row ? { started_at: row.started_at, ...row.progress } : null;
}

/** True: nothing of it will stay. False: none runs, or it has just been committed. */
export async function stopImport(db: Queryable, companyId: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('imports_under_way')
    .set({ stop_asked: true })
    .where('company_id', '=', companyId)
    .where(lives)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
