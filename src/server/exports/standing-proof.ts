/**
 * A proof for what lasts longer than a request: an open stream, a file on its way. Proven again whenever anybody's access
 * changes, and every 15 seconds whatever was announced; the first time it fails is the end.
 */
import { type FinancialView, requireCapability } from '#server/access/decide.ts';
import { credentialLives } from '#server/access/guard.ts';
import { isConnectionLoss } from '#server/database/connection-loss.ts';
import type { Database } from '#server/database/database.ts';

const proofMilliseconds = 15_000;

export class StandingProof {
  /** What comes next waits for this, so that nothing is told after access was lost. */
  underWay: Promise<void> | null = null;
  readonly #db: Database;
  readonly #view: FinancialView;
  readonly #lost: () => void;
  readonly #timer: NodeJS.Timeout;
  #again = false;

  constructor(db: Database, view: FinancialView, lost: () => void) {
    this.#db = db;
    this.#view = view;
    this.#lost = lost;
    this.#timer = setInterval(() => void this.renew(), proofMilliseconds);
  }

  /** Resolves when it has been proven, or `lost` was called. */
  renew(): Promise<void> {
    // one that is under way may have looked before what this call is about
    this.#again = true;
    this.underWay ??= this.#proveUntilQuiet().finally(() => {
      this.underWay = null;
    });
    return this.underWay;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #proveUntilQuiet(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      await this.#prove();
    }
  }

  async #prove(): Promise<void> {
    const { principal, companies } = this.#view;
    try {
      if (!(await credentialLives(this.#db, principal))) return this.#lost();
      for (const { id } of companies) await requireCapability(this.#db, principal, 'view_financials', id);
    } catch (error) {
      // a database that cannot be asked has nothing to tell either; it is asked again when it is back
      if (!isConnectionLoss(error)) this.#lost();
    }
  }
}
