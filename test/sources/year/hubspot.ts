import { deepStrictEqual as equal } from 'node:assert';
import { hubspot } from '../../../server/sources/hubspot/index.ts';
import { SimulatedClock } from '../../fakes/clock.ts';
import { FakeHubspot } from '../../fakes/hubspot.ts';
import { climb, day, emailOf, ladder, type MakeAccount, mappingOf, moves, newYear, yearEnd } from './account.ts';
import { type YearDeal, YearDeals } from './deals.ts';

const names = {
  lead: 'lead',
  mql: 'marketingqualifiedlead',
  sql: 'salesqualifiedlead',
  opportunity: 'opportunity',
  customer: 'customer',
} as const;

const dealOf = ({ is, amount }: Pick<YearDeal, 'is' | 'amount'>): Record<string, string> => ({
  dealstage: { open: 'contractsent', won: 'closedwon', lost: 'closedlost' }[is],
  hs_is_closed: String(is !== 'open'),
  hs_is_closed_won: String(is === 'won'),
  amount: amount === 0 ? '' : String(amount),
  deal_currency_code: 'EUR',
});

/** HubSpot: mails, deals, forms and marketing events; a hundred requests in ten seconds, five searches a second, a quarter of a million a day. */
export const hubspotYear: MakeAccount = ({ people, activities }, chance) => {
  const clock = new SimulatedClock(newYear);
  const fake = new FakeHubspot(clock.now);
  fake.limits = { burst: 100, search: 5, daily: 250_000 };
  const mapping = mappingOf(names);
  const nameOf = (stage: string): string => (names as Record<string, string>)[stage]!;
  const ids: string[] = [];
  const created: number[] = [];
  const touches = new Set<string>();
  const deals = new YearDeals(chance, clock, {
    make: (people, state) =>
      fake.putDeal(
        dealOf(state),
        people.map((person) => ids[person]!),
      ).id,
    change: (id, state) => void fake.putDeal(dealOf(state), undefined, id),
  });
  for (let person = 0; person < people; person++) {
    let id: string | undefined;
    for (const [i, at] of climb(chance)
      .slice(0, deals.isBuyer(person) ? 1 : undefined)
      .entries()) {
      clock.at = at;
      const first = { email: emailOf(person), firstname: `Person ${person}`, lastname: 'Year', company: `Company ${person % 997}` };
      id = fake.put({ ...(i === 0 && first), lifecyclestage: nameOf(ladder[i]!) }, id).id;
      if (i === 0) created.push(at);
    }
    ids.push(id!);
    if (deals.isBuyer(person)) deals.year(person, Math.max(...[created[person - 5] ?? 0, created[person]!]), yearEnd);
  }
  const mails = Array.from({ length: 60 }, (_, i) => i + 1);
  for (const id of mails) fake.mailCampaigns.set(id, { name: `Mail ${id}`, subject: `Subject ${id}` });
  const kinds = { SENT: 'sent', OPEN: 'opened', CLICK: 'click', BOUNCE: 'bounced' } as const;
  const mail = (person: number, at: number): void => {
    const id = `m${fake.mails.length}`;
    const type = chance.weighted([
      ['SENT', 60],
      ['OPEN', 25],
      ['CLICK', 10],
      ['BOUNCE', 2],
      // Told by HubSpot, and no touch.
      ['PROCESSED', 3],
    ] as const);
    fake.mails.push({ id, created: at, type, recipient: emailOf(person), emailCampaignId: chance.pick(mails) });
    if (type in kinds) touches.add(`mail:${id}:${at}`);
  };
  fake.forms = Array.from({ length: 20 }, (_, i) => ({ id: `form-${i}`, name: `Form ${i}`, submissions: [] }));
  fake.events = Array.from({ length: 25 }, (_, i) => ({
    objectId: String(9000 + i),
    eventName: `Webinar ${i}`,
    eventType: 'WEBINAR',
    startDateTime: new Date(newYear + (i + 1) * 14 * day).toISOString(),
    participants: [],
  }));
  for (let n = 0; n < activities; n++) {
    const person = chance.int(0, people - 1);
    const at = chance.int(created[person]!, yearEnd - 1);
    const what = chance.next();
    if (what < 0.85) mail(person, at);
    else if (what < 0.95) {
      const form = chance.pick(fake.forms);
      form.submissions.push({ conversionId: `c${n}`, submittedAt: at, email: emailOf(person) });
      touches.add(`submission:${form.id}:c${n}`);
    } else {
      const event = chance.pick(fake.events);
      const state = chance.chance(0.6) ? 'REGISTERED' : 'ATTENDED';
      event.participants.push({ id: `p${n}`, contactId: ids[person]!, email: emailOf(person), state, occurredAt: at });
      touches.add(`participation:p${n}:${state}`);
    }
  }
  clock.at = yearEnd;
  const of = (person: number) => fake.contacts.get(ids[person]!)!;
  return {
    source: hubspot,
    fake,
    clock,
    credentials: { token: fake.token },
    mapping,
    lagMs: fake.searchLag + 1_000,
    people: () => ids.length,
    touches,
    hasCampaign: (touch) => !touch.startsWith('submission:'),
    stands: (person) => {
      const { lifecyclestage, jobtitle } = of(person).properties;
      return { stage: deals.isBuyer(person) ? deals.stage(person) : mapping.stageIn[lifecyclestage!]!, title: jobtitle ?? null };
    },
    past: (person) => [
      ...of(person)
        .history.lifecyclestage!.toReversed()
        .map(({ value, timestamp }) => ({ stage: mapping.stageIn[value]!, at: Date.parse(timestamp) })),
      ...deals.past(person),
    ],
    deals: { count: () => deals.all.length, worth: (person) => deals.worth(person) },
    move(person) {
      if (deals.isBuyer(person)) deals.live(person);
      else if (of(person).properties.lifecyclestage !== names.mql) fake.put({ lifecyclestage: nameOf(chance.pick(moves)) }, ids[person]);
    },
    retitle: (person, jobtitle) => void fake.put({ jobtitle }, ids[person]),
    add() {
      const person = ids.length;
      ids.push(fake.put({ email: emailOf(person), firstname: `Person ${person}`, lifecyclestage: names.lead }).id);
    },
    act: (person) => mail(person, clock.at),
    within: () => equal(fake.requests.filter((r) => r.status === 429).length, 0, 'a limit of HubSpot’s was run into'),
  };
};
