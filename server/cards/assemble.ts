import type { CampaignOnCard, Card } from '../../lib/contract/card.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { clockOf } from '../../lib/funnel/clock.ts';
import { partOf, type Stage, teamOf } from '../../lib/funnel/words.ts';
import { crmState } from '../sources/card.ts';
import { findAgreement } from '../store/agreements.ts';
import type { Trx } from '../store/db.ts';
import { toLead } from '../store/leads.ts';
import { type CampaignRow, type CountRow, type Material, readMaterial, type Subject } from './read.ts';

/** For whom, and as of when (RFC 3339). */
export interface Viewer {
  user: string;
  now: string;
}

/** The cards of these leads, by id; unknown ids are absent. The same few queries for one as for two hundred. */
export async function assembleCards(trx: Trx, workspace: string, ids: readonly string[], viewer: Viewer): Promise<Map<string, Card>> {
  if (ids.length === 0) return new Map();
  const [material, agreement] = await Promise.all([readMaterial(trx, workspace, [...new Set(ids)]), findAgreement(trx, workspace)]);
  const parts = {
    keys: Map.groupBy(material.keys, (row) => row.person),
    counts: Map.groupBy(material.counts, (row) => row.person),
    campaigns: new Map(material.campaigns.map((row) => [row.id, row])),
    touches: Map.groupBy(material.touches, (row) => row.person),
    feedback: Map.groupBy(material.feedback, (row) => row.person),
    company: Map.groupBy(material.company, (row) => row.person),
  };
  return new Map(material.subjects.map((subject) => [subject.id, toCard(subject, parts, agreement, viewer)]));
}

/** One card. `undefined` when there is no such lead. */
export const assembleCard = async (trx: Trx, workspace: string, id: string, viewer: Viewer): Promise<Card | undefined> =>
  (await assembleCards(trx, workspace, [id], viewer)).get(id);

type Grouped = { [Part in Exclude<keyof Material, 'subjects' | 'campaigns'>]: Map<string, Material[Part]> } & {
  campaigns: Map<string, CampaignRow>;
};

function toCard(row: Subject, parts: Grouped, agreement: Agreement | undefined, { user, now }: Viewer): Card {
  const lead = toLead(row);
  const { handoff } = lead;
  const company = parts.company.get(row.id);
  const of = criteriaOf(agreement, row.stage);
  const met = new Set([...(handoff?.criteria ?? []), ...row.met]);
  return {
    id: row.id,
    version: row.version ?? 1,
    funnelVersion: row.funnel_version,
    asOf: now,
    origin: row.origin,
    person: {
      name: row.name,
      ...(row.title !== null && { title: row.title }),
      ...(row.company !== null && { company: row.company }),
      ...(row.segment !== null && { segment: row.segment }),
      keys: (parts.keys.get(row.id) ?? []).map(({ id, kind, value }) => ({ id, kind, value })),
    },
    stage: row.stage,
    part: partOf[row.stage],
    since: row.since,
    passed: row.passed,
    owner: {
      team: teamOf[row.stage],
      ...(row.owner !== null && { id: row.owner, name: row.owner_name ?? '' }),
    },
    intent: row.intent,
    criteria: { met: of.length > 0 ? of.filter((id) => met.has(id)) : [...met], of },
    ...(handoff && {
      handoff: {
        id: handoff.id,
        state: handoff.state,
        ...(handoff.holder !== undefined && { toId: handoff.holder, to: row.holder_name ?? '' }),
        openedAt: handoff.openedAt,
        attempts: row.attempts,
        why: handoff.why,
        criteria: handoff.criteria,
      },
    }),
    clock: agreement ? clockOf(lead, agreement, now) : { state: 'none' },
    attempts: row.attempts,
    ...(row.wakes_on !== null && { wakesOn: row.wakes_on }),
    ...(row.wakes_on_strong_touch && { wakesOnStrongTouch: true }),
    campaigns: (parts.counts.get(row.id) ?? []).flatMap((count) => toCampaign(count, parts.campaigns)),
    recent: (parts.touches.get(row.id) ?? []).map((touch) => ({
      id: touch.id,
      at: touch.at,
      kind: touch.kind,
      active: touch.active,
      channel: touch.channel,
      ...(touch.campaign !== null && { campaign: touch.campaign, campaignName: parts.campaigns.get(touch.campaign)?.name }),
      ...(touch.asset !== null && { asset: touch.asset }),
      ...(touch.link !== null && { link: touch.link }),
    })),
    ...(company?.[0] && {
      company: { people: company[0].people, campaigns: company.flatMap((count) => toCampaign(count, parts.campaigns)) },
    }),
    returned: lead.returned,
    feedback: (parts.feedback.get(row.id) ?? []).map((one) => ({
      id: one.id,
      kind: one.kind,
      ...(one.verdict !== null && { verdict: one.verdict }),
      ...(one.reasons.length > 0 && { reasons: one.reasons }),
      ...(one.note !== null && { note: one.note }),
      ...((one.campaign !== null || one.touch !== null) && {
        about: { ...(one.campaign !== null && { campaign: one.campaign }), ...(one.touch !== null && { touch: one.touch }) },
      }),
      by: one.by_name,
      ...(one.by_user === user && { byMe: true }),
      at: one.at,
      replies: (one.replies ?? []).map(({ state, note, by, at }) => ({
        state,
        ...(note !== null && { note }),
        by,
        at: new Date(at).toISOString(),
      })),
    })),
    ...(row.amount_value !== null && { amount: { value: row.amount_value, currency: row.amount_currency ?? '' } }),
    agreement: agreement?.version ?? 0,
    crm: crmState(row.crm_write, row.crm_record),
  };
}

function toCampaign(count: CountRow, campaigns: ReadonlyMap<string, CampaignRow>): CampaignOnCard[] {
  const row = campaigns.get(count.campaign);
  if (!row) return [];
  return [
    {
      id: row.id,
      name: row.name,
      channel: row.channel,
      active: count.active,
      passive: count.passive,
      lastAt: count.last_at,
      ...(row.headline !== null && {
        message: { headline: row.headline, points: row.points, ...(row.link !== null && { link: row.link }) },
      }),
    },
  ];
}

/** The criteria that count at a stage: those of MQL until a lead is qualified, then those of SQL, if there are any. */
function criteriaOf(agreement: Agreement | undefined, stage: Stage): string[] {
  const qualified = stage === 'sql' || stage === 'opportunity' || stage === 'customer';
  const own = (qualified && agreement?.stages.sql?.criteria) || [];
  return (own.length > 0 ? own : (agreement?.stages.mql?.criteria ?? [])).map(({ id }) => id);
}
