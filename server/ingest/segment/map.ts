import { canonical } from '../../../lib/funnel/keys.ts';
import { says } from '../../../lib/funnel/sentences/index.ts';
import type { Said } from '../../../lib/funnel/sentences/sentence.ts';
import { type Channel, channels, stages, type TouchKind } from '../../../lib/funnel/words.ts';
import type { Alias, Arrival, CampaignIn, PersonIn, StageIn, Tie, TouchIn } from '../arrival.ts';
import { channelOf } from '../channel.ts';
import { stageOf } from '../stage-words.ts';
import type { SegmentEvent } from './event.ts';
import { contentCategory, contentPage, type EventRule, isStageEvent, ruleFor, stageProperties } from './rules.ts';
import { first, type Json, link, object, text, words } from './text.ts';

/** A Segment call as an arrival, or why it can be none. */
export type Mapped = { arrival: Arrival } | { reject: Said };

export function mapEvent(event: SegmentEvent, source: string, own: readonly EventRule[] = []): Mapped {
  const base = { source, sourceId: event.messageId, at: event.at };
  const names = aliases(event);
  switch (event.type) {
    case 'alias':
      return { arrival: { ...base, person: person(event, names, {}), ties: ties(event) } };
    case 'group': {
      const company = first(event.properties, ['name', 'company'], 200);
      return { arrival: { ...base, person: { ...person(event, names, {}), ...(company && { company }) }, ties: ties(event) } };
    }
    case 'identify': {
      const stage = stageIn(event.properties, stageProperties.slice(0, -1));
      if (badEmail(event.properties)) return { reject: noAddress('traits') };
      if (stage === 'unknown') return { reject: unknownStage };
      return { arrival: { ...base, person: person(event, names, event.properties), ties: ties(event), ...(stage && { stage }) } };
    }
    case 'page':
    case 'screen':
      return { arrival: { ...base, person: person(event, names, {}), ties: ties(event), touch: pageTouch(event) } };
    case 'track': {
      if (isStageEvent(event.name!)) {
        const stage = stageIn(event.properties, stageProperties);
        if (!stage || stage === 'unknown') return { reject: unknownStage };
        return { arrival: { ...base, person: person(event, names, only(event.properties, ['email'])), ties: ties(event), stage } };
      }
      const rule = ruleFor(event.name!, own);
      if (rule.addressed && badEmail(event.properties)) return { reject: noAddress('properties') };
      const who = person(event, names, rule.addressed ? only(event.properties, addressNames) : {});
      if (rule.kind === 'nothing') return { arrival: { ...base, person: who, ties: ties(event) } };
      return { arrival: { ...base, person: who, ties: ties(event), touch: trackTouch(event, rule, rule.kind) } };
    }
  }
}

const unknownStage = says('event-stage', { allowed: stages });

/** An address that is stated and is none: the event is about somebody nobody will ever find. */
const badEmail = (stated: Json): boolean => {
  const email = first(stated, addressNames, 400);
  return email !== undefined && canonical('email', email) === null;
};
const addressNames = ['email', 'email_address', 'emailAddress'];
const noAddress = (where: 'traits' | 'properties'): Said => says('event-no-address', { where });

const only = (from: Json, names: string[]): Json => {
  const found = first(from, names);
  return found ? { email: found } : {};
};

const aliases = (event: SegmentEvent): Alias[] => [
  ...(event.userId ? [{ kind: 'user', value: event.userId } as const] : []),
  ...(event.anonymousId ? [{ kind: 'anonymous', value: event.anonymousId } as const] : []),
];

/** A device whose user is named belongs to that user from then on. */
function ties(event: SegmentEvent): Tie[] {
  const made: Tie[] = [];
  if (!event.userId) return made;
  const to: Alias = { kind: 'user', value: event.userId };
  if (event.anonymousId) made.push({ from: { kind: 'anonymous', value: event.anonymousId }, to });
  if (event.type === 'alias' && event.previousId !== event.userId) {
    // A previous id may be either; libraries send the anonymous one unless the account itself was renamed.
    made.push({ from: { kind: 'anonymous', value: event.previousId! }, to }, { from: { kind: 'user', value: event.previousId! }, to });
  }
  return made;
}

