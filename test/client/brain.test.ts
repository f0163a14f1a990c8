import { describe, expect, test, vi } from 'vitest';
import { BridgeError } from '../../lib/bridge/ask.ts';
import { Refused } from '../../lib/client/trouble.ts';
import { type Browser, browser, cardOf, frame, mailFrom, page, rep, start, uuid } from './world.ts';

const dana = () => cardOf('Dana Whitfield', 'dana@northwind.example');

/** A browser whose backend knows these leads, brought up to date once. */
async function synced(cards = [dana()], arrange: (world: Browser) => void = () => undefined): Promise<Browser> {
  const world = browser();
  for (const card of cards) world.backend.leads.set(card.id, card);
  world.backend.feedPages = [{ items: cards, next: 'c1', more: false }];
  arrange(world);
  await world.mind.started();
  world.backend.calls.length = 0;
  return world;
}

describe('a mail is opened', () => {
  test('a lead’s card is there without a request', async () => {
    const card = dana();
    const world = await synced([card]);
    const stance = await world.sight(1, mailFrom('Dana@Northwind.example', 'Dana'));
    expect(stance.shows).toBe('card');
    expect(world.scenes.at(-1)).toMatchObject({ tab: 1, focus: 0, people: [{ known: 'lead', cardState: 'here', card: { id: card.id } }] });
    expect(world.badges.at(-1)).toMatchObject({ tab: 1, badge: { text: 'MQL' } });
    await world.settle();
    expect(world.backend.calls).toEqual([]);
  });

  test('the address with a tag in it is the same person', async () => {
    const world = await synced();
    await world.sight(1, mailFrom('dana+news@northwind.example'));
    expect(world.scenes.at(-1)?.people[0]?.known).toBe('lead');
  });

  test('a stranger costs no request, writes nothing and counts nothing', async () => {
    const world = await synced();
    await world.settle();
    const { writes } = world.local;
    for (let i = 0; i < 50; i++) {
      const stance = await world.sight(1, mailFrom(`nobody${i}@elsewhere.example`));
      expect(stance.shows).toBe('tab');
    }
    await world.settle();
    expect(world.scenes.at(-1)?.people[0]).toMatchObject({ known: 'stranger' });
    expect(world.backend.calls).toEqual([]);
    expect(world.local.writes).toBe(writes);
    expect(JSON.stringify([...world.local.items])).not.toContain('elsewhere');
  });

  test('my own address and my company’s are never looked up', async () => {
    const colleague = cardOf('Colleague', 'ines@ridgeway.example');
    const world = await synced([colleague]);
    for (const address of [rep.email, 'ines@ridgeway.example']) {
      await world.sight(1, mailFrom(address));
      expect(world.scenes.at(-1)).toMatchObject({ unknown: 'own-address', people: [{ known: 'own' }] });
      expect(world.scenes.at(-1)?.focus).toBeUndefined();
      expect(world.scenes.at(-1)?.people[0]?.card).toBeUndefined();
    }
  });

  test('a lead whose card is not here is asked for by tag once, and then painted', async () => {
    const world = await synced([dana()], ({ backend }) => {
      backend.feedPages = [];
    });
    expect((await world.sight(1, mailFrom('dana@northwind.example'))).shows).toBe('tab');
    expect(world.scenes.at(-1)?.people[0]).toMatchObject({ known: 'lead', cardState: 'waiting' });
    await world.sight(2, mailFrom('dana@northwind.example'));
    await expect.poll(() => world.scenes.findLast((scene) => scene.tab === 1)?.people[0]?.cardState).toBe('here');
    await expect.poll(() => world.stances.find(({ tab }) => tab === 1)?.stance.shows).toBe('card');
    expect(world.backend.count('cards')).toBe(1);
    expect(world.backend.count()).toBe(1);
  });

  test('offline, a lead whose card is not here says so, and the next round asks again', async () => {
    const world = await synced([dana()], ({ backend }) => {
      backend.feedPages = [];
    });
    world.backend.offline = true;
    await world.sight(1, mailFrom('dana@northwind.example'));
    await expect.poll(() => world.scenes.at(-1)?.people[0]?.cardState).toBe('failed');
    world.backend.offline = false;
    await world.mind.handlers.sync(undefined, page);
    await expect.poll(() => world.scenes.at(-1)?.people[0]?.cardState).toBe('here');
  });

  test('before the first sync nobody is called a stranger', async () => {
    const world = browser();
    await world.sight(1, mailFrom('dana@northwind.example'));
    expect(world.scenes.at(-1)?.people[0]?.known).toBe('unchecked');
  });

  test('after the worker was gone the scene is the same', async () => {
    const world = await synced();
    await world.sight(1, mailFrom('dana@northwind.example'));
    const before = await world.scene(1);
    const after = await world.restart().scene(1);
    expect(after).toEqual(before);
  });

  test('the user picks somebody else among those who are there', async () => {
    const world = await synced();
    const sighting = { ...mailFrom('a@list.example'), focus: undefined, unknown: 'group' as const };
    sighting.people.push({ role: 'to', keys: [{ kind: 'email', value: 'dana@northwind.example' }] });
    await world.sight(1, sighting);
    expect(world.scenes.at(-1)).toMatchObject({ unknown: 'group' });
    const scene = await world.mind.handlers.focusPerson({ index: 1 }, frame(1));
    expect(scene).toMatchObject({ focus: 1, people: [{}, { known: 'lead' }] });
    // A new reading of the same page keeps the choice, another mail does not.
    await world.sight(1, sighting);
    expect(world.scenes.at(-1)?.focus).toBe(1);
    await world.sight(1, mailFrom('other@list.example'));
    expect(world.scenes.at(-1)?.focus).toBe(0);
  });

  test('a card folded by the user stays folded for this mail, and opens for the next lead', async () => {
    const eve = cardOf('Eve Adams', 'eve@harbour.example');
    const world = await synced([dana(), eve]);
    await world.sight(1, mailFrom('dana@northwind.example'));
    await world.mind.handlers.fold({ open: false }, frame(1));
    expect(world.stances.at(-1)).toMatchObject({ tab: 1, stance: { shows: 'tab' } });
    expect((await world.sight(1, mailFrom('dana@northwind.example'))).shows).toBe('tab');
    expect((await world.sight(1, mailFrom('eve@harbour.example'))).shows).toBe('card');
  });

  test('a tab that goes elsewhere has no scene any more', async () => {
    const world = await synced();
    await world.sight(1, mailFrom('dana@northwind.example'));
    await world.mind.navigated(1, 'https://mail.google.com/mail/u/0/#inbox');
    expect((await world.scene(1)).people).toHaveLength(1);
    await world.mind.navigated(1, undefined);
    expect((await world.scene(1)).people).toHaveLength(0);
    expect(world.badges).toContainEqual({ badge: undefined, tab: 1 });
  });

  test('a content script is believed about its own site alone', async () => {
    const world = await synced();
    const from = { by: 'content', tab: 1, site: 'gmail', url: new URL('https://mail.google.com/') } as const;
    await expect(world.mind.handlers.sighting({ ...mailFrom('dana@northwind.example'), site: 'linkedin' }, from)).rejects.toThrow(
      BridgeError,
    );
  });

  test('the card’s own frame is told by name, also by a worker that was started anew', async () => {
    const world = await synced();
    await world.sight(1, mailFrom('dana@northwind.example'));
    await world.mind.handlers.scene({}, frame(1));
    const next = world.restart();
    await next.sight(1, mailFrom('other@list.example'));
    expect(next.frames.at(-1)).toMatchObject({ tab: 1, frame: 101, news: { kind: 'scene', payload: { tab: 1 } } });
    await next.sight(2, mailFrom('other@list.example'));
    expect(next.frames.filter(({ tab }) => tab === 2)).toEqual([]);
  });

  test('a frame in a page sees its own tab only', async () => {
    const world = await synced();
    await world.sight(1, mailFrom('dana@northwind.example'));
    expect((await world.mind.handlers.scene({ tab: 1 }, frame(2))).people).toEqual([]);
  });
});

