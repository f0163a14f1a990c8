import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { deleteDB } from 'idb';
import { lazily } from '../../lib/client/cache.ts';
import { outcomeOf } from '../../lib/client/http.ts';
import { isOver, type Outbox, type Outcome, outbox } from '../../lib/client/outbox/outbox.ts';
import { idbStore, openOutbox, type Row, type Store } from '../../lib/client/outbox/store.ts';
import { Refused, SignedOut } from '../../lib/client/trouble.ts';
import type { Act } from '../../lib/contract/act.ts';
import type { Card } from '../../lib/contract/card.ts';

/**
 * Random histories of the outbox against a backend that applies every operation once by its key: acts, undo, lost
 * requests and answers, late and doubled ones, errors, a worker killed at any line, two workers at once, clocks that
 * jump, sign-outs, tokens that end on their way, full disks, browsers started anew, upgrades. At the end the network is well again, everything is sent, and the books must balance.
 *
 * `npm run histories` runs many of them.
 */

type Fate = 'ok' | 'request lost' | 'answer lost' | 'late' | 'twice' | '500' | '429' | 'token ended' | 'not renewed';
type Command =
  | {
      do: 'act';
      worker: 0 | 1;
      lead: number;
      what: 'decision' | 'feedback' | 'add';
      wrong: boolean;
      full: boolean;
      fuse: number | null;
      turns: number;
    }
  | { do: 'undo' | 'retry' | 'discard'; worker: 0 | 1; which: number; fuse: number | null; turns: number }
  | { do: 'flush'; worker: 0 | 1; eager: boolean; fates: Fate[]; full: boolean; fuse: number | null; turns: number }
  | { do: 'kill'; worker: 0 | 1 }
  | { do: 'restart' | 'upgrade' }
  | { do: 'pass'; ms: number }
  | { do: 'user'; who: 'ana' | 'ben' | null }
  | { do: 'arrive' }
  | { do: 'somebody'; lead: number };

const second = 1000;
const hour = 3600 * second;
const day = 24 * hour;

const worker = fc.constantFrom(0 as const, 1 as const);
const fuse = fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 25 }) });
const turns = fc.integer({ min: 0, max: 40 });
const fate = fc.constantFrom<Fate[]>(
  'ok',
  'ok',
  'request lost',
  'answer lost',
  'late',
  'twice',
  '500',
  '429',
  'token ended',
  'not renewed',
);
const lead = fc.integer({ min: 0, max: 2 });

export const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('act' as const),
      worker,
      lead,
      what: fc.constantFrom('decision' as const, 'decision' as const, 'feedback' as const, 'add' as const),
      wrong: fc.nat(9).map((n) => n === 0),
      full: fc.nat(14).map((n) => n === 0),
      fuse,
      turns,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('undo' as const, 'undo' as const, 'retry' as const, 'discard' as const),
      worker,
      which: fc.nat(30),
      fuse,
      turns,
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constant('flush' as const),
      worker,
      eager: fc.boolean(),
      fates: fc.array(fate, { maxLength: 6 }),
      full: fc.nat(19).map((n) => n === 0),
      fuse,
      turns,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('kill' as const), worker }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('restart' as const, 'restart' as const, 'upgrade' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(second, 7 * second, 7 * second, 40 * second, 11 * 60 * second, 2 * hour, -hour, 31 * day, -40 * day),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('user' as const), who: fc.constantFrom('ana' as const, 'ana' as const, 'ben' as const, null) }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'arrive' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('somebody' as const), lead }) },
);

export const commands: fc.Arbitrary<Command[]> = fc.array(command, { minLength: 1, maxLength: 60, size: 'max' });

/** The backend: one effect a key, answers remembered, a version for each lead. */
class Backend {
  readonly effects: { nonce: string; row: Row }[] = [];
  readonly wrongs: string[] = [];
  readonly refusedKeys = new Set<string>();
  readonly #answers = new Map<string, { body: string; outcome: Outcome }>();
  readonly #versions = new Map<string, number>();
  readonly #versionAfter = new Map<string, number>();
  /** Requests under way that nobody waits for any more. */
  late: (() => void)[] = [];

