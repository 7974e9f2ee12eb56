/**
 * How much one person may ask, and how often an address may guess: counted in this process's memory, so that refusing
 * costs nothing. Generous: people and well-behaved programs never meet it.
 */
import { ProductError } from '#contract/errors.ts';
import { hashToken } from './tokens.ts';

/** Seconds of the full rate that may be used at once after a pause. */
const burstSeconds = 5;
const guessesMax = 100;
const guessWindowMilliseconds = 60_000;
/** Beyond this many remembered people or addresses, those that are of no interest any more are forgotten. */
const rememberedMax = 10_000;

interface Bucket {
  left: number;
  at: number;
}

/** A bucket of requests per person, filled at a steady rate; sessions and keys of a person share it. */
export class RequestRate {
  readonly #perSecond: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** @throws ProductError too_many_requests, with the seconds to wait. `now` in milliseconds. */
  take(who: string, now: number): void {
    const most = this.#perSecond * burstSeconds;
    const bucket = this.#buckets.get(who) ?? { left: most, at: now };
    bucket.left = Math.min(most, bucket.left + ((now - bucket.at) / 1000) * this.#perSecond);
    bucket.at = now;
    if (this.#buckets.size >= rememberedMax) this.#forget(now);
    this.#buckets.set(who, bucket);
    if (bucket.left < 1) {
      throw new ProductError(
        'too_many_requests',
        `More than ${this.#perSecond.toLocaleString('en')} requests a second are not taken from one person. Go on more slowly.`,
        { retryAfterSeconds: 1 },
      );
    }
    bucket.left -= 1;
  }

  /** Those whose bucket is full again. */
  #forget(now: number): void {
    for (const [who, { at }] of this.#buckets) if (now - at > burstSeconds * 1000) this.#buckets.delete(who);
  }
}

/**
 * API keys that do not exist, per address. Beyond a hundred in a minute the address is refused without a look into the
 * database, except with a key that has lately proved right.
 */
export class KeyGuesses {
  readonly #wrong = new Map<string, { count: number; since: number }>();
  readonly #right = new Map<string, number>();

  /** @throws ProductError too_many_requests */
  refuseWhenTooMany(address: string, key: string, now: number): void {
    const found = this.#wrong.get(address);
    if (!found || found.count < guessesMax || this.#right.has(fingerprint(key))) return;
    const left = found.since + guessWindowMilliseconds - now;
    if (left <= 0) return;
    throw new ProductError('too_many_requests', 'Too many wrong API keys from this address. Wait a minute.', {
      retryAfterSeconds: Math.ceil(left / 1000),
    });
  }

  wasWrong(address: string, key: string, now: number): void {
    this.#right.delete(fingerprint(key));
    if (this.#wrong.size >= rememberedMax) {
      for (const [one, { since }] of this.#wrong) if (now - since > guessWindowMilliseconds) this.#wrong.delete(one);
    }
    const found = this.#wrong.get(address);
    if (found && now - found.since < guessWindowMilliseconds) found.count += 1;
    else this.#wrong.set(address, { count: 1, since: now });
  }

  wasRight(key: string, now: number): void {
    const print = fingerprint(key);
    // the oldest first: a Map keeps the order of insertion
    this.#right.delete(print);
    this.#right.set(print, now);
    const [oldest] = this.#right.keys();
    if (this.#right.size > rememberedMax && oldest !== undefined) this.#right.delete(oldest);
  }
}

const fingerprint = (key: string): string => hashToken(key).toString('base64');
