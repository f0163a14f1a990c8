import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, test } from 'vitest';
import { lazily, openCache } from '../../lib/client/cache.ts';
import { asking } from '../../lib/client/cards/asking.ts';
import { type Cards, cards, keptUnused } from '../../lib/client/cards/store.ts';
import { vault } from '../../lib/client/cards/vault.ts';
import type { Card } from '../../lib/contract/card.ts';
import { cardOf, rep, start, uuid } from './world.ts';

let worlds = 0;
let name: string;
let now: number;
const tagsOf = async (card: Card) => card.person.keys.map(({ value }) => `tag of ${value}`);
const open = (): Cards => {
  const cache = lazily(openCache(name));
  return cards({ cache, vault: vault(cache), now: () => now, tagsOf, me: async () => rep.id });
};
const theirs = (address: string, more: Partial<Card> = {}) =>
  cardOf('Somebody', address, { handoff: undefined, owner: { team: 'sales', id: uuid() }, ...more });
const mine = (address: string) => theirs(address, { owner: { team: 'sales', id: rep.id } });

beforeEach(() => {
  name = `cards-${++worlds}`;
  now = start;
});

describe('the cards on the device', () => {
  test('are found by any of their tags and by id, after a restart too', async () => {
    const card = theirs('a@x.example');
    card.person.keys.push({ id: uuid(), kind: 'email', value: 'b@x.example' });
    await open().put([card]);
    const again = open();
    expect(await again.byTag(['nothing', 'tag of b@x.example'])).toEqual(card);
    expect(await open().byId(card.id)).toEqual(card);
    expect(await again.byTag(['nothing'])).toBeUndefined();
  });

  test('lie sealed: no name or address of theirs can be read in the database', async () => {
    const card = theirs('dana@northwind.example');
    await open().put([card]);
    const row = (await (await lazily(openCache(name))()).getAll('cards'))[0]!;
    const words = JSON.stringify({ ...row, data: [...new Uint8Array(row.data)], iv: [] }) + new TextDecoder('latin1').decode(row.data);
    expect(words).not.toContain('Somebody');
    expect(words.replace(JSON.stringify(row.tags), '')).not.toContain('northwind');
    const key = (await (await lazily(openCache(name))()).get('keys', 'cards')) as CryptoKey;
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
  });

  test('one sealed card cannot stand in for another', async () => {
    const [one, other] = [theirs('a@x.example'), theirs('b@x.example')];
    await open().put([one, other]);
    const db = await lazily(openCache(name))();
    const row = (await db.get('cards', one.id))!;
    await db.put('cards', { ...row, id: other.id });
    expect(await open().byId(other.id)).toBeUndefined();
  });

  test('an older version never replaces a newer one', async () => {
    const card = theirs('a@x.example');
    const store = open();
    await store.put([{ ...card, version: 20, stage: 'sal' }]);
    await store.put([card]);
    expect((await store.byId(card.id))?.version).toBe(20);
    expect((await open().byId(card.id))?.stage).toBe('sal');
  });

  test('an address that moved to another person is that person’s', async () => {
    const [one, other] = [theirs('a@x.example'), theirs('b@x.example')];
    const store = open();
    await store.put([one, other]);
    expect((await store.byTag(['tag of a@x.example']))?.id).toBe(one.id);
    const moved = { ...one.person.keys[0]!, id: uuid() };
    await store.put([
      { ...one, version: 11, person: { ...one.person, keys: [] } },
      { ...other, version: 11, person: { ...other.person, keys: [...other.person.keys, moved] } },
    ]);
    expect((await store.byTag(['tag of a@x.example']))?.id).toBe(other.id);
  });

  test('the cursor and the cards it brought are kept together', async () => {
    const card = theirs('a@x.example');
    await open().put([card], { cursor: 'c1' });
    expect(await open().cursor()).toBe('c1');
    await open().put([], { gone: [card.id], cursor: 'c2' });
    expect(await open().byId(card.id)).toBeUndefined();
    expect(await open().cursor()).toBe('c2');
  });

  test('go after thirty days unused, unless they are mine or handed to me', async () => {
    const seen = theirs('seen@x.example');
    const used = theirs('used@x.example');
    const own = mine('own@x.example');
    const handed = cardOf('Handed', 'handed@x.example');
    await open().put([seen, used, own, handed]);
    now += keptUnused - 1000;
    await open().use(used.id);
    expect(await open().evict({ workspace: false })).toBe(0);
    now += 2000;
    const store = open();
    expect(await store.evict({ workspace: false })).toBe(1);
    expect(await Promise.all([seen, used, own, handed].map(async ({ id }) => (await store.byId(id)) !== undefined))).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });

  test('of the whole workspace they go with the switch', async () => {
    const other = theirs('a@x.example');
    const own = mine('b@x.example');
    const store = open();
    await store.put([other, own], { as: 'workspace' });
    expect(await store.evict({ workspace: true })).toBe(0);
    expect(await store.evict({ workspace: false })).toBe(1);
    expect(await store.byId(own.id)).toBeDefined();
  });

  test('only those that are held here in an older version are outdated', async () => {
    const [one, other] = [theirs('a@x.example'), theirs('b@x.example')];
    const store = open();
    await store.put([one, other]);
    const changes = [
      { id: one.id, version: 11 },
      { id: other.id, version: 10 },
      { id: uuid(), version: 4 },
    ];
    expect(await store.outdated(changes)).toEqual(['tag of a@x.example']);
  });

  test('without their key they are as if they were not there', async () => {
    const card = theirs('a@x.example');
    await open().put([card]);
    await vault(lazily(openCache(name))).destroy();
    expect(await open().byId(card.id)).toBeUndefined();
    await open().put([{ ...card, version: 12 }]);
    expect((await open().byId(card.id))?.version).toBe(12);
  });

  test('two that make the key at once make one', async () => {
    const [a, b] = [open(), open()];
    const [one, other] = [theirs('a@x.example'), theirs('b@x.example')];
    await Promise.all([a.put([one]), b.put([other])]);
    expect(await open().byId(one.id)).toBeDefined();
    expect(await open().byId(other.id)).toBeDefined();
  });
});

