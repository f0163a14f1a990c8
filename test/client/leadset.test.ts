import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { lazily, openCache } from '../../lib/client/cache.ts';
import { type LeadSet, leadSet, type WireKey } from '../../lib/client/leadset/leadset.ts';
import { canonVersion } from '../../lib/funnel/keys.ts';
import { encodeDelta, encodeSnapshot } from '../../lib/funnel/leadset.ts';
import { base64url, importTagKey, prefix40, tagOf } from '../../lib/funnel/tag.ts';

const raw = (fill: number) => new Uint8Array(32).fill(fill);
const keyOf = (kid: number): WireKey => ({
  kid,
  key: base64url(raw(kid)),
  canon: canonVersion,
  notAfter: new Date(Date.UTC(2027, 0, 1)).toISOString(),
});
const email = (value: string) => [{ kind: 'email' as const, value }];
async function setOf(kid: number, addresses: string[]): Promise<Float64Array<ArrayBuffer>> {
  const key = await importTagKey(raw(kid));
  const tags = await Promise.all(addresses.map(async (address) => prefix40(await tagOf(key, 'email', address))));
  return Float64Array.from(tags.toSorted((a, b) => a - b));
}

let worlds = 0;
let asked: { kid: number; have?: number }[];
let keys: number;
let key: WireKey;
let answer: (query: { kid: number; have?: number }) => Promise<Uint8Array | 'unchanged' | 'gone'>;
let waits: number[];
let refusedFor: string[];
let now: number;
let name: string;
const open = (): LeadSet =>
  leadSet({
    cache: lazily(openCache(name)),
    now: () => now,
    random: () => 0.5,
    wait: async (ms) => void waits.push(ms),
    async fetchKey() {
      keys++;
      return key;
    },
    fetchSet(query) {
      asked.push(query);
      return answer(query);
    },
    refused: async (why) => void refusedFor.push(why),
  });

beforeEach(() => {
  name = `leadset-${++worlds}`;
  asked = [];
  keys = 0;
  waits = [];
  refusedFor = [];
  key = keyOf(1);
  now = Date.UTC(2026, 10, 24);
  answer = async () => encodeSnapshot({ kid: 1, to: 5, tags: await setOf(1, ['dana@northwind.example']) });
});

