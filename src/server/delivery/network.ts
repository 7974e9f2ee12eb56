/**
 * Where deliveries may connect to. A name is resolved once, every address it has is looked at, and the address that was
 * looked at is the one connected to: a name that answers differently the next time (DNS rebinding) reaches nothing else.
 */
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Whether an address is one of the internet, and not of this machine, a local network, a tunnel or a test range. */
export function isPublicAddress(text: string): boolean {
  return ipaddr.isValid(text) && ipaddr.process(text).range() === 'unicast';
}

/** `[::1]` and `::1` alike. */
const bare = (host: string): string => host.replace(/^\[|\]$/g, '');

/**
 * The address to connect to.
 * @throws AddressRefused for a private one, also for a name that has one among others; Error when it does not resolve.
 */
export async function checkedAddress(host: string, allowPrivate: boolean): Promise<Address> {
  const name = bare(host);
  const family = isIP(name);
  const found = family ? [{ address: name, family }] : await lookup(name, { all: true });
  const [first] = found;
  if (!first) throw new Error(`${name} has no address`);
  if (!allowPrivate && !found.every(({ address }) => isPublicAddress(address))) {
    throw new AddressRefused(
      family
        ? `${name} is in a private network. Whoever runs this installation can allow that.`
        : `${name} leads into a private network. Whoever runs this installation can allow that.`,
    );
  }
  return { address: first.address, family: first.family === 6 ? 6 : 4 };
}

/** For sockets and agents: whatever name they ask for, they get this address. */
export const pinned =
  ({ address, family }: Address): LookupFunction =>
  (_host, options, callback) => {
    if (options.all) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
