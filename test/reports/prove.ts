import { campaignsReport } from '../../lib/contract/routes/reports.ts';
import { answerTimesReport } from '../../lib/contract/routes/reports-answers.ts';
import { budgetReport } from '../../lib/contract/routes/reports-budget.ts';
import { commitmentsReport } from '../../lib/contract/routes/reports-commitments.ts';
import { funnelReport } from '../../lib/contract/routes/reports-funnel.ts';
import { longTermReport } from '../../lib/contract/routes/reports-long-term.ts';
import { personReport } from '../../lib/contract/routes/reports-person.ts';
import { reasonsReport } from '../../lib/contract/routes/reports-reasons.ts';
import type { Agreement, Commitment } from '../../lib/funnel/agreement.ts';
import { defaultAgreement } from '../../lib/funnel/defaultAgreement.ts';
import { measures } from '../../lib/funnel/measures.ts';
import type { User } from '../../server/http/user.ts';
import { newId } from '../../server/store/id.ts';
import { type TestServer, testServer } from '../server/harness.ts';
import { history, type RawHistory, store } from './history.ts';
import * as loops from './reference/campaigns.ts';
import { lives, ratio, type World } from './reference/common.ts';
import * as marketing from './reference/marketing.ts';
import * as sales from './reference/sales.ts';

/**
 * Every figure of every report, asked over the wire, against the loops of `reference/`, on random histories.
 * Answers how many figures were compared; throws at the first that differs.
 */
export interface Scene {
  server: TestServer;
  world: World;
  agreement: Agreement;
  raw: RawHistory;
  manager: User;
  reps: User[];
  teams: { id: string; name: string }[];
}

export const zone = 'Europe/Vienna';
const from = Date.UTC(2025, 0, 10);
const to = Date.UTC(2026, 10, 20);

/** Somewhere in the middle of the last business day that has data. */
const asOf = Date.UTC(2026, 10, 18, 10, 30);

export async function scene(size: { leads: number; touches: number; seed: number }): Promise<Scene> {
  const server = await testServer({ limits: { requests: { quota: 1e6, window: 1 } } });
  server.clock.now = asOf;
  const [manager, ...reps] = [await server.user('manager'), await server.user('rep'), await server.user('rep'), await server.user('rep')];
  const teams = [
    { id: newId(), name: 'North' },
    { id: newId(), name: 'South' },
  ];
  const commitments = Object.entries(measures).map(
    ([measure, { team, unit }], i): Commitment => ({
      id: measure,
      team,
      text: measure,
      measure,
      target: unit === 'share' ? 0.6 : 20,
      unit,
      ...(i % 2 === 1 && { hours: 18 }),
      ...((measure === 'verdict_given' || measure === 'feedback_answered') && { hours: measure === 'verdict_given' ? 90 : 18 }),
    }),
  );
  const agreement: Agreement = {
    ...defaultAgreement(zone),
    version: 2,
    commitments: [
      ...commitments,
      ...commitments.map((one) => ({ ...one, id: `${one.id} of a segment`, segment: 'Large' })),
      { id: 'words', team: 'sales', text: 'We are kind', measure: 'kindness', target: 1, unit: 'share' },
    ],
  };
  await server.in(async (trx) => {
    await trx
      .insertInto('team')
      .values(teams.map((team) => ({ ...team, workspace: server.workspace, side: 'sales' as const })))
      .execute();
    await trx
      .insertInto('agreement')
      .values({ workspace: server.workspace, version: 2, body: JSON.stringify(agreement), in_force_at: new Date(from) })
      .execute();
  });
  const raw = history({
    ...size,
    from,
    to,
    holders: reps.map(({ id }, i) => ({ id, team: [teams[0]!.id, teams[1]!.id, null][i]! })),
  });
  await store(server.adminUrl, server.workspace, manager.id, raw);
  return { server, world: { raw, zone, asOf }, agreement, raw, manager, reps, teams };
}