  version(lead: string): number {
    return this.#versions.get(lead) ?? 1;
  }
  bump(lead: string): void {
    this.#versions.set(lead, this.version(lead) + 1);
  }
  card(lead: string): Card {
    return { id: lead, funnelVersion: this.version(lead) } as Card;
  }

  handle(row: Row, signedIn: string | null): Outcome {
    if (row.user !== signedIn) this.wrongs.push(`${row.user}'s act was sent for ${signedIn}`);
    const body = JSON.stringify(row.act);
    const known = this.#answers.get(row.id);
    if (known) {
      if (known.body !== body) this.wrongs.push(`key ${row.id} came again with another body`);
      return known.outcome;
    }
    const outcome = this.#decide(row);
    if (outcome.is === 'done' || outcome.is === 'refused') this.#answers.set(row.id, { body, outcome });
    if (outcome.is === 'refused') this.refusedKeys.add(row.id);
    return outcome;
  }

  #decide(row: Row): Outcome {
    const { nonce, wrong } = noteOf(row.act);
    if (wrong) return { is: 'refused', code: 'refused', sentence: 'Not allowed.' };
    if (row.act.kind === 'decision') {
      const { basis } = row.act.body;
      if (typeof basis === 'object') {
        if (this.refusedKeys.has(basis.after)) {
          this.wrongs.push(`${nonce} was sent although the act before it was refused`);
          return { is: 'refused', code: 'conflict', sentence: 'The act before was refused.', card: this.card(row.lead) };
        }
        const after = this.#versionAfter.get(basis.after);
        if (after === undefined) return { is: 'later' };
        if (after !== this.version(row.lead))
          return { is: 'refused', code: 'conflict', sentence: 'Somebody else moved it.', card: this.card(row.lead) };
      } else if (basis !== this.version(row.lead)) {
        return { is: 'refused', code: 'conflict', sentence: 'Somebody else moved it.', card: this.card(row.lead) };
      }
    }
    if (row.act.kind === 'decision') this.bump(row.lead);
    this.#versionAfter.set(row.id, this.version(row.lead));
    this.effects.push({ nonce, row: structuredClone(row) });
    return { is: 'done', card: this.card(row.lead) };
  }
}

const noteOf = (act: Act): { nonce: string; wrong: boolean } =>
  JSON.parse(
    act.kind === 'decision'
      ? (act.body as { note: string }).note
      : act.kind === 'feedback'
        ? act.body.note!
        : act.kind === 'add'
          ? act.body.name
          : '{}',
  );

const never = new Promise<never>(() => undefined);
class Killed extends Error {}

/** A worker that can die before or after anything it waits for, and in the middle of a transaction, which then is not made. */
class Mortal {
  alive = true;
  /** Steps until death. */
  fuse = Number.POSITIVE_INFINITY;
  full = false;
  readonly box: Outbox;
  constructor(world: World) {
    this.box = world.open(this);
  }
  #dies(): boolean {
    if (this.alive && this.fuse-- <= 0) this.alive = false;
    return !this.alive;
  }
  async step<T>(work: () => Promise<T>): Promise<T> {
    if (this.#dies()) return never;
    const value = await work();
    return this.#dies() ? never : value;
  }
  store(store: Store): Store {
    return {
      all: () => this.step(() => store.all()),
      byId: (id) => this.step(() => store.byId(id)),
      change: (work) =>
        this.step(() =>
          store
            .change((change) =>
              work({
                all: () => this.#within(() => change.all()),
                byId: (id) => this.#within(() => change.byId(id)),
                byLead: (id) => this.#within(() => change.byLead(id)),
                add: (row) => this.#writing(() => change.add(row)),
                put: (row) => this.#writing(() => change.put(row)),
                remove: (row) => this.#within(() => change.remove(row)),
              }),
            )
            .catch((error) => (error instanceof Killed ? never : Promise.reject(error))),
        ),
    };
  }
  #within<T>(work: () => Promise<T>): Promise<T> {
    if (this.#dies()) throw new Killed();
    return work();
  }
  #writing<T>(work: () => Promise<T>): Promise<T> {
    if (this.full) {
      this.full = false;
      throw new DOMException('The disk is full.', 'QuotaExceededError');
    }
    return this.#within(work);
  }
}