describe('LinkedIn', () => {
  const profile = (vanity: string) => ({
    site: 'linkedin' as const,
    view: 'profile' as const,
    people: [{ role: 'profile' as const, keys: [{ kind: 'linkedin' as const, value: vanity }] }],
    focus: 0,
    matched: {},
  });
  const withLinkedIn = () => {
    const card = dana();
    card.person.keys.push({ id: uuid(), kind: 'linkedin', value: 'dana-whitfield' });
    return synced([card]);
  };

  test('until the user has chosen, nothing is put into the page and the badge speaks', async () => {
    const world = await withLinkedIn();
    expect((await world.sight(1, profile('dana-whitfield'))).shows).toBe('none');
    expect(world.badges.at(-1)).toMatchObject({ tab: 1, badge: { text: 'MQL' } });
  });

  test('until a click the host is the same for a lead, a stranger and whoever can’t be told', async () => {
    const world = await withLinkedIn();
    await world.mind.handlers.settings({ sites: { linkedin: { on: true, opensByItself: true, mode: 'overlay' } } }, page);
    const lead = await world.sight(1, profile('dana-whitfield'));
    const stranger = await world.sight(1, profile('somebody-else'));
    const unknown = await world.sight(1, { ...profile('x'), people: [], focus: undefined, unknown: 'conflict' } as never);
    expect(lead).toEqual(stranger);
    expect(unknown).toEqual(stranger);
    await world.mind.handlers.fold({ open: true }, frame(1));
    expect(world.stances.at(-1)?.stance.shows).toBe('card');
    // The next profile begins folded again, whoever it is.
    expect(await world.sight(1, profile('dana-whitfield'))).toEqual(lead);
  });
});

