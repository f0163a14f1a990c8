import type { Agreement } from '../../lib/funnel/agreement.ts';
import { defaultAgreement } from '../../lib/funnel/defaultAgreement.ts';
import type { Origin } from '../../lib/funnel/words.ts';
import { type Act, acceptedClocks, type Clockwork, type Played, play, waitingClocks } from './acts.ts';
import { campaigns, happenings, pages, type SampleCampaign } from './campaigns.ts';
import { dana, people, reps, type SamplePerson, type SampleUser, sampleZone, users } from './cast.ts';
import { type Fate, fates, type Group, type Passage, passages } from './fates.ts';
import { insightsOf, type SampleFeedback, verdict } from './feedback.ts';
import { firstTouch, journey, type SampleTouch, type Way, type World, whyThen } from './journeys.ts';
import { type Random, random } from './random.ts';
import { businessBefore, day, hour, minute, span } from './times.ts';

/**
 * A company with nine months behind it: pure, and the same for the same seed and moment. Instants are epoch
 * milliseconds, people are named by their place in `people`, users and campaigns by their keys.
 */
export interface Sample {
  agreement: Agreement;
  users: readonly SampleUser[];
  campaigns: SampleCampaign[];
  people: SampleLead[];
  /** In order of time. */
  touches: SampleTouch[];
  feedback: SampleFeedback[];
}

export interface SampleLead extends SamplePerson {
  origin: Origin;
  /** When marketing first knew them, or sales added them. */
  from: number;
  /** `origin: sales` only: who added them. */
  addedBy?: string;
  /** What was decided about them, in order. */
  acts: Act[];
}

export function generate(seed: number, now: number): Sample {
  const agreement = defaultAgreement(sampleZone);
  const chance = random(seed, 'journeys');
  const calendar = happenings(agreement, now, chance);
  const world: World = { agreement, now, chance, campaigns: campaigns(agreement, now, chance), calendar };
  const everybody = people(seed);
  const order = [dana, ...chance.shuffle(everybody.map((_, i) => i).filter((i) => i !== dana))];
  const made: SampleLead[] = everybody.map((person) => ({ ...person, origin: 'marketing', from: now, acts: [] }));
  const sample: Sample = { agreement, users, campaigns: world.campaigns, people: made, touches: [], feedback: [] };

  handedOver(order, world, sample);
  addedBySales(order, world, sample);
  stillMarketings(order, world, sample);
  comings(sample, world);

  // The store keeps whole milliseconds.
  for (const lead of made) {
    lead.from = Math.floor(lead.from);
    for (const act of lead.acts) act.at = Math.floor(act.at);
  }
  for (const said of sample.feedback) {
    said.at = Math.floor(said.at);
    for (const reply of said.replies) reply.at = Math.floor(reply.at);
  }
  sample.touches.sort((a, b) => a.at - b.at || a.person - b.person);
  sample.feedback.sort((a, b) => a.at - b.at || a.person - b.person);
  return sample;
}

/** Everybody whom marketing handed over at least once. */
function handedOver(order: number[], world: World, sample: Sample): void {
  const { chance, now, agreement } = world;
  const all = fates(chance);
  assert(all.length === passages);
  const clocks = clocksFor(all, chance);
  const danas = [...clocks.entries()].find(
    ([p, wish]) => p.group === 'organic' && p.fate === 'waiting' && !p.after && wish.holder !== 'rep' && wish.clock === 'on_track',
  )?.[0];
  const starts = all.filter((p) => !p.after);
  if (danas) starts.unshift(...starts.splice(starts.indexOf(danas), 1));
  const spoken: Parameters<typeof insightsOf>[0][number][] = [];

  for (const start of starts) {
    const person = order.shift()!;
    const lead = sample.people[person]!;
    const chain = [start, ...all.filter((p) => p.after === start)];
    const played: Played[] = [];
    for (const passage of chain) {
      const before = played.at(-1)?.ended;
      const notBefore = before === undefined ? now - 252 * day : before + chance.between(25, 50) * day;
      const wish =
        passage === danas
          ? { holder: 'rep', clock: 'on_track' as const, used: 288, intent: 'standard' as const, criteria: ['icp', 'intent', 'role'] }
          : clocks.get(passage);
      played.push(play(passage, { notBefore, ...wish }, { agreement, now, chance }));
    }
    const touches = touchesOf(person, start.group, played, world, start === danas);
    lead.from = touches[0]?.at ?? played[0]!.opened - day;
    for (const one of played) {
      const [handOver] = one.acts;
      if (handOver?.decision.kind === 'hand_over') handOver.decision.why = whyThen(touches, one.opened, world.campaigns);
      lead.acts.push(...one.acts);
    }
    sample.touches.push(...touches);
    for (const [i, one] of played.entries()) {
      const fate = chain[i]!.fate;
      const said = verdict(person, fate, one, touches, now, chance);
      if (said) sample.feedback.push(said);
      if (fate !== 'waiting' && fate !== 'returned') spoken.push({ person, played: one, touches });
    }
  }
  sample.feedback.push(...insightsOf(spoken, now, chance));
}

