import { sql } from 'kysely';
import type { Channel, KeyKind, Origin, ReplyState, Stage, TouchKind, Verdict } from '../../lib/funnel/words.ts';
import { type CrmRecord, type CrmWrite, crmOfLead } from '../sources/card.ts';
import { prepared, type Trx } from '../store/db.ts';
import type { LeadRow } from '../store/leads.ts';

/** What cards are made of, for many leads in a constant number of queries, all on the wire at once. */

/** Newest active touches on a card. */
const recentTouches = 10;
/** How many colleagues are looked at for the campaigns that touched a company. */
const colleagues = 200;

export interface Subject extends LeadRow {
  origin: Origin;
  stage: Stage;
  name: string;
  title: string | null;
  company: string | null;
  segment: string | null;
  passed: Stage[];
  met: string[];
  owner_name: string | null;
  holder_name: string | null;
  amount_value: number | null;
  amount_currency: string | null;
  version: number | null;
  crm_write: CrmWrite | null;
  crm_record: CrmRecord | null;
}
export interface KeyRow {
  person: string;
  id: string;
  kind: KeyKind;
  value: string;
}
export interface CountRow {
  person: string;
  campaign: string;
  active: number;
  passive: number;
  last_at: string;
}
/** Of the company a lead works at; `people` is how many of its people were touched. */
export interface CompanyRow extends CountRow {
  people: number;
}
export interface CampaignRow {
  id: string;
  name: string;
  channel: Channel;
  headline: string | null;
  points: string[];
  link: string | null;
}
export interface TouchRow {
  person: string;
  id: string;
  at: string;
  kind: TouchKind;
  active: boolean;
  channel: Channel;
  campaign: string | null;
  asset: string | null;
  link: string | null;
}
export interface FeedbackRow {
  person: string;
  id: string;
  kind: 'verdict' | 'insight';
  verdict: Verdict | null;
  reasons: string[];
  note: string | null;
  campaign: string | null;
  touch: string | null;
  by_user: string;
  by_name: string;
  at: string;
  /** `at` with the offset of the database's JSON. */
  replies: { state: ReplyState; note: string | null; by: string; at: string }[] | null;
}

export interface Material {
  subjects: Subject[];
  keys: KeyRow[];
  counts: CountRow[];
  company: CompanyRow[];
  /** Each once, however many people it touched. */
  campaigns: CampaignRow[];
  touches: TouchRow[];
  feedback: FeedbackRow[];
}

export async function readMaterial(trx: Trx, workspace: string, ids: readonly string[]): Promise<Material> {
  // Planning for each list of ids costs more than running it, and a plan made while tables are small must still be
  // right when they are large: by the indexes, once. For the rest of the transaction, which has little left to do.
  const byIndex = sql`set local plan_cache_mode = force_generic_plan; set local enable_seqscan = off`.execute(trx);
  const of = <Row>(name: string, text: string, list: readonly string[]) => prepared<Row>(trx, name, text, [workspace, list]);
  const [subjects, keys, counts, touches, feedback] = await Promise.all([
    of<Subject>('card_subjects', subjectsSql, ids),
    of<KeyRow>('card_keys', keysSql, ids),
    of<CountRow>('card_counts', countsSql, ids),
    of<TouchRow>('card_touches', touchesSql, ids),
    of<FeedbackRow>('card_feedback', feedbackSql, ids),
    byIndex,
  ]);
  const added = subjects.flatMap(({ id, origin }) => (origin === 'sales' ? [id] : []));
  const company = added.length > 0 ? await of<CompanyRow>('card_company', companySql, added) : [];
  const named = [...new Set([...counts, ...company].map(({ campaign }) => campaign))];
  const campaigns = named.length > 0 ? await of<CampaignRow>('card_campaigns', campaignsSql, named) : [];
  return { subjects, keys, counts, company, campaigns, touches, feedback };
}