describe('an act', () => {
  test('is on disk before the answer, shown at once, and sent after six seconds', async () => {
    const card = dana();
    const world = await synced([card]);
    await world.sight(1, mailFrom('dana@northwind.example'));
    const state = await world.mind.handlers.decide({ lead: card.id, decision: { kind: 'accept' } }, frame(1));
    expect(state).toMatchObject({ status: 'held', name: 'Dana Whitfield', heldUntil: start + 6000 });
    const { people, acts } = await world.restart().scene(1);
    expect(people[0]?.card).toMatchObject({
      stage: 'sal',
      funnelVersion: 5,
      owner: { id: rep.id, team: 'sales' },
      handoff: { state: 'accepted' },
    });
    expect(acts).toHaveLength(1);

    await world.mind.minute();
    expect(world.backend.sent).toEqual([]);
    world.clock.now += 6001;
    world.backend.leads.set(card.id, { ...card, stage: 'sal', funnelVersion: 5, version: 11 });
    await world.mind.minute();
    expect(world.backend.sent).toHaveLength(1);
    expect(world.backend.sent[0]).toMatchObject({
      id: state.id,
      act: { kind: 'decision', lead: card.id, body: { kind: 'accept', basis: 4, agreement: 3, actedAt: new Date(start).toISOString() } },
    });
    const done = await world.scene(1);
    expect(done.acts).toEqual([]);
    expect(done.people[0]?.card).toMatchObject({ stage: 'sal', version: 11 });
  });

  test('a second act on the same lead builds on the first one', async () => {
    const card = dana();
    const world = await synced([card]);
    const first = await world.mind.handlers.decide({ lead: card.id, decision: { kind: 'accept' } }, page);
    await world.mind.handlers.decide({ lead: card.id, decision: { kind: 'qualify', criteria: [] } }, page);
    world.clock.now += 6001;
    const became = (funnelVersion: number) => ({ is: 'done' as const, card: { ...card, version: 10 + funnelVersion, funnelVersion } });
    world.backend.answers = [became(5), became(6)];
    await world.mind.minute();
    expect(world.backend.sent.map(({ act }) => act.kind === 'decision' && act.body.basis)).toEqual([4, { after: first.id }]);
    // The next one builds on what the backend has answered.
    await world.mind.handlers.decide({ lead: card.id, decision: { kind: 'attempt', channel: 'call' } }, page);
    expect((await world.mind.handlers.outbox(undefined, page)).at(-1)).toMatchObject({ act: { body: { basis: 6 } } });
  });

  test('can be undone while it is held, and the card is as before', async () => {
    const card = dana();
    const world = await synced([card]);
    await world.sight(1, mailFrom('dana@northwind.example'));
    const { id } = await world.mind.handlers.decide({ lead: card.id, decision: { kind: 'accept' } }, frame(1));
    expect(await world.mind.handlers.undo({ id }, frame(1))).toMatchObject({ status: 'undone' });
    expect((await world.scene(1)).people[0]?.card?.stage).toBe('mql');
    world.clock.now += 60_000;
    await world.mind.minute();
    expect(world.backend.sent).toEqual([]);
  });

  test('that the rules do not allow is refused in words, and nothing is kept', async () => {
    const card = dana();
    const world = await synced([card]);
    await expect(world.mind.handlers.decide({ lead: card.id, decision: { kind: 'win' } }, page)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('Opportunity'),
    });
    expect(await world.mind.handlers.outbox(undefined, page)).toEqual([]);
  });

  test('refused by the backend it shows the words until the user deals with it, and the card stands as it is', async () => {
    const card = dana();
    const world = await synced([card]);
    await world.sight(1, mailFrom('dana@northwind.example'));
    const now = { ...card, version: 12, funnelVersion: 9, stage: 'sql' as const };
    world.backend.answers = [
      new Refused(409, {
        type: 'urn:baton:problem:conflict',
        title: 'Moved',
        status: 409,
        detail: 'Ana has qualified it.',
        card: now,
        moved: { by: 'Ana Petrov', at: now.since },
      }),
    ];
    const { id } = await world.mind.handlers.decide({ lead: card.id, decision: { kind: 'accept' } }, frame(1));
    const next = await world.mind.handlers.decide({ lead: card.id, decision: { kind: 'qualify', criteria: [] } }, frame(1));
    world.clock.now += 6001;
    await world.mind.minute();
    const scene = await world.scene(1);
    expect(scene.people[0]?.card).toMatchObject({ stage: 'sql', version: 12 });
    expect(scene.acts).toMatchObject([
      { id, status: 'refused', sentence: 'Ana has qualified it.', conflict: { stage: 'sql' }, movedBy: 'Ana Petrov' },
      { id: next.id, status: 'refused', sentence: expect.stringContaining('before it') },
    ]);
    // Only the first was ever sent.
    expect(world.backend.sent).toHaveLength(1);
    const status = await world.mind.handlers.status(undefined, page);
    expect(status.outbox).toEqual({ waiting: 0, refused: 2 });
    await world.mind.handlers.discard({ id }, frame(1));
    await world.mind.handlers.discard({ id: next.id }, frame(1));
    expect((await world.scene(1)).acts).toEqual([]);
  });

  test('offline it waits, and goes when the network is back', async () => {
    const card = dana();
    const world = await synced([card]);
    world.backend.offline = true;
    await world.mind.handlers.feedback({ lead: card.id, kind: 'verdict', verdict: 'strong' }, page);
    world.clock.now += 6001;
    await world.mind.minute();
    expect(await world.mind.handlers.outbox(undefined, page)).toMatchObject([{ status: 'queued', attempts: 1 }]);
    world.backend.offline = false;
    await world.mind.online();
    expect(world.backend.sent).toMatchObject([{ act: { kind: 'feedback', body: { verdict: 'strong' } } }]);
    expect(world.faults).toEqual([]);
  });

  test('offline, two on one lead wait in order through deaths of the worker, and the first holds back the second', async () => {
    const card = dana();
    let world = await synced([card]);
    world.backend.offline = true;
    const first = await world.mind.handlers.decide({ lead: card.id, decision: { kind: 'accept' } }, page);
    const second = await world.mind.handlers.decide({ lead: card.id, decision: { kind: 'qualify', criteria: [] } }, page);
    world.clock.now += 6001;
    await world.mind.minute();
    world = world.restart();
    await world.mind.started();
    expect((await world.mind.handlers.outbox(undefined, page)).map(({ id }) => id)).toEqual([first.id, second.id]);
    // Nothing but the first was tried: the second builds on it.
    expect(new Set(world.backend.calls.filter(({ call }) => call === 'send').map((one) => one.with))).toEqual(new Set([first.id]));
    expect(world.backend.sent).toEqual([]);

    world.backend.offline = false;
    const became = (funnelVersion: number) => ({ is: 'done' as const, card: { ...card, version: 10 + funnelVersion, funnelVersion } });
    world.backend.answers = [became(5), became(6)];
    world.clock.now += 60_000;
    await world.mind.online();
    await expect.poll(() => world.backend.sent.map(({ id }) => id)).toEqual([first.id, second.id]);
    expect(world.backend.sent.map(({ act }) => act.kind === 'decision' && act.body.basis)).toEqual([4, { after: first.id }]);
  });

  test.each([
    ['as it should', 0],
    ['two days ahead', 48 * 3600_000],
    ['two days behind', -48 * 3600_000],
    ['back before the act was done', -8 * 24 * 3600_000],
  ])('after a week offline it goes once, with the device clock %s', async (_, moved) => {
    const card = dana();
    let world = await synced([card]);
    world.backend.offline = true;
    const { id } = await world.mind.handlers.decide({ lead: card.id, decision: { kind: 'accept' } }, page);
    for (let day = 0; day < 7; day++) {
      world.clock.now += 24 * 3600_000;
      await world.mind.minute();
      world = world.restart();
      await world.mind.started();
    }
    expect(await world.mind.handlers.outbox(undefined, page)).toMatchObject([{ id, status: 'queued' }]);
    // No event tells that the network is back: what is left of the last back-off must not be waited for.
    world.clock.now += 3600_000 + moved;
    world.backend.offline = false;
    await world.mind.minute();
    await expect.poll(() => world.backend.sent.map((row) => row.id)).toEqual([id]);
    world.clock.now += 3600_000;
    await world.mind.minute();
    expect(world.backend.sent).toHaveLength(1);
    expect(world.faults).toEqual([]);
  });

  test('the worker is woken when the next act is due', async () => {
    const card = dana();
    const world = await synced([card]);
    await world.mind.handlers.decide({ lead: card.id, decision: { kind: 'accept' } }, page);
    await world.settle();
    expect(world.alarms.at(-1)).toBe(start + 30_000);
  });

  test('signed out it stays, and is sent for the same user only', async () => {
    const card = dana();
    const world = await synced([card]);
    const { id } = await world.mind.handlers.decide({ lead: card.id, decision: { kind: 'accept' } }, page);
    await world.mind.handlers.signOut(undefined, page);
    world.clock.now += 60_000;
    await world.mind.minute();
    expect(await world.mind.handlers.outbox(undefined, page)).toMatchObject([{ id }]);

    const { me } = world.backend.known;
    world.backend.known = { ...world.backend.known, me: { ...me, id: uuid(), name: 'Somebody Else' } };
    await world.mind.handlers.connect({ backend: me.backend }, page);
    await world.settle();
    expect(await world.mind.handlers.outbox(undefined, page)).toEqual([]);
    expect(world.backend.sent).toEqual([]);

    world.backend.known = { ...world.backend.known, me };
    await world.mind.handlers.connect({ backend: me.backend }, page);
    await expect.poll(() => world.backend.sent.map((row) => row.id)).toEqual([id]);
  });
});

