import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apply, checksumOf, decode, encodeDelta, encodeSnapshot, has, headerBytes, LeadSetError } from '../../lib/funnel/leadset.ts';
import { base64url, fromBase64url, prefixLimit } from '../../lib/funnel/tag.ts';

const limits = { maxTags: 1_000_000 };
const tag = fc.oneof(
  { weight: 4, arbitrary: fc.maxSafeNat().map((n) => n % prefixLimit) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 300 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 300 }).map((n) => prefixLimit - 1 - n) },
);
const tags = (maxLength = 200): fc.Arbitrary<Float64Array> =>
  fc.uniqueArray(tag, { maxLength }).map((list) => Float64Array.from(list).sort());

async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof LeadSetError) return error.code;
    throw error;
  }
  return 'nothing thrown';
}

describe('shared vectors', () => {
  const vectors = JSON.parse(readFileSync(new URL('../vectors/leadset.json', import.meta.url), 'utf8')) as {
    snapshot: { kid: number; to: number; tags: number[]; bytes: string };
    delta: { from: number; to: number; after: number[]; bytes: string };
  };
  test('a snapshot and a delta, byte for byte', async () => {
    const { snapshot, delta } = vectors;
    const before = Float64Array.from(snapshot.tags);
    const after = Float64Array.from(delta.after);
    expect(base64url(await encodeSnapshot({ kid: snapshot.kid, to: snapshot.to, tags: before }))).toBe(snapshot.bytes);
    expect(base64url(await encodeDelta({ kid: snapshot.kid, from: delta.from, to: delta.to, before, after }))).toBe(delta.bytes);
    const first = await apply(new Float64Array(0), decode(fromBase64url(snapshot.bytes)!, { ...limits, kid: snapshot.kid }));
    expect(first).toEqual(before);
    expect(await apply(first, decode(fromBase64url(delta.bytes)!, { ...limits, kid: snapshot.kid, have: delta.from }))).toEqual(after);
  });
});

describe('any set', () => {
  test('a snapshot comes out as it went in', async () => {
    await fc.assert(
      fc.asyncProperty(tags(), fc.nat(0xffffffff), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), async (set, kid, to) => {
        const bytes = await encodeSnapshot({ kid, to, tags: set });
        const decoded = decode(bytes, { ...limits, kid });
        expect([decoded.kid, decoded.from, decoded.to]).toEqual([kid, 0, to]);
        expect(await apply(new Float64Array([1, 2, 3]), decoded)).toEqual(set);
      }),
    );
  });

  test('a chain of deltas leads to the last set, and each starts only where it may', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(tags(60), { minLength: 2, maxLength: 6 }), async (sets) => {
        let here = sets[0]!;
        for (let v = 1; v < sets.length; v++) {
          const bytes = await encodeDelta({ kid: 7, from: v, to: v + 1, before: sets[v - 1]!, after: sets[v]! });
          expect(await codeOf(() => decode(bytes, { ...limits, have: v + 9 }))).toBe('rolled-back');
          expect(await codeOf(() => decode(bytes, { ...limits, have: v + 1 }))).toBe('wrong-base');
          here = await apply(here, decode(bytes, { ...limits, kid: 7, have: v }));
        }
        expect(here).toEqual(sets.at(-1));
      }),
    );
  });

  test('a delta on another set is found out', async () => {
    await fc.assert(
      fc.asyncProperty(tags(60), tags(60), tags(60), async (before, after, other) => {
        fc.pre(before.length !== other.length || before.some((t, i) => t !== other[i]));
        const delta = decode(await encodeDelta({ kid: 7, from: 1, to: 2, before, after }), limits);
        let got: Float64Array | undefined;
        const code = await codeOf(async () => {
          got = await apply(other, delta);
        });
        if (got) expect(got).toEqual(after);
        else expect(['checksum', 'malformed']).toContain(code);
      }),
    );
  });

  test('has finds what is there and nothing else', () => {
    fc.assert(
      fc.property(tags(), tag, (set, probe) => {
        for (const t of set) expect(has(set, t)).toBe(true);
        expect(has(set, probe)).toBe([...set].includes(probe));
      }),
    );
  });

  test('the checksum is SHA-256 over five bytes a tag', async () => {
    await fc.assert(
      fc.asyncProperty(tags(40), async (set) => {
        const bytes = Buffer.concat([...set].map((t) => Buffer.from(t.toString(16).padStart(10, '0'), 'hex')));
        expect(Buffer.from(await checksumOf(set)).toString('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
      }),
    );
  });

  test('unsorted, doubled or too large numbers are not sent', async () => {
    for (const wrong of [[2, 1], [1, 1], [prefixLimit], [Number.NaN], [-1], [1.5]])
      await expect(encodeSnapshot({ kid: 1, to: 1, tags: Float64Array.from(wrong) }), String(wrong)).rejects.toThrow(RangeError);
  });
});

