/**
 * One web site. It only locates and reads: pure, synchronous, testable on a string of HTML.
 * It never writes, stores, sends, clicks or scrolls, and never reads bodies. The engine does the rest.
 */
export interface Site {
  readonly id: SiteId;
  /** Match patterns; they also feed the manifest. */
  readonly matches: readonly string[];
  /** Companies may run it on hosts of their own as well, which users add. Without `matches` it runs on such hosts only. */
  readonly ownHosts?: true;
  /**
   * The key comes from the address and the name from the page: then the same name under another key right after
   * navigating most likely belongs to the page before.
   */
  readonly keyFromAddress?: true;
  /** What kind of page an address is, from the address alone; `null` when the site has nothing to read there. */
  page(url: URL): View | null;
  /** Narrow elements whose changes matter, and the attributes that matter on them. Same-origin frames too. */
  watch(document: Document): Watch;
  read(document: Document, url: URL): Sighting;
  /** Where the folded tab may stand without covering the site's own controls, in CSS px from the edges. */
  place(document: Document): Inset;
}

export const siteIds = ['gmail', 'outlook', 'roundcube', 'linkedin', 'page'] as const;
/** `page` is the general reader: h-cards, `mailto:` links, JSON-LD. */
export type SiteId = (typeof siteIds)[number];

export const views = ['message', 'list', 'compose', 'profile', 'search', 'conversation', 'contact-info', 'none'] as const;
export type View = (typeof views)[number];

/** `result`: stands in a list or among what a search found. `self`: the user's own. */
export const personRoles = ['sender', 'reply-to', 'to', 'cc', 'bcc', 'profile', 'author', 'result', 'self'] as const;
export type PersonRole = (typeof personRoles)[number];

export const unknownReasons = ['conflict', 'own-address', 'group', 'several-threads', 'name-only', 'unreadable', 'none'] as const;
export type UnknownReason = (typeof unknownReasons)[number];

export interface SeenKey {
  kind: 'email' | 'linkedin' | 'linkedin-member' | 'sales-navigator';
  value: string;
}
export interface SeenPerson {
  role: PersonRole;
  keys: SeenKey[];
  name?: string;
  /** What the page says of their work (headline, company) in its own words: only to put the likelier of several found people first. */
  work?: string;
}

/**
 * What a reader saw. Values are as the page has them, trimmed.
 * The user's own addresses are `account` and every key of a person with the role `self`; the same address may also
 * stand among the recipients or senders.
 */
export interface Sighting {
  site: SiteId;
  view: View;
  /** The mailbox or profile the user is signed in with, where the page says so. */
  account?: string;
  people: SeenPerson[];
  /**
   * Index into `people`; absent when nobody is in focus (a list, several recipients) or it can't be told: then
   * `unknown` says why. With `name-only` both are there: it is clear who is in focus, and the page has no key of theirs.
   */
  focus?: number;
  /** Field name to the name of the candidate that matched. Never content. */
  matched: Record<string, string>;
  unknown?: UnknownReason;
}

export interface Watch {
  roots: readonly Node[];
  attributes: readonly string[];
}
export interface Inset {
  top: number;
  right: number;
  bottom?: number;
  side?: 'left' | 'right';
}

/**
 * How the host element stands: closed enums and numbers only. `none`: no host in the page. The host draws corners and
 * shadow; the card's page fills its frame to the edges, 340 px wide as a card, 40 by 40 as a tab.
 */
export interface Stance {
  shows: 'none' | 'tab' | 'card';
  /** CSS px of the card; never more is shown than the window has room for. */
  height: number;
  side: 'left' | 'right';
  /** CSS px from the top; -1 while the user has not moved it: then the site's own `place` says where, and `side` too. */
  top: number;
  theme: 'system' | 'light' | 'dark';
  /** Put the keyboard focus into the card. */
  focus?: true;
}
