import type { Agreement } from '../../lib/funnel/agreement.ts';
import { businessCalendar } from '../../lib/funnel/calendar.ts';
import { whyNow } from '../../lib/funnel/why.ts';
import type { Channel, TouchKind } from '../../lib/funnel/words.ts';
import { type Calendar, type CampaignKey, links, pages, pieces, type SampleCampaign } from './campaigns.ts';
import type { Group } from './fates.ts';
import type { Random } from './random.ts';
import { day, hour, minute } from './times.ts';

export interface SampleTouch {
  person: number;
  /** Epoch ms. */
  at: number;
  kind: TouchKind;
  channel: Channel;
  campaign?: CampaignKey;
  asset?: string;
  link?: string;
}

/** One person's way: how they came, and what they did until now. */
export interface Way {
  person: number;
  /** Absent: only ever read mail. */
  group?: Group;
  /** The first engagement; for those who only get mail, when they came onto the list. */
  from: number;
  /** Hand-offs: engagement grows towards each. */
  peaks: { at: number; high: boolean }[];
  /** After this nothing is sent any more. */
  until: number;
  /** Gave their address: a form, a download, a seat. Absent: never did. */
  known?: number;
  newsletter: boolean;
  /** 0 to 1: how likely they open and click. */
  keen: number;
  /** Touches between hand-offs, on average. */
  busy: number;
}

export interface World {
  agreement: Agreement;
  now: number;
  chance: Random;
  campaigns: SampleCampaign[];
  calendar: Calendar;
}

type Piece = Omit<SampleTouch, 'person'>;

/** How somebody may come first, by group, at or after the moment the campaign began. */
export function firstTouch(group: Group, latest: number, { chance, campaigns, calendar }: World): (earliest: number) => Piece {
  const running = (key: CampaignKey) => campaigns.find((c) => c.key === key)!.started < latest - day;
  const from = (key: CampaignKey) => campaigns.find((c) => c.key === key)!;
  const somewhere = (earliest: number, key?: CampaignKey) => {
    const low = Math.max(earliest, key ? from(key).started + hour : earliest);
    return chance.between(Math.min(low, latest - minute), latest);
  };
  switch (group) {
    case 'organic': {
      const ways: [() => (earliest: number) => Piece, number][] = [
        [() => (e) => read('explained', 'search', somewhere(e, 'explained'), chance), 5],
      ];
      if (running('scale'))
        ways.push([() => (e) => read('scale', chance.chance(0.6) ? 'search' : 'content', somewhere(e, 'scale'), chance), 4]);
      if (running('benchmark')) ways.push([() => (e) => download(somewhere(e, 'benchmark'), 'content', from('benchmark').name), 3]);
      return chance.weighted(ways)();
    }
    case 'paid': {
      const key = running('search-onboarding') && chance.chance(0.4) ? 'search-onboarding' : 'search-churn';
      return (e) => click(key, 'paid_search', somewhere(e, key), from(key));
    }
    case 'social': {
      if (running('leaders') && chance.chance(0.55))
        return (e) => click('leaders', 'paid_social', somewhere(e, 'leaders'), from('leaders'));
      if (running('voices')) return (e) => click('voices', 'social', somewhere(e, 'voices'), from('voices'));
      return (e) => ({ at: somewhere(e), kind: 'click', channel: 'social', asset: 'Post about support teams', link: links.site });
    }
    case 'email': {
      const issues = calendar.issues.filter(({ at }) => at < latest - 6 * hour);
      const issue = chance.chance(0.5) ? issues.at(-1)! : chance.pick(issues);
      return () => ({
        at: issue.at + chance.between(20 * minute, 5 * hour),
        kind: 'click',
        channel: 'email',
        campaign: 'monthly',
        asset: issue.name,
        link: from('monthly').link,
      });
    }
    case 'other': {
      const session = calendar.sessions.filter(({ at }) => at < latest - hour).at(-1);
      if (session && chance.chance(0.45))
        return () => ({
          at: session.at - chance.between(0.4, 6) * day,
          kind: 'form',
          channel: 'webinar',
          campaign: session.campaign,
          asset: `Seat: ${session.name}`,
          link: from(session.campaign).link,
        });
      if (calendar.fair.to < latest && chance.chance(0.5))
        return () => ({
          at: fairTime(calendar, chance),
          kind: 'attended',
          channel: 'event',
          campaign: 'fair',
          asset: 'Booth in hall 4',
          link: from('fair').link,
        });
      if (running('partners') && chance.chance(0.4))
        return (e) => ({
          at: somewhere(e, 'partners'),
          kind: 'form',
          channel: 'partner',
          campaign: 'partners',
          asset: 'Introduction by a partner',
          link: from('partners').link,
        });
      return (e) => ({ at: somewhere(e), kind: 'form', channel: 'referral', asset: 'Recommended by a customer', link: links.site });
    }
  }
}

