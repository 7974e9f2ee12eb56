/**
 * Passwords: argon2id with the parameters of RFC 9106's second choice scaled to OWASP's (19 MiB, 2 passes, 1 lane),
 * stored as a PHC string. Checking costs the same whether or not there is an account.
 */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2);
const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const;

export const passwordLengthMin = 10;
export const passwordLengthMax = 200;

/** PHC string: `$argon2id$v=19$m=…,t=…,p=…$salt$tag`. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await derive('argon2id', { message: password, nonce, ...cost });
  const text = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${text(nonce)}$${text(tag)}`;
}

let decoy: Promise<string> | undefined;

/** False for an unknown account (`stored` null) after the same work as for a known one. */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const phc = stored ?? (await (decoy ??= hashPassword(randomBytes(16).toString('hex'))));
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(phc);
  if (!match) return false;
  const expected = Buffer.from(match[5] ?? '', 'base64');
  const tag = await derive('argon2id', {
    message: password,
    nonce: Buffer.from(match[4] ?? '', 'base64'),
    memory: Number(match[1]),
    passes: Number(match[2]),
    parallelism: Number(match[3]),
    tagLength: expected.length,
  });
  return timingSafeEqual(tag, expected) && stored !== null;
}
