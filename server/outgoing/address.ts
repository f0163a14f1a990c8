import { BlockList, isIP } from 'node:net';

/**
 * Addresses that a call to the outside must not reach: loopback, private, link-local, shared, documentation,
 * multicast and reserved ranges of both families (IANA special-purpose registries), and IPv4 written inside IPv6.
 */
const inside = new BlockList();
const v4: [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
const v6: [string, number][] = [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];
for (const [net, bits] of v4) inside.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of v6) inside.addSubnet(net, bits, 'ipv6');

/** Whether an IP address, as text, belongs to this machine or a network behind it. Text that is no address counts as inside. */
export function isInside(address: string): boolean {
  const family = isIP(address.replace(/%.*$/, ''));
  if (family === 0) return true;
  // `::ffff:127.0.0.1`, in either spelling, is checked as the IPv4 address it stands for by BlockList itself.
  return inside.check(address.replace(/%.*$/, ''), family === 4 ? 'ipv4' : 'ipv6');
}