const fairTime = (calendar: Calendar, chance: Random) => {
  const opening = calendar.fair.from + chance.int(0, 2) * day;
  return opening + chance.between(0.5, 8) * hour;
};
const slug = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
const read = (campaign: keyof typeof pieces, channel: Channel, at: number, chance: Random): Piece => {
  const asset = chance.pick<string>(pieces[campaign]);
  return { at, kind: 'read', channel, campaign, asset, link: `${links.site}/${campaign}/${slug(asset)}` };
};
const download = (at: number, channel: Channel, name: string): Piece => ({
  at,
  kind: 'downloaded',
  channel,
  campaign: 'benchmark',
  asset: name,
  link: `${links.site}/reports/ops-benchmark`,
});
const click = (key: CampaignKey, channel: Channel, at: number, campaign: SampleCampaign): Piece => ({
  at,
  kind: 'click',
  channel,
  campaign: key,
  asset: campaign.headline,
  link: campaign.link,
});
const pricing = (at: number): Piece => ({ at, kind: 'visited', channel: 'direct', asset: 'Pricing', link: pages.pricing });

export function journey(way: Way, first: Piece | undefined, world: World): SampleTouch[] {
  const { chance, calendar, campaigns, agreement } = world;
  const made: Piece[] = first ? [first] : [];
  const started = (key: CampaignKey, at: number) => campaigns.find((c) => c.key === key)!.started < at;
  const name = (key: CampaignKey) => campaigns.find((c) => c.key === key)!.name;

  /** Something they do by themselves. */
  const engage = (at: number): Piece => {
    const ways: [Piece, number][] = [
      [read('scale', chance.chance(0.4) ? 'search' : 'content', at, chance), started('scale', at) ? 4 : 0],
      [read('explained', 'search', at, chance), started('explained', at) ? 3 : 0],
      [read('voices', 'social', at, chance), started('voices', at) ? 1.5 : 0],
      [read('benchmark', 'content', at, chance), started('benchmark', at) ? 1.5 : 0],
      [download(at, 'content', name('benchmark')), started('benchmark', at) ? 0.8 : 0],
      [{ at, kind: 'visited', channel: 'direct', asset: 'Product tour', link: pages.product }, 2],
      [{ at, kind: 'visited', channel: 'direct', asset: 'Security', link: pages.security }, 0.6],
      [click('search-churn', 'paid_search', at, campaigns.find((c) => c.key === 'search-churn')!), started('search-churn', at) ? 0.8 : 0],
    ];
    return chance.weighted(ways);
  };

  if (first) {
    const ends = [...way.peaks.map(({ at }) => at), way.until];
    let low = way.from;
    for (const [i, high] of ends.entries()) {
      const count = chance.round(way.busy * chance.between(0.5, 1.5) * (i < way.peaks.length ? 1 : 0.4));
      for (let n = 0; n < count; n++) {
        // Interest grows: more of it lies close to the hand-off.
        const at = high - (high - low) * chance.next() ** (i < way.peaks.length ? 1.8 : 1);
        if (at > low && at < high - 5 * minute) made.push(engage(at));
      }
      low = high;
    }
    for (const session of calendar.sessions) {
      if (session.at < way.from + day || session.at > way.until || !chance.chance(0.1 + 0.16 * way.keen)) continue;
      made.push({
        at: session.at - chance.between(0.2, 6) * day,
        kind: 'form',
        channel: 'webinar',
        campaign: session.campaign,
        asset: `Seat: ${session.name}`,
        link: campaigns.find((c) => c.key === session.campaign)!.link,
      });
      if (chance.chance(0.6)) made.push(attended(session, campaigns, chance));
    }
    if (first.campaign === 'churn' || first.campaign === 'renewals') {
      const session = calendar.sessions.find(({ at, campaign }) => campaign === first.campaign && at > first.at);
      if (session && session.at < way.until && chance.chance(0.75)) made.push(attended(session, campaigns, chance));
    }
    if (calendar.fair.from > way.from && calendar.fair.to < way.until && chance.chance(0.07))
      made.push({
        at: fairTime(calendar, chance),
        kind: 'attended',
        channel: 'event',
        campaign: 'fair',
        asset: 'Booth in hall 4',
        link: campaigns.find((c) => c.key === 'fair')!.link,
      });
    for (const { at, high } of way.peaks) {
      made.push(pricing(at - chance.between(3, 60) * hour));
      if (chance.chance(0.5)) made.push(pricing(at - chance.between(1, 3) * hour));
      if (high)
        made.push({
          at: at - chance.between(8, 50) * minute,
          kind: 'form',
          channel: 'direct',
          asset: chance.pick(['Ask for a demo', 'Call me back', 'Ask for prices']),
          link: `${links.site}/contact`,
        });
    }
    if (way.known !== undefined)
      made.push({ at: way.known, kind: 'form', channel: 'direct', asset: 'Sign up for Ridgeway Monthly', link: `${links.site}/monthly` });
  }

  if (way.newsletter) made.push(...newsletters(way, first, world));
  const zone = businessCalendar(agreement.calendar);
  const seen = new Set<string>();
  return made
    .map((piece) => ({ ...piece, at: Math.round(piece.at) }))
    .filter(({ at }) => at >= Math.floor(way.from) && at <= Math.min(way.until, world.now - minute))
    .sort((a, b) => a.at - b.at)
    .filter((piece) => {
      // What is read counts once a day.
      if (piece.kind !== 'read') return true;
      const once = `${piece.asset} ${zone.dayOf(piece.at)}`;
      return seen.has(once) ? false : seen.add(once);
    })
    .map((piece) => ({ person: way.person, ...piece }));
}

