import type { News } from '../bridge/ask.ts';
import { BridgeError, tell } from '../bridge/ask.ts';
import { isNews } from '../bridge/news.ts';
import type { ToPages } from '../bridge/protocol.ts';
import type { From, Handlers } from '../bridge/receive.ts';
import type { Language, QueueItem } from '../bridge/scene.ts';
import type { Card } from '../contract/card.ts';
import type { Agreement } from '../funnel/agreement.ts';
import type { SiteId, Stance } from '../sites/site.ts';
import { acts } from './acts.ts';
import { type Area, held } from './area.ts';
import { type Badge, sceneBadge, waitingBadge } from './badge.ts';
import { type Cache, lazily, openCache } from './cache.ts';
import { asking } from './cards/asking.ts';
import { cards as cardStore } from './cards/store.ts';
import { vault as makeVault } from './cards/vault.ts';
import { clicked } from './clicked.ts';
import { type ConnectionKeeper, connectionKeeper } from './connection.ts';
import { inWords } from './in-words.ts';
import { leadSet as makeLeadSet } from './leadset/leadset.ts';
import { refusals } from './leadset/refusals.ts';
import { lookups } from './lookups.ts';
import { sighting } from './messages/sensed.ts';
import { notifications } from './notifications.ts';
import { outbox as makeOutbox, userAt } from './outbox/outbox.ts';
import { idbStore, openOutbox } from './outbox/store.ts';
import { type Pair, pairs } from './pairs.ts';
import type { Readers } from './readers.ts';
import { type Context, compose } from './scene/compose.ts';
import { scenes as makeScenes, nowhere } from './scene/scenes.ts';
import { type Session, SessionTrouble } from './session/world.ts';
import { type SettingsStore, settingsStore } from './settings.ts';
import { shelf } from './shelf.ts';
import { standing } from './standing.ts';
import { switches } from './switches.ts';
import { sync as makeSync } from './sync.ts';
import { Offline, Refused, SignedOut } from './trouble.ts';
import type { KnownMe, User, Wire } from './wire.ts';
import { wordsIn } from './words.ts';

/** The extension's brain: puts the parts together and says what every message does. It knows no browser. */
export interface Brain {
  handlers: Handlers;
  siteAt(url: URL): Promise<SiteId | undefined>;
  /** Resolves when nothing goes on that nobody waits for. */
  settled(): Promise<void>;
  /** After every message, alarm and start: sends what is due. */
  woken(): void;
  started(): Promise<void>;
  /** After installation and updates. */
  installed(): Promise<void>;
  minute(): Promise<void>;
  online(): Promise<void>;
  offline(): void;
  focusCard(tab: number): Promise<void>;
  /** A tab goes somewhere; its address is known only where a reader may run. */
  navigated(tab: number, address: string | undefined): Promise<void>;
  permissionsAdded(origins: readonly string[]): Promise<void>;
  permissionsRemoved(origins: readonly string[]): Promise<void>;
  closed(tab: number): Promise<void>;
}

export interface BrainWorld {
  local: Area;
  memory: Area;
  managed: Area;
  session: Session;
  /** Made over the connection's watcher, which sees every answer. */
  wire(connection: ConnectionKeeper): Wire;
  readers(settings: SettingsStore): Readers;
  version: string;
  /** `navigator.language` or what the browser calls its own. */
  uiLanguage: string;
  now(): number;
  random(): number;
  wait(ms: number): Promise<void>;
  /** Databases; tests give their own names. */
  names?: { cache: string; outbox: string };
  broadcast(news: News): void;
  tellTab(tab: number, news: News): void;
  /** To the card inside a page, where the browser's broadcasts don't reach it. */
  tellFrame?(tab: number, frame: number, news: News): void;
  /** Without a tab: where no scene says otherwise. `undefined` clears a tab's own. */
  badge(badge: Badge | undefined, tab?: number): void;
  notify(id: string, title: string, body: string): Promise<unknown>;
  /** Wakes the worker at `when` (ms), replacing what was set before; `undefined`: not at all. */
  wakeAt(when: number | undefined): void;
  /** While this worker lives; longer waits are the alarm's. */
  later(ms: number, work: () => void): void;
  /** Where a tab is, if the browser tells: where a reader may run, and where the user has just pressed the button. */
  addressOf(tab: number): Promise<string | undefined>;
  dropPermissions(origins: string[]): Promise<unknown>;
  /** Only where the browser may spend the user's first click on letting a reader run. */
  openPopup?(): Promise<unknown>;
  onFault(where: string, error: unknown): void;
}

