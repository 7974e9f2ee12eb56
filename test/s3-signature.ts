/**
 * AWS Signature Version 4 as a server checks it, for headers and for presigned URLs: written from the specification,
 * independent of the SDK that signs. Says only whether the signature is right; expiry is the server's own check.
 */
import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Percent-encodes everything but RFC 3986's unreserved characters. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

interface Claim {
  readonly scope: string;
  readonly signedHeaders: string;
  readonly signature: string;
  readonly time: string;
  readonly payloadHash: string;
}

const claimOf = (request: IncomingMessage, query: URLSearchParams): Claim | undefined => {
  const authorization = /Credential=[^/]+\/(\S+), ?SignedHeaders=(\S+), ?Signature=(\S+)$/.exec(
    request.headers.authorization ?? '',
  );
  if (authorization) {
    const [, scope = '', signedHeaders = '', signature = ''] = authorization;
    const time = String(request.headers['x-amz-date']);
    return { scope, signedHeaders, signature, time, payloadHash: String(request.headers['x-amz-content-sha256']) };
  }
  const credential = query.get('X-Amz-Credential');
  if (credential === null) return undefined;
  return {
    scope: credential.slice(credential.indexOf('/') + 1),
    signedHeaders: query.get('X-Amz-SignedHeaders') ?? '',
    signature: query.get('X-Amz-Signature') ?? '',
    time: query.get('X-Amz-Date') ?? '',
    payloadHash: 'UNSIGNED-PAYLOAD',
  };
};

export const isSignatureRight = (request: IncomingMessage, secretAccessKey: string): boolean => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const claim = claimOf(request, url.searchParams);
  if (claim === undefined) return false;
  const { scope, signedHeaders, signature, time, payloadHash } = claim;
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&');
  const headers = signedHeaders.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}\n`);
  const canonical = [request.method, url.pathname, query, headers.join(''), signedHeaders, payloadHash].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = scope
    .split('/')
    .reduce<string | Buffer>((derived, part) => hmac(derived, part), `AWS4${secretAccessKey}`);
  return createHmac('sha256', key).update(toSign).digest('hex') === signature;
};