let compared = 0;
/** Equal; whole numbers exactly, others to nine digits, for theirs hang on the order of sums. Only what `expected` has. */
function same(actual: unknown, expected: unknown, path: string): void {
  if (typeof expected === 'number') {
    compared++;
    const exact = Number.isInteger(actual) && Number.isInteger(expected);
    if (exact && actual !== expected) throw new Error(`${path}: the report says ${actual}, the loops say ${expected}`);
    if (typeof actual !== 'number' || !(Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected))))
      throw new Error(`${path}: the report says ${actual}, the loops say ${expected}`);
  } else if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length)
      throw new Error(`${path}: the report has ${(actual as unknown[])?.length} rows, the loops ${expected.length}`);
    for (const [i, one] of expected.entries()) same(actual[i], one, `${path}[${i}]`);
  } else if (expected !== null && typeof expected === 'object') {
    if (actual === null || typeof actual !== 'object') throw new Error(`${path}: the report has ${actual}`);
    for (const [key, one] of Object.entries(expected)) same((actual as Record<string, unknown>)[key], one, `${path}.${key}`);
    // A share that is printed only from twenty on must be absent below.
    if ('of' in expected && !('share' in expected) && (actual as { share?: number }).share !== undefined)
      throw new Error(`${path}: a share is printed of fewer than twenty`);
  } else if (actual !== expected)
    throw new Error(`${path}: the report says ${JSON.stringify(actual)}, the loops say ${JSON.stringify(expected)}`);
}

async function get<T>(answer: Promise<{ status: number; body: T }>): Promise<T> {
  const { status, body } = await answer;
  if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body;
}

/** Spans that begin and end on awkward days: month ends, the days clocks change, one day, everything. */
export const spans = [
  { from: '2026-07-01', to: '2026-09-30' },
  { from: '2025-03-30', to: '2025-10-26' },
  { from: '2026-10-25', to: '2026-11-18' },
  { from: '2026-05-31', to: '2026-05-31' },
  { from: '2025-01-01', to: '2026-12-31' },
];

