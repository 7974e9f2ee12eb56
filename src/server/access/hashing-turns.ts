/**
 * Turns at the password hash, which takes 19 MiB and a core for tens of milliseconds: few at once, few waiting, and of one
 * address or person only part of those. Whoever comes beyond is told to come again, so that nobody without an account
 * keeps the others' downloads waiting.
 */
import { availableParallelism } from 'node:os';
import { ProductError } from '#contract/errors.ts';

interface TurnLimits {
  readonly atOnce: number;
  readonly waitingMax: number;
  readonly waitingOfOneMax: number;
}

export class Turns {
  readonly #limits: TurnLimits;
  #running = 0;
  readonly #waiting: { readonly who: string; readonly begin: () => void }[] = [];

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /** @param who an address or a person. @throws ProductError too_many_requests when too many wait already. */
  async take<T>(who: string, work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#limits.atOnce) this.#running += 1;
    else await this.#wait(who);
    try {
      return await work();
    } finally {
      // handed on without a gap in which somebody who has not waited could slip in
      const next = this.#waiting.shift();
      if (next) next.begin();
      else this.#running -= 1;
    }
  }

  #wait(who: string): Promise<void> {
    const ofOne = this.#waiting.filter((one) => one.who === who).length;
    if (this.#waiting.length >= this.#limits.waitingMax || ofOne >= this.#limits.waitingOfOneMax) {
      throw new ProductError('too_many_requests', 'Too many people sign in at this moment. Try again in a second.', {
        retryAfterSeconds: 1,
      });
    }
    return new Promise((begin) => void this.#waiting.push({ who, begin }));
  }
}

/** Of this process: the hash has its threads and its cores for itself. At least two of libuv's four threads stay free. */
export const hashingTurns = new Turns({
  atOnce: Math.max(1, Math.min(2, Math.floor(availableParallelism() / 2))),
  waitingMax: 64,
  waitingOfOneMax: 32,
});
