import type { Me, QueueItem } from '../bridge/scene.ts';
import type { Card, Touch } from '../contract/card.ts';
import type { Event } from '../contract/routes/leads-read.ts';
import type { Agreement } from '../funnel/agreement.ts';
import type { Language } from '../funnel/language.ts';
import type { SiteId } from '../sites/site.ts';
import type { WireKey } from './leadset/leadset.ts';
import type { Outcome } from './outbox/outbox.ts';
import type { Row } from './outbox/store.ts';
import type { FeedPage } from './sync.ts';

/** What the brain asks of the backend. Every call rejects with a `Trouble` of the API. */
export interface Wire {
  me(): Promise<KnownMe>;
  /** Tells in which language mails to the user are to be written. */
  tellLanguage(language: Language): Promise<void>;
  agreement(): Promise<Agreement | undefined>;
  users(): Promise<User[]>;
  queue(): Promise<QueueItem[]>;
  leadsetKey(): Promise<WireKey>;
  leadset(query: { kid: number; have?: number }): Promise<Uint8Array | 'unchanged' | 'gone'>;
  cards(kid: number, tags: string[]): Promise<{ tag: string; card: Card }[]>;
  feed(query: { since?: string; scope: 'mine' | 'workspace' }): Promise<FeedPage>;
  lead(id: string): Promise<Card>;
  touches(lead: string, query: { before?: string; campaign?: string }): Promise<{ items: Touch[]; next?: string }>;
  history(lead: string): Promise<Event[]>;
  search(text: string): Promise<{ id: string; name: string; company?: string; title?: string; stage: Card['stage'] }[]>;
  /** Never rejects. */
  send(row: Row): Promise<Outcome>;
  /** Any other route by name, for the report and the options. */
  any(request: {
    route: string;
    params?: Record<string, string>;
    query?: Record<string, string>;
    body?: unknown;
    accept?: string;
  }): Promise<{ status: number; body: unknown; type: string }>;
}

export interface KnownMe {
  me: Me;
  workspace: string;
  sample: boolean;
  scope: 'mine' | 'workspace';
  ownDomains: string[];
  /** Sites that are switched off for everybody in the workspace; absent in what an earlier version kept. */
  sitesOff?: SiteId[];
  /** Of what is written for the whole workspace. Absent where the backend writes no language but English. */
  language?: Language;
  /** Version in force; 0 while there is none. */
  agreement: number;
}
export interface User {
  id: string;
  name: string;
  role: string;
  team?: string;
  open?: number;
}