export async function proveSales({ server, world, agreement, raw, manager, reps, teams }: Scene): Promise<number> {
  compared = 0;
  const narrows = [
    {},
    { origin: 'marketing' as const, segment: 'Large' },
    { segment: 'Small' },
    { channel: 'webinar' as const },
    { campaign: raw.campaigns[3]!.id, owner: reps[0]!.id },
  ];
  for (const [i, span] of spans.entries())
    for (const narrow of i < 2 ? narrows : narrows.slice(i % 2, (i % 2) + 1)) {
      const name = `${span.from}..${span.to} ${JSON.stringify(narrow)}`;
      const by = (['week', 'month', 'quarter'] as const)[i % 3]!;
      const query = { ...span, ...narrow, by };

      const funnel = await get(server.call(manager, funnelReport, { query: { ...query, compare: 'before' } }));
      const loops = sales.funnel(world, span, funnel.series, narrow);
      same(funnel.series, loops.series, `funnel ${name} series`);
      const before = sales.funnel(world, funnel.compare!, [], narrow);
      for (const [at, { leaves, ...expected }] of loops.stages.entries()) {
        const actual = funnel.stages[at]!;
        same(actual, expected, `funnel ${name} ${actual.stage}`);
        const key = (one: { to: string; reason?: string }) => `${one.to} ${one.reason}`;
        const sorted = <T extends { to: string; reason?: string }>(list: readonly T[]) =>
          [...list].sort((a, b) => (key(a) < key(b) ? -1 : 1));
        same(sorted(actual.leaves), sorted(leaves), `funnel ${name} ${actual.stage} leaves`);
        const { leaves: _, stage: __, ...then } = before.stages[at]!;
        same(actual.before, then, `funnel ${name} ${actual.stage} before`);
        if (actual.wentOn.n > actual.wentOn.of || actual.wentOn.of !== actual.entered)
          throw new Error(`${name}: more went on than entered`);
      }

      const { owner: _, ...some } = narrow as { owner?: string; campaign?: string };
      for (const user of [manager, reps[1]!]) {
        const mine = user === manager ? undefined : user.id;
        const times = await get(server.call(user, answerTimesReport, { query: { ...span, ...some, by } }));
        const expected = sales.answerTimes(world, agreement, span, times.series, some, mine);
        same(times.total, expected.total, `answers ${name}`);
        same(times.byIntent, expected.byIntent, `answers ${name} by intent`);
        same(
          times.series.map((one) => one.times),
          expected.series,
          `answers ${name} series`,
        );
        if (mine) same(times.teams, [], 'a rep sees no team');
        else for (const team of times.teams) same(team, expected.byTeam(team.team.id ?? null), `answers ${name} ${team.team.name}`);
        if (!mine)
          same(
            times.teams.reduce((n, team) => n + team.opened, 0),
            times.total.opened,
            'teams add up',
          );
      }
      if (!teams.length) throw new Error('no teams');

      const why = await get(server.call(manager, reasonsReport, { query }));
      const because = sales.reasons(world, span, why.series, narrow);
      same(why.total, because.total, `reasons ${name}`);
      same(why.items.length, because.items.length, `reasons ${name}`);
      same(
        why.series.map((one) => one.reasons),
        because.series,
        `reasons ${name} series`,
      );
      for (const item of why.items) {
        const { campaigns, from, ...expected } = because.items.find((one) => one.reason === (item.reason ?? ''))!;
        same({ ...item, reason: item.reason ?? '' }, expected, `reasons ${name} ${item.reason}`);
        same(Object.fromEntries(item.from.map(({ stage, n }) => [stage, n])), from, `reasons ${name} ${item.reason} from`);
        same(
          item.campaigns.map(({ n }) => n),
          [...campaigns.values()].sort((a, b) => b - a).slice(0, 5),
          `reasons ${name} ${item.reason} campaigns`,
        );
        for (const { id, n } of item.campaigns) same(n, campaigns.get(id), `reasons ${name} ${item.reason} campaign`);
      }
    }
  const ofSegment = (segment: string): World => {
    const people = new Set(raw.leads.filter((lead) => lead.segment === segment).map(({ id }) => id));
    const theirs = <T extends { person: string }>(rows: T[]) => rows.filter(({ person }) => people.has(person));
    return { ...world, raw: { ...raw, handoffs: theirs(raw.handoffs), feedback: theirs(raw.feedback) } };
  };
  for (const span of spans) {
    const name = `commitments ${span.from}..${span.to}`;
    const both = await get(server.call(manager, commitmentsReport, { query: { ...span, compare: 'year' } }));
    same(
      both.items.map((one) => one.id),
      agreement.commitments.map((one) => one.id),
      name,
    );
    for (const item of both.items) {
      if (item.measure === 'kindness') {
        same(item.measured, false, name);
        continue;
      }
      const check = (days: { from: string; to: string }, actual: typeof item.before, where: string) => {
        const { n, of } = sales.promised(
          item.segment === undefined ? world : ofSegment(item.segment),
          agreement,
          days,
          item.measure,
          item.hours,
        );
        if (item.unit === 'count') same(actual!.count!.n, n, where);
        else same(actual!.share, ratio(n, of), where);
      };
      check(span, item, `${name} ${item.measure}`);
      check(both.compare!, item.before, `${name} ${item.measure} before`);
      for (const month of item.months) check(month, month, `${name} ${item.measure} ${month.name}`);
    }
  }
  return compared;
}

