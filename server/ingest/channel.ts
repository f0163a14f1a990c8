import { type Channel, channels } from '../../lib/funnel/words.ts';

/** Where a visit came from, in the words of the funnel: campaign parameters first, the referring page second. */

const byMedium: [RegExp, Channel][] = [
  [/^(e-?mail|newsletter|nurture|drip)$/, 'email'],
  [/^paid[-_ ]?social$|^social[-_ ]?(paid|ads?)$/, 'paid_social'],
  [/^(cpc|ppc|sem|paid|paid[-_ ]?search|search[-_ ]?ads?)$/, 'paid_search'],
  [/^(social|social[-_ ]?(media|network)|sm)$/, 'social'],
  [/^(organic|seo|search)$/, 'search'],
  [/^(referral|link)$/, 'referral'],
  [/^(partner|affiliate|co-?marketing)$/, 'partner'],
  [/^(webinar|webcast)$/, 'webinar'],
  [/^(event|trade[-_ ]?fair|trade[-_ ]?show|conference|booth)$/, 'event'],
  [/^(content|blog|report|whitepaper|podcast)$/, 'content'],
  [/^(none|direct)$/, 'direct'],
];
const searchHost = /(^|\.)(google|bing|duckduckgo|ecosia|qwant|yahoo|baidu|yandex|startpage)\.[a-z.]+$/;
const socialHost =
  /(^|\.)(linkedin|lnkd|facebook|instagram|twitter|x|t|reddit|youtube|xing|tiktok|mastodon|threads|bsky)\.(com|in|co|net|org|social|app)$/;

const hostOf = (url: string | undefined): string | undefined => {
  if (!url || !URL.canParse(url)) return undefined;
  return new URL(url).hostname.replace(/^www\./, '');
};

export interface Origin {
  /** `utm_medium` and `utm_source`. */
  medium?: string;
  source?: string;
  referrer?: string;
  /** The page itself: a referrer on the same host says nothing about where the person came from. */
  url?: string;
}

/** The channel that the evidence names, or nothing when it names none. */
export function channelOf({ medium, source, referrer, url }: Origin): Channel | undefined {
  const word = medium?.trim().toLowerCase();
  const from = source?.trim().toLowerCase();
  if (word) {
    const known = (channels as readonly string[]).includes(word) ? (word as Channel) : byMedium.find(([is]) => is.test(word))?.[1];
    // "cpc" from a social network is bought there, not at a search engine.
    if (known === 'paid_search' && from && (socialHost.test(`${from}.com`) || socialHost.test(from))) return 'paid_social';
    if (known) return known;
  }
  const host = hostOf(referrer);
  if (!host || host === hostOf(url)) return undefined;
  if (searchHost.test(host)) return 'search';
  if (socialHost.test(host)) return 'social';
  return 'referral';
}
