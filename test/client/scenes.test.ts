import { expect, test } from 'vitest';
import { type ScenesWorld, scenes } from '../../lib/client/scene/scenes.ts';
import { defaults } from '../../lib/client/settings.ts';
import type { Sighting, Stance } from '../../lib/sites/site.ts';
import { area } from './world.ts';

/** What the page is told about how the card stands, when what the page shows and what the user does meet. */

const tab = 7;
const stranger = (name: string): Sighting => ({
  site: 'gmail',
  view: 'message',
  people: [{ role: 'sender', keys: [{ kind: 'email', value: 'dana@northwind.example' }], name }],
  focus: 0,
  matched: {},
});

/** A background in which everything that takes time ends when it is told to. */
function slow() {
  const memory = area();
  const waiting: (() => void)[] = [];
  let held: 'writing' | 'looking up' | undefined;
  const takes = async (what: typeof held) => {
    if (held === what) await new Promise<void>((end) => waiting.push(end));
  };
  const told: Stance[] = [];
  const world: ScenesWorld = {
    memory: {
      ...memory,
      async set(items) {
        await takes('writing');
        await memory.set(items);
      },
    },
    async compose(id, { sighting: { site, view, people } }) {
      await takes('looking up');
      return {
        tab: id,
        site,
        view,
        people: [{ role: 'sender', name: people[0]!.name!, keys: [], known: 'stranger' }],
        focus: 0,
        connection: { state: 'live' },
        acts: [],
        settings: { language: 'en', theme: 'system', opensByItself: true },
      };
    },
    settings: async () => defaults,
    changeSettings: async () => undefined,
    broadcast: () => {},
    tellTab: (_, stance) => told.push(stance),
    shown: () => {},
  };
  return {
    scenes: scenes(world),
    told,
    hold(what: 'writing' | 'looking up') {
      held = what;
    },
    release() {
      held = undefined;
      for (const end of waiting.splice(0)) end();
    },
  };
}
const ticks = async () => {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
};

test('opened while a reading of the same person is still being written down, the card stays open', async () => {
  const background = slow();
  expect((await background.scenes.sighted(tab, stranger('Dana'))).shows).toBe('tab');
  background.hold('writing');
  const answer = background.scenes.sighted(tab, stranger('Dana Whitfield'));
  await ticks();
  const opened = background.scenes.fold(tab, true);
  await ticks();
  // The page has been told already, and what it hears last is what counts.
  expect(background.told.at(-1)?.shows).toBe('card');
  background.release();
  expect((await answer).shows).toBe('card');
  await opened;
});

test('a height that the card reports while another person is being read does not open theirs', async () => {
  const background = slow();
  await background.scenes.sighted(tab, stranger('Dana'));
  await background.scenes.fold(tab, true);
  const other: Sighting = {
    ...stranger('Leo'),
    people: [{ role: 'sender', keys: [{ kind: 'email', value: 'leo@kestrel.example' }], name: 'Leo' }],
  };
  background.hold('looking up');
  const answer = background.scenes.sighted(tab, other);
  await ticks();
  const reported = background.scenes.grown(tab, 520);
  await ticks();
  background.release();
  expect((await answer).shows).toBe('tab');
  await reported;
});

test('a height that the card reports just after it was folded does not open it again', async () => {
  const background = slow();
  await background.scenes.sighted(tab, stranger('Dana'));
  await background.scenes.fold(tab, true);
  await background.scenes.fold(tab, false);
  const told = background.told.length;
  await background.scenes.grown(tab, 520);
  expect(background.told.slice(told)).toEqual([]);
  expect((await background.scenes.sighted(tab, stranger('Dana'))).shows).toBe('tab');
  await background.scenes.fold(tab, true);
  await background.scenes.grown(tab, 520);
  expect(background.told.at(-1)).toMatchObject({ shows: 'card', height: 520 });
});

test('a card that is opened again stands at once as tall as it was', async () => {
  const background = slow();
  await background.scenes.sighted(tab, stranger('Dana'));
  await background.scenes.fold(tab, true);
  await background.scenes.grown(tab, 312);
  await background.scenes.fold(tab, false);
  await background.scenes.fold(tab, true);
  expect(background.told.map(({ height }) => height)).toEqual([480, 312, 40, 312]);
});

test('a page that is read before it is known that the tab had gone elsewhere keeps its scene: its card can be opened', async () => {
  const background = slow();
  await background.scenes.sighted(tab, stranger('Dana'));
  const leave = background.scenes.leaving(tab);
  await background.scenes.sighted(tab, stranger('Leo'));
  expect(await leave()).toBe(false);
  await background.scenes.fold(tab, true);
  expect(background.told.at(-1)?.shows).toBe('card');
});

test('a tab that goes elsewhere has no scene any more', async () => {
  const background = slow();
  await background.scenes.sighted(tab, stranger('Dana'));
  expect(await background.scenes.leaving(tab)()).toBe(true);
  expect(await background.scenes.all()).toEqual([]);
});
