import { test as base, expect } from '@playwright/test';
import fc from 'fast-check';
import { build } from 'vite';
import { candidates, canonical } from '../../lib/funnel/keys.ts';
import { base64url, fromBase64url, importTagKey, tagOf } from '../../lib/funnel/tag.ts';
import { keyKinds } from '../../lib/funnel/words.ts';
import { root } from '../../scripts/parts/step.ts';
import { launch } from '../harness/extension.ts';

/** The canonicaliser as a browser runs it: its letters, its IDNA and its HMAC must be the backend's to the byte. */

const wild = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.mixedCase(fc.emailAddress()),
  fc
    .tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 16 }), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 16 }))
    .map(([a, b]) => `${a}@${b}.example`),
  fc
    .tuple(fc.string({ unit: 'binary', minLength: 1, maxLength: 10 }), fc.string({ unit: 'binary', minLength: 1, maxLength: 10 }))
    .map(([a, b]) => `${a}@${b}.example`),
  fc
    .tuple(fc.string({ unit: 'grapheme', maxLength: 10 }), fc.string({ unit: 'grapheme', maxLength: 10 }))
    .map(([a, b]) => `dana+${a}.${b}@Northwind.Example`),
  fc.string({ unit: 'grapheme', maxLength: 20 }).map((name) => `https://www.linkedin.com/in/${name}/`),
  fc.string({ unit: 'grapheme', maxLength: 20 }).map((name) => `https://de.linkedin.com/in/${encodeURIComponent(name.toWellFormed())}?x=1`),
  fc.string({ maxLength: 20 }).map((id) => `https://www.linkedin.com/sales/lead/ACwAA${id},NAME_SEARCH,x`),
);
const many = 20_000;
const secret = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8';

base('every key has one form and one tag, in the browser as in the backend', async () => {
  const seed = Number(process.env.SEED ?? Date.now() & 0x7fffffff);
  const given = fc.sample(fc.tuple(fc.constantFrom(...keyKinds), wild), { numRuns: many, seed });
  const made = await build({
    root,
    configFile: false,
    logLevel: 'silent',
    build: { write: false, minify: false, lib: { entry: 'test/e2e/keys.entry.ts', formats: ['iife'], name: 'keys' } },
  });
  const chunk = [made].flat().flatMap((result) => ('output' in result ? result.output : []))[0]!;
  const browser = await launch({ bare: true });
  try {
    const page = await browser.context.newPage();
    // Keyed hashes are for secure pages alone.
    await page.route('https://keys.test/', (route) => route.fulfill({ contentType: 'text/html', body: '<title>keys</title>' }));
    await page.goto('https://keys.test/');
    await page.evaluate(`${'code' in chunk ? chunk.code : ''}; globalThis.keys = keys`);
    const theirs = await page.evaluate(
      ({ given, secret }) =>
        (globalThis as unknown as { keys: { formsOf(given: unknown, secret: string): Promise<string[]> } }).keys.formsOf(given, secret),
      { given: given.map(([kind, text]) => [kind, codeUnits(text)] as const), secret },
    );
    const key = await importTagKey(fromBase64url(secret)!);
    let forms = 0;
    const different: string[] = [];
    for (const [n, [kind, text]] of given.entries()) {
      const all = candidates(kind, text);
      forms += all.length;
      const tags = await Promise.all(all.map(async (form) => base64url(await tagOf(key, kind, form))));
      const ours = JSON.stringify([canonical(kind, text), all, tags]);
      if (theirs[n] !== ours) different.push(`${kind} ${JSON.stringify(text)}: ${theirs[n]} in the browser, ${ours} here`);
    }
    expect(different, `seed ${seed}`).toEqual([]);
    // Most of them are keys: comparing refusals alone would say little.
    expect(forms).toBeGreaterThan(many / 10);
  } finally {
    await browser.close();
  }
});

/** Half a surrogate pair does not survive the way into the browser as text. */
const codeUnits = (text: string): string => Array.from({ length: text.length }, (_, n) => text.charCodeAt(n).toString(16)).join(' ');
