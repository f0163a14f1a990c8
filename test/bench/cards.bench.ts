import { parseArgs } from 'node:util';
import pg from 'pg';
import { cardsBatch } from '../../lib/contract/routes/cards.ts';
import { assembleCards } from '../../server/cards/assemble.ts';
import { type TestServer, testServer } from '../server/harness.ts';

/**
 * How fast cards come out of the store, as ratios within one run on one machine.
 *
 *     node test/bench/cards.bench.ts [--touches 10000000] [--seconds 5] [--json]
 */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  goal: string;
  holds: boolean;
}

const connections = 4;
const batch = 50;
const touchesEach = 10;

export async function figures({ touches = 1_000_000, seconds = 5 }: { touches?: number; seconds?: number } = {}): Promise<Figure[]> {
  const small = await world(10_000);
  const large = await world(touches);
  try {
    const rates = { selects: 0, cards: 0, wire: 0 };
    // In turns, so that whatever else the machine does falls on all of them.
    const turns = 4;
    for (let turn = 0; turn < turns; turn++) {
      rates.selects += (await bareSelects(large, seconds / turns)) / turns;
      rates.cards += (await cardBatches(large, seconds / turns)) / turns;
      rates.wire += (await wireBatches(large, seconds / turns)) / turns;
    }
    const ratio = rates.cards / rates.selects;
    const one = await oneCard(small, large, seconds);
    const growth = one.large / one.small;
    const size = `${touches / 1e6} million touches`;
    return [
      figure('primary-key selects, bare driver', rates.selects, '1/s'),
      figure('cards in batches of 50', rates.cards, '1/s'),
      figure('cards in batches of 50, through the whole server', rates.wire, '1/s'),
      figure('cards in batches of 50 per primary-key select', ratio, 'ratio', '>= 0.45', ratio >= 0.45),
      figure('one card, 10 thousand touches', one.small, 'ms'),
      figure(`one card, ${size}`, one.large, 'ms'),
      figure(`one card, 10 thousand to ${size}`, growth, 'ratio', '< 1.3', growth < 1.3),
    ];
  } finally {
    await small.server.close();
    await large.server.close();
  }
}

const figure = (name: string, value: number, unit: string, goal = '', holds = true): Figure => ({
  name,
  value: Number(value.toPrecision(4)),
  unit,
  goal,
  holds,
});

interface World {
  server: TestServer;
  /** People over the whole table, with their tags. */
  people: { id: string; tag: string }[];
  kid: number;
  user: Awaited<ReturnType<TestServer['user']>>;
}

/** People with full cards: two keys, campaigns, touches in the order of time, hand-offs, feedback with replies. */
async function world(touches: number): Promise<World> {
  const server = await testServer({
    connections,
    checkAnswers: false,
    limits: { requests: { quota: 1e9, window: 1 }, tags: { quota: 1e9, window: 1 } },
  });
  const user = await server.user('rep');
  const admin = new pg.Client({ connectionString: server.adminUrl });
  await admin.connect();
  for (const statement of filling(server.workspace, user.id, touches)) await admin.query(statement);
  const { rows } = await admin.query<{ kid: number; person: string; tag: Buffer }>(
    `select kid, person, tag from key_tag tablesample bernoulli (${Math.min(100, (2_000_000 / touches) * touchesEach)}) repeatable (1) limit 20000`,
  );
  await admin.end();
  return { server, user, kid: rows[0]!.kid, people: rows.map(({ person, tag }) => ({ id: person, tag: tag.toString('base64url') })) };
}

/** A UUID that grows with `n`, as those of a real store do. */
const uuid = (n: string, salt: string) =>
  `(lpad(to_hex(${n}), 12, '0') || '7' || substr(md5('${salt}' || ${n}), 1, 3) || '8' || substr(md5('${salt}' || ${n}), 4, 15))::uuid`;

