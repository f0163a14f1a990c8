import type { Connection, Language } from '../bridge/scene.ts';
import type { Watcher } from './api.ts';
import { type Area, item } from './area.ts';
import type { SessionStatus } from './session/world.ts';
import { wordsIn } from './words.ts';

/** How the connection to the backend stands, from what requests met. It asks for nothing itself. */
export interface ConnectionKeeper extends Watcher {
  get(): Promise<Connection>;
  /** The browser says there is no network; when it is back, the next request tells. */
  lost(): void;
  forget(): Promise<void>;
}

interface Kept {
  /** ms by the device's clock. */
  syncedAt?: number;
  offlineSince?: number;
  pausedUntil?: number;
  troubleSince?: number;
  /** Entries of lists that this version could not read, by route, when there are any. */
  leftOut?: Record<string, number>;
}

/** An answer not older than this counts as live: two rounds of the background's minute. */
const liveFor = 150_000;

export interface ConnectionWorld {
  local: Area;
  now(): number;
  language(): Promise<Language>;
  status(): Promise<SessionStatus>;
  /** How many addresses and profiles of leads are in the set on this device. */
  leads(): Promise<number | undefined>;
  /** The state has become another one. */
  changed(): void;
}

export function connectionKeeper({ local, now, language, status, leads, changed }: ConnectionWorld): ConnectionKeeper {
  const stored = item<Kept>(local, 'connection');
  let kept: Promise<Kept> | undefined;
  const load = () => {
    kept ??= stored.get().then((value) => value ?? {});
    return kept;
  };
  let told: string | undefined;

  async function become(next: (before: Kept) => Kept): Promise<void> {
    const value = next(await load());
    kept = Promise.resolve(value);
    await stored.set(value as Record<string, unknown>);
    const { state, leftOut } = await get();
    if (told !== `${state} ${leftOut}`) {
      told = `${state} ${leftOut}`;
      changed();
    }
  }
  const set = (next: (before: Kept) => Kept) => void become(next).catch(() => undefined);

  async function get(): Promise<Connection> {
    const [session, { syncedAt, offlineSince, pausedUntil, troubleSince, leftOut }, size, words] = await Promise.all([
      status(),
      load(),
      leads().catch(() => undefined),
      language().then(wordsIn),
    ]);
    if (session.state === 'not-connected') return { state: 'not-connected' };
    const about = {
      backend: session.backend,
      ...(syncedAt === undefined ? {} : { syncedAt: new Date(syncedAt).toISOString() }),
      ...(size === undefined ? {} : { leads: size }),
    };
    if (session.state === 'signed-out')
      return { ...about, state: 'signed-out', sentence: session.why === 'ended' ? words.ended : words.signedOut };
    if (offlineSince !== undefined)
      return { ...about, state: 'offline', offlineSince: new Date(offlineSince).toISOString(), sentence: words.offline };
    if (pausedUntil !== undefined && pausedUntil > now()) return { ...about, state: 'paused', sentence: words.paused };
    if (troubleSince !== undefined) return { ...about, state: 'cached', sentence: words.serverTrouble };
    const live = syncedAt !== undefined && Math.abs(now() - syncedAt) <= liveFor;
    const entries = Object.values(leftOut ?? {}).reduce((sum, n) => sum + n, 0);
    return { ...about, state: live ? 'live' : 'cached', ...(entries > 0 && { sentence: words.leftOut(entries), leftOut: entries }) };
  }

  return {
    get,
    answered(httpStatus, retryAfter) {
      const at = now();
      if (httpStatus === 429 || (httpStatus === 503 && retryAfter !== undefined))
        set((before) => ({
          syncedAt: before.syncedAt,
          leftOut: before.leftOut,
          pausedUntil: at + Math.min(retryAfter ?? 30_000, 3600_000),
        }));
      else if (httpStatus >= 500)
        set((before) => ({ syncedAt: before.syncedAt, leftOut: before.leftOut, troubleSince: before.troubleSince ?? at }));
      else if (httpStatus !== 401) set((before) => ({ syncedAt: at, leftOut: before.leftOut }));
    },
    failed() {
      const at = now();
      set((before) => ({ syncedAt: before.syncedAt, leftOut: before.leftOut, offlineSince: before.offlineSince ?? at }));
    },
    leftOut(route, entries) {
      // Most answers have nothing new in them, and then nothing is written.
      void load().then((before) => {
        if ((before.leftOut?.[route] ?? 0) === entries) return;
        const { [route]: _, ...others } = before.leftOut ?? {};
        set((now) => ({ ...now, leftOut: entries > 0 ? { ...others, [route]: entries } : others }));
      });
    },
    lost() {
      this.failed();
    },
    async forget() {
      kept = Promise.resolve({});
      await stored.remove();
    },
  };
}
