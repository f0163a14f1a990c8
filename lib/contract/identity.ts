/**
 * Who the extension is to browsers and to the backend. Sign-in returns to addresses made of these ids, so they may
 * never change once released. The Chromium id is the hash of `chromiumKey`; Firefox hashes `geckoId`.
 */

/** The manifest's `key`: a public key alone; whoever publishes the extension signs with a key of their own. */
export const chromiumKey =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAlFg/nsJMVEG+UOz7H4aiyUS6igukuCdDDJZJKbgVtWcUcwPvT9AMO7/BgChHFJHaztCSHCByOUGL3XWBIRpeZYsexUspJ/3hs9UTLg3XiKawntnWGsHCPifaJW87QeDHAKc7KL8YF6BsMTN4+CW9pFlqEHlOSVXUSBrV82cXuDUyqe/r1OXWVlj+Zr8Zk7HZARfDYVoizI3DDbnEg7s9PE2rnif1mEhpb65dLqiTPvj2zXvkqXedhHyVytJgNskCbRTXVUezVLtLjxQjtAwrPzk56jNR+5tAIlIDUi9Q7DZr3udwALH7W+54tg7eEsbowjqhjD5+4MwmfjmBhDrIzwIDAQAB';
export const chromiumId = 'chengddfokkelgibmlbdhgedfkiejbig';
export const geckoId = 'baton@baton.example';

/** What `identity.getRedirectURL()` answers in each browser. */
export const redirects = {
  chromium: `https://${chromiumId}.chromiumapp.org/`,
  firefox: 'https://150e7fd694d3013abf8af71ef1fb773ac00cb500.extensions.allizom.org/',
} as const;

/** The extension as an OAuth client: public, its tokens are bound to a key instead. */
export const clientId = 'baton-extension';
/** The scope of everything under `/v1`; roles decide the rest. */
export const apiScope = 'baton';