const filling = (workspace: string, user: string, touches: number): string[] => {
  const w = `'${workspace}'::uuid`;
  const people = touches / touchesEach;
  return [
    `insert into campaign (workspace, id, name, key, channel, headline, points, link)
     select ${w}, ${uuid('n', 'c')}, 'Campaign ' || n, 'campaign ' || n, 'webinar', 'Cut churn in a quarter',
            array['See who leaves before they do', 'Three numbers to watch', 'A plan for ninety days'], 'https://baton.example/' || n
     from generate_series(1, 12) n`,
    `insert into person (workspace, id, name, title, company, company_key, domain)
     select ${w}, ${uuid('n', 'p')}, 'Person ' || n, 'VP Operations', 'Company ' || n / 5, 'company ' || n / 5, 'c' || n / 5 || '.example'
     from generate_series(1, ${people}) n`,
    `insert into lead (workspace, id, origin, stage, since, passed, owner, owes, handoff, clock_from, criteria)
     select ${w}, ${uuid('n', 'p')}, 'marketing', case when n % 3 = 0 then 'mql' else 'lead' end, now() - interval '2 hours',
            case when n % 3 = 0 then array['lead', 'mql'] else array['lead'] end, null,
            case when n % 3000 = 0 then '${user}'::uuid end, case when n % 3 = 0 then ${uuid('n', 'h')} end, now() - interval '2 hours', '{}'
     from generate_series(1, ${people}) n`,
    `insert into handoff (workspace, id, person, state, holder, opened_at, opened_by, criteria, why)
     select ${w}, ${uuid('n', 'h')}, ${uuid('n', 'p')}, 'waiting', '${user}', now() - interval '2 hours', '{"kind":"rule","id":"r"}',
            array['icp', 'intent'], array['Attended Cut churn in Q4', 'Pricing page, twice this week']
     from generate_series(3, ${people}, 3) n`,
    `insert into person_key (workspace, id, person, kind, value)
     select ${w}, ${uuid('n', 'e')}, ${uuid('n', 'p')}, 'email', 'person.' || n || '@c' || n / 5 || '.example' from generate_series(1, ${people}) n`,
    `insert into person_key (workspace, id, person, kind, value)
     select ${w}, ${uuid('n', 'l')}, ${uuid('n', 'p')}, 'linkedin', 'person-' || n from generate_series(1, ${people}) n`,
    `insert into key_tag (workspace, kid, tag, person_key, person)
     select ${w}, kid, decode(md5('t' || n), 'hex'), ${uuid('n', 'e')}, ${uuid('n', 'p')}
     from generate_series(1, ${people}) n, leadset_key where workspace = ${w}`,
    // In the order of time: one person's touches lie all over the table, as in life.
    `insert into touch (workspace, person, at, id, kind, active, channel, campaign, asset, link, source, source_id)
     select ${w}, ${uuid('p', 'p')}, now() - n * (interval '270 days' / ${touches}), ${uuid('n', 't')},
            case when n % 5 < 3 then 'opened' when n % 5 = 3 then 'read' else 'click' end, n % 5 >= 3, 'email', ${uuid('c', 'c')},
            'An asset of some length ' || n % 40, 'https://baton.example/asset/' || n % 40, 'bench', n::text
     from (select n, p, 1 + (p + n % 4) % 12 as c
           from (select n, 1 + (hashint8(n)::bigint + 2147483648) % ${people} as p from generate_series(1, ${touches}) n) as spread) as made`,
    `insert into person_campaign (workspace, person, campaign, active, passive, first_at, last_at)
     select workspace, person, campaign, count(*) filter (where active), count(*) filter (where not active), min(at), max(at)
     from touch where workspace = ${w} group by 1, 2, 3`,
    `insert into feedback (workspace, id, person, kind, verdict, reasons, note, by_user, at)
     select ${w}, ${uuid('n', 'f')}, ${uuid('n', 'p')}, 'verdict', 'poor', array['not_icp'], 'Too small for us', '${user}', now()
     from generate_series(5, ${people}, 5) n`,
    `insert into feedback_reply (workspace, id, feedback, state, note, by_user, at)
     select ${w}, ${uuid('n', 'r')}, ${uuid('n', 'f')}, 'done', 'Audience narrowed', '${user}', now() from generate_series(10, ${people}, 10) n`,
    `insert into change (workspace, lead) select ${w}, ${uuid('n', 'p')} from generate_series(1, ${people}) n`,
    'vacuum analyze',
  ];
};

