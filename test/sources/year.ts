import { deepStrictEqual as equal, ok } from 'node:assert';
import { sql } from 'kysely';
import type { Stage } from '../../lib/funnel/words.ts';
import { type Random, random } from '../../server/sample/random.ts';
import { hubspot } from '../../server/sources/hubspot/index.ts';
import { type PullEnd, runPull } from '../../server/sources/pull.ts';
import type { Mapping } from '../../server/sources/source.ts';
import { SimulatedClock } from '../fakes/clock.ts';
import { FakeHubspot } from '../fakes/hubspot.ts';
import type { TestServer } from '../server/harness.ts';
import { connected } from './connected.ts';
import { mortal, untilDeath } from './mortal.ts';

/**
 * A year of a HubSpot account, imported under its limits by a process that keeps dying, and then kept in step while one
 * person in a hundred changes every hour. Time is simulated; the store is real. What is in the store afterwards is
 * compared with what is in HubSpot, person by person and touch by touch.
 */
export interface Size {
  people: number;
  /** Mails, forms and events, all told. */
  activities: number;
  /** How long it goes on after the import. */
  hours: number;
  /** A run dies at one of so many points, on average; a point is a call or a transaction, before or after. */
  diesEvery: number;
}
export interface Figures {
  /** Simulated minutes from the first call until everything was there, deaths and the leases they leave included. */
  importMinutes: number;
  deaths: number;
  requests: number;
  requestsPerPull: number;
  pulls: number;
  changes: number;
  /** From a change there until it was here: the longest, simulated minutes; and where no process died. */
  longestLag: number;
  longestLagAlive: number;
  /** Wall-clock seconds. */
  seconds: { built: number; imported: number; followed: number; compared: number };
}

/** No subscribers: one who fills in a form is a lead here before the CRM says so. */
const stageOf: Record<string, Stage> = {
  lead: 'lead',
  marketingqualifiedlead: 'mql',
  salesqualifiedlead: 'sql',
  opportunity: 'opportunity',
  customer: 'customer',
};
const mapping: Mapping = { stageIn: stageOf, stageOut: {}, reasonOut: {}, fields: {}, writeFeedback: false, agreed: true };
const ladder = Object.keys(stageOf);
const minute = 60_000;
const day = 86_400_000;
const newYear = Date.parse('2025-11-22T00:00:00Z');

/** The account, and the names that its activities have here. */
interface Account {
  crm: FakeHubspot;
  clock: SimulatedClock;
  ids: string[];
  touches: Set<string>;
  mail(person: number, at: number): void;
}

const emailOf = (person: number): string => `person${person}@year.example`;

function account({ people, activities }: Size, chance: Random): Account {
  const clock = new SimulatedClock(newYear);
  const crm = new FakeHubspot(clock.now);
  crm.limits = { burst: 100, search: 5, daily: 250_000 };
  const ids: string[] = [];
  const created: number[] = [];
  const touches = new Set<string>();
  for (let person = 0; person < people; person++) {
    let at = newYear + chance.int(0, 300 * day);
    clock.at = at;
    const last = chance.weighted([
      [1, 6],
      [2, 3],
      [4, 2],
      [5, 1],
    ]);
    const { id } = crm.put({
      email: emailOf(person),
      firstname: `Person ${person}`,
      lastname: 'Year',
      company: `Company ${person % 997}`,
      lifecyclestage: ladder[0]!,
    });
    ids.push(id);
    created.push(at);
    for (const stage of ladder.slice(1, last)) {
      at += chance.int(minute, 8 * day);
      clock.at = at;
      crm.put({ lifecyclestage: stage }, id);
    }
  }
  const end = newYear + 365 * day;
  const mails = Array.from({ length: 60 }, (_, i) => i + 1);
  for (const id of mails) crm.mailCampaigns.set(id, { name: `Mail ${id}`, subject: `Subject ${id}` });
  const kinds = { SENT: 'sent', OPEN: 'opened', CLICK: 'click', BOUNCE: 'bounced' } as const;
  const mail = (person: number, created: number): void => {
    const id = `m${crm.mails.length}`;
    const type = chance.weighted([
      ['SENT', 60],
      ['OPEN', 25],
      ['CLICK', 10],
      ['BOUNCE', 2],
      // Told by HubSpot, and no touch.
      ['PROCESSED', 3],
    ] as const);
    crm.mails.push({ id, created, type, recipient: emailOf(person), emailCampaignId: chance.pick(mails) });
    if (type in kinds) touches.add(`mail:${id}:${created}`);
  };
  crm.forms = Array.from({ length: 20 }, (_, i) => ({ id: `form-${i}`, name: `Form ${i}`, submissions: [] }));
  crm.events = Array.from({ length: 25 }, (_, i) => ({
    objectId: String(9000 + i),
    eventName: `Webinar ${i}`,
    eventType: 'WEBINAR',
    startDateTime: new Date(newYear + (i + 1) * 14 * day).toISOString(),
    participants: [],
  }));
  for (let n = 0; n < activities; n++) {
    const person = chance.int(0, people - 1);
    const at = chance.int(created[person]!, end - 1);
    const what = chance.next();
    if (what < 0.85) mail(person, at);
    else if (what < 0.95) {
      const form = chance.pick(crm.forms);
      form.submissions.push({ conversionId: `c${n}`, submittedAt: at, email: emailOf(person) });
      touches.add(`submission:${form.id}:c${n}`);
    } else {
      const event = chance.pick(crm.events);
      const state = chance.chance(0.6) ? 'REGISTERED' : 'ATTENDED';
      event.participants.push({ id: `p${n}`, contactId: ids[person]!, email: emailOf(person), state, occurredAt: at });
      touches.add(`participation:p${n}:${state}`);
    }
  }
  clock.at = end;
  return { crm, clock, ids, touches, mail };
}