function touchesOf(person: number, group: Group, played: Played[], world: World, isDana: boolean): SampleTouch[] {
  if (isDana) return danasTouches(person, world);
  const { chance, now } = world;
  const opened = played[0]!.opened;
  const latest = opened - chance.between(0.3, 4) * hour;
  const way: Way = {
    person,
    group,
    from: 0,
    peaks: played.map((one) => ({ at: one.opened, high: one.intent === 'high' })),
    until: now,
    newsletter: chance.chance(0.8) || group === 'email',
    keen: chance.between(0.3, 1),
    busy: chance.between(2, 8),
  };
  const lead = 24 * day * Math.exp(chance.between(-2.2, 1.4));
  const first = firstTouch(group, latest, world)(Math.max(now - span + 2 * day, opened - lead));
  way.from = group === 'email' ? first.at - 6 * hour : first.at;
  const counts = first.kind === 'form' || first.kind === 'attended' || first.kind === 'downloaded';
  if (!counts) way.known = chance.chance(0.6) ? first.at + chance.between(2, 30) * minute : chance.between(first.at, latest);
  if (played.at(-1)!.acts.some(({ decision }) => decision.kind === 'disqualify'))
    way.until = Math.min(now, played.at(-1)!.ended! + 2 * day);
  return journey(way, first, world);
}

/** Clocks, and for some the holder, of those whose hand-off is open. */
function clocksFor(all: Passage[], chance: Random): Map<Passage, { holder?: string; clock: Clockwork }> {
  const wishes = new Map<Passage, { holder?: string; clock: Clockwork }>();
  const fill = (fate: Fate, planned: readonly [string | undefined, Clockwork][]) => {
    const others = reps.filter((rep) => rep !== 'rep');
    for (const [i, passage] of chance.shuffle(all.filter((p) => p.fate === fate)).entries()) {
      const [holder, clock] = planned[i] ?? [
        undefined,
        chance.weighted([
          ['on_track', 7],
          ['at_risk', 2],
          ['late', 2],
        ] as const),
      ];
      wishes.set(passage, { holder: holder ?? chance.pick(others), clock });
    }
  };
  fill('waiting', waitingClocks);
  fill('sal', acceptedClocks);
  return wishes;
}

/** The lead of the tour: a webinar five days ago, prices twice since, three hours left. */
function danasTouches(person: number, { now, campaigns: all, calendar, agreement }: World): SampleTouch[] {
  const link = (key: string) => all.find((c) => c.key === key)!.link;
  const session = calendar.sessions.at(-1)!;
  const opened = businessBefore(agreement, now, 288);
  const churn = { channel: 'webinar', campaign: 'churn', link: link('churn') } as const;
  const benchmark = { channel: 'content', campaign: 'benchmark', link: link('benchmark') } as const;
  const mail = { channel: 'email', campaign: 'monthly' } as const;
  const issues = calendar.issues.filter(({ at }) => at > now - 60 * day);
  const made: Omit<SampleTouch, 'person'>[] = [
    { ...benchmark, at: session.at - 57 * day, kind: 'downloaded', asset: all.find((c) => c.key === 'benchmark')!.name },
    { ...benchmark, at: session.at - 56 * day, kind: 'read', asset: 'Ops benchmark: compare yourself' },
    ...issues.flatMap(({ at, name }) => [
      { ...mail, at: at + 3 * minute, kind: 'sent' as const, asset: name },
      { ...mail, at: at + 95 * minute, kind: 'opened' as const, asset: name },
    ]),
    { ...churn, at: session.at - 9 * day, kind: 'sent', asset: 'Invitation: one play each' },
    { ...churn, at: session.at - 9 * day + 40 * minute, kind: 'opened', asset: 'Invitation: one play each' },
    { ...churn, at: session.at - 8 * day, kind: 'click', asset: 'Invitation: one play each' },
    { ...churn, at: session.at - 8 * day + 6 * minute, kind: 'form', asset: `Seat: ${session.name}` },
    { ...churn, at: session.at + 2 * minute, kind: 'attended', asset: session.name },
    { ...churn, at: session.at + 75 * minute, kind: 'downloaded', asset: 'The template from the webinar' },
    { at: opened - 26 * hour, kind: 'visited', channel: 'direct', asset: 'Pricing', link: pages.pricing },
    { at: opened - 50 * minute, kind: 'visited', channel: 'direct', asset: 'Pricing', link: pages.pricing },
  ];
  return made.filter(({ at }) => at < now).map((touch) => ({ person, ...touch }));
}

const bySales: readonly (readonly [Fate | 'closed', number])[] = [
  ['sal', 5],
  ['sql', 5],
  ['opportunity', 4],
  ['won', 3],
  ['returned', 2],
  ['closed', 3],
];

