/** Secrets that people and programs show: 256 random bits, of which only the SHA-256 is kept. */
import { createHash, randomBytes } from 'node:crypto';

export const sessionLife = { idleSeconds: 12 * 3600, absoluteSeconds: 30 * 24 * 3600 } as const;

export interface Token {
  /** What its owner holds; never stored. */
  readonly text: string;
  readonly hash: Buffer;
}

export const hashToken = (text: string): Buffer => createHash('sha256').update(text).digest();

/** `prefix` says what it is: `ms_live_…` for API keys. */
export function newToken(prefix = ''): Token {
  const text = prefix + randomBytes(32).toString('base64url');
  return { text, hash: hashToken(text) };
}
