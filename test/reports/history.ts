import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Channel, HandoffState, Intent, Origin, Stage, TouchKind, Verdict } from '../../lib/funnel/words.ts';
import { channels, isActive, ladder, touchKinds } from '../../lib/funnel/words.ts';

/**
 * Random histories as plain rows, made to be awkward: stages skipped and walked backwards, passages that begin again
 * once, twice, three times, two changes in one millisecond, people of several campaigns, and instants gathered around
 * the ends of months, where the day in Vienna and the day in UTC are not the same.
 */

export interface RawChange {
  id: string;
  person: string;
  from: Stage | null;
  to: Stage;
  reason: string | null;
  at: number;
}
export interface RawHandoff {
  id: string;
  person: string;
  state: HandoffState;
  holder: string | null;
  team: string | null;
  intent: Intent;
  opened: number;
  due: number | null;
  accepted: number | null;
  answered: number | null;
  criteria: string[];
  reason: string | null;
}
export interface RawTouch {
  id: string;
  person: string;
  at: number;
  kind: TouchKind;
  channel: Channel;
  campaign: string | null;
}
/** Every third is in none. */
export const segments = ['Small', 'Large', null] as const;
export interface RawLead {
  id: string;
  origin: Origin;
  owner: string | null;
  stage: Stage;
  amount: number | null;
  /** What the amount is made of, where it is of deals: some of them are of several people. */
  deals: { pipeline: Record<string, number>; won: Record<string, number> } | null;
  segment: string | null;
}
export interface RawFeedback {
  id: string;
  person: string;
  kind: 'verdict' | 'insight';
  verdict: Verdict | null;
  campaign: string | null;
  at: number;
  replies: number[];
}
export interface RawHistory {
  leads: RawLead[];
  changes: RawChange[];
  handoffs: RawHandoff[];
  touches: RawTouch[];
  feedback: RawFeedback[];
  campaigns: { id: string; name: string; channel: Channel }[];
  spend: { campaign: string; month: string; planned: number | null; spent: number | null; currency: string }[];
  attempts: { person: string; at: number }[];
}
export interface Size {
  leads: number;
  touches: number;
  seed: number;
  /** User ids, and their teams. */
  holders: { id: string; team: string | null }[];
  from: number;
  to: number;
}

const day = 86_400_000;
const reasons = ['bad_timing', 'no_budget', 'unresponsive', 'not_icp', 'low_intent', 'other', 'student_or_jobseeker'];

