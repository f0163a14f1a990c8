import 'fake-indexeddb/auto';
import type { News } from '../../lib/bridge/ask.ts';
import type { From } from '../../lib/bridge/receive.ts';
import type { QueueItem, Scene } from '../../lib/bridge/scene.ts';
import type { Area } from '../../lib/client/area.ts';
import type { Badge } from '../../lib/client/badge.ts';
import { type Brain, brain } from '../../lib/client/brain.ts';
import { outcomeOf } from '../../lib/client/http.ts';
import type { Outcome } from '../../lib/client/outbox/outbox.ts';
import type { Row } from '../../lib/client/outbox/store.ts';
import type { Session, SessionStatus } from '../../lib/client/session/world.ts';
import type { FeedPage } from '../../lib/client/sync.ts';
import { Offline, type Refused } from '../../lib/client/trouble.ts';
import type { KnownMe, User, Wire } from '../../lib/client/wire.ts';
import type { Card } from '../../lib/contract/card.ts';
import { defaultAgreement } from '../../lib/funnel/defaultAgreement.ts';
import { canonical, canonVersion } from '../../lib/funnel/keys.ts';
import type { Language } from '../../lib/funnel/language.ts';
import { encodeSnapshot } from '../../lib/funnel/leadset.ts';
import { base64url, importTagKey, prefix40, tagOf } from '../../lib/funnel/tag.ts';
import type { KeyKind } from '../../lib/funnel/words.ts';
import type { Sighting, SiteId, Stance } from '../../lib/sites/site.ts';

/** A brain with a browser and a backend of its own, both made of plain data. Time stands still unless a test moves it. */

export const start = Date.parse('2026-11-24T11:45:00Z');
let counted = 0;
export const uuid = (): string => `01928000-0000-7000-8000-${String(++counted).padStart(12, '0')}`;
export const rep = { id: uuid(), name: 'Rep One', email: 'rep.one@ridgeway.example' };
export const agreement = { ...defaultAgreement('Europe/Vienna'), version: 3 };

export function area(): Area & { items: Map<string, unknown>; writes: number } {
  const items = new Map<string, unknown>();
  return {
    items,
    writes: 0,
    get: async (key) => (items.has(key) ? { [key]: structuredClone(items.get(key)) } : {}),
    async set(more) {
      this.writes++;
      for (const [key, value] of Object.entries(more)) items.set(key, structuredClone(value));
    },
    async remove(keys) {
      this.writes++;
      for (const key of [keys].flat()) items.delete(key);
    },
    clear: async () => items.clear(),
  };
}

export function cardOf(name: string, email: string, more: Partial<Card> = {}): Card {
  const at = new Date(start - 3 * 24 * 3600_000).toISOString();
  return {
    id: uuid(),
    version: 10,
    funnelVersion: 4,
    asOf: new Date(start).toISOString(),
    origin: 'marketing',
    person: { name, company: 'Northwind Labs', keys: [{ id: uuid(), kind: 'email', value: email }] },
    stage: 'mql',
    part: 'middle',
    since: at,
    passed: ['lead', 'mql'],
    owner: { team: 'marketing', name: 'Ines Okafor', id: uuid() },
    intent: 'standard',
    criteria: { met: [], of: [] },
    handoff: {
      id: uuid(),
      state: 'waiting',
      to: rep.name,
      toId: rep.id,
      openedAt: at,
      attempts: 0,
      why: ['Attended Cut churn in Q4'],
      criteria: [],
    },
    clock: {
      state: 'on_track',
      from: at,
      riskAt: new Date(start + 3600_000).toISOString(),
      dueAt: new Date(start + 7200_000).toISOString(),
    },
    attempts: 0,
    campaigns: [],
    recent: [],
    returned: { times: 0 },
    feedback: [],
    agreement: 3,
    crm: { state: 'none' },
    ...more,
  };
}

/** The backend's side of the wire: what it knows, and every call that came. */
export class Backend implements Wire {
  readonly calls: { call: string; at: number; with?: unknown }[] = [];
  readonly leads = new Map<string, Card>();
  readonly #raw = new Uint8Array(32).fill(7);
  readonly #now: () => number;
  kid = 1;
  version = 1;
  offline = false;
  /** Answers of sent acts, first one first; after the last: by what the act is. */
  answers: (Outcome | Error)[] = [];
  readonly sent: Row[] = [];
  feedPages: FeedPage[] = [];
  queued: QueueItem[] = [];
  known: KnownMe = {
    me: { ...rep, role: 'rep', workspace: 'Ridgeway', backend: 'https://baton.ridgeway.example' },
    workspace: uuid(),
    sample: false,
    scope: 'mine',
    ownDomains: ['ridgeway.example'],
    agreement: agreement.version,
  };