const attended = (session: Calendar['sessions'][number], campaigns: SampleCampaign[], chance: Random): Piece => ({
  at: session.at + chance.between(1, 9) * minute,
  kind: 'attended',
  channel: 'webinar',
  campaign: session.campaign,
  asset: session.name,
  link: campaigns.find((c) => c.key === session.campaign)!.link,
});

function newsletters(way: Way, first: Piece | undefined, { chance, calendar, campaigns }: World): Piece[] {
  const made: Piece[] = [];
  const link = campaigns.find((c) => c.key === 'monthly')!.link;
  const mail = { channel: 'email', campaign: 'monthly' } as const;
  for (const { at, name } of calendar.issues) {
    if (at < way.from - 6 * hour || at > way.until) continue;
    const cameByIt = first?.campaign === 'monthly' && first.asset === name;
    const sent = at + chance.between(0, 9) * minute;
    if (!cameByIt && chance.chance(0.012)) {
      made.push({ ...mail, at: sent, kind: 'bounced', asset: name });
      continue;
    }
    made.push({ ...mail, at: sent, kind: 'sent', asset: name });
    if (!cameByIt && !chance.chance(0.2 + 0.5 * way.keen)) continue;
    const opened = cameByIt ? first.at - chance.between(0.2, 3) * minute : sent + chance.between(0.2, 40) ** 1.2 * hour * 0.3;
    made.push({ ...mail, at: opened, kind: 'opened', asset: name });
    // For those who only get mail the first click would be the first engagement, and they would no longer be theirs.
    if (!cameByIt && first && opened > first.at && chance.chance(0.05 + 0.16 * way.keen))
      made.push({ ...mail, at: opened + chance.between(0.5, 4) * minute, kind: 'click', asset: name, link });
    else if (first && opened > first.at && chance.chance(0.01)) made.push({ ...mail, at: opened + hour, kind: 'reply', asset: name });
  }
  return made;
}

/** Why now, out of what the person did in the fortnight before, as it is found for everybody. */
export function whyThen(touches: readonly SampleTouch[], at: number, campaigns: SampleCampaign[]): string[] {
  // That somebody took a seat says less than that they came.
  const says = ({ asset }: SampleTouch) => !asset?.startsWith('Sign up') && !asset?.startsWith('Seat');
  const recent = touches.filter((touch) => touch.at <= at && touch.at > at - 14 * day && says(touch));
  return whyNow(
    recent.map(({ kind, at: when, asset, campaign }) => {
      const name = campaigns.find(({ key }) => key === campaign)?.name;
      return {
        kind,
        at: new Date(when).toISOString(),
        ...(asset !== undefined && { asset }),
        ...(name !== undefined && { campaignName: name }),
      };
    }),
  );
}