export async function proveMarketing({ server, world, agreement, raw, manager, reps }: Scene): Promise<number> {
  compared = 0;
  const all = lives(world);
  for (const [i, span] of spans.entries()) {
    const narrow = i === 1 ? { origin: 'marketing' as const } : i === 2 ? { owner: reps[0]!.id } : i === 3 ? {} : { segment: 'Large' };
    const attribution = marketing.models[(i + 3) % marketing.models.length]!;
    const known = new Map<string, ReturnType<typeof marketing.credit>>();
    const creditIn = (during: { from: string; to: string }) => {
      const found = known.get(during.from) ?? marketing.credit(world, agreement, during, narrow, all);
      known.set(during.from, found);
      return found;
    };
    const meantIn = (during: { from: string; to: string }) => {
      const meant = marketing.meant(world, agreement, during, narrow);
      return (campaign: string) => Object.keys(narrow).length === 0 || meant.has(campaign);
    };
    // Nearly always euros, but in a month of which few campaigns are told it may be dollars.
    const currency = Object.entries(marketing.spent(world, span, meantIn(span)))
      .filter(([, { spent }]) => spent > 0)
      .sort(([a, one], [b, other]) => other.spent - one.spent || (a < b ? -1 : 1))[0]?.[0];
    const ofDeals = currency === 'EUR' ? 1 : 0;
    const { id: oneCampaign, channel: its } = raw.campaigns[i]!;
    const listings = [{}, { channel: 'webinar' as const }, { campaign: oneCampaign }, { campaign: oneCampaign, channel: its }];
    for (const listing of listings) {
      const { channel: onlyChannel, campaign: onlyCampaign } = listing as { channel?: string; campaign?: string };
      const inPart = onlyChannel !== undefined || onlyCampaign !== undefined;
      const name = `budget ${span.from}..${span.to} ${attribution} ${JSON.stringify({ ...narrow, ...listing })}`;
      const query = { ...span, ...narrow, ...listing, attribution, compare: 'before' as const };
      const report = await get(server.call(manager, budgetReport, { query }));
      same(report.currency, currency, name);
      for (const [during, of] of [
        [span, (row: (typeof report.channels)[number] | (typeof report.campaigns)[number]) => row],
        [report.compare!, (row: (typeof report.channels)[number] | (typeof report.campaigns)[number]) => row.before!],
      ] as const) {
        const loops = creditIn(during);
        const isMeant = meantIn(during);
        const spentOn = (which: (campaign: string) => boolean) =>
          marketing.spent(world, during, (campaign) => isMeant(campaign) && which(campaign));
        const isNow = during === span;
        const total = isNow ? report.total : report.total.before!;
        const none = { accepted: 0, sql: 0, opportunity: 0, customer: 0 };
        const part = onlyCampaign
          ? loops.campaigns.get(`${attribution} ${onlyCampaign}`)
          : loops.channels.get(`${attribution} ${onlyChannel}`);
        same(total.outcomes, inPart ? (part?.sum ?? none) : loops.whole, `${name} total`);
        for (const sum of ['pipeline', 'won'] as const)
          same(total[sum][0]?.value ?? 0, inPart ? (part?.[sum] ?? 0) : loops.sums[sum], `${name} total ${sum}, each deal once`);
        if (isNow) same(report.total.without, inPart ? none : loops.without, `${name} without`);
        const everything = spentOn(() => true);
        const fits = (campaign: string) =>
          (!onlyCampaign || campaign === onlyCampaign) &&
          (!onlyChannel || raw.campaigns.find(({ id }) => id === campaign)!.channel === onlyChannel);
        same(
          total.spent.map(({ currency, value }) => [currency, value]),
          Object.entries(spentOn(fits))
            .map(([currency, { spent }]) => [currency, spent] as const)
            .filter(([, value]) => value > 0)
            .sort((a, b) => b[1] - a[1]),
          `${name} total spent`,
        );
        const rows: {
          id: string;
          key: string;
          row: (typeof report.channels)[number] | (typeof report.campaigns)[number];
          given: Map<string, marketing.Given>;
        }[] = [
          // Of one campaign, the row of its channel is what that campaign did.
          ...report.channels.map((row) =>
            onlyCampaign
              ? { id: onlyCampaign, key: 'campaign', row, given: loops.campaigns }
              : { id: row.channel as string, key: 'channel', row, given: loops.channels },
          ),
          ...report.campaigns.map((row) => ({ id: row.campaign.id, key: 'campaign', row, given: loops.campaigns })),
        ];
        const sum = [...loops.channels].filter(([key]) => key.startsWith(`${attribution} `)).reduce((n, [, { sum }]) => n + sum.sql!, 0);
        // Every share of every outcome is somewhere, and none twice.
        same(sum, loops.whole.sql! - loops.without.sql!, `${name} shares sum to 1`);
        // Every cent as well.
        const led = { pipeline: 0, won: 0 };
        for (const money of ['pipeline', 'won'] as const) {
          for (const [key, one] of loops.channels) if (key.startsWith(`${attribution} `)) led[money] += one[money];
          same(led[money] + loops.alone[money], loops.sums[money], `${name} ${money} is all somewhere`);
        }
        for (const { id, key, row, given } of rows) {
          const where = `${name} ${key} ${id} ${isNow ? 'now' : 'before'}`;
          const actual = of(row);
          const mine = given.get(`${attribution} ${id}`);
          same(actual.outcomes, mine?.sum ?? none, where);
          const cost = spentOn((campaign) =>
            key === 'campaign' ? campaign === id : raw.campaigns.find((one) => one.id === campaign)!.channel === id,
          );
          for (const what of ['planned', 'spent'] as const)
            for (const currency of ['EUR', 'USD'])
              same(
                actual[what].find((one) => one.currency === currency)?.value ?? 0,
                cost[currency]?.[what] ?? 0,
                `${where} ${what} ${currency}`,
              );
          same(actual.pipeline[0]?.value ?? 0, mine?.pipeline ?? 0, `${where} pipeline`);
          same(actual.won[0]?.value ?? 0, mine?.won ?? 0, `${where} won`);
          const paid = cost[currency!]?.spent ?? 0;
          const paidElse = Object.entries(cost).some(([its, { spent }]) => its !== currency && spent > 0);
          same(actual.shareOf.spent ?? 0, paid / (everything[currency!]?.spent || 1), `${where} share of spend`);
          same(actual.shareOf.sql ?? 0, sum > 0 ? (mine?.sum.sql ?? 0) / sum : 0, `${where} share of SQL`);
          for (const money of ['pipeline', 'won'] as const)
            same(actual.shareOf[money] ?? 0, (ofDeals * (mine?.[money] ?? 0)) / (led[money] || 1), `${where} share of ${money}`);
          for (const outcome of ['accepted', 'sql', 'customer'] as const) {
            const n = mine?.sum[outcome] ?? 0;
            const expected =
              n < 20 - 1e-9 || paid === 0 || paidElse
                ? undefined
                : [
                    paid / n,
                    (paid / n) * Math.exp((-1.959963984540054 * Math.sqrt(mine!.squares[outcome]!)) / n),
                    (paid / n) * Math.exp((1.959963984540054 * Math.sqrt(mine!.squares[outcome]!)) / n),
                  ];
            const price = actual.costPer[outcome];
            same(price && [price.value, price.low, price.high], expected, `${where} per ${outcome}`);
          }
          if (isNow)
            for (const model of marketing.models)
              same(row.models[model].sql, given.get(`${model} ${id}`)?.sum.sql ?? 0, `${where} by ${model}`);
        }
        // Nobody is left out: what has credit has a row.
        if (isNow) {
          const keys = (given: Map<string, unknown>) => [...given.keys()].map((key) => key.split(' ')[1]!);
          const listed = report.campaigns.map(({ campaign }) => campaign.id);
          same(new Set([...listed, ...keys(loops.campaigns).filter(fits)]).size, listed.length, `${name} campaigns`);
          if (onlyCampaign) same(report.channels.length, listed.length, `${name} channels`);
          else {
            const channels = report.channels.map(({ channel }) => channel as string);
            const theirs = keys(loops.channels).filter((channel) => !onlyChannel || channel === onlyChannel);
            same(new Set([...channels, ...theirs]).size, channels.length, `${name} channels`);
          }
          // Nothing stands there that was not asked for, or that only cost money and was not meant for these leads.
          const then = marketing.meant(world, agreement, report.compare!, narrow);
          for (const id of listed) same([fits(id), isMeant(id) || then.has(id)], [true, true], `${name} ${id} is listed`);
        }
      }
      if (inPart) same(report.next, [], `${name} next`);
      else if (report.next.length > 0) {
        same(
          report.next.reduce((total, { chance }) => total + chance, 0),
          1,
          `${name} chances`,
        );
      }
    }

    for (const first of listings) {
      const long = await get(server.call(manager, longTermReport, { query: { ...span, ...narrow, ...first } }));
      const slow = marketing.longTerm(world, span, long.quarters, { ...narrow, ...first });
      same(long.total, slow.total, `long-term ${span.from}`);
      same(long.quarters, slow.quarters, `long-term ${span.from} quarters`);
      same(long.won, slow.won, `long-term ${span.from} won`);
      same(
        long.channels.reduce((n, { people }) => n + people, 0),
        slow.total.people,
        `long-term ${span.from} channels`,
      );
      for (const channel of long.channels) same(channel, slow.channel(channel.channel), `long-term ${span.from} ${channel.channel}`);
    }
  }
  const active = new Set(['form', 'reply', 'click', 'attended', 'downloaded', 'read', 'visited']);
  for (const { id, stage } of raw.leads.slice(0, 40)) {
    const one = await get(server.call(manager, personReport, { params: { id } }));
    same(one.person.stage, stage, 'person');
    const touches = raw.touches.filter(({ person }) => person === id).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
    const engaged = touches.filter(({ kind }) => active.has(kind));
    same(
      one.touches.map((touch) => touch.id),
      engaged.slice(-500).map((touch) => touch.id),
      'person touches',
    );
    const order = [...new Set(engaged.flatMap(({ campaign }) => campaign ?? []))];
    same(
      one.campaigns.filter(({ active }) => active > 0).map((campaign) => campaign.id),
      order,
      'person campaigns',
    );
    for (const campaign of one.campaigns) {
      const mine = touches.filter((touch) => touch.campaign === campaign.id);
      same(
        [campaign.active, campaign.passive],
        [mine.filter(({ kind }) => active.has(kind)).length, mine.filter(({ kind }) => !active.has(kind)).length],
        'person counts',
      );
    }
    same(
      one.stages.map(({ to }) => to),
      raw.changes
        .filter(({ person }) => person === id)
        .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
        .map(({ to }) => to),
      'person stages',
    );
  }
  return compared;
}