  constructor(now: () => number) {
    this.#now = now;
  }
  count(call?: string): number {
    return call ? this.calls.filter((one) => one.call === call).length : this.calls.length;
  }
  #called(call: string, payload?: unknown): void {
    this.calls.push({ call, at: this.#now(), with: payload });
    if (this.offline) throw new Offline('no network');
  }
  async tag(kind: KeyKind, value: string): Promise<Uint8Array> {
    return tagOf(await importTagKey(this.#raw), kind, canonical(kind, value)!);
  }

  async me() {
    this.#called('me');
    return this.known;
  }
  async tellLanguage(language: Language) {
    this.#called('tellLanguage', language);
  }
  async agreement() {
    this.#called('agreement');
    return agreement;
  }
  async users(): Promise<User[]> {
    this.#called('users');
    return [{ id: rep.id, name: rep.name, role: 'rep' }];
  }
  async queue() {
    this.#called('queue');
    return this.queued;
  }
  async leadsetKey() {
    this.#called('leadsetKey');
    return {
      kid: this.kid,
      key: base64url(this.#raw),
      canon: canonVersion,
      notAfter: new Date(this.#now() + 30 * 24 * 3600_000).toISOString(),
    };
  }
  async leadset(query: { kid: number; have?: number }) {
    this.#called('leadset', query);
    if (query.have === this.version) return 'unchanged';
    const prefixes = await Promise.all(
      [...this.leads.values()].flatMap((card) => card.person.keys.map(async ({ kind, value }) => prefix40(await this.tag(kind, value)))),
    );
    const tags = Float64Array.from([...new Set(prefixes)].toSorted((a, b) => a - b));
    return encodeSnapshot({ kid: this.kid, to: this.version, tags });
  }
  async cards(_kid: number, tags: string[]) {
    this.#called('cards', tags);
    const items: { tag: string; card: Card }[] = [];
    for (const card of this.leads.values())
      for (const { kind, value } of card.person.keys) {
        const tag = base64url(await this.tag(kind, value));
        if (tags.includes(tag)) items.push({ tag, card });
      }
    return items;
  }
  async feed(query: { since?: string; scope: 'mine' | 'workspace' }): Promise<FeedPage> {
    this.#called('feed', query);
    return this.feedPages.shift() ?? { items: [], next: query.since ?? 'start', more: false };
  }
  async lead(id: string) {
    this.#called('lead', id);
    const card = this.leads.get(id);
    if (!card) throw new Error(`no lead ${id}`);
    return card;
  }
  async touches() {
    this.#called('touches');
    return { items: [] };
  }
  async history() {
    this.#called('history');
    return [];
  }
  async search(text: string) {
    this.#called('search', text);
    return [];
  }
  async send(row: Row): Promise<Outcome> {
    try {
      this.#called('send', row.id);
    } catch (error) {
      return outcomeOf(error);
    }
    this.sent.push(structuredClone(row));
    const next = this.answers.shift();
    if (next instanceof Error) return outcomeOf(next);
    if (next) return next;
    const card = this.leads.get(row.lead);
    return { is: 'done', ...(card && { card }) };
  }
  /** What the next call of any other route is refused with. */
  refuses: Refused | undefined;
  async any(request: { route: string }) {
    this.#called('any', request);
    if (this.refuses) throw this.refuses;
    return { status: 200, body: {}, type: 'application/json' };
  }
}

let worlds = 0;

export interface Browser {
  mind: Brain;
  backend: Backend;
  local: ReturnType<typeof area>;
  memory: ReturnType<typeof area>;
  scenes: Scene[];
  stances: { tab: number; stance: Stance }[];
  /** What was sent to a card's own frame. */
  frames: { tab: number; frame: number; news: News }[];
  news: News[];
  badges: { badge?: Badge; tab?: number }[];
  notes: { id: string; title: string; body: string }[];
  alarms: (number | undefined)[];
  faults: { where: string; error: unknown }[];
  /** Tabs that show Gmail, and what they were told about it. */
  gmailTabs: Set<number>;
  switched: { tab: number; on: boolean }[];
  clock: { now: number };
  signed: { status: SessionStatus };
  /** The worker dies; what is stored stays. */
  restart(): Browser;
  sight(tab: number, sighting: Sighting): Promise<Stance>;
  scene(tab: number): Promise<Scene>;
  /** Until nothing is under way any more. */
  settle(): Promise<void>;
}

export const page: From = { by: 'page', path: '/popup.html' };
export const frame = (tab: number): From => ({ by: 'frame', tab, frame: 100 + tab, path: '/card.html' });

export function browser(options: { session?: Partial<Session> } = {}): Browser {
  const name = `world-${++worlds}`;
  const clock = { now: start };
  const backend = new Backend(() => clock.now);
  const signed: { status: SessionStatus } = {
    status: { state: 'signed-in', backend: 'https://baton.ridgeway.example', user: rep.id, since: new Date(start).toISOString() },
  };
  const shared = { backend, clock, signed, local: area(), memory: area() };
  const make = (): Browser => {
    const told: Omit<Browser, keyof typeof shared | 'mind' | 'restart' | 'sight' | 'scene' | 'settle'> = {
      scenes: [],
      stances: [],
      frames: [],
      news: [],
      badges: [],
      notes: [],
      alarms: [],
      faults: [],
      switched: [],
      gmailTabs: new Set(),
    };
    const listeners = new Set<(status: SessionStatus) => void>();
    const session: Session = {
      status: async () => signed.status,
      probe: async (address) => ({ ok: true, backend: address, name: 'Baton', version: '1', api: 1 }),
      async signIn(address) {
        signed.status = { state: 'signed-in', backend: address, user: backend.known.me.id, since: new Date(clock.now).toISOString() };
        for (const listener of listeners) listener(signed.status);
        return signed.status;
      },
      async signOut() {
        const { status } = signed;
        if (status.state === 'signed-in') signed.status = { state: 'signed-out', backend: status.backend, user: status.user, why: 'asked' };
        for (const listener of listeners) listener(signed.status);
      },
      async forget() {
        signed.status = { state: 'not-connected' };
        for (const listener of listeners) listener(signed.status);
      },
      token: async () => 'token',
      authorizedFetch: () => Promise.reject(new Error('not here')),
      serverNow: () => clock.now,
      onChange: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      ...options.session,
    };
    const mind = brain({
      local: shared.local,
      memory: shared.memory,
      managed: area(),
      session,
      wire: () => backend,
      readers: () => ({
        siteAt: async (url) => (url.hostname === 'mail.google.com' ? ('gmail' as SiteId) : undefined),
        arrange: async () => undefined,
        add: async () => false,
        allowed: async () => true,
        granted: async () => undefined,
        intoOpenTabs: async () => undefined,
        revoked: async () => undefined,
        lookOnce: async () => undefined,
        tabsOf: async (site) => (site === 'gmail' ? [...told.gmailTabs] : []),
      }),
      version: '0.1.0',
      uiLanguage: 'en-GB',
      now: () => clock.now,
      random: () => 0.5,
      wait: () => new Promise((resolve) => setImmediate(resolve)),
      names: { cache: `${name}-cache`, outbox: `${name}-outbox` },
      broadcast(news) {
        told.news.push(news);
        if (news.kind === 'scene') told.scenes.push(news.payload as Scene);
      },
      tellFrame: (tab, frame, news) => void told.frames.push({ tab, frame, news }),
      tellTab(tab, news) {
        if (news.kind === 'begin') told.switched.push({ tab, on: news.payload as boolean });
        else told.stances.push({ tab, stance: news.payload as Stance });
      },
      badge: (badge, tab) => void told.badges.push({ badge, tab }),
      notify: async (id, title, body) => void told.notes.push({ id, title, body }),
      wakeAt: (when) => void told.alarms.push(when),
      later: () => undefined,
      addressOf: async (tab) => (told.gmailTabs.has(tab) ? 'https://mail.google.com/mail/u/0/' : undefined),
      dropPermissions: async () => undefined,
      onFault: (where, error) => void told.faults.push({ where, error }),
    });
    return {
      ...shared,
      ...told,
      mind,
      restart: make,
      sight: (tab, sighting) =>
        Promise.resolve(
          mind.handlers.sighting(sighting, { by: 'content', tab, site: sighting.site, url: new URL('https://mail.google.com/') }),
        ),
      scene: (tab) => Promise.resolve(mind.handlers.scene({ tab }, page)),
      async settle() {
        // What it keeps in memory is there within a turn, and may begin something more.
        await new Promise((resolve) => setImmediate(resolve));
        await mind.settled();
      },
    };
  };
  return make();
}

export const mailFrom = (email: string, name?: string): Sighting => ({
  site: 'gmail',
  view: 'message',
  account: rep.email,
  people: [{ role: 'sender', keys: [{ kind: 'email', value: email }], ...(name ? { name } : {}) }],
  focus: 0,
  matched: { sender: 'header' },
});
