import type { Arrival, CampaignIn } from '../../ingest/arrival.ts';
import { type Link, permitted } from '../source.ts';
import { call, utcSeconds } from './api.ts';
import { each } from './each.ts';

/**
 * Campaigns, with the mails that they send and the forms that lead into them, as they are kept with the place of a
 * pull. A mail or form of several campaigns is none's.
 */
export interface CampaignsRead {
  at: number;
  names: Record<string, string>;
  mails: Record<string, string>;
  forms: Record<string, string>;
}
/** What belongs to a campaign changes seldom. */
const staleMs = 3_600_000;

interface MauticCampaign {
  id: number;
  name: string;
  events?: CampaignEvent[] | Record<string, CampaignEvent>;
  forms?: { id: number }[] | Record<string, { id: number }>;
}
interface CampaignEvent {
  type: string;
  properties?: { email?: number | string } | unknown[];
}

/** `undefined` where the connected user may not read campaigns. @throws SourceError */
export async function readCampaigns(link: Link, known: CampaignsRead | undefined): Promise<CampaignsRead | undefined> {
  const now = link.clock.now();
  if (known && now - known.at < staleMs) return known;
  const read: CampaignsRead = { at: now, names: {}, mails: {}, forms: {} };
  const belongs = (list: Record<string, string>, id: string, campaign: number): void => {
    list[id] = list[id] === undefined || list[id] === String(campaign) ? String(campaign) : '';
  };
  return permitted(async () => {
    for await (const { id, name, events = [], forms = [] } of each<MauticCampaign>(link, '/campaigns', 'campaigns')) {
      read.names[id] = name;
      for (const { type, properties } of Object.values(events)) {
        const mail = type === 'email.send' && properties && !Array.isArray(properties) ? properties.email : undefined;
        if (mail) belongs(read.mails, String(mail), id);
      }
      for (const form of Object.values(forms)) belongs(read.forms, String(form.id), id);
    }
    return read;
  }, undefined);
}

/** The campaign that a mail or form belongs to. */
export type CampaignOf = (what: 'mails' | 'forms', id: number | string | null | undefined) => CampaignIn | undefined;
export const campaignOf =
  (read: CampaignsRead | undefined): CampaignOf =>
  (what, id) => {
    const campaign = read?.[what][String(id)];
    return campaign ? named(read!, campaign) : undefined;
  };
const named = ({ names }: CampaignsRead, id: string): CampaignIn => ({
  ref: `mautic:campaign:${id}`,
  ...(names[id] && { name: names[id] }),
});

/** How far memberships are read: by the second in which somebody came into a campaign (epoch ms), and how many of that second. */
export interface MembersPlace {
  since: number;
  start: number;
}
interface Member {
  campaign_id: number | string;
  lead_id: number | string;
  date_added: string;
  rotation?: number | string;
}
const atOnce = 500;

/**
 * One page of who came into a campaign, by its segments, by a form or by hand. Being in one is no engagement, but says
 * whom the campaign was meant for; a segment by itself sorts people for somebody's own purposes and touches nobody.
 * `next` is where to go on; the last page has none. @throws SourceError
 */
export async function members(
  link: Link,
  { since, start }: MembersPlace,
  read: CampaignsRead,
): Promise<{ arrivals: Arrival[]; next?: MembersPlace }> {
  const query = new URLSearchParams({ start: String(start), limit: String(atOnce) });
  for (const [i, col] of ['date_added', 'lead_id', 'campaign_id'].entries()) {
    query.set(`order[${i}][col]`, col);
    query.set(`order[${i}][dir]`, 'asc');
  }
  const where = [
    ['date_added', 'gte', utcSeconds(since)],
    ['manually_removed', 'eq', '0'],
  ] as const;
  for (const [i, [col, expr, val]] of where.entries()) {
    query.set(`where[${i}][col]`, col);
    query.set(`where[${i}][expr]`, expr);
    query.set(`where[${i}][val]`, val);
  }
  const { stats = [] } = await call<{ stats?: Member[] }>(link, 'GET', `/stats/campaign_leads?${query}`);
  const last = stats.at(-1);
  const arrivals = stats.map((one) => arrivalOf(one, read));
  if (!last || stats.length < atOnce) return { arrivals };
  const at = instantOf(last);
  return { arrivals, next: utcSeconds(at) > utcSeconds(since) ? { since: at, start: 0 } : { since, start: start + atOnce } };
}

/** As the database has it: UTC, without saying so. */
const instantOf = ({ date_added }: Member): number => Date.parse(/[Z+]/.test(date_added) ? date_added : `${date_added.replace(' ', 'T')}Z`);

function arrivalOf(member: Member, read: CampaignsRead): Arrival {
  const { campaign_id: campaign, lead_id: contact, rotation = 1 } = member;
  // A campaign that somebody goes through once more was meant for them once more.
  const again = Number(rotation) > 1 ? `:${rotation}` : '';
  return {
    person: { keys: [], aliases: [{ kind: 'record', value: `mautic:${contact}` }] },
    touch: { kind: 'sent', campaign: named(read, String(campaign)) },
    source: 'mautic',
    sourceId: `member:${campaign}:${contact}${again}`,
    at: new Date(instantOf(member)).toISOString(),
  };
}
