import type { Page } from '@playwright/test';
import fc from 'fast-check';
import { sql } from 'kysely';
import type { ActState } from '../../lib/bridge/scene.ts';
import { ask, signIn } from '../../scripts/parts/sign-in.ts';
import { openStore } from '../../server/store/db.ts';
import { addressOfRunning } from '../../server/store/embedded.ts';
import { type Backend, startBackend } from '../harness/backend.ts';
import { type Extension, launch } from '../harness/extension.ts';
import { marketing } from '../harness/marketing.ts';
import { rep } from '../harness/people.ts';
import { type Fate, type Recorded, recordingProxy } from '../harness/proxy.ts';
import { postmaster } from '../server/process.ts';

/**
 * Random histories in a real Chromium, with the released extension, against the real backend and its PostgreSQL, behind
 * a proxy that loses requests and answers. In the middle of each something is killed while acts are on their way. One
 * browser and one backend live through all of them, and what one history leaves undone goes on during the next.
 *
 * At the end everything is well again and the books must balance: what the user was told is saved has exactly one
 * effect, what was refused or undone has none, nothing has two, and on each lead the effects are in the order of the acts.
 */

export const calamities = ['worker', 'browser', 'backend', 'PostgreSQL', 'backend restarted'] as const;
export type Calamity = (typeof calamities)[number];

type Command =
  | {
      do: 'act';
      lead: 0 | 1;
      what: 'accept' | 'qualify' | 'insight' | 'call' | 'mail' | 'linkedin' | 'other';
      hurry: boolean;
      wait: boolean;
    }
  | { do: 'undo'; which: number }
  | { do: 'fates'; fates: Fate[] }
  | { do: 'cut' }
  | { do: 'mend' }
  | { do: 'sync' }
  | { do: 'kill worker' }
  | { do: 'somebody' };

const act = fc.record({
  do: fc.constant('act' as const),
  lead: fc.constantFrom(0 as const, 1 as const),
  what: fc.constantFrom('accept', 'qualify', 'insight', 'insight', 'call', 'mail', 'linkedin', 'other'),
  hurry: fc.nat(2).map((n) => n > 0),
  wait: fc.boolean(),
});
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 9, arbitrary: act },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('undo' as const), which: fc.nat(20) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('fates' as const),
      fates: fc.array(fc.constantFrom<Fate>('pass', 'drop', 'lose', 'lose'), { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'cut' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'mend' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'sync' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'kill worker' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'somebody' as const }) },
);
const half = fc.array(command, { minLength: 4, maxLength: 7, size: 'max' });
export const made: fc.Arbitrary<[Command[], Command[]]> = fc.tuple(half, half);

/** What a run came to. */
export interface Ran {
  histories: number;
  seed: number;
  seconds: number;
  /** Acts that the user was told are saved, and what became of them. */
  saved: number;
  done: number;
  refused: number;
  undone: number;
  /** Acts whose answer the user never heard, because something died. */
  unheard: number;
  /** Acts that the rules on the device did not allow. */
  declined: number;
  killed: Record<Calamity, number>;
  /** Acts that were sent more than once. */
  repeated: number;
  wrongs: string[];
}

interface Act {
  history: number;
  what: string;
  note?: string;
  /** The id, once the user was told that it is saved. */
  id?: string;
  undone?: true;
  /** The extension said no, and then there is nothing of it. */
  declined?: true;
}

const isAct = ({ method, url }: Recorded) => method === 'POST' && /\/v1\/leads(\/[^/]+\/(decisions|feedback))?$/.test(url);

export async function browserHistories(runs: number, seed: number, say: (line: string) => void): Promise<Ran> {
  const started = performance.now();
  const backend = await startBackend();
  const wire = await recordingProxy();
  const extension = await launch({ proxy: wire });
  try {
    await signIn(extension.context, backend.url, { sample: rep });
    const run = new Run(backend, extension, wire);
    const seconds = () => Math.round((performance.now() - started) / 1000);
    for (const [n, [before, after]] of fc.sample(made, { numRuns: runs, seed }).entries()) {
      await run.history(n, before, calamities[n % calamities.length]!, after);
      if ((n + 1) % 10 === 0) say(`${n + 1} histories, ${seconds()} s`);
    }
    await run.drain();
    return { histories: runs, seed, ...(await run.balance()), seconds: seconds() };
  } finally {
    await extension.close();
    await wire.stop();
    await backend.remove();
  }
}

class Run {
  readonly #backend: Backend;
  readonly #extension: Extension;
  readonly #wire: Awaited<ReturnType<typeof recordingProxy>>;
  readonly #acts: Act[] = [];
  readonly #pending = new Set<Promise<void>>();
  readonly #leads: string[] = [];
  readonly #killed = Object.fromEntries(calamities.map((one) => [one, 0])) as Ran['killed'];
  #fates: Fate[] = [];
  #page: Page | undefined;

  constructor(backend: Backend, extension: Extension, wire: Awaited<ReturnType<typeof recordingProxy>>) {
    this.#backend = backend;
    this.#extension = extension;
    this.#wire = wire;
    this.#hold();
  }