describe('a lead that sales adds', () => {
  test('is a lead on this device at once, also for later acts and after a restart', async () => {
    const world = await synced([]);
    await world.sight(1, mailFrom('new@harbour.example', 'Nia New'));
    expect(world.scenes.at(-1)?.people[0]?.known).toBe('stranger');
    const added = await world.mind.handlers.add({ name: 'Nia New', keys: [{ kind: 'email', value: 'New@Harbour.example' }] }, frame(1));
    const { people } = await world.restart().scene(1);
    expect(people[0]).toMatchObject({ known: 'lead', card: { stage: 'sal', origin: 'sales', owner: { id: rep.id } } });
    const id = people[0]!.card!.id;
    await world.mind.handlers.decide({ lead: id, decision: { kind: 'qualify', criteria: [] } }, frame(1));
    expect((await world.scene(1)).people[0]?.card?.stage).toBe('sql');

    world.clock.now += 6001;
    const known = cardOf('Nia New', 'new@harbour.example', { id, stage: 'sal', funnelVersion: 1 });
    world.backend.answers = [
      { is: 'done', card: known },
      { is: 'done', card: { ...known, version: 11, funnelVersion: 2, stage: 'sql' } },
    ];
    await world.mind.minute();
    expect(world.backend.sent.map(({ act }) => act.kind)).toEqual(['add', 'decision']);
    expect(world.backend.sent[1]?.act).toMatchObject({ body: { basis: { after: added.id } } });
    expect((await world.scene(1)).people[0]?.card).toMatchObject({ stage: 'sql', version: 11 });
  });

  test('known already: the refusal brings the card of the one who is known, and nothing pretends', async () => {
    const world = await synced([]);
    await world.sight(1, mailFrom('new@harbour.example'));
    const theirs = cardOf('Nia Neumann', 'new@harbour.example');
    world.backend.answers = [
      new Refused(409, { type: 'urn:baton:problem:conflict', title: 'Known', status: 409, detail: 'Already a lead.', card: theirs }),
    ];
    await world.mind.handlers.add({ name: 'Nia', keys: [{ kind: 'email', value: 'new@harbour.example' }] }, frame(1));
    world.clock.now += 6001;
    await world.mind.minute();
    expect((await world.scene(1)).people[0]).toMatchObject({ known: 'lead', card: { id: theirs.id } });
  });

  test('needs a key that is one', async () => {
    const world = await synced([]);
    await expect(world.mind.handlers.add({ name: 'X', keys: [{ kind: 'email', value: 'not an address' }] }, page)).rejects.toMatchObject({
      code: 'invalid',
    });
  });
});

