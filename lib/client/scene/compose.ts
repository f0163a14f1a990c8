import type { Connection, Me, Scene, ScenePerson, SceneSettings } from '../../bridge/scene.ts';
import type { Card } from '../../contract/card.ts';
import type { Agreement } from '../../funnel/agreement.ts';
import { canonical } from '../../funnel/keys.ts';
import type { KeyKind } from '../../funnel/words.ts';
import type { SeenPerson, Sighting } from '../../sites/site.ts';
import type { Asking } from '../cards/asking.ts';
import type { LeadSet, Lookup } from '../leadset/leadset.ts';
import { addedCard, type Seeing, withActs } from '../outbox/optimistic.ts';
import { isOver, type Outbox } from '../outbox/outbox.ts';
import { actState } from '../outbox/shown.ts';
import type { Row } from '../outbox/store.ts';
import type { Pairs } from '../pairs.ts';

/** From what a reader saw to what a screen paints. Everything is answered on this device; what is missing is asked for by tag. */
export interface ComposeWorld {
  leadSet: Pick<LeadSet, 'test'>;
  cardByTag(tags: readonly string[]): Promise<Card | undefined>;
  pairs: Pairs;
  cardById(id: string): Promise<Card | undefined>;
  asking: Pick<Asking, 'state' | 'want'>;
  outbox: Pick<Outbox, 'list'>;
  context(): Promise<Context>;
}
/** What holds for every scene of the moment. */
export interface Context {
  me?: Me;
  agreement?: Agreement;
  connection: Connection;
  settings: SceneSettings;
  /** Mail domains whose addresses are never looked up. */
  ownDomains: readonly string[];
  /** Server's clock and the device's own, ms. */
  now: number;
  deviceNow: number;
  nameOf(user: string): string | undefined;
}

/** The sighting and what the user made of it. */
export interface Seen {
  sighting: Sighting;
  /** Whom the user chose, by index. */
  picked?: number;
}

export async function compose(tab: number, seen: Seen, world: ComposeWorld): Promise<Scene> {
  const { sighting } = seen;
  const [context, rows] = await Promise.all([world.context(), world.outbox.list()]);
  const isOwn = ownAddresses(sighting, context);
  const people = await Promise.all(sighting.people.map((one) => person(one, isOwn, rows, context, world)));
  const { focus, unknown } = focusOf(sighting, seen.picked, people);
  const shown = new Set(people.flatMap(({ card }) => card?.id ?? []));
  return {
    tab,
    site: sighting.site,
    view: sighting.view,
    people,
    ...(focus === undefined ? {} : { focus }),
    ...(unknown === undefined ? {} : { unknown }),
    ...(context.me && { me: context.me }),
    ...(context.agreement && { agreement: context.agreement }),
    connection: context.connection,
    acts: rows
      .filter((row) => shown.has(row.lead) && row.status !== 'done' && row.status !== 'undone')
      .map((row) => actState(row, context.deviceNow)),
    settings: context.settings,
  };
}

async function person(
  one: SeenPerson,
  isOwn: (kind: KeyKind, value: string) => boolean,
  rows: readonly Row[],
  context: Context,
  world: ComposeWorld,
): Promise<ScenePerson> {
  const keys = one.keys.flatMap(({ kind, value }) => {
    const form = canonical(kind, value);
    return form === null ? [] : [{ kind, value: form }];
  });
  const about = { role: one.role, ...(one.name ? { name: one.name } : {}), ...(one.work ? { work: one.work } : {}), keys };
  if (one.role === 'self' || keys.some(({ kind, value }) => isOwn(kind, value))) return { ...about, known: 'own' };
  if (!keys.length) return { ...about, known: 'name-only' };

  const added = justAdded(keys, rows, context) ?? (await justTied(keys, rows, world));
  const lookup = await world.leadSet.test(await world.pairs.with(keys));
  if (lookup.known === 'lead') await world.pairs.learn(keys);
  const card = await cardOf(lookup, world);
  if (card) return { ...about, known: 'lead', card: painted(card, rows, context), cardState: 'here' };
  if (added) return { ...about, known: 'lead', card: painted(added, rows, context), cardState: 'here' };
  if (lookup.known !== 'lead') return { ...about, known: lookup.known };

  const states = lookup.tags.map((tag) => world.asking.state(tag));
  // The set holds 40 bits of a tag: once in a million million it is somebody else's, and the backend knows no such lead.
  if (states.every((state) => state === 'absent')) return { ...about, known: 'stranger' };
  if (states.includes('failed')) return { ...about, known: 'lead', cardState: 'failed' };
  world.asking.want(lookup.tags);
  return { ...about, known: 'lead', cardState: 'waiting' };
}

