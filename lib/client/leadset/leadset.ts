import { candidates, canonical, canonVersion } from '../../funnel/keys.ts';
import { apply, decode, has, LeadSetError, type LeadSetErrorCode } from '../../funnel/leadset.ts';
import { base64url, fromBase64url, importTagKey, prefix40, tagOf } from '../../funnel/tag.ts';
import type { KeyKind } from '../../funnel/words.ts';
import type { Cache, LeadSetKey, LeadSetRow } from '../cache.ts';
import { SignedOut } from '../trouble.ts';

/**
 * The lead set on this device: who is a lead is answered here. A miss does nothing at all: it asks nobody, writes
 * nothing and counts nothing.
 */
export interface LeadSet {
  test(keys: readonly { kind: KeyKind; value: string }[]): Promise<Lookup>;
  /** Tags of a card's own keys, base64url, as the backend makes them. Empty without a key. */
  tagsOf(keys: readonly { kind: KeyKind; value: string }[]): Promise<string[]>;
  /** Brings key and set up to date. Rejects with the trouble of the call; what is here stays usable then. */
  sync(): Promise<Synced>;
  kid(): Promise<number | undefined>;
  /** How many prefixes are known; nothing before the first sync. */
  size(): Promise<number | undefined>;
  clear(): Promise<void>;
}
/** `tags` are all forms under which these keys could be known, the most exact first. */
export type Lookup = { known: 'lead' | 'stranger'; tags: string[] } | { known: 'unchecked' };
/** `new-key`: tags made before are worthless now. */
export type Synced = 'unchanged' | 'changed' | 'new-key';

export interface WireKey {
  kid: number;
  /** 32 bytes, base64url. */
  key: string;
  canon: number;
  /** RFC 3339. */
  notAfter: string;
  /** There while the key is being replaced: its set is fetched, then it takes over. */
  next?: Omit<WireKey, 'next'>;
}
export interface LeadSetWorld {
  cache: () => Promise<Cache>;
  now(): number;
  random(): number;
  wait(ms: number): Promise<void>;
  fetchKey(): Promise<WireKey>;
  /**
   * The set as bytes: a change from `have`, or all of it; `unchanged` when `have` is the newest, `gone` when the key is.
   * Rejects with `LeadSetError` when more comes than a set can have.
   */
  fetchSet(query: { kid: number; have?: number }): Promise<Uint8Array | 'unchanged' | 'gone'>;
  /** A set that came was refused, and why: by the code of its error, or `gone` when the backend knows the key no more. */
  refused(why: LeadSetErrorCode | 'gone'): Promise<void>;
}

/** Memory for the set is bounded by this, whatever arrives. */
export const maxTags = 12_000_000;

interface Held {
  key?: LeadSetKey;
  row?: LeadSetRow;
}

