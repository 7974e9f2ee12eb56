/**
 * Proofs for what lasts longer than a request: open streams, files on their way. Proven again whenever the person's access
 * changes, and every 15 seconds whatever was announced; the first time one fails is its end. However many are open, one
 * query at a time proves all that are in question.
 */
import { type FinancialView, standingOf } from '#server/access/decide.ts';
import { isPassing } from '#server/database/connection-loss.ts';
import type { Database } from '#server/database/database.ts';
import type { AccessListener } from './change-feed.ts';

const proofMilliseconds = 15_000;

export interface StandingProof {
  /** What comes next waits for this, so that nothing is told after access was lost; null when nothing is in question. */
  readonly underWay: Promise<void> | null;
  /** Resolves when it has been proven, or `lost` was called. */
  renew(): Promise<void>;
  release(): void;
}

interface Held {
  readonly view: FinancialView;
  readonly lost: () => void;
}

export class StandingProofs {
  readonly #db: Database;
  readonly #held = new Set<Held>();
  /** In question, and those of them that are being proven. */
  #doubted = new Set<Held>();
  #asking = new Set<Held>();
  #underWay: Promise<void> | null = null;

  constructor(db: Database, announcements: { onAccessChange(listener: AccessListener): unknown }) {
    this.#db = db;
    announcements.onAccessChange((userId) => this.#doubt((held) => userId === null || personOf(held) === userId));
    setInterval(() => this.#doubt(() => true), proofMilliseconds).unref();
  }

  /** `lost` is called once, when the person no longer has what `view` proves. */
  hold(view: FinancialView, lost: () => void): StandingProof {
    const held: Held = { view, lost };
    this.#held.add(held);
    const underWay = (): Promise<void> | null =>
      this.#doubted.has(held) || this.#asking.has(held) ? this.#underWay : null;
    return {
      get underWay() {
        return underWay();
      },
      renew: () => {
        this.#doubt((each) => each === held);
        return this.#underWay ?? Promise.resolve();
      },
      release: () => void this.#held.delete(held),
    };
  }

  #doubt(concerned: (held: Held) => boolean): void {
    for (const held of this.#held) if (concerned(held)) this.#doubted.add(held);
    if (this.#doubted.size === 0) return;
    this.#underWay ??= this.#prove().finally(() => {
      this.#underWay = null;
    });
  }

  async #prove(): Promise<void> {
    while (this.#doubted.size > 0) {
      // whoever is doubted from here on may have lost it after the query looked
      this.#asking = this.#doubted;
      this.#doubted = new Set();
      try {
        const standing = await standingOf(
          this.#db,
          [...this.#asking].map(({ view }) => view),
        );
        for (const held of this.#asking) if (!standing(held.view)) this.#end(held);
      } catch (error) {
        // a database that cannot be asked has nothing to tell either; it is asked again when it is back
        if (!isPassing(error)) for (const held of this.#asking) this.#end(held);
      }
      this.#asking = new Set();
    }
  }

  #end(held: Held): void {
    if (this.#held.delete(held)) held.lost();
  }
}

const personOf = ({ view }: Held): string | null => view.principal.userId;
