import type { Page } from '@playwright/test';
import { ask } from '../../scripts/parts/sign-in.ts';
import { rep } from '../harness/people.ts';
import type { Recorded } from '../harness/proxy.ts';
import { newKey, refresh } from '../sign-in/raw.ts';
import { expect, test } from './house.ts';

/** What stays on a device, and what goes: nobody is signed out by bad luck, and what is to be forgotten is gone. */

interface Own {
  storage: Record<'local' | 'session', { get(keys: null): Promise<Record<string, unknown>>; remove(key: string): Promise<void> }>;
}
/** Everything that the extension keeps, seen from one of its own pages: how many values in each store and area. */
const kept = (page: Page): Promise<Record<string, number>> =>
  page.evaluate(async () => {
    const counts: Record<string, number> = {};
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name!);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      for (const store of database.objectStoreNames)
        counts[`${name} ${store}`] = await new Promise((resolve, reject) => {
          const request = database.transaction(store).objectStore(store).count();
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      database.close();
    }
    const { storage } = (globalThis as unknown as { chrome: Own }).chrome;
    for (const area of ['local', 'session'] as const) counts[area] = Object.keys(await storage[area].get(null)).length;
    counts.caches = (await caches.keys()).length;
    counts['page storage'] = localStorage.length + sessionStorage.length;
    return counts;
  });

test('signing out leaves the acts and nothing else; forgetting leaves nothing at all', async ({
  extension,
  mail,
  lead,
  prospect,
  wire,
  backend,
}) => {
  const page = await extension.open('options.html#privacy');
  await mail.show(await extension.context.newPage(), 'thread-several-messages', prospect);
  wire.cut(backend.url);
  await ask(page, 'decide', { lead, decision: { kind: 'accept' } });
  const before = await kept(page);
  for (const what of [
    'baton-cache cards',
    'baton-cache keys',
    'baton-cache leadset',
    'baton-session session',
    'baton-outbox acts',
    'local',
    'session',
  ])
    expect(before[what], what).toBeGreaterThan(0);

  await ask(page, 'signOut');
  const out = await kept(page);
  expect(out).toMatchObject({
    'baton-cache cards': 0,
    'baton-cache keys': 0,
    'baton-cache leadset': 0,
    'baton-cache meta': 0,
    'baton-outbox acts': 1,
  });

  // The button says what goes, and that something is lost by it.
  await expect(page.getByText('1 act not sent yet would be lost.')).toBeVisible();
  await page.getByRole('button', { name: 'Forget everything' }).click();
  await page.getByRole('button', { name: 'Forget everything now' }).click();
  await expect(page.getByText('Nothing is kept here.')).toBeVisible();
  const after = await kept(page);
  expect(Object.entries(after).filter(([, count]) => count > 0)).toEqual([]);
  expect((await ask(page, 'status')).connection).toEqual({ state: 'not-connected' });
});

const refreshes = ({ method, url, body }: Recorded) =>
  method === 'POST' && url.endsWith('/sign-in/token') && body.includes('refresh_token');

test('no bad luck with a refresh signs anybody out, and a copied token is worth nothing', async ({ extension, wire, backend }) => {
  const page = await extension.open('options.html');
  const second = await extension.open('options.html');
  const expire = () => page.evaluate(() => (globalThis as unknown as { chrome: Own }).chrome.storage.session.remove('session.access'));
  const count = () => wire.requests.filter(refreshes).length;
  const live = async () => expect((await ask(page, 'sync')).state).toBe('live');

  // The answer is lost on its way: the token is not rotated, so the next try is as good.
  let losing = true;
  wire.hold(
    (request) => refreshes(request) && losing,
    async () => 'lose',
  );
  await expire();
  expect((await ask(page, 'sync')).state).toBe('offline');
  losing = false;
  await live();

  // The worker dies after the backend has answered and before anything is stored.
  let first = true;
  wire.hold(
    (request) => refreshes(request) && first,
    async () => {
      first = false;
      await extension.killWorker();
      return 'lose';
    },
  );
  await expire();
  await ask(page, 'sync').catch(() => undefined);
  expect(first).toBe(false);
  await live();

  // Two windows at once: one request, both go on.
  wire.mend();
  await expire();
  const before = count();
  const states = await Promise.all([ask(page, 'sync'), ask(second, 'sync')]);
  expect(states.map(({ state }) => state)).toEqual(['live', 'live']);
  expect(count() - before).toBe(1);

  // Copied to another device, with a key of its own: refused, and the one it was copied from goes on.
  const stolen = new URLSearchParams(wire.requests.filter(refreshes).at(-1)!.body).get('refresh_token')!;
  expect(stolen.length).toBeGreaterThan(20);
  expect(await refresh(backend.url, newKey(), stolen)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  await expire();
  await live();
  const { me } = await ask(page, 'status');
  expect(me?.email).toBe(rep);
});
