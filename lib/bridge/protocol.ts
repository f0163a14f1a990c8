import type { Act } from '../contract/act.ts';
import type { Card, Touch } from '../contract/card.ts';
import type { Agreement } from '../funnel/agreement.ts';
import type { Decision } from '../funnel/lead.ts';
import type { ReplyState, Stage, Verdict } from '../funnel/words.ts';
import type { Sighting, SiteId, Stance } from '../sites/site.ts';
import type { ActState, Connection, Language, Me, QueueItem, Scene } from './scene.ts';

/**
 * Every message of the extension, by who may send it. The background accepts from each kind of sender
 * only the kinds listed for it, and validates each payload before anything else looks at it.
 */

/** Content script → background. It only senses; it is told only geometry. */
/** One thing that happened to a lead. A sentence with `{stage}` and `{reason}` in it leaves these words to the screen. */
export interface HistoryLine {
  at: string;
  by: string;
  sentence: string;
  kind: string;
  stage?: Stage;
  reason?: string;
}

export interface FromContent {
  /** Whether the site is switched on; nothing on the page is looked at before the answer. Asked again to wake the worker before a sighting. */
  begin: { in: undefined; out: boolean };
  sighting: { in: Sighting; out: Stance };
  /** The user pressed Alt+B or clicked the folded card, or the host's geometry could not be kept (a modal is open). */
  host: { in: { event: 'focus' | 'yield' | 'restored' }; out: undefined };
}

/** Background → content script: closed enums and numbers only. */
export interface ToContent {
  /** The site was switched on or off. */
  begin: boolean;
  stance: Stance;
  /** Read again now, and answer with what was seen. */
  read: undefined;
}
/** What a content script answers to what it is told. */
export interface ContentAnswers {
  read: Sighting;
}
/** Extension pages (card, side panel, popup, options, welcome, report) → background. */
export interface FromPages {
  /** The scene of a tab; the card in a page leaves `tab` out and means its own. */
  scene: { in: { tab?: number }; out: Scene };
  fold: { in: { open: boolean }; out: undefined };
  /** How tall the open card has become, when nobody pressed anything. It opens none. */
  grown: { in: { height: number }; out: undefined };
  move: { in: { side: 'left' | 'right'; top: number }; out: undefined };
  focusPerson: { in: { tab?: number; index: number }; out: Scene };
  /** Writes the act to the outbox; answers only when it is durable. */
  decide: { in: { lead: string; decision: Decision }; out: ActState };
  feedback: {
    in: {
      lead: string;
      kind: 'verdict' | 'insight';
      verdict?: Verdict;
      reasons?: string[];
      note?: string;
      campaign?: string;
      touch?: string;
    };
    out: ActState;
  };
  reply: { in: { lead: string; feedback: string; state: ReplyState; note?: string }; out: ActState };
  add: { in: { name: string; company?: string; title?: string; keys: { kind: string; value: string }[] }; out: ActState };
  tie: { in: { lead: string; kind: string; value: string }; out: ActState };
  untie: { in: { lead: string; key: string }; out: ActState };
  undo: { in: { id: string }; out: ActState };
  retry: { in: { id: string }; out: ActState };
  discard: { in: { id: string }; out: undefined };
  outbox: { in: undefined; out: ActState[] };
  /** Sends what the CRM refused once more. Needs the backend; somebody else may have dealt with it, which is as good. */
  sendToCrm: { in: { lead: string; write: string }; out: undefined };
  /** With the agreement in force: a list without a page needs its words and its calendar, also offline. */
  queue: { in: undefined; out: { items: QueueItem[]; asOf?: string; agreement?: Agreement } };
  /** By address, on this device first; `card` when it is a lead. */
  check: { in: { value: string }; out: { known: 'lead' | 'stranger' | 'unchecked' | 'invalid'; card?: Card } };
  /** By name: the user's own act, asks the backend. */
  find: { in: { text: string }; out: { items: { id: string; name: string; company?: string; title?: string; stage: Card['stage'] }[] } };
  lead: { in: { id: string }; out: Card };
  touches: { in: { lead: string; before?: string; campaign?: string }; out: { items: Touch[]; next?: string } };
  history: { in: { lead: string }; out: { items: HistoryLine[] } };
  users: { in: undefined; out: { items: { id: string; name: string; role: string; team?: string; open?: number }[] } };
  status: { in: undefined; out: Status };
  /** Asks a backend who it is, before signing in. */
  probe: { in: { backend: string }; out: { ok: true; name: string; version: string; api: number } | { ok: false; sentence: string } };
  connect: { in: { backend: string }; out: Me };
  signOut: { in: undefined; out: undefined };
  sync: { in: undefined; out: Connection };
  forget: { in: undefined; out: undefined };
  settings: { in: Partial<Settings>; out: Settings };
  /**
   * The toolbar popup on any page: read it now with whichever reader finds its way (needs `activeTab`). `addable`: what
   * that reader needs to run there by itself.
   */
  lookHere: { in: { tab: number }; out: { scene: Scene; addable?: { origin: string; site: SiteId } } };
  /**
   * The site's reader is to run there, as soon as the browser allows the host: the page that asks the browser may be
   * closed by the question, so that the wish has to be known before.
   */
  addHost: { in: { origin: string; site: SiteId }; out: undefined };
  diagnosis: { in: undefined; out: { text: string; rows: { what: string; now: string; means: string; ok: boolean }[] } };
  /** A read-only call of the backend for the report and options pages, by route id. */
  api: {
    in: { route: string; params?: Record<string, string>; query?: Record<string, string>; body?: unknown; accept?: string };
    out: { status: number; body: unknown; type: string };
  };
}

/** Background → extension pages (broadcast; each page keeps what is for it). */
export interface ToPages {
  scene: Scene;
  /** Something the popup or options show has changed: ask again. */
  changed: { what: ('queue' | 'outbox' | 'connection' | 'settings')[] };
}

export interface Settings {
  language: Language | 'auto';
  theme: 'system' | 'light' | 'dark';
  notify: boolean;
  sites: Partial<
    Record<
      SiteId,
      { on: boolean; opensByItself: boolean; side?: 'left' | 'right'; top?: number; mode?: 'overlay' | 'panel' | 'ask' | 'off' }
    >
  >;
  /** Origins the user added (Roundcube hosts and others) and the reader that runs there. */
  origins: { origin: string; site: SiteId }[];
  ownDomains: string[];
}

export interface Status {
  me?: Me;
  connection: Connection;
  settings: Settings;
  outbox: { waiting: number; refused: number };
  cards: number;
  /** Kept by the browser's managed policy: shown, not editable. */
  managed: Partial<Record<'backend' | 'sites' | 'ownDomains' | 'linkedin', true>>;
  /** Sites that the company's policy or the workspace has switched off for everybody. */
  offForAll: SiteId[];
  /** Every device keeps the cards of the whole workspace. */
  allCards?: true;
  /** Of what is written for the whole workspace. Absent where the backend knows no language but English. */
  workspaceLanguage?: Language;
  /** The backend that the company's policy names, so that a screen can show it before anybody has connected. */
  setBackend?: string;
  version: string;
  sample?: true;
}

export type { Act, Stance };
