import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { traces } from './traces.ts';

const address = 'dana.whitfield@northwind.example';
const hash = (algorithm: string) => createHash(algorithm).update(address);

test.each([
  ['plain', `{"to":"Dana.Whitfield@Northwind.example"}`],
  ['percent-encoded', 'GET /v1/search?q=Dana.Whitfield%40northwind.example'],
  ['base64', `x ${Buffer.from(address).toString('base64')} x`],
  ['sha256 in hex', hash('sha256').digest('hex').toUpperCase()],
  ['sha1 in hex', `a=${hash('sha1').digest('hex')}`],
  ['md5 in hex', `https://pictures.example/avatar/${hash('md5').digest('hex')}?s=80`],
  ['sha256 in base64url', hash('sha256').digest('base64url')],
])('an address is found %s', (form, text) => {
  expect(traces(['eve.adler@harbour.example', address], { log: `before\n${text}\nafter` })).toContainEqual({ address, form, where: 'log' });
});

test('inside a token too, and nowhere where it is not', () => {
  const token = `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify({ sub: 1, seen: address })).toString('base64url')}.x`;
  expect(traces([address], { header: `DPoP ${token}` })).toEqual([{ address, form: 'plain', where: 'header' }]);
  expect(traces([address], { log: 'dana.whitfield@northwind.test', other: '' })).toEqual([]);
});