describe('asking for cards', () => {
  const ground = () => {
    const requests: string[][] = [];
    const stored: Card[] = [];
    let go: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    const world = { fails: false, changes: 0 };
    const asks = asking({
      async fetch(tags) {
        requests.push(tags);
        if (world.fails) throw new Error('offline');
        return tags.filter((tag) => tag.startsWith('lead')).map((tag) => ({ tag, card: theirs(`${tag}@x.example`) }));
      },
      arrived: async (list) => void stored.push(...list),
      changed: () => void world.changes++,
      random: () => 0,
      wait: () => held,
    });
    return { asks, requests, stored, world, go: () => go() };
  };

  test('what is wanted within a while is one request, each tag once', async () => {
    const { asks, requests, stored, go } = ground();
    asks.want(['lead 1', 'lead 2']);
    asks.want(['lead 2', 'other']);
    expect(asks.state('lead 1')).toBe('waiting');
    go();
    await asks.settled();
    expect(requests).toEqual([['lead 1', 'lead 2', 'other']]);
    expect(stored).toHaveLength(2);
    expect(asks.state('other')).toBe('absent');
    asks.want(['other']);
    await asks.settled();
    expect(requests).toHaveLength(1);
  });

  test('more than two hundred go in several', async () => {
    const { asks, requests, go } = ground();
    asks.want(Array.from({ length: 450 }, (_, i) => `lead ${i}`));
    go();
    await asks.settled();
    expect(requests.map((tags) => tags.length)).toEqual([200, 200, 50]);
  });

  test('what failed is asked for again when wanted again', async () => {
    const { asks, requests, world, go } = ground();
    world.fails = true;
    asks.want(['lead 1']);
    go();
    await asks.settled();
    expect(asks.state('lead 1')).toBe('failed');
    world.fails = false;
    expect(asks.again(false)).toBe(true);
    asks.want(['lead 1']);
    await asks.settled();
    expect(requests).toHaveLength(2);
    expect(asks.state('lead 1')).toBe('unasked');
  });
});