/** A card is looked for among those here even when the set has no such lead yet: this device may have added it a moment ago. */
const cardOf = async (lookup: Lookup, world: ComposeWorld): Promise<Card | undefined> =>
  lookup.known === 'unchecked' ? undefined : world.cardByTag(lookup.tags);

export function painted(card: Card, rows: readonly Row[], { me, agreement, now, nameOf }: Context): Card {
  const acts = rows.filter((row) => row.lead === card.id && !isOver(row));
  return me && acts.length ? withActs(card, acts, { me, agreement, now, nameOf } satisfies Seeing) : card;
}

function justAdded(
  keys: readonly { kind: KeyKind; value: string }[],
  rows: readonly Row[],
  { me, agreement, now, nameOf }: Context,
): Card | undefined {
  if (!me) return undefined;
  for (const { act, id, at, status } of rows) {
    if (act.kind !== 'add' || status === 'undone' || status === 'refused') continue;
    const same = act.body.keys.some((key) => keys.some((seen) => seen.kind === key.kind && seen.value === canonical(key.kind, key.value)));
    if (!same) continue;
    const card = addedCard(id, act, at, { me, agreement, now, nameOf });
    if (!('refused' in card)) return card;
  }
  return undefined;
}

/** Whom the user has just said this is, before the backend has heard of it. */
async function justTied(
  keys: readonly { kind: KeyKind; value: string }[],
  rows: readonly Row[],
  world: ComposeWorld,
): Promise<Card | undefined> {
  const row = rows.findLast(
    ({ act, status }) =>
      act.kind === 'tie' &&
      status !== 'undone' &&
      status !== 'refused' &&
      keys.some((seen) => seen.kind === act.body.kind && seen.value === canonical(act.body.kind, act.body.value)),
  );
  // Untied again since: `done` rows are kept a while.
  const since =
    row && rows.some((other) => other.seq > row.seq && other.lead === row.lead && other.act.kind === 'untie' && other.status !== 'undone');
  return row && !since ? world.cardById(row.lead) : undefined;
}

function ownAddresses(sighting: Sighting, { me, ownDomains }: Context): (kind: KeyKind, value: string) => boolean {
  const own = new Set<string>();
  const add = (kind: KeyKind, value: string | undefined) => {
    const form = value === undefined ? null : canonical(kind, value);
    if (form !== null) own.add(`${kind} ${form}`);
  };
  add('email', me?.email);
  add('email', sighting.account);
  add('linkedin', sighting.account?.includes('@') ? undefined : sighting.account);
  for (const { role, keys } of sighting.people) if (role === 'self') for (const { kind, value } of keys) add(kind, value);
  const domains = new Set(ownDomains);
  return (kind, value) => own.has(`${kind} ${value}`) || (kind === 'email' && domains.has(value.slice(value.lastIndexOf('@') + 1)));
}

/** The user's choice wins; then the page's. Nobody is in focus who is the user's own, and then the screen says why. */
function focusOf(sighting: Sighting, picked: number | undefined, people: readonly ScenePerson[]): Pick<Scene, 'focus' | 'unknown'> {
  if (picked !== undefined && people[picked] && people[picked].known !== 'own') return { focus: picked };
  const { focus, unknown } = sighting;
  if (focus === undefined || !people[focus]) return { unknown };
  if (people[focus].known === 'own') return { unknown: 'own-address' };
  if (people[focus].known === 'name-only') return { focus, unknown: 'name-only' };
  return { focus, unknown };
}