describe('hostile input', () => {
  const good = () =>
    encodeDelta({ kid: 7, from: 3, to: 4, before: Float64Array.of(5, 900, 1_000_000), after: Float64Array.of(5, 77, 1_000_000, 2 ** 39) });
  const patched = async (change: (view: DataView) => void): Promise<Uint8Array> => {
    const bytes = await good();
    change(new DataView(bytes.buffer));
    return bytes;
  };

  test('cut anywhere: truncated', async () => {
    const bytes = await good();
    for (let n = 0; n < bytes.length; n++) expect(await codeOf(() => decode(bytes.subarray(0, n), limits)), `${n} bytes`).toBe('truncated');
    expect(await codeOf(() => decode(Uint8Array.of(...bytes, 0), limits))).toBe('malformed');
  });

  test.each<[string, (view: DataView) => void, object]>([
    ['bad-magic', (v) => v.setUint8(0, 0x47), {}],
    ['unsupported', (v) => v.setUint8(4, 2), {}],
    ['unsupported', (v) => v.setUint8(5, 48), {}],
    ['wrong-kid', () => undefined, { kid: 8 }],
    ['rolled-back', (v) => v.setBigUint64(18, 2n), {}],
    ['rolled-back', (v) => v.setBigUint64(18, 3n), {}],
    ['rolled-back', () => undefined, { have: 5 }],
    ['wrong-base', () => undefined, { have: 2 }],
    ['malformed', (v) => v.setBigUint64(18, 2n ** 63n), {}],
    ['malformed', (v) => v.setBigUint64(10, 0n), {}],
    ['too-many', (v) => v.setUint32(26, 2 ** 31), {}],
    ['too-many', (v) => v.setUint32(30, 2 ** 31), {}],
    ['truncated', (v) => v.setUint32(26, 900_000), {}],
    ['malformed', (v) => v.setUint32(26, 1), {}],
  ])('%s', async (code, change, extra) => {
    const bytes = await patched(change);
    expect(await codeOf(() => decode(bytes, { ...limits, ...extra }))).toBe(code);
  });

  test('numbers written with needless bytes, doubled, or past 2^40', async () => {
    const bytes = await good();
    const withBody = (adds: number, ...body: number[]): Uint8Array => {
      const made = new Uint8Array(headerBytes + body.length);
      made.set(bytes.subarray(0, headerBytes));
      made.set(body, headerBytes);
      new DataView(made.buffer).setUint32(26, adds);
      new DataView(made.buffer).setUint32(30, 0);
      return made;
    };
    for (const [adds, ...body] of [
      [1, 0x85, 0x00],
      [2, 0x05, 0x00],
      [1, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
      [1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
      [2, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f, 0x01],
    ] as const)
      expect(await codeOf(() => decode(withBody(adds, ...body), limits)), body.join()).toBe('malformed');
    expect(decode(withBody(1, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f), limits).adds[0]).toBe(prefixLimit - 1);
  });

  test('a changed byte is never taken for the set that was meant', async () => {
    const before = Float64Array.of(5, 900, 1_000_000);
    const after = Float64Array.of(5, 77, 1_000_000, 2 ** 39);
    const bytes = await encodeDelta({ kid: 7, from: 3, to: 4, before, after });
    for (let i = 0; i < bytes.length; i++) {
      for (const bit of [1, 0x10, 0x80]) {
        const changed = bytes.slice();
        changed[i]! ^= bit;
        let got: Float64Array | undefined;
        const code = await codeOf(async () => {
          got = await apply(before, decode(changed, { ...limits, kid: 7, have: 3 }));
        });
        // Only the version it leads to is outside the checksum.
        if (got) expect([got, i >= 18 && i < 26], `byte ${i}`).toEqual([after, true]);
        else expect(code).not.toBe('nothing thrown');
      }
    }
  });

  test('rubbish is refused with a code, and reserves next to nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (rubbish, headed) => {
        const head = await good();
        const bytes = headed ? Uint8Array.of(...head.subarray(0, 26), ...rubbish) : rubbish;
        const before = process.memoryUsage().arrayBuffers;
        const code = await codeOf(() => apply(Float64Array.of(5, 900), decode(bytes, limits)));
        expect(code).not.toBe('nothing thrown');
        expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
      }),
      { numRuns: 1000 },
    );
  });

  test('removing what is not there, adding what is', async () => {
    const delta = decode(await good(), limits);
    expect(await codeOf(() => apply(Float64Array.of(5), delta))).toBe('malformed');
    expect(await codeOf(() => apply(Float64Array.of(5, 900, 2 ** 39), delta))).toBe('malformed');
    expect(await codeOf(() => apply(Float64Array.of(5, 900, 1_000_000), delta, { maxTags: 3 }))).toBe('too-many');
  });
});

test('half a million tags: about three bytes each, and each is found', async () => {
  const random = new DataView(randomBytes(500_000 * 5).buffer.slice(0));
  const set = new Set<number>();
  for (let i = 0; i + 5 <= random.byteLength; i += 5) set.add(random.getUint8(i) * 2 ** 32 + random.getUint32(i + 1));
  const unique = Float64Array.from(set).sort();
  const bytes = await encodeSnapshot({ kid: 1, to: 1, tags: unique });
  expect(bytes.length / unique.length).toBeLessThan(3.5);
  expect((await apply(new Float64Array(0), decode(bytes, { maxTags: 2_000_000 }))).length).toBe(unique.length);
  let hits = 0;
  for (let i = 0; i < 200_000; i++)
    if (has(unique, i % 2 ? unique[(i * 7919) % unique.length]! : (i * 5_497_558_137) % prefixLimit)) hits++;
  expect(hits).toBeGreaterThanOrEqual(100_000);
});
