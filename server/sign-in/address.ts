import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv4 } from 'node:net';

/** Addresses from which a proxy of one's own may speak: this computer's and those of private networks. */
const near = new BlockList();
for (const [net, bits] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const)
  near.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  near.addSubnet(net, bits, 'ipv6');

const plain = (address: string): string => address.trim().replace(/^::ffff:(?=\d+\.)/i, '');

/**
 * Whose request it is. A backend with an https address stands behind a proxy, because it speaks http itself: there the
 * last address of `X-Forwarded-For`, which that proxy wrote, counts; those before it anybody could have written.
 */
export function addressOf(req: Pick<IncomingMessage, 'socket' | 'headers'>, own: URL): string {
  const peer = plain(req.socket.remoteAddress ?? '');
  const forwarded = String(req.headers['x-forwarded-for'] ?? '')
    .split(',')
    .at(-1)!;
  const proxied = own.protocol === 'https:' && forwarded !== '' && near.check(peer, isIPv4(peer) ? 'ipv4' : 'ipv6');
  return proxied ? plain(forwarded) : peer;
}

/** The address as it is counted: one household or office has a whole /64 of IPv6 addresses, which are one. */
export function network(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::') as [string, string?];
  const left = head.split(':').filter(Boolean);
  const right = tail === undefined ? [] : tail.split(':').filter(Boolean);
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