export function history({ leads: count, touches: touchCount, seed, holders, from, to }: Size): RawHistory {
  const random = mulberry(seed);
  const int = (n: number) => Math.floor(random() * n);
  const pick = <T>(list: readonly T[]): T => list[int(list.length)]!;
  const chance = (p: number) => random() < p;
  /** Somewhere after `least`, often within three hours of midnight UTC at the end of a month. */
  const soon = (least: number, days: number): number => {
    const at = least + Math.floor(random() * days * day);
    if (!chance(0.2)) return at;
    const date = new Date(at);
    const turn = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) + int(6 * 3_600_000) - 4 * 3_600_000;
    return Math.max(least, turn);
  };

  const campaigns = Array.from({ length: 14 }, (_, i) => ({
    id: randomUUID(),
    name: `Campaign ${i}`,
    channel: channels[i % channels.length]!,
  }));
  const spend: RawHistory['spend'] = [];
  for (const { id } of campaigns.slice(1))
    for (let at = new Date(from); at.getTime() < to; at = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1)))
      if (chance(0.7))
        spend.push({
          campaign: id,
          month: `${at.toISOString().slice(0, 7)}-01`,
          planned: chance(0.9) ? int(900_000) : null,
          spent: chance(0.9) ? 50_000 + int(900_000) : null,
          currency: chance(0.9) ? 'EUR' : 'USD',
        });

  const raw: RawHistory = { leads: [], changes: [], handoffs: [], touches: [], feedback: [], campaigns, spend, attempts: [] };
  // Time-ordered ids, as the store makes them, so that changes of one millisecond keep their order.
  let serial = 0;
  const nextId = (at: number): string => {
    const time = at.toString(16).padStart(12, '0');
    const n = (serial++).toString(16).padStart(12, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${n}`;
  };
  const later: Record<Stage, Stage[]> = {
    subscriber: ['lead', 'lead', 'mql', 'sql', 'disqualified'],
    lead: ['mql', 'mql', 'mql', 'mql', 'sql', 'recycled', 'opportunity'],
    mql: ['sal', 'sal', 'sal', 'sql', 'recycled', 'recycled', 'disqualified', 'lead'],
    sal: ['sql', 'sql', 'recycled', 'recycled', 'disqualified', 'mql'],
    sql: ['opportunity', 'opportunity', 'recycled', 'customer', 'sal'],
    opportunity: ['customer', 'customer', 'recycled', 'disqualified', 'sql'],
    customer: ['opportunity', 'recycled'],
    recycled: ['mql', 'mql', 'lead', 'sal', 'disqualified', 'recycled'],
    disqualified: ['lead', 'sal', 'recycled'],
  };

  const known: [name: string, value: number][] = [];
  for (let n = 0; n < count; n++) {
    const person = randomUUID();
    const origin: Origin = chance(0.8) ? 'marketing' : 'sales';
    const owner = chance(0.6) ? pick(holders).id : null;
    let stage: Stage = chance(0.04) ? 'recycled' : origin === 'sales' ? 'sal' : pick(['subscriber', 'lead', 'lead', 'lead', 'mql', 'sql']);
    let before: Stage | null = null;
    let at = soon(from, (to - from) / day);
    let open: RawHandoff | undefined;
    const steps = 1 + int(9);
    for (let step = 0; step < steps && at < to; step++) {
      const aside = stage === 'recycled' || stage === 'disqualified';
      const reason = aside && chance(0.9) ? pick(reasons) : null;
      raw.changes.push({ id: nextId(at), person, from: before, to: stage, reason, at });
      if (stage === 'mql') {
        const holder = chance(0.85) ? pick(holders) : undefined;
        open = {
          id: randomUUID(),
          person,
          state: 'waiting',
          holder: holder?.id ?? null,
          team: holder?.team ?? null,
          intent: chance(0.3) ? 'high' : 'standard',
          opened: at,
          due: chance(0.92) ? at + int(3 * day) : null,
          accepted: null,
          answered: null,
          criteria: ['icp', 'intent', 'role', 'reply'].slice(0, int(5)),
          reason: null,
        };
        raw.handoffs.push(open);
      } else if (open) {
        if (stage === 'sal') Object.assign(open, { state: 'accepted', accepted: at });
        else if (stage === 'recycled' || stage === 'disqualified') {
          Object.assign(open, { state: 'returned', answered: at, reason });
          open = undefined;
        } else {
          Object.assign(open, { state: 'qualified', answered: at });
          open = undefined;
        }
      }
      if (chance(0.2)) for (let i = int(5); i > 0; i--) raw.attempts.push({ person, at: at + int(2 * day) });
      before = stage;
      stage = pick(later[stage]);
      at = chance(0.04) ? at : soon(at + 1, pick([0.1, 1, 4, 30, 90]));
    }
    const last = before ?? stage;
    if (before === null) continue;
    const priced = ladder.indexOf(last as never) >= 5 && chance(0.9);
    const deals: RawLead['deals'] = priced && chance(0.6) ? { pipeline: {}, won: {} } : null;
    if (deals)
      for (let i = 1 + int(3); i > 0; i--) {
        const old = known.length > 0 && chance(0.5) ? pick(known) : undefined;
        const [name, value] = old ?? [`hubspot:1:${known.length}`, 100_000 + int(5_000_000)];
        if (!old) known.push([name, value]);
        // Won before, and open again with another one; or won here, while the deal there still is open.
        if (i === 1 || chance(0.7)) deals.pipeline[name] = value;
        if (chance(0.5)) deals.won[name] = value;
      }
    raw.leads.push({
      segment: segments[raw.leads.length % segments.length]!,
      id: person,
      origin,
      owner,
      stage: last,
      amount: deals ? Object.values(deals.pipeline).reduce((sum, value) => sum + value, 0) : priced ? 100_000 + int(5_000_000) : null,
      deals,
    });
    if (chance(0.3)) {
      const given = soon(from, (to - from) / day);
      const kind = chance(0.8) ? 'verdict' : 'insight';
      if (given < to)
        raw.feedback.push({
          id: randomUUID(),
          person,
          kind,
          verdict: kind === 'verdict' ? pick(['strong', 'fair', 'poor'] as const) : null,
          campaign: chance(0.5) ? pick(campaigns).id : null,
          at: given,
          replies: chance(0.6) ? Array.from({ length: 1 + int(2) }, () => soon(given, 8)) : [],
        });
    }
  }
  const begins = new Map<string, number>();
  for (const { person, at } of raw.changes) begins.set(person, Math.min(at, begins.get(person) ?? at));
  for (let n = 0; n < touchCount; n++) {
    // Some people have many touches, most a few; most touches are of the months around their first stage.
    const lead = raw.leads[Math.floor(raw.leads.length * random() ** 1.5)]!;
    const near = begins.get(lead.id)! - 60 * day + Math.floor(random() * 200 * day);
    const at = chance(0.15) ? soon(from, (to - from) / day) : near;
    const campaign = chance(0.85) ? pick(campaigns.slice(0, 12)) : undefined;
    if (at < to)
      raw.touches.push({
        id: nextId(at),
        person: lead.id,
        at,
        kind: chance(0.5) ? pick(touchKinds) : pick(touchKinds.filter(isActive)),
        channel: campaign?.channel ?? pick(channels),
        campaign: campaign?.id ?? null,
      });
  }
  return raw;
}

function mulberry(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
const changeRow = ({ from, to, ...c }: RawHistory['changes'][number], at: number) => ({
  ...c,
  from_stage: from,
  to_stage: to,
  by_kind: 'source',
  by_id: 'test',
  at: instant(at),
  received_at: instant(at),
});

/** Writes the rows as they are. */
export async function store(adminUrl: string, workspace: string, user: string, raw: RawHistory): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  const insert = async (table: string, columns: string, rows: readonly object[]) => {
    for (let i = 0; i < rows.length; i += 20_000)
      await client.query(
        `insert into ${table} (workspace, ${columns}) select '${workspace}'::uuid, ${columns} from jsonb_populate_recordset(null::${table}, $1)`,
        [JSON.stringify(rows.slice(i, i + 20_000))],
      );
  };
  try {
    await client.query('begin; set constraints all deferred');
    await insert(
      'campaign',
      'id, name, key, channel, points',
      raw.campaigns.map((c) => ({ ...c, key: c.name.toLowerCase(), points: [] })),
    );
    await insert('spend', 'campaign, month, planned, spent, currency', raw.spend);
    await insert(
      'person',
      'id, name, segment, created_at, updated_at',
      raw.leads.map(({ id, segment }, i) => ({ id, segment, name: `Person ${i}`, created_at: 'now', updated_at: 'now' })),
    );
    await insert(
      'lead',
      'id, origin, stage, since, owner, amount_value, amount_currency, amount_deals, passed, intent, criteria, paused, attempts, wakes_on_strong_touch, returned_times, funnel_version, created_at',
      raw.leads.map(({ amount, deals, ...lead }) => ({
        ...lead,
        since: instant(Date.UTC(2025, 0, 1)),
        amount_value: amount,
        amount_currency: amount === null ? null : 'EUR',
        amount_deals: deals,
        passed: [],
        intent: 'standard',
        criteria: [],
        paused: [],
        attempts: 0,
        wakes_on_strong_touch: false,
        returned_times: 0,
        funnel_version: 1,
        created_at: 'now',
      })),
    );
    await insert(
      'stage_change',
      'id, person, from_stage, to_stage, reason, by_kind, by_id, at, received_at',
      raw.changes.map((c) => changeRow(c, c.at)),
    );
    // Of some it was told before that they count from another day, which counts no more.
    await insert(
      'stage_change',
      'id, person, from_stage, to_stage, reason, by_kind, by_id, at, received_at, superseded_by',
      raw.changes
        .filter((_, i) => i % 5 === 0)
        .map((c, i) => ({ ...changeRow(c, c.at + (i % 2 === 0 ? -40 : 25) * 86_400_000), id: randomUUID(), superseded_by: c.id })),
    );
    await insert(
      'handoff',
      'id, person, state, holder, team, intent, opened_at, opened_by, criteria, why, due_at, accepted_at, answered_at, acted_here, reason',
      raw.handoffs.map((h) => ({
        ...h,
        opened_at: instant(h.opened),
        opened_by: { kind: 'rule', id: 'test' },
        why: [],
        due_at: instant(h.due),
        accepted_at: instant(h.accepted),
        answered_at: instant(h.answered),
        acted_here: false,
      })),
    );
    await insert(
      'touch',
      'id, person, at, kind, active, channel, campaign, source, source_id, received_at',
      raw.touches.map((t) => ({
        ...t,
        at: instant(t.at),
        active: isActive(t.kind),
        source: 'test',
        source_id: t.id,
        received_at: instant(t.at),
      })),
    );
    await client.query(
      `insert into person_campaign (workspace, person, campaign, active, passive, first_at, last_at)
       select workspace, person, campaign, count(*) filter (where active), count(*) filter (where not active), min(at), max(at)
       from touch where workspace = $1 and campaign is not null group by 1, 2, 3`,
      [workspace],
    );
    await insert(
      'feedback',
      'id, person, kind, verdict, reasons, campaign, by_user, at',
      raw.feedback.map(({ replies: _, ...f }) => ({ ...f, at: instant(f.at), by_user: user, reasons: [] })),
    );
    await insert(
      'feedback_reply',
      'id, feedback, state, by_user, at',
      raw.feedback.flatMap(({ id, replies }) =>
        replies.map((at) => ({ id: randomUUID(), feedback: id, state: 'seen', by_user: user, at: instant(at) })),
      ),
    );
    await insert(
      'lead_event',
      'id, person, kind, data, by_kind, by_id, at, received_at, xid',
      raw.attempts.map(({ person, at }) => ({
        id: randomUUID(),
        person,
        kind: 'attempt',
        data: {},
        by_kind: 'user',
        by_id: user,
        at: instant(at),
        received_at: instant(at),
        xid: '3',
      })),
    );
    await client.query('commit');
    await client.query('analyze');
    await client.query('vacuum');
  } finally {
    await client.end();
  }
}