export function brain(world: BrainWorld): Brain {
  const { local, memory, session, now } = world;
  const knownMe = held<KnownMe>(local, 'me');
  /** In which language the backend was told to write to whoever is signed in here. */
  const toldLanguage = held<Language>(local, 'told-language');
  const settings = settingsStore(local, world.managed, async () => (await knownMe.get())?.sitesOff ?? []);
  const readers = world.readers(settings);
  const byClick = clicked({ memory, readers, now, ...(world.openPopup && { openPopup: world.openPopup }) });
  const cache = lazily<Cache>(openCache(world.names?.cache));
  const vault = makeVault(cache);
  const agreement = shelf<Agreement>('agreement', cache, vault);
  const colleagues = shelf<User[]>('users', cache, vault);
  const paired = shelf<Pair[]>('pairs', cache, vault);
  const linked = pairs(paired);
  const queue = shelf<{ items: QueueItem[]; asOf: string }>('queue', cache, vault);

  const language = async (): Promise<Language> => {
    const chosen = (await settings.get()).language;
    return chosen !== 'auto' ? chosen : world.uiLanguage.toLowerCase().startsWith('de') ? 'de' : 'en';
  };
  const words = async () => wordsIn(await language());
  const worded = inWords(words);
  const changed = (...what: ToPages['changed']['what']) => world.broadcast(tell('changed', { what }));

  const connection = connectionKeeper({
    local,
    now,
    language,
    status: () => session.status(),
    leads: () => leadSet.size(),
    changed: () => {
      changed('connection');
      repaint();
    },
  });
  const wire = world.wire(connection);
  /** Counts whose device this was: what was asked for in one sign-in is not kept in the next. */
  let hands = 0;
  async function still<T>(call: Promise<T>): Promise<T> {
    const before = hands;
    const value = await call;
    if (hands !== before) throw new SignedOut();
    return value;
  }

  const refusedSets = refusals(local, now);
  const leadSet = makeLeadSet({
    cache,
    now,
    random: world.random,
    wait: world.wait,
    fetchKey: () => still(wire.leadsetKey()),
    fetchSet: (query) => still(wire.leadset(query)),
    refused: (why) => refusedSets.note(why),
  });
  const myId = async () => (await knownMe.get())?.me.id;
  const cards = cardStore({ cache, vault, now, tagsOf: (card) => leadSet.tagsOf(card.person.keys), me: myId });
  const fetchByTag = async (tags: string[]) => {
    const kid = await leadSet.kid();
    return kid === undefined ? [] : still(wire.cards(kid, tags));
  };
  const wanted = asking({
    fetch: fetchByTag,
    arrived: (list) => cards.put(list),
    changed: repaint,
    random: world.random,
    wait: world.wait,
  });

  const outbox = makeOutbox({
    store: idbStore(lazily(openOutbox(world.names?.outbox))),
    now,
    random: world.random,
    async user() {
      const status = await session.status();
      return status.state === 'not-connected'
        ? undefined
        : { id: userAt(status.backend, status.user), ready: status.state === 'signed-in' };
    },
    send: (row) => wire.send(row),
    arrived: (card) => cards.put([card]),
    changed: () => {
      changed('outbox');
      repaint();
    },
    onFault: (error) => world.onFault('outbox', error),
  });

  async function context(): Promise<Context> {
    const [known, signed, inForce, state, chosen, people, tongue] = await Promise.all([
      knownMe.get(),
      session.status(),
      agreement.get(),
      connection.get(),
      settings.get(),
      colleagues.get(),
      language(),
    ]);
    const names = new Map(people?.map(({ id, name }) => [id, name]));
    return {
      ...(known && signed.state === 'signed-in' && { me: known.me }),
      ...(inForce && { agreement: inForce }),
      connection: state,
      settings: { language: tongue, theme: chosen.theme, opensByItself: false },
      ownDomains: [...chosen.ownDomains, ...(known?.ownDomains ?? [])],
      now: session.serverNow(),
      deviceNow: now(),
      nameOf: (user) => names.get(user),
    };
  }

  const scenes = makeScenes({
    memory,
    async compose(tab, seen) {
      const [scene, chosen] = await Promise.all([
        compose(tab, seen, {
          leadSet,
          cardByTag: (tags) => cards.byTag(tags),
          pairs: linked,
          cardById: (id) => cards.byId(id),
          asking: wanted,
          outbox,
          context,
        }),
        settings.get(),
      ]);
      return { ...scene, settings: { ...scene.settings, opensByItself: chosen.sites[scene.site]?.opensByItself ?? false } };
    },
    settings: () => settings.get(),
    changeSettings: (patch) => settings.change(patch),
    broadcast(scene, frame) {
      const news = tell('scene', scene);
      world.broadcast(news);
      if (frame !== undefined) world.tellFrame?.(scene.tab, frame, news);
    },
    tellTab: (tab, stance: Stance) => world.tellTab(tab, tell('stance', stance)),
    shown(scene) {
      world.badge(sceneBadge(scene, session.serverNow()), scene.tab);
      const card = scene.focus === undefined ? undefined : scene.people[scene.focus]?.card;
      if (card) void guarded('use', cards.use(card.id));
    },
  });
  let painting = false;
  /** However many things change at once, scenes are painted once. */
  function repaint(): void {
    if (painting) return;
    painting = true;
    const later = Promise.resolve().then(() => {
      painting = false;
      return scenes.repaint();
    });
    void guarded('repaint', later);
  }

  async function paintBadge(): Promise<void> {
    const [held, tongue] = await Promise.all([queue.get(), language()]);
    world.badge(waitingBadge(held?.items.filter((item) => !isNews(item)).length ?? 0, tongue));
  }

  const tellUser = notifications({
    local,
    me: myId,
    on: async () => (await settings.get()).notify,
    words,
    show: world.notify,
  });

  const syncing = makeSync({
    local,
    now,
    cards,
    leadSet,
    async fetchMe() {
      const [before, known] = [await knownMe.get(), await still(wire.me())];
      await switched.during(() => knownMe.set(known));
      // What holds for the whole workspace stands on open pages too.
      if (JSON.stringify(before) !== JSON.stringify(known)) changed('settings');
      return wireMe(known);
    },
    async knownMe() {
      const known = await knownMe.get();
      return known && wireMe(known);
    },
    async fetchAgreement() {
      const inForce = await still(wire.agreement());
      if (inForce) await agreement.set(inForce);
    },
    knownAgreement: async () => (await agreement.get())?.version,
    fetchFeed: (query) => still(wire.feed(query)),
    fetchCards: async (tags) => (await fetchByTag(tags)).map(({ card }) => card),
    async fetchQueue() {
      const items = await still(wire.queue());
      await queue.set({ items, asOf: new Date(session.serverNow()).toISOString() });
      for (const { period } of items) if (period !== undefined) await tellUser.reportOut(period);
      await paintBadge();
      changed('queue');
    },
    async fetchUsers() {
      await colleagues.set(await still(wire.users()));
    },
    came: (before, after) => tellUser.came(before, after),
    changedHands: dropCache,
  });

  /** Everything that can be had again. The acts stay. */
  async function dropCache(): Promise<void> {
    hands++;
    await Promise.all([cards.clear(), leadSet.clear(), agreement.drop(), colleagues.drop(), queue.drop(), paired.drop(), syncing.forget()]);
    await vault.destroy();
    wanted.again(true);
    await paintBadge();
  }

  async function synchronise(all: boolean): Promise<void> {
    const { state } = await session.status();
    if (state !== 'signed-in') {
      // The sign-in may have ended while nobody was there to clear up.
      if (await knownMe.get()) await forgetUser();
      return;
    }
    try {
      const changes = await syncing.run(all);
      if (wanted.again(all || changes.cards) || changes.me || changes.cards) repaint();
      await tellLanguage();
    } catch (error) {
      if (!isTrouble(error)) world.onFault('sync', error);
    }
  }
  /** Once a sign-in, and when the language changes: what another device of the same user told since then is left alone. */
  async function tellLanguage(): Promise<void> {
    const [known, told, spoken] = await Promise.all([knownMe.get(), toldLanguage.get(), language()]);
    if (!known?.language || told === spoken) return;
    await still(wire.tellLanguage(spoken));
    await toldLanguage.set(spoken);
  }
  async function forgetUser(): Promise<void> {
    await toldLanguage.remove();
    await switched.during(() => knownMe.remove());
    await dropCache();
    changed('connection', 'queue', 'outbox');
    repaint();
  }
  session.onChange((status) => {
    changed('connection');
    if (status.state !== 'signed-in') void guarded('sign-out', forgetUser());
  });

  async function flush(eager = false): Promise<void> {
    await outbox.flush(eager);
    await schedule();
  }
  /** Whether an alarm is set; not known at the worker's start. */
  let alarmed: boolean | undefined;
  async function schedule(): Promise<void> {
    const next = await outbox.nextDue();
    if (next !== undefined || alarmed !== false) world.wakeAt(next === undefined ? undefined : Math.max(next, now() + 30_000));
    alarmed = next !== undefined;
    if (next !== undefined && next - now() < 30_000) world.later(Math.max(0, next - now()) + 20, () => void guarded('flush', flush()));
  }
  /** What is being done and nobody waits for. */
  const unattended = new Set<Promise<void>>();
  function guarded(where: string, work: Promise<unknown>): Promise<void> {
    const done = work.then(
      () => undefined,
      (error) => world.onFault(where, error),
    );
    unattended.add(done);
    void done.then(() => unattended.delete(done));
    return done;
  }

  /** The card as the backend last said, wherever it is to be had. */
  async function cardOf(id: string): Promise<Card> {
    const here = await cards.byId(id);
    if (here) return here;
    const card = await worded(wire.lead(id));
    await cards.put([card]);
    return card;
  }

  const tabOf = (from: From, tab: number | undefined): number => {
    // A frame in a page sees its own tab, whatever it asks for.
    const id = from.by === 'page' ? (tab ?? from.tab) : from.tab;
    if (id === undefined) throw new BridgeError('invalid', 'Which tab?');
    return id;
  };

  /** A worker that was just started reads everything a scene is made of at once, not one after the other. */
  let warmed = false;
  function warm(): void {
    if (warmed) return;
    warmed = true;
    const read = [leadSet.kid(), cards.count(), outbox.list(), context(), paired.get(), scenes.all()];
    // Whoever needs it asks again, and is told what is wrong.
    void guarded('warm', Promise.allSettled(read));
  }
  const switched = switches({
    settings,
    readers,
    scenes,
    addressOf: world.addressOf,
    badge: world.badge,
    broadcast: world.broadcast,
    tellTab: world.tellTab,
  });

  const handlers: Handlers = {
    ...acts({
      outbox,
      card: cardOf,
      context,
      words,
      saved: () => void guarded('flush', flush()),
    }),
    ...lookups({
      wire,
      leadSet,
      cards,
      outbox,
      colleagues,
      card: cardOf,
      fetchByTag,
      context,
      words,
      inWords: worded,
      unattended: (where, work) => void guarded(where, work),
    }),
    ...standing({ knownMe, session, connection, settings, outbox, cards, scenes, refusedSets, version: world.version, language, now }),

    async begin(_, from) {
      if (from.by !== 'content') return false;
      warm();
      void guarded('began', byClick.began(from.tab, from.url));
      return switched.isOn(from.site);
    },
    async sighting(seen, from) {
      if (from.by !== 'content' || from.site !== seen.site) throw new BridgeError('invalid', 'This site is read by another reader.');
      warm();
      // The script may have begun before the site was switched off.
      if (!(await switched.isOn(seen.site))) return nowhere;
      return scenes.sighted(from.tab, seen);
    },
    async host({ event }, from) {
      if (from.by === 'content') await scenes.host(from.tab, event);
    },

    async scene({ tab }, from) {
      const id = tabOf(from, tab);
      return (await switched.off(id)) ?? scenes.scene(id, from.by === 'frame' ? from.frame : undefined);
    },
    async fold({ open }, from) {
      if (from.by === 'frame') await scenes.fold(from.tab, open);
    },
    async grown({ height }, from) {
      if (from.by === 'frame') await scenes.grown(from.tab, height);
    },
    async move(place, from) {
      if (from.by === 'frame') await scenes.move(from.tab, place);
    },
    focusPerson: ({ tab, index }, from) => scenes.focusPerson(tabOf(from, tab), index),

    async queue() {
      const [held, inForce] = await Promise.all([queue.get(), agreement.get()]);
      return { ...(held ?? { items: [] }), ...(inForce && { agreement: inForce }) };
    },
    async probe({ backend }) {
      const found = await session.probe(backend);
      return found.ok ? { ok: true, name: found.name, version: found.version, api: found.api } : { ok: false, sentence: found.sentence };
    },
    async connect({ backend }) {
      const { backend: fixed } = await settings.policy();
      const before = await session.status();
      await worded(session.signIn(fixed ?? backend));
      const after = await session.status();
      const same =
        before.state !== 'not-connected' &&
        after.state !== 'not-connected' &&
        before.backend === after.backend &&
        before.user === after.user;
      if (!same) await forgetUser();
      const known = await worded(wire.me());
      await switched.during(() => knownMe.set(known));
      changed('connection', 'queue', 'outbox');
      void guarded(
        'connect',
        synchronise(true).then(() => flush(true)),
      );
      return known.me;
    },
    async signOut() {
      await session.signOut();
      await forgetUser();
    },
    async sync() {
      await synchronise(true);
      await flush(true);
      return connection.get();
    },
    async forget() {
      const { origins } = await settings.get();
      await session.forget();
      await dropCache();
      await outbox.forget();
      await scenes.forget();
      await connection.forget();
      await settings.forget();
      await Promise.all([local.clear(), memory.clear()]);
      await readers.arrange();
      if (origins.length) await world.dropPermissions(origins.map(({ origin }) => origin)).catch(() => undefined);
      world.wakeAt(undefined);
      changed('connection', 'queue', 'outbox', 'settings');
    },
    async settings(patch, from) {
      if (!Object.keys(patch).length) return settings.get();
      if (from.by === 'frame' && (patch.origins || patch.ownDomains)) throw new BridgeError('not-here', (await words()).notThatSetting);
      const before = await settings.get();
      const after = await switched.during(() => settings.change(patch));
      if (JSON.stringify(before.origins) !== JSON.stringify(after.origins)) await readers.arrange();
      if (before.language !== after.language) void guarded('language', synchronise(false));
      changed('settings');
      await paintBadge();
      repaint();
      return after;
    },
    async sendToCrm({ lead, write }) {
      await worded(wire.any({ route: 'dealWithWrite', params: { id: write }, body: { do: 'again' } })).catch((error) => {
        if (!(error instanceof BridgeError && error.code === 'gone')) throw error;
      });
      await cards.put([await worded(wire.lead(lead))]);
      repaint();
    },
    async lookHere({ tab }) {
      const off = await switched.off(tab, 'page');
      if (off) return { scene: off };
      const seen = await readers.lookOnce(tab).catch(() => undefined);
      const parsed = sighting.safeParse(seen);
      if (!parsed.success) throw new BridgeError('unreadable', (await words()).noReader);
      await scenes.sighted(tab, parsed.data, 'looked');
      const address = await world.addressOf(tab);
      const at = address === undefined ? null : URL.parse(address);
      const { site, view } = parsed.data;
      const addable = at && ownHosts.includes(site) && view !== 'none' && (await readers.siteAt(at)) === undefined;
      return { scene: await scenes.scene(tab), ...(addable && { addable: { origin: at.origin, site } }) };
    },
    async addHost(place) {
      if (await byClick.add(place)) changed('settings');
    },
    async api(request) {
      const answer = await worded(wire.any(request));
      // What is in force may have changed; the screens should not wait for the next round to show it.
      if (/Agreement$/.test(request.route) && request.body !== undefined) void guarded('agreement', synchronise(true));
      return answer;
    },
  };

  return {
    handlers,
    siteAt: (url) => readers.siteAt(url),
    async settled() {
      while (unattended.size > 0) await Promise.all(unattended);
    },
    woken: () => void guarded('flush', flush()),
    async started() {
      await paintBadge();
      await guarded('readers', readers.arrange());
      await synchronise(true);
      await flush(true);
    },
    async installed() {
      await guarded('readers', readers.intoOpenTabs());
      await paintBadge();
      await synchronise(true);
      await flush(true);
    },
    async minute() {
      await flush();
      await synchronise(false);
    },
    async online() {
      await flush(true);
      await synchronise(false);
    },
    offline: () => connection.lost(),
    focusCard: (tab) => scenes.host(tab, 'focus'),
    async navigated(tab, address) {
      const leave = scenes.leaving(tab);
      const site = address === undefined || !URL.canParse(address) ? undefined : await readers.siteAt(new URL(address));
      if (site !== undefined) return;
      await byClick.left(tab);
      if (await leave()) world.badge(undefined, tab);
    },
    async permissionsAdded(origins) {
      await readers.granted(origins);
      if (await byClick.allowed(origins)) changed('settings');
    },
    async permissionsRemoved(origins) {
      await readers.revoked(origins);
      changed('settings');
    },
    async closed(tab) {
      await byClick.left(tab);
      await scenes.closed(tab);
    },
  };
}

const wireMe = ({ me, workspace, scope, agreement }: KnownMe) => ({ id: me.id, role: me.role, workspace, scope, agreement });
/** Readers of programs that companies run on hosts of their own. */
const ownHosts: readonly SiteId[] = ['roundcube', 'outlook'];
const isTrouble = (error: unknown): boolean =>
  error instanceof Offline || error instanceof Refused || error instanceof SignedOut || error instanceof SessionTrouble;
