/**
 * What one person, and one process, may have going on at the same time: downloads, uploads, streams. Each of them holds
 * something that all share (a connection, disk, memory), so that none may be taken without an end.
 */
import { ProductError } from '#contract/errors.ts';

export interface AtOnceLimits {
  readonly perPerson: number;
  readonly perProcess: number;
  /** For people: what there are too many of, as in "3 downloads". */
  readonly what: string;
}

export class AtOnce {
  readonly #limits: AtOnceLimits;
  readonly #ofPerson = new Map<string, number>();
  #all = 0;

  constructor(limits: AtOnceLimits) {
    this.#limits = limits;
  }

  /**
   * Takes a place until the function that it returns is called (more than once is once).
   * @throws ProductError too_many_requests, with the seconds to wait
   */
  take(person: string): () => void {
    const { perPerson, perProcess, what } = this.#limits;
    const own = this.#ofPerson.get(person) ?? 0;
    if (own >= perPerson) {
      throw refused(`You have ${own} ${what} going on already. Wait until one has ended, or end one.`);
    }
    if (this.#all >= perProcess) {
      throw refused(`There are as many ${what} going on here as this server takes. Try again in a moment.`);
    }
    this.#all += 1;
    this.#ofPerson.set(person, own + 1);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#all -= 1;
      const left = (this.#ofPerson.get(person) ?? 1) - 1;
      if (left === 0) this.#ofPerson.delete(person);
      else this.#ofPerson.set(person, left);
    };
  }

  hasRoomFor(person: string): boolean {
    return (this.#ofPerson.get(person) ?? 0) < this.#limits.perPerson && this.#all < this.#limits.perProcess;
  }

  /** `work` in a place of its own. @throws what `take` and `work` throw */
  async while<T>(person: string, work: () => Promise<T>): Promise<T> {
    const leave = this.take(person);
    try {
      return await work();
    } finally {
      leave();
    }
  }
}

const refused = (sentence: string): ProductError =>
  new ProductError('too_many_requests', sentence, { retryAfterSeconds: 5 });
