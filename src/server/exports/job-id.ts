/** Ids of jobs: uuidv7 (RFC 9562), made from the very millisecond that becomes `created_at`, so that id order is age order. */
import { randomBytes } from 'node:crypto';

let last = 0n;

/**
 * Strictly increasing within this process: 48 bits of Unix milliseconds, then a 12 bit counter, then randomness.
 * `createdAt` is RFC 3339 with six fraction digits.
 */
export function newJobId(now: number = Date.now()): { id: string; createdAt: string } {
  const tick = BigInt(now) << 12n;
  last = tick > last ? tick : last + 1n;
  const milliseconds = last >> 12n;
  const random = randomBytes(8);
  random[0] = ((random[0] ?? 0) & 0x3f) | 0x80;
  const time = milliseconds.toString(16).padStart(12, '0');
  const counter = (last & 0xfffn).toString(16).padStart(3, '0');
  const tail = random.toString('hex');
  const iso = new Date(Number(milliseconds)).toISOString();
  return {
    id: `${time.slice(0, 8)}-${time.slice(8)}-7${counter}-${tail.slice(0, 4)}-${tail.slice(4)}`,
    createdAt: `${iso.slice(0, -1)}000Z`,
  };
}

/** No id of a job created at or after `milliseconds` (since 1970) is smaller: a range of ids is a range of ages. */
export function firstIdOf(milliseconds: number): string {
  const time = Math.floor(milliseconds).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Null for what cannot be the id of a job. */
export const asJobId = (value: unknown): string | null =>
  typeof value === 'string' && uuidPattern.test(value) ? value : null;