describe('up to date', () => {
  test('the clock asks, looking at pages does not', async () => {
    const world = await synced();
    await world.mind.minute();
    const asked = world.backend.calls.map(({ call }) => call);
    expect(asked).toEqual(['feed']);
    world.clock.now += 5 * 60_000;
    await world.mind.minute();
    expect(world.backend.calls.map(({ call }) => call)).toEqual(['feed', 'leadset', 'feed', 'queue']);
  });

  test('another’s change is fetched only for cards that are held here', async () => {
    const card = dana();
    const world = await synced([card]);
    const newer = { ...card, version: 20, owner: { team: 'sales' as const, name: 'Ana', id: uuid() }, handoff: undefined };
    world.backend.leads.set(card.id, newer);
    world.backend.feedPages = [
      {
        items: [
          { id: uuid(), version: 3 },
          { id: card.id, version: 20 },
        ],
        next: 'c2',
        more: false,
      },
    ];
    await world.mind.minute();
    expect(world.backend.calls.find(({ call }) => call === 'cards')?.with).toHaveLength(1);
    await world.sight(1, mailFrom('dana@northwind.example'));
    expect(world.scenes.at(-1)?.people[0]?.card).toMatchObject({ version: 20, owner: { name: 'Ana' } });
  });

  test('an erased lead goes', async () => {
    const card = dana();
    const world = await synced([card]);
    world.backend.leads.clear();
    world.backend.version = 2;
    world.backend.feedPages = [{ items: [{ id: card.id, gone: true }], next: 'c2', more: false }];
    await world.mind.handlers.sync(undefined, page);
    await world.sight(1, mailFrom('dana@northwind.example'));
    expect(world.scenes.at(-1)?.people[0]).toMatchObject({ known: 'stranger' });
  });

  test('what the user asks for now is not answered by a round that began before', async () => {
    const world = await synced();
    const gate = Promise.withResolvers<void>();
    const { feed } = world.backend;
    world.backend.feed = async function (query) {
      await gate.promise;
      return feed.call(this, query);
    };
    world.clock.now += 5 * 60_000;
    const round = world.mind.minute();
    await expect.poll(() => world.backend.count('leadset')).toBe(1);
    const eve = cardOf('Eve Adler', 'eve@northwind.example');
    world.backend.leads.set(eve.id, eve);
    world.backend.version = 2;
    const asked = world.mind.handlers.sync(undefined, page);
    await world.settle();
    gate.resolve();
    await Promise.all([round, asked]);
    await world.sight(1, mailFrom('eve@northwind.example'));
    expect(world.scenes.at(-1)?.people[0]?.known).toBe('lead');
  });

  test('the feed goes on after the last page that was kept', async () => {
    const world = await synced();
    world.backend.feedPages = [
      { items: [], next: 'c2', more: true },
      { items: [], next: 'c3', more: false },
    ];
    await world.mind.minute();
    await world.restart().mind.minute();
    expect(world.backend.calls.filter(({ call }) => call === 'feed').map((one) => (one.with as { since?: string }).since)).toEqual([
      'c1',
      'c2',
      'c3',
    ]);
  });

  test('a hand-off that comes to me is told once; those of the first sync are not', async () => {
    const world = await synced([dana()]);
    expect(world.notes).toEqual([]);
    const eve = cardOf('Eve Adams', 'eve@harbour.example');
    world.backend.feedPages = [{ items: [eve], next: 'c2', more: false }];
    await world.mind.minute();
    world.backend.feedPages = [{ items: [{ ...eve, version: 11 }], next: 'c3', more: false }];
    await world.mind.minute();
    expect(world.notes).toMatchObject([{ title: 'A hand-off came to you', body: 'Eve Adams waits for your answer.' }]);
  });

  test('an answer to my feedback is told; switched off, nothing is', async () => {
    const said = {
      id: uuid(),
      kind: 'verdict' as const,
      verdict: 'poor' as const,
      by: rep.name,
      byMe: true,
      at: new Date(start).toISOString(),
    };
    const card = cardOf('Dana Whitfield', 'dana@northwind.example', { feedback: [{ ...said, replies: [] }] });
    const world = await synced([card]);
    const answered = (version: number, at: string) => ({
      ...card,
      version,
      feedback: [{ ...said, replies: [{ state: 'done' as const, by: 'Ines', at }] }],
    });
    world.backend.feedPages = [{ items: [answered(11, 'a')], next: 'c2', more: false }];
    await world.mind.minute();
    expect(world.notes).toHaveLength(1);
    await world.mind.handlers.settings({ notify: false }, page);
    world.backend.feedPages = [{ items: [answered(12, 'b')], next: 'c3', more: false }];
    await world.mind.minute();
    expect(world.notes).toHaveLength(1);
  });

  test('a change of role takes the cards away and fetches what the new one may see', async () => {
    const card = dana();
    const world = await synced([card]);
    world.backend.known = { ...world.backend.known, me: { ...world.backend.known.me, role: 'manager' } };
    world.backend.feedPages = [{ items: [], next: 'n1', more: false }];
    await world.mind.handlers.sync(undefined, page);
    const feeds = world.backend.calls.filter(({ call }) => call === 'feed');
    expect(feeds.map((one) => (one.with as { since?: string }).since)).toEqual([undefined]);
    expect((await world.mind.handlers.status(undefined, page)).cards).toBe(0);
  });

  test('another key makes every tag worthless: cards come anew', async () => {
    const card = dana();
    const world = await synced([card]);
    world.backend.kid = 2;
    world.backend.version = 2;
    world.clock.now += 31 * 24 * 3600_000;
    world.backend.feedPages = [{ items: [card], next: 'n1', more: false }];
    await world.mind.handlers.sync(undefined, page);
    expect(world.backend.calls.filter(({ call }) => call === 'feed').map((one) => (one.with as { since?: string }).since)).toEqual([
      undefined,
    ]);
    await world.sight(1, mailFrom('dana@northwind.example'));
    expect(world.scenes.at(-1)?.people[0]?.cardState).toBe('here');
  });

  test('cards that were kept under the old key go, also those that the new one does not bring', async () => {
    const world = await synced([dana(), cardOf('Otto Brandt', 'otto@fabrikam.example')]);
    expect((await world.mind.handlers.status(undefined, page)).cards).toBe(2);
    world.backend.kid = 2;
    world.backend.version = 2;
    world.clock.now += 31 * 24 * 3600_000;
    world.backend.feedPages = [{ items: [], next: 'n1', more: false }];
    await world.mind.handlers.sync(undefined, page);
    expect((await world.mind.handlers.status(undefined, page)).cards).toBe(0);
  });

  test('the badge counts what the popup says is waiting', async () => {
    const item = { lead: uuid(), kind: 'handoff' as const, title: 'Dana', subtitle: '' };
    const world = await synced([dana()], ({ backend }) => {
      backend.queued = [item, item, { ...item, kind: 'own' as const }];
    });
    expect(world.badges.filter(({ tab }) => tab === undefined).at(-1)).toMatchObject({ badge: { text: '3' } });
    expect(await world.mind.handlers.queue(undefined, page)).toMatchObject({ items: [item, item, { kind: 'own' }] });
  });

  test('news is not counted; that a report is out is said once, whatever dies meanwhile', async () => {
    const item = { lead: uuid(), kind: 'handoff' as const, title: 'Dana', subtitle: '' };
    const out = { lead: '', kind: 'digest' as const, title: '', subtitle: '', period: '2026-W47' };
    const world = await synced([dana()], ({ backend }) => {
      backend.queued = [item, out];
    });
    expect(world.badges.filter(({ tab }) => tab === undefined).at(-1)).toMatchObject({ badge: { text: '1' } });
    const told = () => world.notes.filter(({ id }) => id === 'report 2026-W47');
    expect(told()).toHaveLength(1);
    await world.restart().mind.handlers.sync(undefined, page);
    expect(told()).toHaveLength(1);
  });
});

