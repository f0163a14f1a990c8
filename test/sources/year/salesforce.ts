import { ok } from 'node:assert';
import type { Stage } from '../../../lib/funnel/words.ts';
import { salesforce } from '../../../server/sources/salesforce/index.ts';
import { SimulatedClock } from '../../fakes/clock.ts';
import type { Reply } from '../../fakes/reply.ts';
import { FakeSalesforce } from '../../fakes/salesforce.ts';
import { climb, day, emailOf, ladder, type MakeAccount, mappingOf, minute, moves, newYear, yearEnd } from './account.ts';
import { type YearDeal, YearDeals } from './deals.ts';

const names = {
  lead: 'Open - Not Contacted',
  mql: 'Marketing qualified',
  sql: 'Sales qualified',
  opportunity: 'In talks',
  customer: 'Won',
} as const;
const nameOf = (stage: string): string => (names as Record<string, string>)[stage]!;
const hour = 60 * minute;

const dealOf = ({ is, amount }: Pick<YearDeal, 'is' | 'amount'>) => ({
  StageName: { open: 'Prospecting', won: 'Closed Won', lost: 'Closed Lost' }[is],
  IsClosed: is !== 'open',
  IsWon: is === 'won',
  Amount: amount || null,
});

/** A Salesforce that others use, too. The limit is one of the last 24 hours. */
class Shared extends FakeSalesforce {
  /** Requests of ours: when one was refused, and how many were let in although only a fifth was left. */
  refused: number[] = [];
  greedy = 0;
  #spent: { at: number; n: number }[] = [];

