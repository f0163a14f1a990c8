import { expect, test } from 'vitest';
import { clientId, redirects } from '../../lib/contract/identity.ts';
import { ConfigError } from '../../server/config.ts';
import { signInOptions } from '../../server/sign-in/options.ts';

const url = 'https://baton.ridgeway.example';

test('without settings the extension’s own addresses are registered, and nobody vouches', () => {
  expect(signInOptions({}, url)).toEqual({
    url: new URL(url),
    client: { id: clientId, redirects: [redirects.chromium, redirects.firefox] },
  });
  expect(signInOptions({ BATON_URL: 'http://127.0.0.1:8787' }).url.origin).toBe('http://127.0.0.1:8787');
});

test('takes more addresses to return to, and a company', () => {
  const options = signInOptions(
    {
      BATON_REDIRECTS: 'https://abc.chromiumapp.org/, http://127.0.0.1:9/back',
      BATON_OIDC_ISSUER: 'https://login.ridgeway.example',
      BATON_OIDC_CLIENT_ID: 'baton',
      BATON_OIDC_CLIENT_SECRET: 's',
      BATON_OIDC_TRUST_EMAIL: 'on',
    },
    url,
  );
  expect(options.client.redirects.slice(2)).toEqual(['https://abc.chromiumapp.org/', 'http://127.0.0.1:9/back']);
  expect(options.company).toEqual({
    issuer: new URL('https://login.ridgeway.example'),
    clientId: 'baton',
    clientSecret: 's',
    label: 'login.ridgeway.example',
    trustEmail: true,
    passwords: false,
  });
});

test.each([
  [{ BATON_URL: '' }, 'BATON_URL must be an address'],
  [{ BATON_URL: 'baton.example' }, 'BATON_URL must be an address'],
  [{ BATON_URL: 'http://baton.example' }, 'must begin with https://'],
  [{ BATON_URL: 'https://example.org/baton' }, 'without a path, such as https://example.org'],
  [{ BATON_URL: url, BATON_REDIRECTS: 'https://*.chromiumapp.org/' }, 'BATON_REDIRECTS'],
  [{ BATON_URL: url, BATON_REDIRECTS: 'http://evil.example/' }, 'BATON_REDIRECTS'],
  [{ BATON_URL: url, BATON_REDIRECTS: 'https://a.example/#x' }, 'BATON_REDIRECTS'],
  [{ BATON_URL: url, BATON_OIDC_ISSUER: 'https://login.example' }, 'belong together'],
  [{ BATON_URL: url, BATON_OIDC_CLIENT_ID: 'x' }, 'belong together'],
  [{ BATON_URL: url, BATON_OIDC_ISSUER: 'http://login.example', BATON_OIDC_CLIENT_ID: 'x' }, 'https address'],
  [
    { BATON_URL: url, BATON_OIDC_ISSUER: 'https://l.example', BATON_OIDC_CLIENT_ID: 'x', BATON_PASSWORDS: 'yes' },
    'BATON_PASSWORDS is either on or off',
  ],
] as [Record<string, string>, string][])('refuses %o in words', (env, sentence) => {
  expect(() => signInOptions(env)).toThrow(ConfigError);
  expect(() => signInOptions(env)).toThrow(sentence);
});
