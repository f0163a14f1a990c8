import type { Scene, ScenePerson } from '../../lib/bridge/scene.ts';
import type { Card } from '../../lib/contract/card.ts';
import type { SiteId, UnknownReason } from '../../lib/sites/site.ts';

/** What the card shows: one face for every way a scene can be. Unknown beats wrong; nothing is guessed here. */
export type Face =
  | { face: 'not-connected' | 'signed-out' | 'nobody' }
  | { face: 'lead'; person: ScenePerson; card: Card }
  | { face: 'waiting' | 'failed' | 'stranger' | 'own' | 'name-only' | 'unchecked'; person: ScenePerson }
  | { face: 'people' }
  | { face: 'off'; site: SiteId; by: 'user' | 'everybody' }
  | { face: 'unknown'; reason: UnknownReason };

export function faceOf(scene: Scene): Face {
  const { connection, people, focus, unknown } = scene;
  if (connection.state === 'not-connected' || connection.state === 'signed-out') return { face: connection.state };
  if (scene.off) return { face: 'off', site: scene.site, by: scene.off };
  const person = focus === undefined ? undefined : people[focus];
  if (person) return faceOfPerson(person);
  if (unknown && unknown !== 'none') return { face: 'unknown', reason: unknown };
  const others = people.filter((p) => p.known !== 'own');
  if (others.some((p) => p.known === 'lead')) return { face: 'people' };
  const only = others.length === 1 && scene.view !== 'list' ? others[0] : undefined;
  return only ? faceOfPerson(only) : { face: 'nobody' };
}

function faceOfPerson(person: ScenePerson): Face {
  if (person.known !== 'lead') return { face: person.known, person };
  if (person.card) return { face: 'lead', person, card: person.card };
  return { face: person.cardState === 'failed' ? 'failed' : 'waiting', person };
}

export const leadsIn = (scene: Scene): number => scene.people.filter((p) => p.known === 'lead').length;

/**
 * New data never shifts what is under the pointer: while it rests on the card, what is known of the same people waits,
 * and only what must always be true (the connection, the acts, where the card stands) is taken over. What the user's
 * own act brings is taken at once, and so is another person.
 */
export function settle(old: Scene | undefined, next: Scene, pointerInside: boolean): Scene {
  if (!old || !pointerInside || old.tab !== next.tab || !samePeople(old, next)) return next;
  if (old.connection.state !== next.connection.state || actsDiffer(old, next) || sentAgain(old, next)) return next;
  return { ...next, people: old.people };
}
const samePeople = (a: Scene, b: Scene) =>
  a.focus === b.focus &&
  a.unknown === b.unknown &&
  a.people.length === b.people.length &&
  a.people.every((p, i) => {
    const other = b.people[i]!;
    return p.known === other.known && p.cardState === other.cardState && p.card?.id === other.card?.id && p.name === other.name;
  });
/** What the CRM had refused is on its way again: an act, though no row of the outbox. */
const sentAgain = (a: Scene, b: Scene) =>
  a.people.some(({ card }, i) => card?.crm.state === 'refused' && b.people[i]?.card?.crm.state !== 'refused');
const actsDiffer = (a: Scene, b: Scene) =>
  a.acts.length !== b.acts.length || a.acts.some((act, i) => act.id !== b.acts[i]!.id || act.status !== b.acts[i]!.status);
