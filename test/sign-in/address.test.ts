import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { addressOf, network } from '../../server/sign-in/address.ts';

const of = (remoteAddress: string, forwarded: string | undefined, own: string) =>
  addressOf({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } } as unknown as IncomingMessage, new URL(own));
const https = 'https://baton.ridgeway.example';

test.each([
  ['127.0.0.1', undefined, https, '127.0.0.1'],
  ['127.0.0.1', '203.0.113.9', https, '203.0.113.9'],
  ['::ffff:10.1.2.3', '198.51.100.1, 203.0.113.9', https, '203.0.113.9'],
  ['fd00::1', '2001:db8::9', https, '2001:db8::9'],
  ['172.31.0.2', ' ::ffff:203.0.113.9 ', https, '203.0.113.9'],
  // Not from a proxy: whoever it is may write what they like.
  ['203.0.113.9', '198.51.100.1', https, '203.0.113.9'],
  ['172.32.0.2', '198.51.100.1', https, '172.32.0.2'],
  // Nothing stands before a backend of this computer alone.
  ['127.0.0.1', '198.51.100.1', 'http://127.0.0.1:8787', '127.0.0.1'],
])('%s, forwarded for %s, at %s is %s', (peer, forwarded, own, address) => {
  expect(of(peer, forwarded, own)).toBe(address);
});

test('addresses of one household count as one', () => {
  expect(network('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2');
  expect(network('2001:0db8:0001:0002::1')).toBe('2001:db8:1:2');
  expect(network('2001:db8::1')).toBe('2001:db8:0:0');
  expect(network('::1')).toBe('0:0:0:0');
  expect(network('203.0.113.9')).toBe('203.0.113.9');
  expect(network('2001:db8:1:2::a')).not.toBe(network('2001:db8:1:3::a'));
});
