import { createHash, createPublicKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { chromiumId, chromiumKey, geckoId, redirects } from '../../lib/contract/identity.ts';

test('the extension’s id is the hash of its key, and the redirect addresses are made of the ids', () => {
  const der = Buffer.from(chromiumKey, 'base64');
  expect(createPublicKey({ key: der, format: 'der', type: 'spki' }).asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 });
  const letters = [...createHash('sha256').update(der).digest('hex').slice(0, 32)].map(
    (digit) => 'abcdefghijklmnop'[Number.parseInt(digit, 16)],
  );
  expect(letters.join('')).toBe(chromiumId);
  expect(redirects).toEqual({
    chromium: `https://${chromiumId}.chromiumapp.org/`,
    firefox: `https://${createHash('sha1').update(geckoId).digest('hex')}.extensions.allizom.org/`,
  });
});