describe('signing out and forgetting', () => {
  test('sign-out takes cards, keys and lists away, and leaves the acts', async () => {
    const card = dana();
    const world = await synced([card]);
    await world.mind.handlers.decide({ lead: card.id, decision: { kind: 'accept' } }, page);
    await world.mind.handlers.signOut(undefined, page);
    const status = await world.mind.handlers.status(undefined, page);
    expect(status).toMatchObject({ cards: 0, outbox: { waiting: 1 }, connection: { state: 'signed-out' } });
    expect(status.me).toBeUndefined();
    expect(status.connection.leads).toBeUndefined();
    expect(await world.mind.handlers.queue(undefined, page)).toEqual({ items: [] });
    await world.sight(1, mailFrom('dana@northwind.example'));
    expect(world.scenes.at(-1)).toMatchObject({ people: [{ known: 'unchecked' }], connection: { state: 'signed-out' } });
  });

  test.each(['me', 'leadset', 'feed', 'queue'] as const)('what was on its way at sign-out (%s) is not kept when it comes', async (call) => {
    const card = dana();
    const world = await synced([card]);
    const answer = world.backend[call].bind(world.backend) as (query: never) => Promise<never>;
    let come: () => void = () => undefined;
    const coming = new Promise<void>((resolve) => {
      come = resolve;
    });
    let asked = false;
    world.backend.version = 2;
    world.backend.feedPages = [{ items: [{ ...card, version: 30 }], next: 'c9', more: false }];
    Object.assign(world.backend, {
      async [call](query: never) {
        const value = await answer(query);
        asked = true;
        await coming;
        return value;
      },
    });
    const syncing = world.mind.handlers.sync(undefined, page);
    await expect.poll(() => asked).toBe(true);
    await world.mind.handlers.signOut(undefined, page);
    come();
    await syncing;
    await world.settle();
    const status = await world.restart().mind.handlers.status(undefined, page);
    expect(status).toMatchObject({ cards: 0, connection: { state: 'signed-out' } });
    expect(status.connection.leads).toBeUndefined();
    expect(await world.restart().mind.handlers.queue(undefined, page)).toEqual({ items: [] });
    expect(world.faults).toEqual([]);
  });

  test('a sign-in that ended while the worker slept is cleared up at the next round', async () => {
    const world = await synced();
    world.signed.status = { state: 'signed-out', backend: 'https://baton.ridgeway.example', user: rep.id, why: 'ended' };
    const later = world.restart();
    await later.mind.minute();
    expect(await later.mind.handlers.status(undefined, page)).toMatchObject({ cards: 0 });
    expect(later.backend.calls).toEqual([]);
  });

  test('forgetting leaves nothing', async () => {
    const card = dana();
    const world = await synced([card]);
    await world.mind.handlers.decide({ lead: card.id, decision: { kind: 'accept' } }, page);
    await world.mind.handlers.forget(undefined, page);
    await world.settle();
    const status = await world.mind.handlers.status(undefined, page);
    expect(status).toMatchObject({ cards: 0, outbox: { waiting: 0, refused: 0 }, connection: { state: 'not-connected' } });
    expect(world.local.items.size).toBe(0);
    expect((await world.sight(1, mailFrom('dana@northwind.example'))).shows).toBe('none');
  });
});

