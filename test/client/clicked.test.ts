import { describe, expect, test } from 'vitest';
import { clicked } from '../../lib/client/clicked.ts';
import type { SiteId } from '../../lib/sites/site.ts';
import { area } from './world.ts';

/** A browser that gives hosts, counts how often the popup opened, and may stop the worker at any time. */
function browser({ held = [] as string[] } = {}) {
  const memory = area();
  const given = new Set(held);
  const added: { origin: string; site: SiteId }[] = [];
  let opened = 0;
  let now = 0;
  const start = () =>
    clicked({
      memory,
      now: () => now,
      readers: {
        allowed: async ({ origin }) => given.has(origin),
        async add(place) {
          if (!given.has(place.origin)) return false;
          if (!added.some(({ origin }) => origin === place.origin)) added.push(place);
          return true;
        },
      },
      openPopup: async () => void opened++,
    });
  return { start, given, added, opened: () => opened, pass: (ms: number) => (now += ms) };
}
const mail = new URL('https://mail.google.com/mail/u/0/#inbox');
const own = { origin: 'https://mail.ridgeway.example', site: 'roundcube' } as const;
const pattern = 'https://mail.ridgeway.example/*';

describe('where the browser lets a reader run only when clicked', () => {
  test('the click that let it run opens the popup, once in a tab, and again after the tab was elsewhere', async () => {
    const world = browser();
    await world.start().began(1, mail);
    expect(world.opened()).toBe(1);
    // It says so again whenever it wakes the worker, and after the page was loaded anew.
    await world.start().began(1, mail);
    expect(world.opened()).toBe(1);
    await world.start().began(2, mail);
    expect(world.opened()).toBe(2);
    await world.start().left(1);
    await world.start().began(1, mail);
    expect(world.opened()).toBe(3);
  });

  test('where it may run anyway nothing opens, nor when the permission goes while the page is open', async () => {
    const world = browser({ held: [mail.origin] });
    await world.start().began(1, mail);
    world.given.clear();
    await world.start().began(1, mail);
    expect(world.opened()).toBe(0);
  });
});

describe('a host that is to be added', () => {
  test('is added when the browser allows it, though whoever asked is gone and the worker was stopped', async () => {
    const world = browser();
    expect(await world.start().add(own)).toBe(false);
    expect(world.added).toEqual([]);
    world.given.add(own.origin);
    expect(await world.start().allowed([pattern])).toBe(true);
    expect(world.added).toEqual([own]);
    // Told twice, by the browser and by the page that asked, it is there once.
    expect(await world.start().add(own)).toBe(true);
    expect(world.added).toEqual([own]);
  });

  test('is not added for another host’s permission, nor for one that is given long after the question', async () => {
    const world = browser();
    await world.start().add(own);
    world.given.add(own.origin);
    expect(await world.start().allowed(['https://mail.google.com/*'])).toBe(false);
    world.pass(11 * 60_000);
    expect(await world.start().allowed([pattern])).toBe(false);
    world.pass(-11 * 60_000);
    expect(await world.start().allowed([pattern])).toBe(false);
    expect(world.added).toEqual([]);
  });
});
