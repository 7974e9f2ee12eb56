/**
 * Keys derived from AUTH_SECRET for what sign-in keeps: AES-256-GCM for values that must be read again, HMAC-SHA-256 for
 * short codes that must not be guessed from a copy of the database. Another AUTH_SECRET makes all of them worthless.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const ivLength = 12;
const tagLength = 16;

export class SecretKeys {
  private readonly sealing: Buffer;
  private readonly hashing: Buffer;

  constructor(authSecret: string) {
    const derive = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', authSecret, '', purpose, 32));
    this.sealing = derive('mathership sign-in sealing');
    this.hashing = derive('mathership sign-in codes');
  }

  /** @param context what the value belongs to: it opens for nothing else. */
  seal(value: Buffer, context: string): Buffer {
    const iv = randomBytes(ivLength);
    const cipher = createCipheriv('aes-256-gcm', this.sealing, iv).setAAD(Buffer.from(context));
    return Buffer.concat([iv, cipher.update(value), cipher.final(), cipher.getAuthTag()]);
  }

  /** Null for what was not sealed by this key for this context. */
  open(sealed: Buffer, context: string): Buffer | null {
    if (sealed.length < ivLength + tagLength) return null;
    const decipher = createDecipheriv('aes-256-gcm', this.sealing, sealed.subarray(0, ivLength), {
      authTagLength: tagLength,
    });
    decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(-tagLength));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(ivLength, -tagLength)), decipher.final()]);
    } catch {
      return null;
    }
  }

  hashCode(userId: string, code: string): Buffer {
    return createHmac('sha256', this.hashing).update(`${userId}:${code}`).digest();
  }
}
