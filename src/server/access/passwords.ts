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

interface Stored {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly salt: string;
  readonly tag: Buffer;
}

function read(phc: string): Stored | null {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(phc);
  if (!match) return null;
  const [, memory, passes, parallelism, salt = '', tag = ''] = match;
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt,
    tag: Buffer.from(tag, 'base64'),
  };
}

const text = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

/**
 * PHC string: `$argon2id$v=19$m=…,t=…,p=…$salt$tag`.
 * @param of another hash of the same address: its salt is used again, so that a password is tried against all accounts of an
 *   address in one derivation, however many there are
 */
export async function hashPassword(password: string, of: string | null = null): Promise<string> {
  const known = of === null ? null : read(of);
  const nonce = known ? Buffer.from(known.salt, 'base64') : randomBytes(16);
  const tag = await derive('argon2id', { message: password, nonce, ...cost });
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${text(nonce)}$${text(tag)}`;
}

let decoy: Promise<string> | undefined;

/** False for an unknown account (`stored` null) after the same work as for a known one. */
export const verifyPassword = async (password: string, stored: string | null): Promise<boolean> =>
  (await verifyPasswords(password, [stored]))[0] ?? false;

/** For each of `stored` whether it is this password. With none there is the same work, and no answer. */
export async function verifyPasswords(password: string, stored: readonly (string | null)[]): Promise<boolean[]> {
  const hashes = stored.map((phc) => (phc === null ? null : read(phc)));
  const known = hashes.filter((hash) => hash !== null);
  const todo = known.length > 0 ? known : [read(await (decoy ??= hashPassword(randomBytes(16).toString('hex'))))];
  const derivation = ({ memory, passes, parallelism, salt, tag }: Stored): string =>
    [memory, passes, parallelism, salt, tag.length].join(' ');
  const tags = new Map<string, Buffer>();
  for (const hash of todo) {
    if (!hash || tags.has(derivation(hash))) continue;
    const { salt, tag, ...costs } = hash;
    const nonce = Buffer.from(salt, 'base64');
    tags.set(derivation(hash), await derive('argon2id', { message: password, nonce, ...costs, tagLength: tag.length }));
  }
  return hashes.map((hash) => {
    const tag = hash && tags.get(derivation(hash));
    return hash !== null && tag !== null && tag !== undefined && timingSafeEqual(tag, hash.tag);
  });
}