describe('asked by the user', () => {
  test('an address is checked here; only a hit whose card is missing asks', async () => {
    const world = await synced([dana()], ({ backend }) => {
      backend.feedPages = [];
    });
    expect(await world.mind.handlers.check({ value: 'nobody@elsewhere.example' }, page)).toEqual({ known: 'stranger' });
    expect(await world.mind.handlers.check({ value: 'no address' }, page)).toEqual({ known: 'invalid' });
    expect(world.backend.calls).toEqual([]);
    expect(await world.mind.handlers.check({ value: 'Dana <dana@northwind.example>' }, page)).toMatchObject({
      known: 'lead',
      card: { stage: 'mql' },
    });
    expect(world.backend.count()).toBe(1);
    await expect(world.mind.handlers.check({ value: rep.email }, page)).rejects.toMatchObject({ code: 'own' });
  });

  test('trouble is told in words', async () => {
    const world = await synced();
    world.backend.offline = true;
    await expect(world.mind.handlers.find({ text: 'dana' }, page)).rejects.toMatchObject({ code: 'offline' });
    await expect(world.mind.handlers.lead({ id: uuid() }, page)).rejects.toMatchObject({ code: 'offline' });
  });

  test('what the CRM refused is sent again; the card says so at once, also when somebody else was quicker', async () => {
    const card = dana();
    const write = uuid();
    const refused = { ...card, crm: { state: 'refused', sentence: 'A closing plan is required.', write } } as const;
    const world = await synced([refused]);
    await world.sight(1, mailFrom('dana@northwind.example'));
    expect(world.scenes.at(-1)?.people[0]?.card?.crm.state).toBe('refused');
    const send = () => world.mind.handlers.sendToCrm({ lead: card.id, write }, frame(1));

    world.backend.offline = true;
    await expect(send()).rejects.toMatchObject({ code: 'offline' });
    world.backend.offline = false;
    world.backend.leads.set(card.id, { ...card, crm: { state: 'waiting' } });
    await send();
    expect(world.backend.calls.findLast(({ call }) => call === 'any')?.with).toEqual({
      route: 'dealWithWrite',
      params: { id: write },
      body: { do: 'again' },
    });
    await vi.waitFor(() => expect(world.scenes.at(-1)?.people[0]?.card?.crm.state).toBe('waiting'));

    world.backend.leads.set(card.id, { ...card, crm: { state: 'updated' } });
    world.backend.refuses = new Refused(404, { type: 'urn:baton:problem:not-found', title: 'Not found', status: 404 });
    await send();
    await vi.waitFor(() => expect(world.scenes.at(-1)?.people[0]?.card?.crm.state).toBe('updated'));
    world.backend.refuses = new Refused(503, { type: 'urn:baton:problem:unavailable', title: 'Away', status: 503 });
    await expect(send()).rejects.toMatchObject({ code: 'trouble' });
  });

  test('a lead set that was tampered with is fetched anew, and the diagnosis says so', async () => {
    const world = await synced();
    const { leadset } = world.backend;
    world.backend.leadset = async function (query) {
      return query.have === undefined
        ? leadset.call(this, query)
        : new TextEncoder().encode('<!doctype html><title>Welcome, guest</title>');
    };
    const before = await world.mind.handlers.diagnosis(undefined, page);
    expect(before.text).not.toContain('refused: 1 · bad-magic');
    await world.mind.handlers.sync(undefined, page);
    await world.sight(1, mailFrom('dana@northwind.example'));
    expect(world.scenes.at(-1)?.people[0]?.known).toBe('lead');
    const { text, rows } = await world.restart().mind.handlers.diagnosis(undefined, page);
    expect(text).toContain(`Lead sets refused: 1 · bad-magic, ${new Date(start).toISOString()}`);
    expect(rows.find(({ what }) => what === 'Lead sets refused')?.ok).toBe(false);
  });

  test('the diagnosis has counts and names of candidates, and no content', async () => {
    const card = dana();
    const world = await synced([card]);
    await world.sight(1, mailFrom('dana@northwind.example', 'Dana'));
    await world.mind.handlers.decide({ lead: card.id, decision: { kind: 'accept' } }, page);
    const { text } = await world.mind.handlers.diagnosis(undefined, page);
    expect(text).toContain('sender=header');
    expect(text).toContain('act decision held');
    expect(text).not.toMatch(/dana|northwind|ridgeway/i);
  });

  test('a card in a page may not change where readers run', async () => {
    const world = await synced();
    await expect(world.mind.handlers.settings({ origins: [] }, frame(1))).rejects.toMatchObject({ code: 'not-here' });
    expect(await world.mind.handlers.settings({ theme: 'dark' }, frame(1))).toMatchObject({ theme: 'dark' });
  });
});

describe('mails are written in the language of the user', () => {
  const told = (world: Browser) => world.backend.calls.filter(({ call }) => call === 'tellLanguage').map((one) => one.with);
  const speaking = () =>
    synced(undefined, (world) => {
      world.backend.known = { ...world.backend.known, language: 'en' };
    });
  const choose = async (world: Browser, language: 'en' | 'de') => {
    await world.mind.handlers.settings({ language }, page);
    await world.settle();
  };

  test('the backend is told once, and again when it is another', async () => {
    const world = await speaking();
    expect(await world.local.get('told-language')).toEqual({ 'told-language': 'en' });
    await world.mind.handlers.sync(undefined, page);
    expect(told(world)).toEqual([]);
    await choose(world, 'de');
    await world.mind.handlers.sync(undefined, page);
    expect(told(world)).toEqual(['de']);
  });

  test('what could not be told is told with the next sync, and a backend that knows no languages is left alone', async () => {
    const world = await speaking();
    world.backend.offline = true;
    await choose(world, 'de');
    world.backend.offline = false;
    world.backend.calls.length = 0;
    await world.mind.handlers.sync(undefined, page);
    expect(told(world)).toEqual(['de']);

    const older = await synced();
    await choose(older, 'de');
    await older.mind.handlers.sync(undefined, page);
    expect(told(older)).toEqual([]);
  });

  test('whoever signs in next tells their own', async () => {
    const world = await speaking();
    await world.mind.handlers.signOut(undefined, page);
    expect(await world.local.get('told-language')).toEqual({});
  });
});

