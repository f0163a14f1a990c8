import { describe, expect, test } from 'vitest';
import { type Api, api } from '../../lib/client/api.ts';
import { httpWire } from '../../lib/client/http.ts';
import { readable } from '../../lib/client/readable.ts';
import { card as cardShape } from '../../lib/contract/card.ts';
import { cardsBatch, cardsFeed } from '../../lib/contract/routes/cards.ts';
import { queue } from '../../lib/contract/routes/leads.ts';
import { users } from '../../lib/contract/routes/users.ts';
import { cardOf, start, uuid } from './world.ts';

const at = new Date(start).toISOString();
const tag = 'AAAAAAAAAAAAAAAAAAAAAA';
/** A card with something in every list that has words in it. */
const full = () =>
  cardOf('Dana', 'dana@northwind.example', {
    recent: [{ id: uuid(), at, kind: 'attended', active: true, channel: 'webinar' }],
    campaigns: [{ id: uuid(), name: 'Cut churn', channel: 'webinar', active: 1, passive: 0, lastAt: at }],
    feedback: [{ id: uuid(), kind: 'verdict', verdict: 'strong', by: 'Ana', at, replies: [{ state: 'seen', by: 'Ines', at }] }],
  });

/** Every place of a value at which a string stands. */
function places(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => places(inner, [...path, Array.isArray(value) ? Number(name) : name]));
}
function replaced(value: unknown, path: (string | number)[], word: string): unknown {
  const copy = structuredClone(value);
  let inner = copy as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) inner = inner[step] as typeof inner;
  inner[path.at(-1)!] = word;
  return copy;
}
/** Those at which the contract knows the words that may stand there. */
const wordsOf = (card: unknown) =>
  places(card).filter((path) => {
    const parsed = cardShape.safeParse(replaced(card, path, 'hologram'));
    return !parsed.success && parsed.error.issues.some(({ code }) => code === 'invalid_value');
  });

describe('an answer of a newer backend', () => {
  test('has a new word at any place of a card: the other cards are read, and the card too where it is one of a list in it', () => {
    const [one, other] = [full(), full()];
    const found = wordsOf(one);
    expect(found.map((path) => path.filter((step) => typeof step === 'string').join('.'))).toEqual(
      expect.arrayContaining([
        'stage',
        'clock.state',
        'recent.kind',
        'recent.channel',
        'feedback.verdict',
        'feedback.replies.state',
        'passed',
      ]),
    );
    for (const path of found) {
      const reading = readable(cardsBatch.answer, {
        items: [
          { tag, card: replaced(one, path, 'hologram') },
          { tag, card: other },
        ],
      });
      if ('unreadable' in reading) throw new Error(`${path.join('.')} makes the whole answer unreadable`);
      const inList = path.some((step) => typeof step === 'number');
      const mayBeAbsent = path.at(-1) === 'verdict';
      expect(
        reading.read.items.map(({ card }) => card.id),
        path.join('.'),
      ).toEqual(inList || mayBeAbsent ? [one.id, other.id] : [other.id]);
      expect(reading.leftOut, path.join('.')).toBe(mayBeAbsent ? 0 : 1);
      expect(JSON.stringify(reading.read)).not.toContain('hologram');
    }
  });

  test('brings kinds that nobody knows here: the queue shows the others', () => {
    const known = { kind: 'handoff', lead: uuid(), person: { name: 'Dana' }, stage: 'mql' };
    const reading = readable(queue.answer, {
      items: [known, { kind: 'duel', lead: uuid() }, { ...known, stage: 'legend' }, { kind: 'duel' }],
      asOf: at,
    });
    expect(reading).toMatchObject({ read: { items: [known, { kind: 'handoff' }] }, leftOut: 2 });
    expect('read' in reading && reading.read.items[1]?.stage).toBe(undefined);
  });

  test('is asked for card by card where the feed has one that is not read', () => {
    const card = { ...full(), stage: 'legend' };
    expect(readable(cardsFeed.answer, { items: [card, { id: uuid(), gone: true }], next: 'x', more: false })).toMatchObject({
      read: { items: [{ id: card.id, version: card.version }, { gone: true }] },
    });
  });

  test('has more fields than are known here: they are passed over', () => {
    expect(readable(cardShape, { ...full(), halo: { of: 'light' } })).toMatchObject({ leftOut: 0 });
  });
});

test('what is no word and not as it must be makes the answer unreadable', () => {
  const { person: _, ...nobody } = full();
  expect(readable(cardsBatch.answer, { items: [{ tag, card: nobody }] })).toEqual({ unreadable: 'items.0.card.person' });
  expect(readable(cardsBatch.answer, 'hello')).toEqual({ unreadable: '' });
  expect(readable(cardShape, { ...full(), stage: 'legend' })).toEqual({ unreadable: 'stage' });
});

const calling = (body: unknown): { call: Api; leftOut: [string, number][] } => {
  const leftOut: [string, number][] = [];
  const call = api(
    { backend: async () => 'https://baton.ridgeway.example', send: async () => Response.json(body) },
    { answered: () => undefined, failed: () => undefined, leftOut: (...said) => void leftOut.push(said) },
    () => start,
  );
  return { call, leftOut };
};

test('what was left out of an answer is said', async () => {
  const { call, leftOut } = calling({ items: [{ kind: 'duel' }], asOf: at });
  expect((await call.call(queue, { query: {} })).items).toEqual([]);
  expect(leftOut).toEqual([['GET /v1/queue', 1]]);
  await expect(calling({ items: 1 }).call.call(users, { query: {} })).rejects.toMatchObject({ code: 'unreadable' });
});

test('an act is done when the backend has done it, though its card has words from later', async () => {
  const lead = uuid();
  const row = {
    id: uuid(),
    user: 'https://baton.ridgeway.example ana',
    lead,
    act: { kind: 'feedback', lead, body: { kind: 'insight', note: 'x', actedAt: at } },
  } as never;
  const send = (body: unknown) => httpWire(calling(body).call, async () => undefined).send(row);
  expect(await send({ card: { ...full(), id: lead, stage: 'legend' } })).toEqual({ is: 'done' });
  // Of somebody else, or no answer of a backend at all: it may not have been applied.
  expect(await send({ card: { ...full(), stage: 'legend' } })).toMatchObject({ is: 'later' });
  expect(await send('<html>Sign in to the airport</html>')).toMatchObject({ is: 'later' });
});