/** Leads that reps brought themselves: no hand-off, at `sal` from the start. */
function addedBySales(order: number[], world: World, sample: Sample): void {
  const { chance, now, agreement } = world;
  for (const [fate, count] of bySales) {
    for (let i = 0; i < count; i++) {
      const person = order.shift()!;
      const lead = sample.people[person]!;
      const by = chance.pick(reps);
      lead.origin = 'sales';
      lead.addedBy = by;
      lead.from = fate === 'sal' ? businessBefore(agreement, now, chance.between(60, 950)) : now - chance.between(20, 200) * day;
      const step = (part: number) => lead.from + (now - lead.from) * part;
      const amount = { value: chance.int(7, 48) * 100_000, currency: 'EUR' };
      const add = (part: number, decision: Act['decision']) => lead.acts.push({ at: step(part), by, decision });
      if (fate === 'sql' || fate === 'opportunity' || fate === 'won')
        add(chance.between(0.05, 0.15), { kind: 'qualify', criteria: ['need'] });
      if (fate === 'opportunity' || fate === 'won') add(chance.between(0.2, 0.4), { kind: 'open_opportunity', amount });
      if (fate === 'won') add(chance.between(0.5, 0.9), { kind: 'win', amount });
      if (fate === 'returned') add(chance.between(0.1, 0.5), { kind: 'recycle', reason: 'bad_timing' });
      if (fate === 'closed') add(chance.between(0.1, 0.5), { kind: 'disqualify', reason: 'not_icp' });
      if (chance.chance(0.5)) {
        const way: Way = { person, from: lead.from + hour, peaks: [], until: now, newsletter: false, keen: 0.5, busy: 4 };
        const at = lead.from + chance.between(0.05, 0.4) * (now - lead.from);
        sample.touches.push(...journey(way, { at, kind: 'visited', channel: 'direct', asset: 'Product tour', link: pages.product }, world));
      }
    }
  }
}

/** Everybody else: on the list, reading, not handed over yet. */
function stillMarketings(order: number[], world: World, sample: Sample): void {
  const { chance, now } = world;
  const groups: readonly (readonly [Group, number])[] = [
    ['organic', 8],
    ['paid', 4],
    ['social', 5],
    ['email', 4],
    ['other', 4],
  ];
  for (const [i, person] of order.entries()) {
    const lead = sample.people[person]!;
    const kind = i < 42 ? 'listed' : i < 86 ? 'reader' : 'lead';
    const way: Way = {
      person,
      from: now - chance.next() ** 0.8 * (span - 6 * day),
      peaks: [],
      until: now,
      newsletter: kind !== 'reader' || chance.chance(0.6),
      keen: chance.next(),
      busy: chance.between(1, 7),
    };
    if (kind === 'listed') {
      way.from = Math.min(way.from, now - 32 * day);
      way.newsletter = true;
    } else {
      way.group = kind === 'reader' ? chance.pick(['organic', 'paid', 'social'] as const) : chance.weighted(groups);
      way.from = Math.min(way.from, now - 30 * hour);
    }
    const first = way.group && gentle(way.group, Math.min(now - hour, way.from + 20 * day), way.from, kind === 'reader', world);
    if (first) way.from = way.group === 'email' ? first.at - 6 * hour : first.at;
    if (kind === 'lead' && first) way.known = Math.min(first.at + chance.between(2, 60) * minute, now - 10 * minute);
    const touches = journey(way, first, world).filter((touch) => kind !== 'reader' || !showsWho.has(touch.kind));
    lead.from = touches[0]?.at ?? way.from;
    sample.touches.push(...touches);
  }
}

const showsWho = new Set(['form', 'attended', 'downloaded', 'reply']);
function gentle(group: Group, latest: number, earliest: number, only: boolean, world: World) {
  for (;;) {
    const touch = firstTouch(group, Math.max(latest, world.now - 240 * day), world)(earliest);
    if (!only || !showsWho.has(touch.kind)) return touch;
  }
}

/** The rarer ways back and round: reopened leads, and those qualified without a hand-off. */
function comings(sample: Sample, world: World): void {
  const { chance, now, agreement } = world;
  const last = (lead: SampleLead) => lead.acts.at(-1);
  const asleep = chance.shuffle(sample.people.filter((lead) => last(lead)?.decision.kind === 'recycle' && last(lead)!.at < now - 30 * day));
  const [one, two, three] = asleep;
  if (one) one.acts.push({ at: businessBefore(agreement, now, 300), by: 'rep', decision: { kind: 'reopen' } });
  if (two) two.acts.push({ at: now - 9 * day, by: 'leonie', decision: { kind: 'reopen' } });
  if (three) {
    three.acts.push({ at: now - 12 * day, by: 'ana', decision: { kind: 'reopen' } });
    three.acts.push({ at: now - 10 * day, by: 'ana', decision: { kind: 'qualify', criteria: ['need', 'decide'] } });
  }
  const known = new Set(sample.touches.filter((touch) => touch.kind === 'form').map((touch) => touch.person));
  const unasked = sample.people.filter(
    (lead, i) => lead.origin === 'marketing' && lead.acts.length === 0 && known.has(i) && lead.from < now - 20 * day,
  );
  for (const [i, lead] of chance.shuffle(unasked).slice(0, 2).entries())
    lead.acts.push({ at: now - (i + 1.5) * day, by: reps[i]!, decision: { kind: 'qualify', criteria: ['need'] } });
}

function assert(holds: boolean): void {
  if (!holds) throw new Error('The sample does not add up.');
}