describe('a site is switched off', () => {
  const here = { by: 'content', tab: 1, site: 'gmail', url: new URL('https://mail.google.com/') } as const;
  const offFor = async (world: Browser, sitesOff: 'gmail'[]) => {
    world.backend.known = { ...world.backend.known, sitesOff };
    await world.mind.handlers.sync(undefined, page);
    await world.settle();
  };

  test('for everybody: nothing is read, nothing is kept, open pages are told, and the screens say why', async () => {
    const world = await synced();
    world.gmailTabs.add(1);
    expect(await world.mind.handlers.begin(undefined, here)).toBe(true);
    await world.sight(1, mailFrom('dana@northwind.example'));
    await offFor(world, ['gmail']);
    expect(world.switched).toEqual([{ tab: 1, on: false }]);
    expect(world.badges).toContainEqual({ badge: undefined, tab: 1 });
    expect(world.scenes.at(-1)).toMatchObject({ tab: 1, site: 'gmail', people: [], off: 'everybody' });
    expect(await world.mind.handlers.begin(undefined, here)).toBe(false);
    // A script that began before may still say something.
    expect((await world.sight(1, mailFrom('dana@northwind.example'))).shows).toBe('none');
    expect(await world.scene(1)).toMatchObject({ site: 'gmail', people: [], off: 'everybody' });
    expect(await world.mind.handlers.lookHere({ tab: 1 }, page)).toMatchObject({ scene: { off: 'everybody', people: [] } });
    expect(JSON.stringify([...world.memory.items])).not.toContain('dana@northwind.example');
    // Nobody can switch it on here.
    await world.mind.handlers.settings({ sites: { gmail: { on: true, opensByItself: true } } }, page);
    expect(await world.mind.handlers.begin(undefined, here)).toBe(false);
    expect((await world.mind.handlers.status(undefined, page)).offForAll).toEqual(['gmail']);

    await offFor(world, []);
    expect(world.switched.at(-1)).toEqual({ tab: 1, on: true });
    expect(await world.mind.handlers.begin(undefined, here)).toBe(true);
    expect((await world.scene(1)).off).toBeUndefined();
  });

  test('by the user: the same, and the reason is another', async () => {
    const world = await synced();
    world.gmailTabs.add(1);
    await world.mind.handlers.settings({ sites: { gmail: { on: false, opensByItself: true } } }, page);
    expect(world.switched).toEqual([{ tab: 1, on: false }]);
    expect(await world.scene(1)).toMatchObject({ site: 'gmail', off: 'user' });
    await world.mind.handlers.settings({ sites: { gmail: { on: true, opensByItself: true } } }, page);
    expect(world.switched.at(-1)).toEqual({ tab: 1, on: true });
  });
});

describe('on LinkedIn', () => {
  const member = { kind: 'linkedin-member', value: 'ACoAAB3KdanaWhitfieldOpaque00000000001' } as const;
  const vanity = { kind: 'linkedin', value: 'dana-whitfield-ops' } as const;
  const seen = (keys: readonly (typeof member | typeof vanity)[], name = 'Dana Whitfield') => ({
    site: 'linkedin' as const,
    view: 'profile' as const,
    people: [{ role: 'profile' as const, keys: [...keys], name }],
    focus: 0,
    matched: {},
  });
  const tied = () => {
    const card = dana();
    return { ...card, person: { ...card.person, keys: [...card.person.keys, { id: uuid(), ...vanity }] } };
  };

  test('who was seen under both names once is known by either, on this device only, until signed out', async () => {
    const world = await synced([tied()]);
    await world.sight(1, seen([member]));
    expect(world.scenes.at(-1)?.people[0]?.known).toBe('stranger');
    await world.sight(1, seen([vanity, member]));
    await world.sight(1, seen([member]));
    expect(world.scenes.at(-1)?.people[0]).toMatchObject({ known: 'lead', card: { person: { name: 'Dana Whitfield' } } });
    const again = world.restart();
    await again.sight(1, seen([member]));
    expect(again.scenes.at(-1)?.people[0]?.known).toBe('lead');
    expect(world.backend.calls.map(({ call }) => call)).not.toContain('send');
    expect(JSON.stringify([...world.local.items])).not.toContain(member.value);
    await again.mind.handlers.signOut(undefined, page);
    await again.mind.handlers.connect({ backend: 'https://baton.ridgeway.example' }, page);
    await again.mind.handlers.sync(undefined, page);
    await again.sight(1, seen([member]));
    expect(again.scenes.at(-1)?.people[0]?.known).not.toBe('lead');
  });

  test('of somebody who is no lead nothing is kept', async () => {
    const world = await synced();
    await world.sight(1, seen([vanity, member]));
    world.backend.leads.set('late', tied());
    world.backend.version++;
    await world.mind.handlers.sync(undefined, page);
    await world.sight(2, seen([member]));
    expect(world.scenes.at(-1)?.people[0]?.known).toBe('stranger');
  });

  test('a profile that the user has just tied shows the lead at once, and untied it no longer does', async () => {
    const card = dana();
    const world = await synced([card]);
    await world.sight(1, seen([vanity]));
    expect(world.scenes.at(-1)?.people[0]?.known).toBe('stranger');
    const { id } = await world.mind.handlers.tie({ lead: card.id, ...vanity }, page);
    await vi.waitFor(() => expect(world.scenes.at(-1)?.people[0]).toMatchObject({ known: 'lead', card: { id: card.id } }));
    await world.mind.handlers.undo({ id }, page);
    await vi.waitFor(() => expect(world.scenes.at(-1)?.people[0]?.known).toBe('stranger'));
  });
});
