import { BridgeError } from '../bridge/ask.ts';
import type { FromPages } from '../bridge/protocol.ts';
import type { Card } from '../contract/card.ts';
import { canonical, recognise } from '../funnel/keys.ts';
import type { Cards } from './cards/store.ts';
import { historyItem } from './history.ts';
import type { InWords } from './in-words.ts';
import type { LeadSet } from './leadset/leadset.ts';
import type { Outbox } from './outbox/outbox.ts';
import { type Context, painted } from './scene/compose.ts';
import type { Shelf } from './shelf.ts';
import type { User, Wire } from './wire.ts';
import type { Words } from './words.ts';

/** What is asked about one person or one lead. Answered from this device wherever it can be. */
type Kinds = 'check' | 'find' | 'lead' | 'touches' | 'history' | 'users';
export type Lookups = { [K in Kinds]: (payload: FromPages[K]['in']) => Promise<FromPages[K]['out']> };

export interface LookupsWorld {
  wire: Pick<Wire, 'search' | 'touches' | 'history' | 'users'>;
  leadSet: Pick<LeadSet, 'test'>;
  cards: Pick<Cards, 'byTag' | 'put' | 'use'>;
  outbox: Pick<Outbox, 'list'>;
  colleagues: Shelf<User[]>;
  /** As the backend last said, from this device or from there. Rejects with a `BridgeError` when it can't be had. */
  card(id: string): Promise<Card>;
  fetchByTag(tags: string[]): Promise<{ tag: string; card: Card }[]>;
  context(): Promise<Context>;
  words(): Promise<Words>;
  inWords: InWords;
  /** Goes on without anybody waiting for it. */
  unattended(where: string, work: Promise<unknown>): void;
}

export function lookups(world: LookupsWorld): Lookups {
  const { wire, leadSet, cards, outbox, colleagues, context, inWords } = world;
  return {
    async check({ value }) {
      const key = recognise(value);
      if (!key) return { known: 'invalid' };
      const ctx = await context();
      const domain = key.kind === 'email' ? key.value.slice(key.value.lastIndexOf('@') + 1) : '';
      const isMe = key.kind === 'email' && ctx.me !== undefined && canonical('email', ctx.me.email) === key.value;
      if (isMe || ctx.ownDomains.includes(domain)) throw new BridgeError('own', (await world.words()).keyIsOwn);
      const lookup = await leadSet.test([key]);
      if (lookup.known === 'unchecked') return { known: 'unchecked' };
      const rows = await outbox.list();
      const here = await cards.byTag(lookup.tags);
      if (here) return { known: 'lead', card: painted(here, rows, ctx) };
      if (lookup.known === 'stranger') return { known: 'stranger' };
      const found = await inWords(world.fetchByTag(lookup.tags));
      if (!found[0]) return { known: 'stranger' };
      await cards.put(found.map(({ card }) => card));
      return { known: 'lead', card: painted(found[0].card, rows, ctx) };
    },
    find: async ({ text }) => ({ items: await inWords(wire.search(text)) }),
    async lead({ id }) {
      const card = await world.card(id);
      world.unattended('use', cards.use(id));
      return painted(card, await outbox.list(), await context());
    },
    touches: ({ lead, ...query }) => inWords(wire.touches(lead, query)),
    async history({ lead }) {
      const [events, { nameOf, settings: shown }] = await Promise.all([inWords(wire.history(lead)), context()]);
      return { items: events.map((event) => historyItem(event, { language: shown.language, nameOf })) };
    },
    async users() {
      const held = await colleagues.get();
      if (held) return { items: held };
      const items = await inWords(wire.users());
      await colleagues.set(items);
      return { items };
    },
  };
}
