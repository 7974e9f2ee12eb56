/**
 * Links of the embedded store: `{base}/files/{key}?expires=…&filename=…&type=…&signature=…`, all of it under one HMAC-SHA-256.
 * The signing key is derived from the installation's secret for this purpose alone; comparison takes constant time.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { ProductError } from '#contract/errors.ts';

/** What a link promises, as it stands in the URL. `expires` in Unix seconds. */
export interface LinkTerms {
  readonly key: string;
  readonly expires: number;
  readonly filename: string;
  readonly type: string;
}

const purpose = 'mathership/embedded-store/link/v1';
const keyBytes = 32;
const names = ['expires', 'filename', 'type', 'signature'] as const;
const signaturePattern = /^[0-9a-f]{64}$/;
const expiresPattern = /^[1-9]\d{0,11}$/;

export class LinkSigner {
  readonly #key: Buffer;

  /** `secret`: the installation's AUTH_SECRET. */
  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', purpose, keyBytes));
  }

  /** Path and query of the link, to be put behind the address of this installation. */
  path(terms: LinkTerms): string {
    const query = new URLSearchParams({
      expires: String(terms.expires),
      filename: terms.filename,
      type: terms.type,
      signature: this.#signature(terms).toString('hex'),
    });
    return `/files/${terms.key}?${query}`;
  }

  /**
   * The terms of a link that is whole and still valid at `now`.
   * Errors: `link_refused`, which tells an expired link from a wrong one only when the signature is right.
   */
  verify(key: string, query: URLSearchParams, now: Date): LinkTerms {
    const [expires, filename, type, signature] = names.map((name) => {
      const values = query.getAll(name);
      return values.length === 1 ? values[0] : undefined;
    });
    if (filename === undefined || type === undefined || !expiresPattern.test(expires ?? '')) throw notValid();
    if (signature === undefined || !signaturePattern.test(signature)) throw notValid();
    const terms: LinkTerms = { key, expires: Number(expires), filename, type };
    if (!timingSafeEqual(Buffer.from(signature, 'hex'), this.#signature(terms))) throw notValid();
    if (now.getTime() >= terms.expires * 1000) {
      throw new ProductError('link_refused', 'This link has expired. Ask for a new one where you found it.');
    }
    return terms;
  }

  /** JSON keeps the parts apart whatever they hold. HEAD is the same permission as GET. */
  #signature({ key, expires, filename, type }: LinkTerms): Buffer {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify(['GET', key, expires, filename, type]))
      .digest();
  }
}

const notValid = (): ProductError =>
  new ProductError('link_refused', 'This link is not valid. Copy it whole, or ask for a new one.');