export async function year(server: TestServer, size: Size, seed: number, say: (line: string) => void = () => {}): Promise<Figures> {
  const chance = random(seed, 'year');
  let mark = performance.now();
  const lap = (): number => {
    const before = mark;
    mark = performance.now();
    return Math.round((mark - before) / 100) / 10;
  };
  const { crm, clock, ids, touches, mail } = account(size, chance);
  const { run, link } = await connected(server, hubspot, crm, clock, { mapping, credentials: { token: crm.token } });
  const built = lap();
  say(`built ${size.people} people, ${size.activities} activities (${built} s)`);

  let deaths = 0;
  const points = ['beforeCall', 'afterCall', 'beforeTransaction', 'afterTransaction'] as const;
  /** One run, in a process that dies at some point of it. `undefined`: it died. */
  const pull = async (): Promise<PullEnd | undefined> => {
    const at = chance.int(1, 2 * size.diesEvery);
    const which = chance.pick(points);
    const end = await untilDeath(() => runPull(mortal(run(), { [which]: (n: number) => (n === at ? 'die' : undefined) })));
    if (end === undefined) deaths++;
    return end;
  };

  const began = clock.at;
  let told = 0;
  for (let end: PullEnd | undefined; end !== 'done'; ) {
    end = await pull();
    ok(end === undefined || end === 'done' || end === 'more' || end === 'busy', `A run ended with “${end}”.`);
    // Whoever died holds the right to read for a quarter of an hour.
    if (end === undefined || end === 'busy') clock.at += 5 * minute;
    if (++told % 10 === 0)
      say(`${told} runs, ${deaths} deaths, ${crm.requests.length} requests, simulated ${Math.round((clock.at - began) / minute)} min`);
  }
  const importMinutes = Math.round((clock.at - began) / minute);
  const imported = lap();
  say(`imported (${imported} s)`);
  await compare(server, crm, ids, touches, link);
  const compared = lap();

  const perPull = Math.max(1, Math.round((size.people * 0.01) / 12));
  const before = crm.requests.length;
  let pulls = 0;
  let changes = 0;
  let longestLag = 0;
  let longestLagAlive = 0;
  let pending: { person: number; at: number }[] = [];
  let troubled = false;
  for (let n = 0; n < size.hours * 12; n++) {
    for (let i = 0; i < perPull; i++) {
      clock.at += Math.floor((5 * minute) / (perPull + 1));
      const person = chance.int(0, ids.length - 1);
      const contact = crm.contacts.get(ids[person]!)!;
      const what = chance.next();
      if (what < 0.4 && contact.properties.lifecyclestage !== 'marketingqualifiedlead')
        crm.put({ lifecyclestage: chance.pick(ladder.filter((s) => s !== 'marketingqualifiedlead')) }, contact.id);
      else if (what < 0.8) crm.put({ jobtitle: `Title ${n}.${i}` }, contact.id);
      else if (what < 0.9) mail(person, clock.at);
      else {
        const next = ids.length;
        ids.push(crm.put({ email: emailOf(next), firstname: `Person ${next}`, lifecyclestage: 'lead' }).id);
        pending.push({ person: next, at: clock.at });
      }
      if (what < 0.8) pending.push({ person, at: clock.at });
      changes++;
    }
    // Younger than this, search does not show it.
    clock.at += crm.searchLag + 1_000;
    const end = await pull();
    pulls++;
    ok(end === undefined || end === 'done' || end === 'busy', `A run ended with “${end}”.`);
    if (end !== 'done') {
      troubled = true;
      continue;
    }
    await inStep(server, crm, ids, [...new Set(pending.map(({ person }) => person))]);
    for (const { at } of pending) {
      const lag = (clock.at - at) / minute;
      longestLag = Math.max(longestLag, lag);
      if (!troubled) longestLagAlive = Math.max(longestLagAlive, lag);
    }
    pending = [];
    troubled = false;
  }
  for (let end: PullEnd | undefined; end !== 'done'; clock.at += 20 * minute) end = await runPull(run());
  const followed = lap();
  say(`followed ${size.hours} hours, ${changes} changes (${followed} s)`);
  const requestsPerPull = Math.round((crm.requests.length - before) / pulls);
  await compare(server, crm, ids, touches, link);
  equal(crm.requests.filter((r) => r.status === 429).length, 0, 'a limit of HubSpot’s was run into');

  return {
    importMinutes,
    deaths,
    requests: before,
    requestsPerPull,
    pulls,
    changes,
    longestLag: Math.round(longestLag * 10) / 10,
    longestLagAlive: Math.round(longestLagAlive * 10) / 10,
    seconds: { built, imported, followed, compared: Math.round((compared + lap()) * 10) / 10 },
  };
}

