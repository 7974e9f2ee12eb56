/**
 * Whose guesses count together: an address of IPv4, and of IPv6 the network of 64 bits, since whoever has one address of
 * it has them all (RFC 4291 2.5.4, RFC 6177).
 */
import { isIPv6 } from 'node:net';

/** `192.0.2.1`, `2001:db8:0:1::/64`; `unknown` for none. */
export function networkOf(address: string | null): string {
  if (address === null) return 'unknown';
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address);
  if (mapped?.[1]) return mapped[1];
  const [plain = ''] = address.split('%');
  if (!isIPv6(plain)) return address;
  const [before = '', after = ''] = plain.split('::');
  const groups = (text: string): string[] => text.split(':').filter((group) => group !== '');
  // an IPv4 at the end stands for two groups
  const [left, right] = [
    groups(before),
    groups(after).flatMap((group) => (group.includes('.') ? ['0', '0'] : [group])),
  ];
  const gap = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  const network = [...left, ...gap, ...right].slice(0, 4);
  return `${network.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