const subjectsSql = `
  select l.id, l.origin, l.stage, l.since, l.owner, l.clock_from, l.pooled_at, l.pause, l.paused, l.attempts, l.intent,
         l.wakes_on, l.wakes_on_strong_touch, l.returned_times, l.returned_last, l.funnel_version, l.passed,
         l.criteria as met, l.amount_value, l.amount_currency, p.name, p.title, p.company, p.segment,
         h.id as handoff_id, h.state, h.holder, h.opened_at, h.criteria, h.why, h.acted_here,
         o.name as owner_name, u.name as holder_name, c.version, ${crmOfLead.columns}
  from unnest($2::uuid[]) as wanted (id)
  join lead l on l.workspace = $1 and l.id = wanted.id
  join person p on p.workspace = $1 and p.id = wanted.id
  left join handoff h on h.workspace = $1 and h.id = l.handoff
  left join app_user o on o.workspace = $1 and o.id = l.owner
  left join app_user u on u.workspace = $1 and u.id = h.holder
  left join change c on c.workspace = $1 and c.lead = wanted.id
  ${crmOfLead.joins}`;

const keysSql = `
  select k.person, k.id, k.kind, k.value
  from unnest($2::uuid[]) as wanted (id)
  join person_key k on k.workspace = $1 and k.person = wanted.id
  order by k.created_at, k.id`;

const countsSql = `
  select pc.person, pc.campaign, pc.active, pc.passive, pc.last_at
  from unnest($2::uuid[]) as wanted (id)
  join person_campaign pc on pc.workspace = $1 and pc.person = wanted.id
  order by pc.last_at desc, pc.campaign`;

const campaignsSql = `
  select c.id, c.name, c.channel, c.headline, c.points, c.link
  from unnest($2::uuid[]) as wanted (id)
  join campaign c on c.workspace = $1 and c.id = wanted.id`;

const touchesSql = `
  select t.person, t.id, t.at, t.kind, t.active, t.channel, t.campaign, t.asset, t.link
  from unnest($2::uuid[]) as wanted (id)
  cross join lateral (
    select * from touch t
    where t.workspace = $1 and t.person = wanted.id and t.active
    order by t.at desc, t.id desc
    limit ${recentTouches}
  ) t`;

const feedbackSql = `
  select f.person, f.id, f.kind, f.verdict, f.reasons, f.note, f.campaign, f.touch, f.by_user, u.name as by_name, f.at,
         (select json_agg(json_build_object('state', r.state, 'note', r.note, 'by', ru.name, 'at', r.at) order by r.at, r.id)
          from feedback_reply r join app_user ru on ru.workspace = $1 and ru.id = r.by_user
          where r.workspace = $1 and r.feedback = f.id) as replies
  from unnest($2::uuid[]) as wanted (id)
  join feedback f on f.workspace = $1 and f.person = wanted.id
  join app_user u on u.workspace = $1 and u.id = f.by_user
  order by f.at desc, f.id desc`;

// For leads that sales added: what marketing did elsewhere in the company.
const companySql = `
  with mine as (
    select p.id, p.company_key, p.domain
    from unnest($2::uuid[]) as wanted (id)
    join person p on p.workspace = $1 and p.id = wanted.id
  ), others as (
    select mine.id, o.id as other
    from mine
    cross join lateral (
      (select o.id from person o where o.workspace = $1 and o.company_key = mine.company_key and o.id <> mine.id limit ${colleagues})
      union
      (select o.id from person o where o.workspace = $1 and o.domain = mine.domain and o.id <> mine.id limit ${colleagues})
    ) o
  ), touched as (
    select others.id, others.other, pc.campaign, pc.active, pc.passive, pc.last_at
    from others join person_campaign pc on pc.workspace = $1 and pc.person = others.other
  ), counted as (
    select id, count(distinct other)::integer as people from touched group by id
  )
  select t.id as person, t.campaign, sum(t.active)::integer as active, sum(t.passive)::integer as passive, max(t.last_at) as last_at, n.people
  from touched t join counted n on n.id = t.id
  group by t.id, t.campaign, n.people
  order by max(t.last_at) desc, t.campaign`;
