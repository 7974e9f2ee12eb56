/**
 * The Ed25519 key that manifests are signed with. It is derived from the installation's secret, so that any number of
 * processes that share the secret share the key, and nothing new has to be kept.
 */
import { type KeyObject, createHash, createPrivateKey, createPublicKey, hkdfSync, sign, verify } from 'node:crypto';

export interface VerifyingKey {
  /** `SHA256:` and the base64url of the checksum of the key in DER: what `openssl pkey -pubin -outform DER` prints. */
  readonly keyId: string;
  readonly publicKey: KeyObject;
}

/** What PKCS #8 puts before the 32 bytes of an Ed25519 key (RFC 8410, section 7). */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');
const seedBytes = 32;
/** Signatures of Ed25519 have this length, always. */
export const signatureBytes = 64;

/** 32 bytes as base64url. The secret cannot be found from them. */
export const signingSeedOf = (authSecret: string): string =>
  Buffer.from(hkdfSync('sha256', authSecret, '', 'mathership manifest signature 1', seedBytes)).toString('base64url');

export const keyIdOf = (publicKey: KeyObject): string =>
  `SHA256:${createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url')}`;

export const pemOf = (publicKey: KeyObject): string => publicKey.export({ type: 'spki', format: 'pem' }).toString();

export class ManifestSigner implements VerifyingKey {
  readonly keyId: string;
  readonly publicKey: KeyObject;
  readonly #privateKey: KeyObject;

  constructor(seed: string) {
    const key = Buffer.concat([pkcs8Head, Buffer.from(seed, 'base64url')]);
    this.#privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
    this.publicKey = createPublicKey(this.#privateKey);
    this.keyId = keyIdOf(this.publicKey);
  }

  /** 64 bytes over exactly these bytes (pure Ed25519, RFC 8032). */
  sign(bytes: Buffer): Buffer {
    return sign(null, bytes, this.#privateKey);
  }
}

export const isSignedBy = (key: VerifyingKey, bytes: Buffer, signature: Buffer): boolean =>
  signature.length === signatureBytes && verify(null, bytes, key.publicKey, signature);

/** A key from its PEM. @throws Error unless it is a public Ed25519 key. */
export function publicKeyOf(pem: string | Record<string, unknown>): VerifyingKey {
  const publicKey = createPublicKey(typeof pem === 'string' ? pem : { key: pem, format: 'jwk' });
  if (publicKey.asymmetricKeyType !== 'ed25519') throw new Error('not an Ed25519 key');
  return { keyId: keyIdOf(publicKey), publicKey };
}

/** The keys in a file: one PEM or several, a JSON Web Key, or a set of them. @throws Error when there is none. */
export function readPublicKeys(text: string): VerifyingKey[] {
  const pems = text.match(/-----BEGIN PUBLIC KEY-----[\s\S]+?-----END PUBLIC KEY-----/g);
  if (pems && !text.trimStart().startsWith('{')) return pems.map(publicKeyOf);
  const read = JSON.parse(text) as { keys?: Record<string, unknown>[] } & Record<string, unknown>;
  const keys = (read.keys ?? [read]).map(({ kty, crv, x }) => publicKeyOf({ kty, crv, x }));
  if (keys.length === 0) throw new Error('no key');
  return keys;
}