export function leadSet({ cache, now, random, wait, fetchKey, fetchSet, refused }: LeadSetWorld): LeadSet {
  let held: Promise<Held> | undefined;
  let syncing: Promise<Synced> | undefined;
  /** Counts the clearings: a set that was on its way before one is not kept after it. */
  let clearings = 0;

  async function load(): Promise<Held> {
    const tx = (await cache()).transaction(['keys', 'leadset']);
    const [key, row] = await Promise.all([tx.objectStore('keys').get('leadset'), tx.objectStore('leadset').get('current')]);
    await tx.done;
    return { key: key as LeadSetKey | undefined, row };
  }
  function state(): Promise<Held> {
    held ??= load().catch((error) => {
      held = undefined;
      throw error;
    });
    return held;
  }
  /** Key and set belong together: both are written, or neither. */
  async function keep(next: { key?: LeadSetKey; row?: LeadSetRow | null }, since: number): Promise<void> {
    const db = await cache();
    if (clearings !== since) throw new SignedOut();
    const tx = db.transaction(['keys', 'leadset'], 'readwrite', { durability: 'strict' });
    if (next.key) await tx.objectStore('keys').put(next.key, 'leadset');
    if (next.row) await tx.objectStore('leadset').put(next.row, 'current');
    if (next.row === null) await tx.objectStore('leadset').delete('current');
    await tx.done;
    held = undefined;
  }

  async function imported(wire: WireKey): Promise<LeadSetKey> {
    if (wire.canon !== canonVersion)
      throw new Error(
        `The backend compares addresses by rules of version ${wire.canon}, this extension by ${canonVersion}. Update the older one.`,
      );
    const raw = fromBase64url(wire.key);
    if (raw?.length !== 32) throw new Error('The backend sent a key that is not 32 bytes of base64url.');
    return { kid: wire.kid, canon: wire.canon, key: await importTagKey(raw), notAfter: Date.parse(wire.notAfter) };
  }
  async function freshKey(): Promise<LeadSetKey> {
    const wire = await fetchKey();
    return { ...(await imported(wire)), ...(wire.next && { next: await imported(wire.next) }) };
  }

  async function sync(): Promise<Synced> {
    const since = clearings;
    const before = await state();
    let key = before.key;
    if (!key || now() >= key.notAfter || key.canon !== canonVersion) {
      key = await freshKey();
      await keep({ key, ...(before.row?.kid === key.kid ? {} : { row: null }) }, since);
    }
    if (key.next) {
      const row = await take(key.next, undefined);
      if (typeof row === 'object') {
        await keep({ key: key.next, row }, since);
        return 'new-key';
      }
    }
    const same = key.kid === before.key?.kid;
    const row = await take(key, before.row?.kid === key.kid ? before.row : undefined);
    if (row === 'unchanged') return same ? 'unchanged' : 'new-key';
    if (typeof row === 'object') {
      await keep({ row }, since);
      return same ? 'changed' : 'new-key';
    }
    // Whatever was wrong, all of it anew is right; but many devices must not ask for it in the same second.
    await wait(random() * 5_000);
    key = await freshKey();
    const anew = await take(key, undefined);
    if (typeof anew !== 'object') throw new Error('The backend sent a lead set that cannot be used.');
    await keep({ key, row: anew }, since);
    return key.kid === before.key?.kid ? 'changed' : 'new-key';
  }

  /** Asks for what is new and works it out in memory; what does not add up is refused as a whole. */
  async function take(key: Pick<LeadSetKey, 'kid'>, have: LeadSetRow | undefined): Promise<LeadSetRow | 'unchanged' | 'refused'> {
    try {
      const bytes = await fetchSet({ kid: key.kid, ...(have && { have: have.version }) });
      if (bytes === 'unchanged' && have) return 'unchanged';
      if (typeof bytes === 'string') {
        await refused('gone');
        return 'refused';
      }
      const delta = decode(bytes, { maxTags, kid: key.kid, ...(have && { have: have.version }) });
      return { kid: delta.kid, version: delta.to, tags: await apply(have?.tags ?? new Float64Array(0), delta, { maxTags }) };
    } catch (error) {
      if (!(error instanceof LeadSetError)) throw error;
      await refused(error.code);
      return 'refused';
    }
  }

  async function tags(keys: readonly { kind: KeyKind; value: string }[], forms: (kind: KeyKind, value: string) => string[]) {
    const { key } = await state();
    if (!key) return [];
    const all = keys.flatMap(({ kind, value }) => forms(kind, value).map((form) => tagOf(key.key, kind, form)));
    return Promise.all(all);
  }

  return {
    async test(keys) {
      const { key, row } = await state();
      if (!key || !row || row.kid !== key.kid) return { known: 'unchecked' };
      const found = await tags(keys, candidates);
      const known = found.some((tag) => has(row.tags, prefix40(tag)));
      return { known: known ? 'lead' : 'stranger', tags: found.map(base64url) };
    },
    async tagsOf(keys) {
      const found = await tags(keys, (kind, value) => [canonical(kind, value)].filter((form) => form !== null));
      return found.map(base64url);
    },
    sync() {
      syncing ??= sync().finally(() => {
        syncing = undefined;
      });
      return syncing;
    },
    kid: async () => (await state()).key?.kid,
    size: async () => (await state()).row?.tags.length,
    async clear() {
      clearings++;
      const tx = (await cache()).transaction(['keys', 'leadset'], 'readwrite', { durability: 'strict' });
      await tx.objectStore('keys').delete('leadset');
      await tx.objectStore('leadset').delete('current');
      await tx.done;
      held = undefined;
    },
  };
}
