/** Who has a page open, written down while they have it: a letter is for whoever has left. */
import { setInterval } from 'node:timers';
import { sql } from 'kysely';
import type { Database } from '#server/database/database.ts';

/** A letter about what ended waits twice as long as this and a bit. */
const everySeconds = 20;

export class PeoplePresent {
  readonly #db: Database;
  /** Pages by person. */
  readonly #open = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;

  constructor(db: Database) {
    this.#db = db;
  }

  /** A page was opened; what it gives back says that it was closed. */
  enter(userId: string): () => void {
    this.#open.set(userId, (this.#open.get(userId) ?? 0) + 1);
    void this.#write([userId]);
    this.#timer ??= setInterval(() => void this.#write([...this.#open.keys()]), everySeconds * 1000).unref();
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      const left = (this.#open.get(userId) ?? 1) - 1;
      if (left > 0) this.#open.set(userId, left);
      else this.#open.delete(userId);
      if (this.#open.size > 0 || this.#timer === null) return;
      clearInterval(this.#timer);
      this.#timer = null;
    };
  }

  /** Not having it written costs a letter too many. */
  async #write(people: readonly string[]): Promise<void> {
    await sql`INSERT INTO people_present (user_id) SELECT id FROM users WHERE id = ANY (${people}::bigint[]) ORDER BY id
      ON CONFLICT (user_id) DO UPDATE SET seen_at = clock_timestamp()`
      .execute(this.#db)
      .catch(() => undefined);
  }
}