/** These people are here as they are there. */
async function inStep(server: TestServer, crm: FakeHubspot, ids: readonly string[], people: readonly number[]): Promise<void> {
  const rows = await server.in(async (trx) => {
    const { rows } = await sql<{ value: string; title: string | null; stage: string }>`
      select k.value, p.title, l.stage from person_key k
      join person p on p.workspace = k.workspace and p.id = k.person join lead l on l.workspace = k.workspace and l.id = k.person
      where k.workspace = ${server.workspace}::uuid and k.kind = 'email' and k.value = any(${people.map(emailOf)}::text[])`.execute(trx);
    return new Map(rows.map((r) => [r.value, [r.stage, r.title]]));
  });
  for (const person of people) {
    const { properties } = crm.contacts.get(ids[person]!)!;
    equal(rows.get(emailOf(person)), [stageOf[properties.lifecyclestage!], properties.jobtitle ?? null], emailOf(person));
  }
}

/** Everything that is there is here, once: people, the stages they went through with their times, and touches. */
async function compare(
  server: TestServer,
  crm: FakeHubspot,
  ids: readonly string[],
  touches: ReadonlySet<string>,
  link: string,
): Promise<void> {
  const people = await server.in(async (trx) => {
    const { rows } = await sql<{ value: string; n: number; stages: string[] }>`
      select k.value, (select count(*) from person_alias a where a.workspace = k.workspace and a.person = k.person) as n,
        array(select c.to_stage || ' ' || extract(epoch from c.at)::numeric(20, 3) from stage_change c
              where c.workspace = k.workspace and c.person = k.person order by c.at, c.id) as stages
      from person_key k where k.workspace = ${server.workspace}::uuid and k.kind = 'email' and k.value like '%@year.example'`.execute(trx);
    return rows;
  });
  equal(people.length, ids.length, 'people are missing or doubled');
  const byEmail = new Map(people.map((p) => [p.value, p]));
  for (const [person, id] of ids.entries()) {
    const wanted = crm.contacts
      .get(id)!
      .history.lifecyclestage!.toReversed()
      .map(({ value, timestamp }) => `${stageOf[value]} ${(Date.parse(timestamp) / 1000).toFixed(3)}`);
    const found = byEmail.get(emailOf(person));
    equal(found?.n, 1, `${emailOf(person)} is not one record`);
    equal(found?.stages, wanted, `the stages of ${emailOf(person)}`);
  }
  let after = '';
  const missing = new Set(touches);
  for (;;) {
    const rows = await server.in((trx) =>
      trx
        .selectFrom('touch')
        .select('source_id')
        .where('workspace', '=', server.workspace)
        .where('source', '=', `hubspot:${link}`)
        .where('source_id', '>', after)
        .orderBy('source_id')
        .limit(20_000)
        .execute(),
    );
    for (const { source_id } of rows) {
      ok(touches.has(source_id), `There is a touch “${source_id}” that HubSpot never told.`);
      missing.delete(source_id);
    }
    if (rows.length === 0) break;
    after = rows.at(-1)!.source_id;
  }
  equal([...missing].slice(0, 10), [], `${missing.size} touches are missing`);
  const told = await server.in((trx) =>
    trx.selectFrom('source_link').select(['people', 'touches']).where('id', '=', link).executeTakeFirstOrThrow(),
  );
  equal(told, { people: ids.length, touches: touches.size }, 'the options say other numbers');
  const counted = await server.in(async (trx) => {
    const { rows } = await sql<{ n: number }>`
      select coalesce(sum(active + passive), 0) as n from person_campaign where workspace = ${server.workspace}::uuid`.execute(trx);
    return Number(rows[0]!.n);
  });
  equal(counted, [...touches].filter((id) => !id.startsWith('submission:')).length, 'the counts by campaign are not those of the touches');
}