function person(event: SegmentEvent, names: Alias[], stated: Json): PersonIn {
  const traits: Json = { ...object(event.context.traits), ...stated };
  const keys: PersonIn['keys'] = [];
  const email = first(traits, addressNames, 400) ?? (event.userId?.includes('@') ? event.userId : undefined);
  if (email) keys.push({ kind: 'email', value: email });
  const linkedin = first(traits, ['linkedin', 'linkedinUrl', 'linkedin_url', 'linkedInUrl'], 400);
  if (linkedin) keys.push({ kind: 'linkedin', value: linkedin });

  const whole = first(traits, ['name', 'fullName', 'full_name'], 200);
  const parts = [first(traits, ['firstName', 'first_name', 'firstname'], 100), first(traits, ['lastName', 'last_name', 'lastname'], 100)];
  const name = whole ?? (parts.filter(Boolean).join(' ') || undefined);
  const segment = first(traits, ['segment', 'customerSegment', 'customer_segment'], 80);
  const title = first(traits, ['title', 'jobTitle', 'job_title', 'position'], 200);
  const company =
    text(traits.company, 200) ?? first(object(traits.company), ['name'], 200) ?? first(traits, ['companyName', 'company_name'], 200);
  const owner = first(traits, ['ownerEmail', 'owner_email'], 400);
  return {
    keys,
    aliases: names,
    ...(name && { name }),
    ...(title && { title }),
    ...(segment && { segment }),
    ...(company && { company }),
    ...(owner && { owner }),
  };
}

function stageIn(from: Json, names: readonly string[]): StageIn | 'unknown' | undefined {
  const word = first(from, names, 100);
  if (!word) return undefined;
  const to = stageOf(word);
  if (!to) return 'unknown';
  const reason = first(from, ['reason', 'stageReason', 'stage_reason'], 100);
  const intent = text(from.intent);
  const criteria = words(from.criteria ?? from.criteriaMet, 20);
  return {
    to,
    ...(criteria && { criteria }),
    ...(reason && { reason }),
    ...((intent === 'high' || intent === 'standard') && { intent }),
  };
}

function campaignIn(event: SegmentEvent, channel: Channel | undefined): CampaignIn | undefined {
  const { properties, context } = event;
  const utm = object(context.campaign);
  const own = object(properties.campaign);
  const name = first(properties, ['campaign_name', 'campaignName', 'campaign'], 200) ?? text(own.name, 200) ?? text(utm.name, 200);
  const ref = first(properties, ['campaign_id', 'campaignId'], 200) ?? text(own.id, 200) ?? text(utm.id, 200);
  if (!name && !ref) return undefined;
  return { ...(name && { name }), ...(ref && { ref }), ...(channel && { channel }) };
}

const stated = (properties: Json): Channel | undefined => {
  const word = text(properties.channel)?.toLowerCase().replaceAll(' ', '_');
  return (channels as readonly string[]).includes(word ?? '') ? (word as Channel) : undefined;
};

function origin(event: SegmentEvent): Channel | undefined {
  const utm = object(event.context.campaign);
  const page = object(event.context.page);
  return channelOf({
    medium: text(utm.medium),
    source: text(utm.source),
    referrer: text(event.properties.referrer ?? page.referrer, 2000),
    url: text(event.properties.url ?? page.url, 2000),
  });
}

const pieces = (
  channel: Channel | undefined,
  event: SegmentEvent,
  asset: string | undefined,
  url: string | undefined,
): Omit<TouchIn, 'kind'> => {
  const campaign = campaignIn(event, channel);
  return { ...(channel && { channel }), ...(campaign && { campaign }), ...(asset && { asset }), ...(url && { link: url }) };
};

function trackTouch(event: SegmentEvent, rule: EventRule, kind: TouchKind): TouchIn {
  const { properties, context } = event;
  const asset = first(properties, rule.asset ?? [], 300) ?? event.name;
  const url = (rule.link ?? []).map((name) => link(properties[name])).find(Boolean) ?? link(object(context.page).url);
  return { kind, ...pieces(stated(properties) ?? rule.channel ?? origin(event), event, asset, url) };
}

function pageTouch(event: SegmentEvent): TouchIn {
  const { properties, context } = event;
  const seen = object(context.page);
  const url = link(properties.url) ?? link(seen.url);
  const path = text(properties.path ?? seen.path, 1000) ?? (url && new URL(url).pathname) ?? '';
  const category = event.category ?? text(properties.category);
  const content = contentPage.test(path) || (category !== undefined && contentCategory.test(category));
  const asset = text(properties.title, 300) ?? text(seen.title, 300) ?? event.name ?? (path || undefined);
  const channel = stated(properties) ?? origin(event) ?? (content ? 'content' : 'direct');
  return { kind: content ? 'read' : 'visited', ...pieces(channel, event, asset, url) };
}