  #hold(): void {
    this.#wire.hold(
      (request) => isAct(request) && this.#fates.length > 0,
      async () => this.#fates.shift() ?? 'pass',
    );
  }

  /** A page of the extension; another one after the browser died. */
  async #own(): Promise<Page> {
    if (!this.#page || this.#page.isClosed()) this.#page = await this.#extension.open('managed.json');
    return this.#page;
  }

  async history(n: number, before: readonly Command[], calamity: Calamity, after: readonly Command[]): Promise<void> {
    const word = `${letters(n)}${Math.random().toString(36).slice(2, 8).replace(/\d/g, 'x')}`;
    const page = await this.#own();
    // One lead as marketing hands it over, and one that the rep adds, itself an act that may be on its way for long.
    const market = await marketing(this.#backend);
    const handed = await market.touch({ email: `handed.${word}@northwind.example`, name: `Handed ${word}` });
    await market.handOver(handed, rep);
    await ask(page, 'sync');
    const added = await ask(page, 'add', { name: `Added ${word}`, keys: [{ kind: 'email', value: `added.${word}@northwind.example` }] });
    this.#acts.push({ history: n, what: 'add', id: added.id });
    const leads = [handed, added.act.lead] as const;
    this.#leads.push(...leads);
    const somebody = () => market.assign(handed).catch(() => undefined);

    for (const one of before) await this.#command(n, leads, one, somebody);
    // In the middle of things: one act has just been pressed, others are being sent.
    const pressed = this.#act(n, leads, { do: 'act', lead: 0, what: 'insight', hurry: true, wait: false });
    const sent = ask(page, 'sync').catch(() => undefined);
    await this.#calamity(calamity);
    await Promise.all([pressed, sent]);
    for (const one of after) await this.#command(n, leads, one, somebody);
    this.#mend();
    await Promise.all(this.#pending);
  }

  async #calamity(calamity: Calamity): Promise<void> {
    this.#killed[calamity]++;
    switch (calamity) {
      case 'worker':
        return this.#extension.killWorker();
      case 'browser':
        return this.#extension.crash();
      case 'backend':
        await this.#backend.stop('SIGKILL');
        return this.#backend.start();
      case 'backend restarted':
        await this.#backend.stop();
        return this.#backend.start();
      case 'PostgreSQL': {
        // The backend starts it again; until then it answers that it is away.
        const back = this.#backend.says('store is back');
        process.kill(await postmaster(this.#backend.data), 'SIGKILL');
        await back;
      }
    }
  }

  #mend(): void {
    this.#wire.mend();
    this.#fates = [];
    this.#hold();
  }

  async #command(n: number, leads: readonly [string, string], one: Command, somebody: () => Promise<unknown>): Promise<void> {
    switch (one.do) {
      case 'act': {
        const acted = this.#act(n, leads, one);
        if (one.wait) await acted;
        return;
      }
      case 'undo': {
        const mine = this.#acts.filter(({ history, id }) => history === n && id !== undefined);
        const chosen = mine[one.which % (mine.length || 1)];
        if (!chosen?.id) return;
        const row = await ask(await this.#own(), 'undo', { id: chosen.id }).catch(() => undefined);
        if (row?.status === 'undone') chosen.undone = true;
        return;
      }
      case 'fates':
        this.#fates = [...one.fates];
        return;
      case 'cut':
        this.#wire.cut(this.#backend.url);
        return;
      case 'mend':
        return this.#mend();
      case 'sync':
        await ask(await this.#own(), 'sync').catch(() => undefined);
        return;
      case 'kill worker':
        this.#killed.worker++;
        return this.#extension.killWorker();
      case 'somebody':
        await somebody();
    }
  }

  /** Presses, and writes down what the user is told. Never rejects: whoever hears nothing knows nothing. */
  #act(history: number, leads: readonly [string, string], { lead, what, hurry }: Command & { do: 'act' }): Promise<void> {
    // Numbered at once: two acts may be on their way at the same time.
    const act: Act = { history, what, ...(what === 'insight' && { note: `note ${this.#acts.length} of history ${history}` }) };
    this.#acts.push(act);
    const press = async () => {
      const page = await this.#own();
      let told: ActState;
      if (what === 'insight') told = await ask(page, 'feedback', { lead: leads[lead], kind: 'insight', note: act.note! });
      else if (what === 'accept' || what === 'qualify')
        told = await ask(page, 'decide', {
          lead: leads[lead],
          decision: what === 'accept' ? { kind: 'accept' } : { kind: 'qualify', criteria: [] },
        });
      else told = await ask(page, 'decide', { lead: leads[lead], decision: { kind: 'attempt', channel: what } });
      act.id = told.id;
      // Without this it is held for six seconds.
      if (hurry) await ask(page, 'retry', { id: told.id });
    };
    const pressed = press().catch((error: unknown) => {
      // What the extension answers in a sentence was not done. Everything else is silence.
      if (act.id === undefined && !/closed|crash|context|message|unreachable|Target/i.test(String(error))) act.declined = true;
    });
    this.#pending.add(pressed);
    return pressed.finally(() => this.#pending.delete(pressed));
  }

  async #outbox(): Promise<ActState[]> {
    return ask(await this.#own(), 'outbox');
  }

  /** Everything is well: syncs until nothing waits any more. */
  async drain(): Promise<void> {
    this.#mend();
    const deadline = Date.now() + 180_000;
    for (;;) {
      await ask(await this.#own(), 'sync');
      const waiting = (await this.#outbox()).filter(({ status }) => !isOver(status));
      if (waiting.length === 0) return;
      if (Date.now() > deadline) return;
    }
  }

  async balance(): Promise<Omit<Ran, 'histories' | 'seed' | 'seconds'>> {
    const rows = await this.#outbox();
    const byId = new Map(rows.map((row) => [row.id, row]));
    // What was refused before “send now” reached it, as when what it builds on was undone, is made anew under another id.
    const renewals = new Map(rows.map((row) => [row.renews, row]));
    const effects = await this.#effects();
    const wrongs: string[] = [];
    const times = (id: string) => new Set(effects.filter(({ operation }) => operation === id).map(({ xid }) => xid)).size;

    for (const { id, history, what, undone } of this.#acts) {
      if (id === undefined) continue;
      const row = byId.get(id) ?? renewals.get(id);
      const name = `${what} ${id} of history ${history}`;
      if (!row) wrongs.push(`${name} was said to be saved and is lost`);
      else if (undone && row.status !== 'undone') wrongs.push(`${name} was said to be undone and is ${row.status}`);
    }
    for (const { id, act, status } of rows) {
      const name = `${act.kind} ${id}, ${status},`;
      const count = times(id);
      if (!isOver(status)) wrongs.push(`${name} is still on its way`);
      else if (count !== (status === 'done' ? 1 : 0)) wrongs.push(`${name} has ${count} effects`);
    }
    for (const { operation, kind } of effects)
      if (operation !== null && !byId.has(operation)) wrongs.push(`${kind} ${operation} has an effect and is no act of the user`);
    const twice = new Map<string, number>();
    for (const { note } of effects) if (note) twice.set(note, (twice.get(note) ?? 0) + 1);
    for (const [note, count] of twice) if (count > 1) wrongs.push(`“${note}” was said ${count} times`);
    for (const { note, declined } of this.#acts)
      if (declined && note && twice.has(note)) wrongs.push(`“${note}” was declined and is there`);

    for (const lead of this.#leads) {
      const applied = [...new Set(effects.filter((one) => one.lead === lead && one.operation !== null).map(({ operation }) => operation))];
      const meant = rows.filter((row) => row.act.lead === lead && row.status === 'done').map(({ id }) => id);
      if (applied.join() !== meant.join()) wrongs.push(`on ${lead} the acts were ${meant.join()} and were applied as ${applied.join()}`);
    }

    const keys = new Map<string, number>();
    for (const request of this.#wire.requests.filter(isAct)) {
      const key = String(request.headers['idempotency-key']);
      keys.set(key, (keys.get(key) ?? 0) + 1);
    }
    const count = (status: ActState['status']) => rows.filter((row) => row.status === status).length;
    return {
      saved: this.#acts.filter(({ id }) => id !== undefined).length,
      done: count('done'),
      refused: count('refused'),
      undone: count('undone'),
      unheard: this.#acts.filter(({ id, declined }) => id === undefined && !declined).length,
      declined: this.#acts.filter(({ declined }) => declined).length,
      killed: this.#killed,
      repeated: [...keys.values()].filter((n) => n > 1).length,
      wrongs,
    };
  }

  /** What happened to the leads by the rep's hand, in the order in which it was applied. */
  async #effects(): Promise<{ lead: string; operation: string | null; kind: string; xid: string; note: string | null }[]> {
    const store = openStore({ url: (await addressOfRunning(this.#backend.data))!, connections: 1 });
    try {
      const { rows: spaces } = await store.pool.query<{ workspace: string }>('select workspace from workspaces()');
      return await store.inWorkspace(spaces[0]!.workspace, async (trx) => {
        const { rows } = await sql<{ lead: string; operation: string | null; kind: string; xid: string; note: string | null }>`
          select e.person as lead, coalesce(e.operation::text, e.data->>'id') as operation, e.kind, e.xid::text, f.note
          from lead_event e
          join app_user u on u.workspace = e.workspace and u.id::text = e.by_id and u.email = ${rep}
          left join feedback f on f.workspace = e.workspace and e.kind = 'feedback' and f.id::text = e.data->>'id'
          where e.workspace = ${spaces[0]!.workspace}::uuid and e.person = any(${this.#leads}::uuid[])
          order by e.xid, e.id`.execute(trx);
        return rows;
      });
    } finally {
      await store.close();
    }
  }
}

const isOver = (status: ActState['status']): boolean => status === 'done' || status === 'refused' || status === 'undone';
const letters = (n: number): string => [...String(n).padStart(3, '0')].map((digit) => 'bcdfghjklm'[Number(digit)]).join('');
