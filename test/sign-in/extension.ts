import 'fake-indexeddb/auto';
import type { Area } from '../../lib/client/area.ts';
import { idbKept } from '../../lib/client/session/kept.ts';
import { createSession } from '../../lib/client/session/session.ts';
import type { Session, SessionWorld } from '../../lib/client/session/world.ts';
import { redirects } from '../../lib/contract/identity.ts';
import { password } from './backend.ts';
import { browser, submit } from './browser.ts';

export function area(): Area & { items: Map<string, unknown> } {
  const items = new Map<string, unknown>();
  return {
    items,
    get: async (key) => (items.has(key) ? { [key]: structuredClone(items.get(key)) } : {}),
    set: async (more) => {
      for (const [key, value] of Object.entries(more)) items.set(key, structuredClone(value));
    },
    remove: async (keys) => {
      for (const key of [keys].flat()) items.delete(key);
    },
    clear: async () => items.clear(),
  };
}

/** Drives the sign-in page as this person. */
export const asPerson =
  (email: string, secret = password) =>
  async ({ url }: { url: string }): Promise<string> => {
    const window = browser(redirects.chromium);
    const page = await window.open(url);
    const end = await submit(window, page, { email, password: secret });
    if (end.status !== 0) throw new Error(`the page stayed: ${end.status} ${/role="alert">([^<]*)/.exec(end.body)?.[1]}`);
    return end.url;
  };

let disks = 0;
export interface Extension {
  session: Session;
  world: SessionWorld & { memory: ReturnType<typeof area> };
  /** The worker dies and starts again: all that was not stored is gone. */
  restart(): Extension;
  /** The browser was closed too. */
  reopen(): Extension;
}

export function extension(overrides: Partial<SessionWorld> = {}): Extension {
  const disk = `session-${disks++}`;
  const memory = area();
  const make = (kept: ReturnType<typeof area>): Extension => {
    const world = {
      fetch: (...args: Parameters<typeof fetch>) => fetch(...args),
      launchWebAuthFlow: asPerson('ada@ridgeway.example'),
      redirectUrl: redirects.chromium,
      kept: idbKept(disk),
      ...overrides,
      memory: kept,
    };
    return { session: createSession(world), world, restart: () => make(kept), reopen: () => make(area()) };
  };
  return make(memory);
}