describe('the lead set on the device', () => {
  test('knows whom it has, and after a restart too', async () => {
    expect(await open().sync()).toBe('new-key');
    const set = open();
    expect(await set.test(email('Dana@Northwind.example'))).toMatchObject({ known: 'lead' });
    expect(await set.test(email('eve@northwind.example'))).toMatchObject({ known: 'stranger' });
    expect(await set.size()).toBe(1);
  });

  test('is unchecked before the first sync, and keeps quiet', async () => {
    expect(await open().test(email('dana@northwind.example'))).toEqual({ known: 'unchecked' });
    expect(asked).toEqual([]);
    expect(keys).toBe(0);
  });

  test('a test never asks anybody anything, whatever the key', async () => {
    const set = open();
    await set.sync();
    asked = [];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('email', 'linkedin', 'linkedin-member', 'sales-navigator'), fc.string(), async (kind, value) => {
        const found = await set.test([{ kind: kind as 'email', value }]);
        expect(found.known).toBe('stranger');
      }),
      { numRuns: 200 },
    );
    expect(asked).toEqual([]);
  });

  test('the key cannot be read out again', async () => {
    await open().sync();
    const stored = await (await lazily(openCache(name))()).get('keys', 'leadset');
    const held = (stored as { key: CryptoKey }).key;
    expect(held.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('raw', held)).rejects.toThrow();
  });

  test('a change is applied to what is here', async () => {
    const set = open();
    await set.sync();
    const before = await setOf(1, ['dana@northwind.example']);
    const after = await setOf(1, ['eve@harbour.example', 'nia@harbour.example']);
    answer = async () => encodeDelta({ kid: 1, from: 5, to: 6, before, after });
    expect(await set.sync()).toBe('changed');
    expect(asked.at(-1)).toEqual({ kid: 1, have: 5 });
    expect((await set.test(email('dana@northwind.example'))).known).toBe('stranger');
    expect((await set.test(email('nia@harbour.example'))).known).toBe('lead');
    answer = async () => 'unchanged';
    expect(await set.sync()).toBe('unchanged');
    expect(asked.at(-1)).toEqual({ kid: 1, have: 6 });
  });

  describe('a change that cannot be right is dropped, and all of it is fetched after a random while', () => {
    const good = async () =>
      encodeDelta({ kid: 1, from: 5, to: 6, before: await setOf(1, ['dana@northwind.example']), after: await setOf(1, []) });
    const bent = (bend: (bytes: Uint8Array, view: DataView) => void) => async () => {
      const bytes = (await good()).slice();
      bend(bytes, new DataView(bytes.buffer));
      return bytes;
    };
    test.each<[string, string, () => Promise<Uint8Array | 'gone'>]>([
      ['a wrong checksum', 'checksum', bent((bytes) => bytes.fill(0, 34, 66))],
      ['cut off', 'truncated', async () => (await good()).slice(0, 40)],
      ['rolled back', 'rolled-back', bent((_, view) => view.setBigUint64(18, 2n))],
      ['another base', 'wrong-base', bent((_, view) => view.setBigUint64(10, 4n))],
      ['another key', 'wrong-kid', bent((_, view) => view.setUint32(6, 9))],
      ['two thousand million adds', 'too-many', bent((_, view) => view.setUint32(26, 2 ** 31))],
      [
        'removals that are not there',
        'malformed',
        async () => encodeDelta({ kid: 1, from: 5, to: 6, before: Float64Array.from([1, 2, 3]), after: Float64Array.from([1]) }),
      ],
      ['nothing at all', 'truncated', async () => new Uint8Array()],
      ['a page of HTML', 'bad-magic', async () => new TextEncoder().encode('<!doctype html><title>Sign in to the network</title>')],
      ['the key is gone', 'gone', async () => 'gone'],
    ])('%s', async (_what, why, first) => {
      const set = open();
      await set.sync();
      const whole = await encodeSnapshot({ kid: 1, to: 7, tags: await setOf(1, ['eve@harbour.example']) });
      answer = async ({ have }) => (have === undefined ? whole : first());
      expect(await set.sync()).toBe('changed');
      expect(asked.slice(-2)).toEqual([{ kid: 1, have: 5 }, { kid: 1 }]);
      expect(waits).toEqual([2500]);
      expect(refusedFor).toEqual([why]);
      expect((await set.test(email('eve@harbour.example'))).known).toBe('lead');
    });

    test('when that is no better, what is here stays', async () => {
      const set = open();
      await set.sync();
      answer = async () => new Uint8Array(10);
      await expect(set.sync()).rejects.toThrow('cannot be used');
      expect((await open().test(email('dana@northwind.example'))).known).toBe('lead');
    });
  });

  test('trouble on the way leaves everything as it is', async () => {
    const set = open();
    await set.sync();
    answer = () => Promise.reject(new Error('cut'));
    await expect(set.sync()).rejects.toThrow('cut');
    expect((await open().test(email('dana@northwind.example'))).known).toBe('lead');
  });

  test('the key that is announced takes over once its set is here', async () => {
    key = { ...keyOf(1), next: keyOf(2) };
    const set = open();
    answer = async ({ kid }) =>
      kid === 2 ? new Uint8Array(3) : encodeSnapshot({ kid, to: 5, tags: await setOf(kid, ['dana@northwind.example']) });
    await set.sync();
    expect(await set.kid()).toBe(1);
    expect((await set.test(email('dana@northwind.example'))).known).toBe('lead');
    answer = async ({ kid }) => encodeSnapshot({ kid, to: 1, tags: await setOf(kid, ['dana@northwind.example']) });
    expect(await set.sync()).toBe('new-key');
    expect(await set.kid()).toBe(2);
    expect((await set.test(email('dana@northwind.example'))).known).toBe('lead');
  });

  test('a key past its time is fetched anew; the same one keeps the set', async () => {
    const set = open();
    await set.sync();
    now = Date.UTC(2027, 0, 2);
    key = { ...keyOf(1), notAfter: new Date(Date.UTC(2028, 0, 1)).toISOString() };
    answer = async () => 'unchanged';
    expect(await set.sync()).toBe('unchanged');
    expect(keys).toBe(2);
    now = Date.UTC(2028, 0, 2);
    key = keyOf(3);
    answer = async ({ kid }) => encodeSnapshot({ kid, to: 1, tags: await setOf(kid, ['eve@harbour.example']) });
    expect(await set.sync()).toBe('new-key');
    expect((await set.test(email('eve@harbour.example'))).known).toBe('lead');
  });

  test('other rules of comparing are not guessed at', async () => {
    key = { ...keyOf(1), canon: canonVersion + 1 };
    await expect(open().sync()).rejects.toThrow('Update the older one');
  });

  test('two at once are one', async () => {
    const set = open();
    await Promise.all([set.sync(), set.sync()]);
    expect(asked).toHaveLength(1);
  });
});
