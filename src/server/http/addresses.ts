/**
 * Who is asked, and from where. Without a public address only names of this machine are answered: a page elsewhere whose
 * name is made to lead here (DNS rebinding) must find nobody. What a proxy sends as an address is one, or nothing.
 */
import type { FastifyRequest } from 'fastify';
import { isIP, isIPv4 } from 'node:net';
import { ProductError } from '#contract/errors.ts';

/** The client's address; null when a proxy sent something else in its place. */
export const addressOf = (request: FastifyRequest): string | null => (isIP(request.ip) === 0 ? null : request.ip);

export function isLoopbackAddress(address: string): boolean {
  const plain = address.startsWith('::ffff:') ? address.slice(7) : address;
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
}

/** `localhost`, what ends in it, and addresses of loopback; the port is anybody's. */
export function isLoopbackHost(host: string): boolean {
  const [, bracketed, name = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d{0,5})?$/.exec(host) ?? [];
  if (bracketed !== undefined) return isLoopbackAddress(bracketed);
  const plain = name.toLowerCase().replace(/\.$/, '');
  return plain === 'localhost' || plain.endsWith('.localhost') || isLoopbackAddress(plain);
}

/** Whether a request comes from this machine itself, and not through a proxy on it. */
export function isFromThisMachine(request: FastifyRequest): boolean {
  const { forwarded, via } = request.headers;
  const isProxied = [forwarded, via, request.headers['x-forwarded-for'], request.headers['x-real-ip']].some(Boolean);
  return !isProxied && isLoopbackAddress(request.raw.socket.remoteAddress ?? '');
}

/** @throws ProductError invalid_input without a host or with two, host_refused for one that is not answered here */
export function refuseForeignHost(request: FastifyRequest, publicUrl: string | undefined): void {
  const names = request.raw.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  // what is injected in tests has no raw headers
  const given = request.headers.host;
  if (names > 1) throw new ProductError('invalid_input', 'The request has more than one Host header.');
  if (given === undefined && request.raw.httpVersion !== '1.0') {
    throw new ProductError('invalid_input', 'The request has no Host header.');
  }
  if (publicUrl !== undefined || request.routeOptions.config.anyHost === true) return;
  if (given === undefined || !isLoopbackHost(given)) {
    throw new ProductError(
      'host_refused',
      'This installation has no public address, so that it answers only on this machine, as localhost. ' +
        'To reach it by another name, set PUBLIC_URL to that address.',
    );
  }
}
