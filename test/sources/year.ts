import { deepStrictEqual as equal, ok } from 'node:assert';
import { sql } from 'kysely';
import { random } from '../../server/sample/random.ts';
import { type PullEnd, runPull } from '../../server/sources/pull.ts';
import type { TestServer } from '../server/harness.ts';
import { connected } from './connected.ts';
import { mortal, untilDeath } from './mortal.ts';
import { type Account, emailOf, type MakeAccount, minute, type Size } from './year/account.ts';
import { hubspotYear } from './year/hubspot.ts';
import { mauticYear } from './year/mautic.ts';
import { salesforceYear } from './year/salesforce.ts';

/**
 * A year of a CRM's account, imported under its limits by a process that keeps dying, and then kept in step while one
 * person in a hundred changes every hour. Time is simulated; the store is real. What is in the store afterwards is
 * compared with what is in the CRM, person by person and touch by touch.
 */
export const years = { hubspot: hubspotYear, salesforce: salesforceYear, mautic: mauticYear } satisfies Record<string, MakeAccount>;
export type YearCrm = keyof typeof years;

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

export async function year(
  server: TestServer,
  crm: YearCrm,
  size: Size,
  seed: number,
  say: (line: string) => void = () => {},
): Promise<Figures> {
  const chance = random(seed, 'year');
  let mark = performance.now();
  const lap = (): number => {
    const before = mark;
    mark = performance.now();
    return Math.round((mark - before) / 100) / 10;
  };
  const account = years[crm](size, chance);
  const { fake, clock, credentials, mapping } = account;
  const { run, link } = await connected(server, account.source, fake, clock, { mapping, credentials });
  const built = lap();
  say(`built ${size.people} people, ${size.activities} activities (${built} s)`);

  let deaths = 0;
  const points = ['beforeCall', 'afterCall', 'beforeTransaction', 'afterTransaction'] as const;
  /** One run, in a process that dies at some point of it. `undefined`: it died. */
  const pull = async (): Promise<PullEnd | undefined> => {
    account.others?.();
    const at = chance.int(1, 2 * size.diesEvery);
    const which = chance.pick(points);
    const dying = mortal(run(), {
      [which]: (n: number) => (n === at ? 'die' : undefined),
      call: async (_, go) => {
        clock.at += answerMs;
        return go();
      },
    });
    const end = await untilDeath(() => runPull(dying));
    if (end === undefined) deaths++;
    return end;
  };

  const began = clock.at;
  let told = 0;
  for (let end: PullEnd | undefined; end !== 'done'; ) {
    end = await pull();
    ok(end === undefined || goesOn.has(end), `A run ended with “${end}”.`);
    // Somebody else finds out that it died, or it waits for the CRM's limit.
    if (end !== 'done' && end !== 'more') clock.at += minute;
    if (++told % 100 === 0)
      say(`${told} runs, ${deaths} deaths, ${fake.requests.length} requests, simulated ${Math.round((clock.at - began) / minute)} min`);
  }
  const importMinutes = Math.round((clock.at - began) / minute);
  const imported = lap();
  say(`imported (${imported} s)`);
  await compare(server, account, link);
  const compared = lap();

  const perPull = Math.max(1, Math.round((size.people * 0.01) / 12));
  const before = fake.requests.length;
  let pulls = 0;
  let changes = 0;
  let longestLag = 0;
  let longestLagAlive = 0;
  let pending: { person: number; at: number }[] = [];
  let troubled = false;
  for (let n = 0; n < size.hours * 12; n++) {
    for (let i = 0; i < perPull; i++) {
      clock.at += Math.floor((5 * minute) / (perPull + 1));
      let person = chance.int(0, account.people() - 1);
      const what = chance.next();
      if (what < 0.4) account.move(person);
      else if (what < 0.8) account.retitle(person, `Title ${n}.${i}`);
      else if (what < 0.9) account.act(person);
      else {
        person = account.people();
        account.add();
      }
      pending.push({ person, at: clock.at });
      changes++;
    }
    clock.at += account.lagMs;
    const end = await pull();
    pulls++;
    ok(end === undefined || goesOn.has(end), `A run ended with “${end}”.`);
    if (end !== 'done') {
      troubled = true;
      continue;
    }
    await inStep(server, account, [...new Set(pending.map(({ person }) => person))]);
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
  const requestsPerPull = Math.round((fake.requests.length - before) / pulls);
  await compare(server, account, link);
  account.within(deaths);

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
/** How a run may end that another one takes up. */
const goesOn: ReadonlySet<PullEnd> = new Set<PullEnd>(['done', 'more', 'busy', 'trouble']);
/** What an answer takes. */
const answerMs = 200;

/** These people are here as they are there. */
async function inStep(server: TestServer, account: Account, people: readonly number[]): Promise<void> {
  const rows = await server.in(async (trx) => {
    const { rows } = await sql<{ value: string; title: string | null; stage: string }>`
      select k.value, p.title, l.stage from person_key k
      join person p on p.workspace = k.workspace and p.id = k.person join lead l on l.workspace = k.workspace and l.id = k.person
      where k.workspace = ${server.workspace}::uuid and k.kind = 'email' and k.value = any(${people.map(emailOf)}::text[])`.execute(trx);
    return new Map(rows.map((r) => [r.value, { stage: r.stage, title: r.title }]));
  });
  for (const person of people) equal(rows.get(emailOf(person)), account.stands(person), emailOf(person));
}

/** Everything that is there is here, once: people, the stages they went through with their times, deals and touches. */
async function compare(server: TestServer, account: Account, link: string): Promise<void> {
  const { source, touches } = account;
  const people = await server.in(async (trx) => {
    const { rows } = await sql<{ value: string; n: number; amount: number | null; stages: string[] }>`
      select k.value, (select amount_value from lead l where l.workspace = k.workspace and l.id = k.person) as amount, (select count(*) from person_alias a where a.workspace = k.workspace and a.person = k.person) as n,
        array(select c.to_stage || ' ' || extract(epoch from c.at)::numeric(20, 3) from stage_change c
              where c.workspace = k.workspace and c.person = k.person order by c.at, c.id) as stages
      from person_key k where k.workspace = ${server.workspace}::uuid and k.kind = 'email' and k.value like '%@year.example'`.execute(trx);
    return rows;
  });
  equal(people.length, account.people(), 'people are missing or doubled');
  const byEmail = new Map(people.map((p) => [p.value, p]));
  for (let person = 0; person < account.people(); person++) {
    const found = byEmail.get(emailOf(person));
    const wanted = account.past(person).map(({ stage, at }) => `${stage} ${(at / 1000).toFixed(3)}`);
    const stages = found?.stages ?? [];
    equal(found?.n, 1, `${emailOf(person)} is not one record`);
    equal(
      account.forgets && beganWith(stages, account.forgets, person) ? stages.slice(1) : stages,
      wanted,
      `the stages of ${emailOf(person)}`,
    );
    if (account.deals) equal(found?.amount ?? null, cents(account.deals.worth(person)), `what ${emailOf(person)} is worth`);
  }
  const { deals } = await server.in((trx) =>
    trx
      .selectFrom('source_stage')
      .select((eb) => eb.fn.count<number>('field').distinct().as('deals'))
      .where('link', '=', link)
      .where('field', 'like', 'Opportunity %')
      .executeTakeFirstOrThrow(),
  );
  equal(Number(deals), account.deals?.count() ?? 0, 'deals are missing or doubled');
  let after = '';
  const missing = new Set(touches);
  for (;;) {
    const rows = await server.in((trx) =>
      trx
        .selectFrom('touch')
        .select('source_id')
        .where('workspace', '=', server.workspace)
        .where('source', '=', `${source.id}:${link}`)
        .where('source_id', '>', after)
        .orderBy('source_id')
        .limit(20_000)
        .execute(),
    );
    for (const { source_id } of rows) {
      ok(touches.has(source_id), `There is a touch “${source_id}” that ${source.name} never told.`);
      missing.delete(source_id);
    }
    if (rows.length === 0) break;
    after = rows.at(-1)!.source_id;
  }
  equal([...missing].slice(0, 10), [], `${missing.size} touches are missing`);
  const told = await server.in((trx) =>
    trx.selectFrom('source_link').select(['people', 'touches']).where('id', '=', link).executeTakeFirstOrThrow(),
  );
  equal(told, { people: account.people(), touches: touches.size }, 'the options say other numbers');
  const counted = await server.in(async (trx) => {
    const { rows } = await sql<{ n: number }>`
      select coalesce(sum(active + passive), 0) as n from person_campaign pc
      where pc.workspace = ${server.workspace}::uuid and exists (
        select 1 from touch t where t.workspace = pc.workspace and t.person = pc.person and t.source = ${`${source.id}:${link}`})`.execute(
      trx,
    );
    return Number(rows[0]!.n);
  });
  equal(counted, [...touches].filter(account.hasCampaign).length, 'the counts by campaign are not those of the touches');
}

const cents = (units: number | null): number | null => (units === null ? null : units * 100);

/** What a person began with is known, where the CRM itself does not remember it. */
function beganWith([first = '']: readonly string[], { stage, since }: NonNullable<Account['forgets']>, person: number): boolean {
  const [what, at] = first.split(' ');
  const from = since(person);
  return from !== undefined && what === stage && Number(at) * 1000 >= from;
}
