import { type Channel, type TouchKind, touchKinds } from '../../../lib/funnel/words.ts';

/**
 * The one table that says what an event of the outside world is here. Looked up from the top, first match wins;
 * a workspace may put rows of its own before these (`settings.events`).
 */
export interface EventRule {
  /** Name of the event: case, spaces and punctuation do not matter; `*` stands for anything. */
  event: string;
  /** `nothing`: known, and no engagement of the person. */
  kind: TouchKind | 'nothing';
  /** Absent: as the campaign parameters or the referrer say. */
  channel?: Channel;
  /** Properties that name what was read, opened or filled in; the first one present counts. */
  asset?: readonly string[];
  link?: readonly string[];
  /** The person is the one in `properties.email`: true of what a mail system or a form reports, of nothing else. */
  addressed?: true;
}

const mail = {
  channel: 'email',
  asset: ['email_subject', 'subject', 'email_name', 'email_id'],
  link: ['link_url', 'url'],
  addressed: true,
} as const satisfies Partial<EventRule>;
const form = {
  kind: 'form',
  asset: ['form_name', 'formName', 'form', 'form_id', 'title', 'name'],
  link: ['url', 'page_url'],
  addressed: true,
} as const;
const webinar = {
  channel: 'webinar',
  asset: ['webinar', 'webinar_name', 'title', 'event_name', 'name'],
  link: ['url'],
  addressed: true,
} as const;
const fair = { channel: 'event', asset: ['event_name', 'fair', 'title', 'name'], link: ['url'], addressed: true } as const;
const piece = { asset: ['asset', 'asset_name', 'title', 'file_name', 'name', 'url'], link: ['url', 'link', 'download_url'] } as const;
const ad = { asset: ['ad_name', 'creative', 'name'], link: ['url', 'link_url'] } as const;

export const standardRules: readonly EventRule[] = [
  // Mail, as the Segment spec names it and as mail systems do.
  { event: 'email delivered', kind: 'sent', ...mail },
  { event: 'email sent', kind: 'sent', ...mail },
  { event: 'email opened', kind: 'opened', ...mail },
  { event: 'email link clicked', kind: 'click', ...mail },
  { event: 'email clicked', kind: 'click', ...mail },
  { event: 'email replied', kind: 'reply', ...mail },
  { event: 'email bounced', kind: 'bounced', ...mail },
  { event: 'email marked as spam', kind: 'nothing', ...mail },
  { event: 'unsubscribed', kind: 'nothing', ...mail },
  { event: 'email unsubscribed', kind: 'nothing', ...mail },
  // Forms and what is a form in disguise.
  { event: 'form submitted', ...form },
  { event: 'form completed', ...form },
  { event: '* form submitted', ...form },
  { event: 'demo requested', ...form },
  { event: 'contact requested', ...form },
  { event: 'trial started', ...form },
  { event: 'signed up', ...form },
  { event: 'account created', ...form },
  { event: 'newsletter subscribed', ...form },
  // Webinars, fairs, meetings.
  { event: 'webinar registered', kind: 'form', ...webinar },
  { event: 'webinar attended', kind: 'attended', ...webinar },
  { event: 'webinar watched', kind: 'attended', ...webinar },
  { event: 'event registered', kind: 'form', ...fair },
  { event: 'event attended', kind: 'attended', ...fair },
  { event: 'booth visited', kind: 'attended', ...fair },
  // Content.
  { event: '* downloaded', kind: 'downloaded', ...piece },
  { event: 'article read', kind: 'read', ...piece },
  { event: 'content read', kind: 'read', ...piece },
  { event: 'content viewed', kind: 'read', ...piece },
  { event: 'article viewed', kind: 'read', ...piece },
  { event: 'blog post viewed', kind: 'read', ...piece },
  { event: 'video playback completed', kind: 'read', ...piece },
  // Advertising: shown is not engaged.
  { event: 'ad clicked', kind: 'click', ...ad },
  { event: 'ad viewed', kind: 'nothing', ...ad },
  { event: 'ad impression', kind: 'nothing', ...ad },
  { event: 'link clicked', kind: 'click', asset: ['link_text', 'text', 'link_url', 'url'], link: ['link_url', 'url', 'href'] },
  { event: 'cta clicked', kind: 'click', asset: ['cta', 'text', 'name'], link: ['url', 'href'] },
  // The technical life of a website or an app.
  { event: 'application *', kind: 'nothing' },
  { event: 'identify', kind: 'nothing' },
  { event: 'heartbeat', kind: 'nothing' },
  // What nobody described is at least a visit, under its own name.
  { event: '*', kind: 'visited', asset: ['asset', 'title'], link: ['url'] },
];

/** Events that say a person moved in the funnel. The stage stands in one of `stageProperties`. */
export const stageEvents = ['stage changed', 'lead stage changed', 'lifecycle stage changed', 'lifecycle stage updated'];
export const stageProperties = ['stage', 'lifecycleStage', 'lifecycle_stage', 'lifecyclestage', 'leadStage', 'lead_stage', 'to'] as const;

const bare = (name: string): string =>
  name
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .replace(/[\s_.:/-]+/g, ' ')
    .trim();

const patterns = new WeakMap<EventRule, RegExp>();
const pattern = (rule: EventRule): RegExp => {
  let found = patterns.get(rule);
  if (!found) {
    const parts = bare(rule.event).split('*');
    found = new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`, 'su');
    patterns.set(rule, found);
  }
  return found;
};

export const ruleFor = (name: string, own: readonly EventRule[] = []): EventRule => {
  const words = bare(name);
  return [...own, ...standardRules].find((rule) => pattern(rule).test(words))!;
};

/** Rows as an admin wrote them: what is no row is passed over. */
export const rulesIn = (settings: unknown): EventRule[] =>
  Array.isArray(settings)
    ? settings.filter(
        (rule): rule is EventRule =>
          typeof rule?.event === 'string' && (rule.kind === 'nothing' || (touchKinds as readonly unknown[]).includes(rule.kind)),
      )
    : [];

export const isStageEvent = (name: string): boolean => stageEvents.includes(bare(name));

/** Pages that are content rather than the shop window: reading one is `read`, seeing any other is `visited`. */
export const contentPage =
  /\/(blog|articles?|guides?|resources?|library|learn|reports?|whitepapers?|e-?books?|case-stud(y|ies)|stories|podcasts?|academy|glossary)(\/|$)/i;
export const contentCategory = /^(blog|article|content|guide|resource|report|docs?|story|podcast|e-?book)s?$/i;
