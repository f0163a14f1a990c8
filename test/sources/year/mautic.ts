import { ok } from 'node:assert';
import type { Stage } from '../../../lib/funnel/words.ts';
import { mautic } from '../../../server/sources/mautic/index.ts';
import { SimulatedClock } from '../../fakes/clock.ts';
import { FakeMautic } from '../../fakes/mautic.ts';
import { climb, emailOf, ladder, type MakeAccount, mappingOf, moves, newYear, yearEnd } from './account.ts';

const names = { lead: 'Lead', mql: 'MQL', sql: 'SQL', opportunity: 'Opportunity', customer: 'Customer' } as const;
const nameOf = (stage: string): string => (names as Record<string, string>)[stage]!;

/** Mautic: pages, forms, downloads and mails, all in one activity feed, and who came into a campaign. It has no deals and no limit, but pages and whole seconds. */
export const mauticYear: MakeAccount = ({ people, activities }, chance) => {
  const clock = new SimulatedClock(newYear);
  const fake = new FakeMautic(clock.now);
  const mapping = mappingOf(names);
  fake.stages = ladder.map((stage, i) => ({ id: i + 1, name: nameOf(stage), weight: i }));
  const contacts: ReturnType<FakeMautic['put']>[] = [];
  const created: number[] = [];
  const pasts: { stage: Stage; at: number }[][] = [];
  const touches = new Set<string>();
  const come = (person: number): void => {
    contacts.push(
      fake.put({ email: emailOf(person), firstname: `Person ${person}`, lastname: 'Year', company: `Company ${person % 997}` }),
    );
    pasts.push([]);
  };
  const of = (person: number) => fake.contacts.get(contacts[person]!.id)!;
  const move = (person: number, stage: Stage): void => {
    if (of(person).stage?.name === nameOf(stage)) return;
    fake.move(of(person), nameOf(stage));
    pasts[person]!.push({ stage, at: Math.floor(clock.at / 1000) * 1000 });
  };
  const kinds = [
    ['page.hit', 40],
    ['email.sent', 30],
    ['email.read', 15],
    ['form.submitted', 6],
    ['asset.download', 5],
    ['email.failed', 2],
    // Told by Mautic, and no touch.
    ['point.gained', 2],
  ] as const;
  const campaigns = Array.from({ length: 30 }, (_, i) => fake.campaign(`Campaign ${i}`));
  const reached = new Set<string>();
  const act = (person: number): void => {
    const campaign = chance.pick(campaigns);
    const member = `member:${campaign.id}:${contacts[person]!.id}`;
    if (!reached.has(member) && chance.chance(0.1)) {
      reached.add(member);
      touches.add(member);
      fake.join(contacts[person]!, campaign);
      return;
    }
    const kind = chance.weighted(kinds);
    fake.did(contacts[person]!, kind, `${kind} ${chance.int(1, 60)}`);
    if (kind !== 'point.gained') touches.add(`event:${kind}:${fake.events.at(-1)!.eventId}`);
  };
  for (let person = 0; person < people; person++)
    for (const [i, at] of climb(chance).entries()) {
      clock.at = at;
      if (i === 0) {
        come(person);
        created.push(at);
      }
      move(person, ladder[i]!);
    }
  for (let n = 0; n < activities; n++) {
    const person = chance.int(0, people - 1);
    clock.at = chance.int(created[person]!, yearEnd - 1);
    act(person);
  }
  clock.at = yearEnd;
  return {
    source: mautic,
    fake,
    clock,
    credentials: { address: 'https://mautic.year.example', user: fake.user.name, password: fake.user.password },
    mapping,
    lagMs: 1_000,
    people: () => contacts.length,
    touches,
    hasCampaign: (touch) => /^(event:email\.|member:)/.test(touch),
    stands: (person) => ({ stage: mapping.stageIn[of(person).stage!.name]!, title: of(person).fields.position ?? null }),
    past: (person) => pasts[person]!,
    move(person) {
      if (of(person).stage?.name !== names.mql) move(person, chance.pick(moves));
    },
    retitle: (person, position) => void fake.put({ position }, { id: of(person).id }),
    add() {
      come(contacts.length);
      move(contacts.length - 1, 'lead');
    },
    act,
    within: () =>
      ok(
        fake.requests.every((r) => r.status === 200),
        'Mautic refused a request',
      ),
  };
};
