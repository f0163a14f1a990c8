import { mailto, plain } from '../address.ts';
import { all, before, shown, text, visible } from '../dom.ts';
import type { Seen } from '../seen.ts';
import type { SeenKey } from '../site.ts';
import { memberIn, profileKey, sameKey } from './address-bar.ts';

/**
 * A profile, in both generations of the page and logged out. Who it is says the address; the top card must carry the
 * same vanity itself, because the one before stays in the document for a while after navigating. Cards about other
 * people stand even within the main part, and embedded data belongs to the first profile that was opened.
 */

const topCards = [
  ['component key', 'main [componentkey^="com.linkedin.sdui.profile.card.ref"][componentkey$="Topcard"]'],
  ['member section', 'main section[data-member-id]'],
  ['public card', '.top-card-layout'],
  ['section with a heading', 'main section:has(h1)'],
] as const;

/** Words for screen readers only. */
const unseen = '.visually-hidden, .a11y-text';

export function readProfile(seen: Seen, document: Document, key: SeenKey): void {
  const cards = seen.first('card', [
    ...topCards.map(([name, selector]) => [name, () => some(visible(document, selector).filter((one) => !one.closest('aside')))] as const),
    [
      'block of the contact link',
      () => some([...new Set(visible(document, ownLink).flatMap((link) => link.closest('section, main > div') ?? []))]),
    ],
  ]);
  const proven = (cards ?? []).filter(shown).map((card) => ({ card, proofs: proofsIn(card, document) }));
  const ours = proven.filter(({ proofs }) => proofs.length > 0 && proofs.every((proof) => sameKey(proof, key)));
  if (ours.length !== 1) {
    seen.unknown = proven.some(({ proofs }) => proofs.length > 0) ? 'conflict' : 'unreadable';
    return;
  }
  const { card } = ours[0]!;
  seen.matched.check = 'card and address agree';
  const name = visible(card, 'h1, h2').find((heading) => !heading.closest(unseen));
  const member = visible(card, 'a[href*="/messaging/compose/"]').flatMap(
    (link) => memberIn(link.getAttribute('href'), 'profileUrn', 'recipient') ?? [],
  );
  const ids = new Set(member.map(({ value }) => value));
  const person = seen.person('profile', [key, ...(ids.size === 1 && key.kind !== 'linkedin-member' ? [member[0]!] : [])], text(name));
  seen.work(
    person,
    visible(card, '.text-body-medium, [aria-label] .hoverable-link-text, p')
      .filter((one) => name && before(name, one) && !one.closest(unseen))
      .map(text)
      .filter(isWork),
  );
  // Only one's own card can be edited; somebody else's offers contact. Where it isn't known who is looking, one must show.
  const own = isViewer(seen, key) || visible(card, 'a[href*="/edit/"]').length > 0;
  const theirs = seen.account !== undefined || card.matches('.top-card-layout') || visible(card, contact).length > 0;
  if (own || !theirs) seen.unknown = 'own-address';
  else seen.focus = person;
}

/** A degree, a dot, a number of connections or a link's one word say nothing of somebody's work. */
const isWork = (words: string) => words.length > 12 && !/^[·•\d]/.test(words);

const contact =
  'a[href*="/messaging/compose/"], a[href*="vanityName="], a[href*="facetConnectionOf"], [componentkey^="ConnectButton"], [componentkey^="FollowButton"], .distance-badge';

export const isViewer = (seen: Seen, key: SeenKey): boolean =>
  seen.account !== undefined && sameKey(key, { kind: 'linkedin', value: seen.account });

const some = (elements: Element[]) => (elements.length ? elements : undefined);
const ownLink = 'main a[href*="/overlay/contact-info"], main a[href*="/overlay/about-this-profile"]';

/** Every statement of a card about whose it is. */
function proofsIn(card: Element, document: Document): SeenKey[] {
  const links = visible(card, 'a[href*="/overlay/contact-info"], a[href*="/overlay/about-this-profile"]').map((link) =>
    link.getAttribute('href'),
  );
  const keys = visible(card, '[componentkey^="ProfileVerificationTriggerRef-"]').map(
    (one) => `/in/${one.getAttribute('componentkey')!.slice(30)}`,
  );
  const invites = visible(card, 'a[href*="vanityName="]').map(
    (link) => `/in/${/[?&]vanityName=([^&]+)/.exec(link.getAttribute('href')!)?.[1] ?? ''}`,
  );
  // Pages for visitors without an account are loaded whole, so what they say of themselves is about this profile.
  const canonical = card.matches('.top-card-layout') ? [document.querySelector('link[rel="canonical"]')?.getAttribute('href')] : [];
  const found = [...links, ...keys, ...invites, ...canonical].flatMap((href) => profileKey(href) ?? []);
  return found.length
    ? found
    : visible(card, 'a[href*="/messaging/compose/"]').flatMap(
        (link) => memberIn(link.getAttribute('href'), 'profileUrn', 'recipient') ?? [],
      );
}

/** The contact details that the user has opened. Its own link to the profile must agree with the address. */
export function readContactInfo(seen: Seen, document: Document, key: SeenKey): void {
  const details =
    '[data-view-name="profile-contact-info-details-view"], [componentkey*="ContactInfoDetailSection"], .pv-contact-info__contact-type';
  const [dialog, ...more] = visible(document, '[role="dialog"], dialog[open]').filter((one) => shown(one) && one.querySelector(details));
  if (!dialog || more.length) {
    readProfile(seen, document, key);
    return;
  }
  const profiles = visible(dialog, 'a[href*="/in/"]').flatMap((link) => profileKey(link.getAttribute('href')) ?? []);
  if (!profiles.length || profiles.some((one) => !sameKey(one, key))) {
    seen.unknown = profiles.length ? 'conflict' : 'unreadable';
    return;
  }
  seen.matched.check = 'dialog and address agree';
  // LinkedIn has one address of everybody; a second one is a link that its owner made, to whomever.
  const found = visible(dialog, 'a[href^="mailto:"]').flatMap((link) => mailto(link.getAttribute('href')) ?? []);
  const mails = new Set(found.map(plain)).size === 1 ? [found[0]!] : [];
  if (mails.length) seen.matched.mail = 'dialog';
  // The page behind an open dialog may be marked as hidden; its top card still names the person.
  const heading = visible(dialog, 'h1, h2').find((one) => !one.closest(unseen)) ?? all(document, 'main h1')[0];
  const person = seen.person('profile', [key, ...mails.map((value): SeenKey => ({ kind: 'email', value }))], text(heading));
  if (isViewer(seen, key)) seen.unknown = 'own-address';
  else seen.focus = person;
}