let database = 0;

export class World {
  /** Workers that were killed and started anew. */
  deaths = 0;
  readonly backend = new Backend();
  readonly name = `histories-${++database}`;
  now = Date.parse('2026-11-22T09:00:00Z');
  user: { id: string; ready: boolean } | undefined = { id: 'ana', ready: true };
  fates: Fate[] = [];
  /** Browsers started anew, and upgrades. */
  starts = 0;
  upgrades = 0;
  #version = 1;
  #database = lazily(openOutbox(this.name, this.#version));
  /** Of the browser that runs now: whoever opened it before goes on with what they have, if they live. */
  #store = idbStore(this.#database);
  get store(): Store {
    return this.#store;
  }
  readonly #workers: (Mortal | undefined)[] = [];
  readonly #seen = new Map<string, number>();
  readonly #pending = new Set<Promise<unknown>>();
  readonly faults: unknown[] = [];
  #nonces = 0;

  /** What the user was told, by nonce. */
  readonly saved = new Map<string, string>();
  readonly notSaved = new Set<string>();
  readonly undone = new Set<string>();
  readonly dealtWith = new Set<string>();
  readonly aged = new Set<string>();
  readonly ids: string[] = [];

  open(mortal: Mortal): Outbox {
    return outbox({
      store: mortal.store(this.#store),
      now: () => this.now,
      random: () => 0.5,
      user: () => mortal.step(async () => this.user),
      send: (row) => mortal.step(() => this.#send(structuredClone(row))),
      arrived: (card) =>
        mortal.step(async () => {
          this.#seen.set(card.id, Math.max(card.funnelVersion, this.#seen.get(card.id) ?? 1));
        }),
      changed: () => undefined,
      onFault: (error) => {
        if (!isFull(error)) this.faults.push(error);
      },
    });
  }

  worker(which: 0 | 1): Mortal {
    const there = this.#workers[which];
    if (there?.alive) return there;
    if (there) this.deaths++;
    const fresh = new Mortal(this);
    this.#workers[which] = fresh;
    return fresh;
  }

  async #send(row: Row): Promise<Outcome> {
    const who = this.user?.id ?? null;
    // Somebody else has signed in since it was taken: their session sends nothing for her.
    if (row.user !== who) return { is: 'stopped' };
    const fate = this.fates.shift() ?? 'ok';
    switch (fate) {
      case 'request lost':
        return { is: 'stopped' };
      case '500':
        return { is: 'later' };
      case '429':
        return { is: 'later', asked: 30 * second };
      // The backend took no notice of it, and the session could not get a new token, for now or for good.
      case 'token ended':
        return outcomeOf(new Refused(401, { type: 'urn:baton:problem:unauthenticated', title: 'Sign in first.', status: 401 }));
      case 'not renewed':
        return outcomeOf(new SignedOut());
      case 'answer lost':
        this.backend.handle(row, who);
        return { is: 'stopped' };
      case 'twice':
        this.backend.handle(row, who);
        return this.backend.handle(row, who);
      case 'late':
        // The sender is answered when it arrives, if it is still there by then.
        return new Promise((resolve) => this.backend.late.push(() => resolve(this.backend.handle(row, row.user))));
      default:
        return this.backend.handle(row, who);
    }
  }

  track(work: Promise<unknown>): void {
    this.#pending.add(work);
    void work.finally(() => this.#pending.delete(work)).catch(() => undefined);
  }

  async turn(times: number): Promise<void> {
    for (let i = 0; i < times; i++) await new Promise((resolve) => setImmediate(resolve));
  }

  async run(one: Command): Promise<void> {
    switch (one.do) {
      case 'act': {
        const mortal = this.worker(one.worker);
        if (one.fuse !== null) mortal.fuse = one.fuse;
        mortal.full = one.full;
        this.#act(mortal, one);
        return this.turn(one.turns);
      }
      case 'undo':
      case 'retry':
      case 'discard': {
        const id = this.ids[one.which % (this.ids.length || 1)];
        if (!id) return;
        const mortal = this.worker(one.worker);
        if (one.fuse !== null) mortal.fuse = one.fuse;
        this.#deal(mortal, one.do, id);
        return this.turn(one.turns);
      }
      case 'flush': {
        const mortal = this.worker(one.worker);
        if (one.fuse !== null) mortal.fuse = one.fuse;
        mortal.full = one.full;
        this.fates = [...one.fates];
        this.track(mortal.box.flush(one.eager));
        return this.turn(one.turns);
      }
      case 'kill': {
        const there = this.#workers[one.worker];
        if (there) there.alive = false;
        return;
      }
      case 'restart':
        this.starts++;
        return this.#anew();
      case 'upgrade':
        this.upgrades++;
        this.#version++;
        return this.#anew();
      case 'pass':
        this.now += one.ms;
        return this.#noteAges();
      case 'user':
        this.user = one.who ? { id: one.who, ready: true } : this.user && { ...this.user, ready: false };
        return;
      case 'arrive': {
        const late = this.backend.late.splice(0);
        for (const arrive of late) arrive();
        return this.turn(10);
      }
      case 'somebody':
        this.backend.bump(`lead-${one.lead}`);
    }
  }

  /**
   * Every worker is gone at once. The connection of the one before is still open, as it is while a browser replaces an
   * extension: a newer version of the database has to get past it.
   */
  async #anew(): Promise<void> {
    for (const mortal of this.#workers) if (mortal) mortal.alive = false;
    const before = this.#database;
    this.#database = lazily(openOutbox(this.name, this.#version));
    this.#store = idbStore(this.#database);
    await this.#database();
    (await before().catch(() => undefined))?.close();
  }

  #act(mortal: Mortal, { lead, what, wrong }: Command & { do: 'act' }): void {
    const nonce = `n${++this.#nonces}`;
    const id = `lead-${lead}`;
    const note = JSON.stringify({ nonce, wrong });
    const at = new Date(this.now).toISOString();
    const work = mortal.box.add({
      lead: id,
      name: id,
      at,
      seen: this.#seen.get(id) ?? 1,
      act: (basis) =>
        (what === 'decision'
          ? { kind: 'decision', lead: id, body: { kind: 'accept', note, basis, actedAt: at, agreement: 1 } }
          : what === 'feedback'
            ? { kind: 'feedback', lead: id, body: { kind: 'insight', note, actedAt: at } }
            : { kind: 'add', lead: id, body: { id, name: note, keys: [], actedAt: at } }) as Act,
    });
    this.track(
      work.then(
        (row) => {
          this.saved.set(nonce, row.id);
          this.ids.push(row.id);
        },
        () => this.notSaved.add(nonce),
      ),
    );
  }

  #deal(mortal: Mortal, how: 'undo' | 'retry' | 'discard', id: string): void {
    if (how !== 'retry') this.dealtWith.add(id);
    const at = new Date(this.now).toISOString();
    const renew = (act: Act) => (act.kind === 'decision' ? { ...act, body: { ...act.body, basis: this.backend.version(act.lead) } } : act);
    const work = {
      undo: async () => {
        if ((await mortal.box.undo(id)).status === 'undone') this.undone.add(id);
      },
      retry: async () => {
        const row = await mortal.box.retry(id, { seen: 99, at, renew });
        if (row.id === id) return;
        this.ids.push(row.id);
        if (row.renews !== id) this.faults.push(new Error(`${row.id} was made anew from ${id} and names ${row.renews}`));
      },
      discard: () => mortal.box.discard(id),
    };
    this.track(work[how]().catch(() => undefined));
  }

