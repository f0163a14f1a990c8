import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { candidates, canonical, canonVersion, recognise } from '../../lib/funnel/keys.ts';
import { base64url, fromBase64url, importTagKey, prefix40, tagOf } from '../../lib/funnel/tag.ts';
import { type KeyKind, keyKinds } from '../../lib/funnel/words.ts';

interface Vectors {
  canon: number;
  key: string;
  canonical: { kind: KeyKind; given: string; canonical: string | null; candidates: string[] }[];
  tags: { kind: KeyKind; canonical: string; tag: string; prefix: number }[];
}
const vectors = JSON.parse(readFileSync(new URL('../vectors/keys.json', import.meta.url), 'utf8')) as Vectors;

describe('shared vectors', () => {
  test('are of this canonicaliser', () => expect(vectors.canon).toBe(canonVersion));

  test.each(vectors.canonical)('$kind: $given', ({ kind, given, canonical: expected, candidates: all }) => {
    expect(canonical(kind, given)).toBe(expected);
    expect(candidates(kind, given)).toEqual(all);
  });

  test.each(vectors.tags)('tag of $kind $canonical', async ({ kind, canonical: value, tag, prefix }) => {
    const key = await importTagKey(fromBase64url(vectors.key)!);
    const made = await tagOf(key, kind, value);
    expect(base64url(made)).toBe(tag);
    expect(prefix40(made)).toBe(prefix);
  });
});

describe('any text', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.emailAddress(),
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
    fc
      .tuple(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.string({ unit: 'grapheme', maxLength: 20 }))
      .map(([a, b]) => `${a}@${b}.example`),
    fc.string({ unit: 'grapheme', maxLength: 20 }).map((name) => `https://www.linkedin.com/in/${name}/`),
    fc
      .string({ unit: 'grapheme', maxLength: 20 })
      .map((name) => `https://de.linkedin.com/in/${encodeURIComponent(name.toWellFormed())}?x=1`),
    fc.string({ maxLength: 20 }).map((id) => `https://www.linkedin.com/sales/lead/ACwAA${id},NAME_SEARCH,x`),
    fc.mixedCase(fc.emailAddress()),
  );
  const kind = fc.constantFrom(...keyKinds);

  test('never throws, and what it makes is its own canonical form', () => {
    fc.assert(
      fc.property(kind, text, (k, t) => {
        const once = canonical(k, t);
        if (once !== null) {
          expect(canonical(k, once)).toBe(once);
          expect(once).not.toMatch(/^\s|\s$/);
          expect(new TextEncoder().encode(once).length).toBeLessThanOrEqual(900);
        }
        const all = candidates(k, t);
        expect(all.length === 0).toBe(once === null);
        if (once !== null) expect(all[0]).toBe(once);
        for (const candidate of all) expect(canonical(k, candidate)).toBe(candidate);
        const found = recognise(t);
        if (found) expect(canonical(found.kind, t)).toBe(found.value);
      }),
      { numRuns: 5000 },
    );
  });

  test('case, space around and the way an address is written down make no difference', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        const plain = canonical('email', address);
        expect(plain).not.toBeNull();
        for (const written of [
          address.toUpperCase(),
          `  ${address}\n`,
          `<${address}>`,
          `Dana W <${address}>`,
          `mailto:${encodeURIComponent(address)}?subject=Hi`,
          `\u200e${address}\u2069`,
        ])
          expect(canonical('email', written)).toBe(plain);
      }),
      { numRuns: 500 },
    );
  });

  test('an address keeps its dots', () => {
    expect(canonical('email', 'd.ana@x.example')).not.toBe(canonical('email', 'dana@x.example'));
  });

  test('a very long text is refused', () => {
    for (const k of keyKinds) expect(canonical(k, `${'a'.repeat(1_000_000)}@x.example`)).toBeNull();
    for (const nasty of [
      '<'.repeat(2000),
      `mailto:${'%41'.repeat(600)}`,
      `"${'\\'.repeat(2000)}"@x.example`,
      `${'a/'.repeat(1000)}`,
      '%25'.repeat(600),
    ])
      for (const k of keyKinds) expect(canonical(k, nasty)).toBeNull();
  });
});

describe('base64url', () => {
  test('there and back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(fromBase64url(base64url(bytes))).toEqual(bytes);
      }),
    );
  });
  test('one text for one value', () => {
    for (const wrong of ['AA==', 'A', 'AB', '+/==', 'AA\n', 'AAA ', 'ä']) expect(fromBase64url(wrong)).toBeNull();
  });
});

test('prefixes are the first five bytes, whatever they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (tag) => {
      const big = tag.slice(0, 5).reduce((n, byte) => n * 256n + BigInt(byte), 0n);
      expect(prefix40(tag)).toBe(Number(big));
    }),
  );
});

test('kinds are kept apart: the same text is another tag', async () => {
  const key = await importTagKey(fromBase64url(vectors.key)!);
  expect(await tagOf(key, 'email', 'x')).not.toEqual(await tagOf(key, 'linkedin', 'x'));
  expect(key.extractable).toBe(false);
});