/** Runs `work` on every connection for so many seconds; answers how much it did in a second. */
async function rate(seconds: number, work: (lane: number) => Promise<number>): Promise<number> {
  const started = performance.now();
  const until = started + seconds * 1000;
  let done = 0;
  await Promise.all(
    Array.from({ length: connections }, async (_, lane) => {
      while (performance.now() < until) {
        // Not `done += await …`: that adds to what `done` was before the wait.
        const more = await work(lane);
        done += more;
      }
    }),
  );
  return (done / (performance.now() - started)) * 1000;
}

const picker = (world: World) => {
  let at = 0;
  // A step that shares no factor with the length visits everybody, far apart from one another.
  return () => {
    at = (at + 7919) % world.people.length;
    return world.people[at]!;
  };
};

async function bareSelects(world: World, seconds: number): Promise<number> {
  const pool = new pg.Pool({ connectionString: world.server.adminUrl, max: connections });
  const clients = await Promise.all(Array.from({ length: connections }, () => pool.connect()));
  const next = picker(world);
  const query = { name: 'pk', text: 'select * from person where workspace = $1 and id = $2' };
  try {
    return await rate(seconds, async (lane) => {
      await clients[lane]!.query({ ...query, values: [world.server.workspace, next().id] });
      return 1;
    });
  } finally {
    for (const client of clients) client.release();
    await pool.end();
  }
}

function cardBatches(world: World, seconds: number): Promise<number> {
  const { server, user } = world;
  const next = picker(world);
  return rate(seconds, async () => {
    const ids = Array.from({ length: batch }, () => next().id);
    const cards = await server.in((trx) => assembleCards(trx, server.workspace, ids, { user: user.id, now: new Date().toISOString() }));
    return cards.size;
  });
}

function wireBatches(world: World, seconds: number): Promise<number> {
  const next = picker(world);
  return rate(seconds, async () => {
    const tags = Array.from({ length: batch }, () => next().tag);
    const { body } = await world.server.call(world.user, cardsBatch, { body: { kid: world.kid, tags } });
    return body.items.length;
  });
}

/** Median ms of one card, by turns in the small and in the large store. */
async function oneCard(small: World, large: World, seconds: number): Promise<{ small: number; large: number }> {
  const worlds = [small, large].map((world) => ({ world, next: picker(world), times: [] as number[] }));
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until)
    for (const { world, next, times } of worlds)
      for (let i = 0; i < 20; i++) {
        const { id } = next();
        const started = performance.now();
        await world.server.in((trx) =>
          assembleCards(trx, world.server.workspace, [id], { user: world.user.id, now: new Date().toISOString() }),
        );
        times.push(performance.now() - started);
      }
  // The first tenth warms connections and plans.
  const [a, b] = worlds.map(({ times }) => times.slice(times.length / 10).sort((x, y) => x - y)[Math.floor(times.length * 0.45)]!);
  return { small: a!, large: b! };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { touches: { type: 'string', default: '1000000' }, seconds: { type: 'string', default: '5' }, json: { type: 'boolean' } },
  });
  for (const line of await figures({ touches: Number(values.touches), seconds: Number(values.seconds) }))
    console.log(
      values.json
        ? JSON.stringify(line)
        : `${line.name}: ${line.value} ${line.unit}${line.goal && ` (${line.goal}: ${line.holds ? 'holds' : 'FAILS'})`}`,
    );
}
