import type { Card } from '../contract/card.ts';
import type { Area } from './area.ts';
import { item } from './area.ts';
import type { Cards } from './cards/store.ts';
import type { LeadSet } from './leadset/leadset.ts';

/**
 * Brings this device up to date, a step at a time. It runs by the clock and never because a page was looked at, so that
 * what is asked for and when tells nothing about whose mail is read. Every step stands on its own feet: what is done is
 * kept, and a worker that dies goes on where it was.
 */
export interface Sync {
  /**
   * Runs what is due; `all`: everything, asked for after this call. Resolves with what has changed; the first trouble
   * of a call rejects.
   */
  run(all?: boolean): Promise<Changes>;
  forget(): Promise<void>;
}
export interface Changes {
  me: boolean;
  cards: boolean;
  queue: boolean;
}

export interface FeedPage {
  items: (Card | { id: string; gone: true } | { id: string; version: number })[];
  next: string;
  more: boolean;
}
export interface WireMe {
  id: string;
  role: string;
  workspace: string;
  scope: 'mine' | 'workspace';
  agreement: number;
}
export interface SyncWorld {
  local: Area;
  now(): number;
  cards: Cards;
  leadSet: LeadSet;
  /** Fetches and stores who is signed in. */
  fetchMe(): Promise<WireMe>;
  knownMe(): Promise<WireMe | undefined>;
  fetchAgreement(): Promise<void>;
  knownAgreement(): Promise<number | undefined>;
  fetchFeed(query: { since?: string; scope: 'mine' | 'workspace' }): Promise<FeedPage>;
  /** By tag, at most 200 at once; the tags are under the present key. */
  fetchCards(tags: string[]): Promise<Card[]>;
  fetchQueue(): Promise<void>;
  fetchUsers(): Promise<void>;
  /** Full cards came by the feed after the first time: what there is to say about them is found by comparing. */
  came(before: Card | undefined, after: Card): Promise<void>;
  /** Cards and lead set belong to somebody else now. */
  changedHands(): Promise<void>;
}

const minute = 60_000;
const periods = { me: 10 * minute, leadset: 5 * minute, queue: 5 * minute, users: 60 * minute, evict: 24 * 60 * minute } as const;
type Step = keyof typeof periods;

export function sync(world: SyncWorld): Sync {
  const { cards, leadSet, now } = world;
  const times = item<Partial<Record<Step, number>>>(world.local, 'synced');
  let running: Promise<Changes> | undefined;
  let next: Promise<Changes> | undefined;

  async function run(all: boolean): Promise<Changes> {
    const done: Partial<Record<Step, number>> = all ? {} : ((await times.get()) ?? {});
    const changes: Changes = { me: false, cards: false, queue: false };
    const isDue = (step: Step) => {
      const at = done[step];
      // A time in the future is a leftover of a clock that was set.
      return at === undefined || at > now() || now() - at >= periods[step];
    };
    const step = async (name: Step, work: () => Promise<void>) => {
      if (!isDue(name)) return;
      await work();
      done[name] = now();
      await times.set({ ...((await times.get()) ?? {}), [name]: done[name] });
    };

    await step('me', async () => {
      const before = await world.knownMe();
      const after = await world.fetchMe();
      changes.me = JSON.stringify(before) !== JSON.stringify(after);
      if (before && (before.id !== after.id || before.workspace !== after.workspace || before.role !== after.role))
        await world.changedHands();
      // The other scope's feed starts at its own beginning.
      else if (before && before.scope !== after.scope) await cards.rewind();
      if (after.agreement > 0 && (await world.knownAgreement()) !== after.agreement) await world.fetchAgreement();
    });
    await step('users', world.fetchUsers);
    await step('leadset', async () => {
      if ((await leadSet.sync()) === 'new-key') await cards.clear();
    });
    changes.cards = await feed();
    if (changes.cards || isDue('queue')) {
      delete done.queue;
      await step('queue', world.fetchQueue);
      changes.queue = true;
    }
    await step('evict', async () => {
      await cards.evict({ workspace: (await world.knownMe())?.scope === 'workspace' });
    });
    return changes;
  }

  async function feed(): Promise<boolean> {
    const scope = (await world.knownMe())?.scope ?? 'mine';
    let changed = false;
    for (;;) {
      const since = await cards.cursor();
      const page = await world.fetchFeed({ since, scope });
      const full = page.items.filter((one): one is Card => 'stage' in one);
      const gone = page.items.filter((one): one is { id: string; gone: true } => 'gone' in one).map(({ id }) => id);
      const stubs = page.items.filter((one): one is { id: string; version: number } => !('stage' in one) && !('gone' in one));
      const tags = await cards.outdated(stubs);
      // Before the cursor moves on, so that nothing that is held here stays old.
      for (let i = 0; i < tags.length; i += 200) await cards.put(await world.fetchCards(tags.slice(i, i + 200)));
      if (since !== undefined) for (const card of full) await world.came(await cards.byId(card.id), card);
      await cards.put(full, { as: scope === 'workspace' ? 'workspace' : 'seen', gone, cursor: page.next });
      changed ||= full.length + gone.length + tags.length > 0;
      if (!page.more || page.next === since) return changed;
    }
  }

  function begin(all: boolean): Promise<Changes> {
    if (!running) {
      running = run(all).finally(() => {
        running = undefined;
      });
      return running;
    }
    if (!all) return running;
    // The run under way may have asked before that was there which the caller wants to see.
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return begin(true);
      });
    return next;
  }

  return {
    run: (all = false) => begin(all),
    forget: () => times.remove(),
  };
}