  /** Acts that were ever too old to be sent unasked are sent in whatever order the user asks. */
  async #noteAges(): Promise<void> {
    for (const row of await this.store.all()) if (row.aged || this.now - row.madeAt > 30 * day) this.aged.add(noteOf(row.act).nonce);
  }

  /** Everything is well again: whoever has acts signs in, and they are sent. */
  async drain(): Promise<void> {
    for (const arrive of this.backend.late.splice(0)) arrive();
    await this.turn(20);
    this.fates = [];
    for (const who of ['ana', 'ben']) {
      this.user = { id: who, ready: true };
      for (let round = 0; round < 40; round++) {
        const mortal = this.worker(0);
        mortal.fuse = Number.POSITIVE_INFINITY;
        mortal.full = false;
        for (const arrive of this.backend.late.splice(0)) arrive();
        this.now += 61 * 60 * second;
        await this.#noteAges();
        for (const row of await this.store.all()) {
          if (row.user === who && row.aged && !row.released && !isOver(row))
            await mortal.box.retry(row.id, { at: '', renew: (act) => act });
        }
        await mortal.box.flush(true);
        if (!(await this.store.all()).some((row) => row.user === who && !['done', 'undone', 'refused'].includes(row.status))) break;
      }
    }
    await this.turn(20);
  }

  async check(): Promise<void> {
    const { backend } = this;
    const wrongs = [...backend.wrongs, ...this.faults.map(String)];
    const rows = await this.store.all();
    const stuck = rows.filter((row) => !['done', 'undone', 'refused'].includes(row.status));
    for (const row of stuck) wrongs.push(`${row.id} is still ${row.status}`);

    const count = new Map<string, number>();
    for (const { nonce } of backend.effects) count.set(nonce, (count.get(nonce) ?? 0) + 1);
    for (const [nonce, times] of count) if (times > 1) wrongs.push(`${nonce} has ${times} effects`);
    for (const nonce of this.notSaved) if (count.get(nonce)) wrongs.push(`${nonce} was said not to be saved and has an effect`);

    const ended = new Map(rows.map((row) => [noteOf(row.act).nonce, row]));
    for (const nonce of this.saved.keys()) {
      const effects = count.get(nonce) ?? 0;
      if (this.#ever(this.undone, nonce)) {
        if (effects) wrongs.push(`${nonce} was undone and has an effect`);
        continue;
      }
      const row = ended.get(nonce);
      if (row?.status === 'refused' && effects) wrongs.push(`${nonce} is shown as refused and has an effect`);
      if (row?.status === 'done' && !effects) wrongs.push(`${nonce} is shown as done and has no effect`);
      // Taking it back or off the list may have been done although the answer was never heard.
      if (!effects && row?.status !== 'refused' && !this.#ever(this.dealtWith, nonce))
        wrongs.push(`${nonce} was said to be saved and is lost`);
    }

    const last = new Map<string, { seq: number; nonce: string }>();
    for (const { nonce, row } of backend.effects) {
      if (this.aged.has(nonce)) continue;
      const before = last.get(`${row.user} ${row.lead}`);
      if (before && before.seq > row.seq) wrongs.push(`${nonce} of ${row.lead} was applied after ${before.nonce}, which was made later`);
      last.set(`${row.user} ${row.lead}`, { seq: row.seq, nonce });
    }
    if (wrongs.length) throw new Error(wrongs.join('\n'));
  }

  /** An act that was refused and made anew has several ids. */
  #ever(ids: ReadonlySet<string>, nonce: string): boolean {
    return [...ids].some((id) => this.#nonceOf.get(id) === nonce);
  }
  readonly #nonceOf = new Map<string, string>();
  async remember(): Promise<void> {
    for (const row of await this.store.all()) this.#nonceOf.set(row.id, noteOf(row.act).nonce);
  }

  async close(): Promise<void> {
    (await this.#database()).close();
    await deleteDB(this.name);
  }
}

const isFull = (error: unknown): boolean => error instanceof DOMException && error.name === 'QuotaExceededError';

export async function history(made: readonly Command[]): Promise<void> {
  const world = new World();
  try {
    for (const one of made) {
      await world.run(one);
      await world.remember();
    }
    await world.drain();
    await world.check();
  } finally {
    await world.close();
  }
}

/** Runs so many histories; rejects with the smallest one found that goes wrong. */
export async function histories(runs: number, seed = Date.now() & 0x7fffffff): Promise<void> {
  await fc.assert(fc.asyncProperty(commands, history), { numRuns: runs, seed, endOnFailure: false });
}