  others(n: number): void {
    this.#spent.push({ at: this.now(), n });
  }
  get left(): number {
    while (this.#spent[0] && this.#spent[0].at <= this.now() - day) this.#spent.shift();
    return this.limit.most - this.#spent.reduce((sum, { n }) => sum + n, 0);
  }
  protected override answer(method: string, url: URL, headers: Record<string, string>, body: string): Reply {
    const { left } = this;
    const before = this.limit.most - left;
    this.limit.used = before;
    const reply = super.answer(method, url, headers, body);
    if (reply.status === 403) this.refused.push(this.now());
    else if (this.limit.used > before) {
      this.others(1);
      if (left < this.limit.most / 5) this.greedy++;
    }
    return reply;
  }
}

/**
 * Salesforce: leads with a tracked status, contacts with opportunities, members of campaigns and what became of them. It allows so many requests in
 * 24 hours to everybody together; one more is a 403. Others have used most of them when the import begins, and use up
 * the rest a little later.
 */
export const salesforceYear: MakeAccount = ({ people, activities }, chance) => {
  const clock = new SimulatedClock(newYear);
  const fake = new Shared(clock.now);
  const mapping = mappingOf(names);
  mapping.fields.contactStage = 'Stage__c';
  const leads: string[] = [];
  const began: number[] = [];
  const pasts: { stage: Stage; at: number }[][] = [];
  const touches = new Set<string>();
  const deals = new YearDeals(chance, clock, {
    make(people, state) {
      const { Id } = fake.add('Opportunity', { ...dealOf(state), CloseDate: '2028-03-01' });
      for (const person of people) fake.add('OpportunityContactRole', { OpportunityId: Id, ContactId: leads[person] });
      return String(Id);
    },
    change: (id, state) => fake.change('Opportunity', id, dealOf(state)),
  });
  /** Opportunities name contacts: buyers are such, everybody else is a lead. */
  const objectOf = (person: number): 'Lead' | 'Contact' => (deals.isBuyer(person) ? 'Contact' : 'Lead');
  const lead = (person: number) => fake.tables.get(objectOf(person))!.get(leads[person]!)!;
  const come = (): void => {
    const person = leads.length;
    const fields = { Name: `Person ${person} Year`, Email: emailOf(person) };
    const more = deals.isBuyer(person) ? { Stage__c: names.lead } : { Company: `Company ${person % 997}`, Status: names.lead };
    leads.push(String(fake.add(objectOf(person), { ...fields, ...more }).Id));
    began.push(clock.at);
    pasts.push([]);
  };
  const move = (person: number, stage: Stage): void => {
    if (lead(person).Status === nameOf(stage)) return;
    fake.change('Lead', leads[person]!, { Status: nameOf(stage) });
    pasts[person]!.push({ stage, at: clock.at });
  };
  for (let person = 0; person < people; person++) {
    for (const [i, at] of climb(chance)
      .slice(0, deals.isBuyer(person) ? 1 : undefined)
      .entries()) {
      clock.at = at;
      if (i === 0) come();
      else move(person, ladder[i]!);
    }
    if (deals.isBuyer(person)) deals.year(person, Math.max(began[person - 5] ?? 0, began[person]!), yearEnd);
  }

  const moved = new Set(pasts.flatMap((past, person) => (past.length > 0 ? [person] : [])));
  for (const person of moved) pasts[person]!.unshift({ stage: 'lead', at: began[person]! });

  clock.at = newYear;
  const campaigns = Array.from({ length: 200 }, (_, i) => {
    const campaign = fake.add('Campaign', { Name: `Campaign ${i}`, Type: ['Webinar', 'Email', 'Conference', 'Advertisement'][i % 4] });
    for (const [Label, HasResponded] of [
      ['Sent', false],
      ['Opened', false],
      ['Bounced', false],
      ['Registered', true],
      ['Attended', true],
    ] as const)
      fake.add('CampaignMemberStatus', { CampaignId: campaign.Id, Label, HasResponded });
    return String(campaign.Id);
  });
  const members = new Map<string, string>();
  /** A campaign reaches a person, and two of five do something with it. */
  const reach = (person: number, until: number): void => {
    const campaign = chance.pick(campaigns);
    const key = `${person} ${campaign}`;
    if (members.has(key)) return;
    const id = String(fake.add('CampaignMember', { CampaignId: campaign, [`${objectOf(person)}Id`]: leads[person], Status: 'Sent' }).Id);
    members.set(key, id);
    touches.add(`member:${id}`);
    if (!chance.chance(0.4)) return;
    clock.at = Math.min(until, clock.at + chance.int(minute, 5 * day));
    const status = chance.weighted([
      ['Opened', 4],
      ['Registered', 3],
      ['Attended', 2],
      ['Bounced', 1],
    ] as const);
    const responded = status === 'Registered' || status === 'Attended';
    const first = new Date(clock.at).toISOString().slice(0, 10);
    fake.change('CampaignMember', id, { Status: status, ...(responded && { FirstRespondedDate: first }) });
    touches.add(`${responded ? 'responded' : 'status'}:${id}:${status}`);
  };
  while (touches.size < activities) {
    const person = chance.int(0, people - 1);
    clock.at = chance.int(began[person]!, yearEnd - 1);
    reach(person, yearEnd - 1);
  }
  clock.at = yearEnd;

  fake.limit.most = 15_000;
  // Enough for a few requests, before only that share is left which is for others.
  fake.others(fake.limit.most * 0.8 - 5);
  let nextHour = clock.at + hour;
  let usedUp = false;
  return {
    source: salesforce,
    fake,
    clock,
    credentials: { address: 'https://year.my.salesforce.example', clientId: fake.client.id, clientSecret: fake.client.secret },
    mapping,
    lagMs: 1_000,
    people: () => leads.length,
    touches,
    hasCampaign: () => true,
    stands: (person) => ({
      stage: deals.isBuyer(person) ? deals.stage(person) : mapping.stageIn[String(lead(person).Status)]!,
      title: (lead(person).Title as string) ?? null,
    }),
    past: (person) => [...pasts[person]!, ...deals.past(person)],
    deals: { count: () => deals.all.length, worth: (person) => deals.worth(person) },
    // What the first change tells; of who had not changed yet when they came here, only that it was so when they came.
    forgets: { stage: 'lead', since: (person) => (moved.has(person) ? undefined : began[person]!) },
    move(person) {
      if (deals.isBuyer(person)) deals.live(person);
      else if (lead(person).Status !== names.mql) move(person, chance.pick(moves));
    },
    retitle: (person, Title) => fake.change(objectOf(person), leads[person]!, { Title }),
    add: come,
    act: (person) => reach(person, clock.at),
    others() {
      // Once, while the import waits for the day to give some back, they use the very last.
      if (!usedUp && clock.at > yearEnd + 2 * hour) {
        usedUp = true;
        fake.others(fake.left);
      }
      for (; nextHour <= clock.at; nextHour += hour) fake.others(chance.int(100, 400));
    },
    within(deaths) {
      const strange = fake.requests.find(({ status }) => status !== 200 && status !== 403);
      ok(!strange, `Salesforce answered ${JSON.stringify(strange)}`);
      ok(fake.refused.length > 0, 'The limit was never met.');
      // Once an hour it is tried whether there is something again, and once more by whoever follows a process that died.
      const hours = (clock.at - yearEnd) / hour;
      ok(fake.refused.length <= hours + deaths, `${fake.refused.length} refused requests in ${hours} hours`);
      ok(fake.greedy <= hours + deaths, `${fake.greedy} requests of what is for others`);
    },
  };
};