export async function proveCampaigns({ server, world, agreement, raw, manager, reps }: Scene): Promise<number> {
  compared = 0;
  for (const span of spans)
    for (const [channel, narrow, campaign] of [
      [undefined, {}],
      ['webinar' as const, { segment: 'Large' }],
      [undefined, { owner: reps[1]!.id, origin: 'marketing' as const }],
      [undefined, {}, raw.campaigns[2]!.id],
    ] as const) {
      const query = { ...span, ...narrow, compare: 'before' as const, ...(channel && { channel }), ...(campaign && { campaign }) };
      const report = await get(server.call(manager, campaignsReport, { query }));
      const now = loops.campaigns(world, agreement.lookBackMonths, span, channel, narrow, campaign);
      const earlier = loops.campaigns(world, agreement.lookBackMonths, report.compare!, channel, narrow, campaign);
      // Of the total's cost only what is listed counts.
      const shown = new Set<string>(report.items.map((item) => item.campaign.id));
      for (const [id, row] of [[undefined, report.total] as const, ...report.items.map((item) => [item.campaign.id, item] as const)]) {
        const where = `campaigns ${span.from}..${span.to} ${channel ?? ''} ${JSON.stringify(narrow)} ${id ?? 'all'}`;
        const { reasons, spent, ...rest } = now(id, shown);
        same(row, rest, where);
        same(Object.fromEntries(row.reasons.map(({ reason, n }) => [reason, n])), reasons, `${where} reasons`);
        same(row.reasons.length, Object.keys(reasons).length, `${where} reasons`);
        same(
          row.spent,
          Object.entries(spent)
            .filter(([, value]) => value > 0)
            .map(([currency, value]) => ({ currency, value }))
            .sort((a, b) => (a.currency < b.currency ? -1 : 1)),
          `${where} spent`,
        );
        const { reasons: _, verdicts: __, spent: ___, ...then } = earlier(id);
        same(row.before, then, `${where} before`);
      }
      // Whoever is not listed has nothing to tell.
      const listed = new Set(report.items.map(({ campaign }) => campaign.id));
      for (const { id, channel: its } of raw.campaigns) {
        const asked = (!channel || its === channel) && (!campaign || id === campaign);
        const [one, before] = [now(id), earlier(id)];
        const verdicts = Object.values(one.verdicts).reduce((a, b) => a + b, 0);
        const did = one.touched + one.handedOver + verdicts + before.touched + before.handedOver > 0;
        const cost = Object.keys(narrow).length === 0 && Object.values(one.spent).some((value) => value > 0);
        same(listed.has(id), asked && (did || cost), `campaign ${id} is listed`);
        if (listed.has(id) || !asked) continue;
        same(
          [now(id).touched, now(id).handedOver, earlier(id).touched, earlier(id).handedOver],
          [0, 0, 0, 0],
          `campaign ${id} is left out`,
        );
      }
    }
  return compared;
}
