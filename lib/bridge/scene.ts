import type { Act } from '../contract/act.ts';
import type { Card, Reply } from '../contract/card.ts';
import type { WireRefusal } from '../contract/problem.ts';
import type { Agreement } from '../funnel/agreement.ts';
import type { Language } from '../funnel/language.ts';
import type { KeyKind, Role, Verdict } from '../funnel/words.ts';
import type { PersonRole, SiteId, UnknownReason, View } from '../sites/site.ts';

/** Everything the card, side panel and popup paint: made by the background, for one tab. */
export interface Scene {
  tab: number;
  site: SiteId;
  view: View;
  people: ScenePerson[];
  focus?: number;
  unknown?: UnknownReason;
  /** Read once, because the user pressed the toolbar's button: what the page has shown since is not known. */
  looked?: true;
  /** Nothing is read here, because the site is switched off: by the user, or for everybody. */
  off?: 'user' | 'everybody';
  me?: Me;
  agreement?: Agreement;
  connection: Connection;
  /** Acts of this device about the people here that are not done yet, newest last. */
  acts: ActState[];
  settings: SceneSettings;
  /** In a page: whether the card stands open or folded. The background decides, the frame follows and reports its height. */
  open?: boolean;
  /** In a page: where the host stands, so that it can be dragged from there. `top` in CSS px of the page's window. */
  place?: { side: 'left' | 'right'; top: number };
}

export interface SceneSettings {
  language: Language;
  theme: 'system' | 'light' | 'dark';
  opensByItself: boolean;
}
export type { Language };

export interface Me {
  id: string;
  name: string;
  email: string;
  role: Role;
  team?: string;
  workspace: string;
  backend: string;
}

export interface ScenePerson {
  role: PersonRole;
  name?: string;
  /** What the page says of their work, in its own words. */
  work?: string;
  keys: { kind: KeyKind; value: string }[];
  /**
   * `lead`: in the lead set. `stranger`: checked on this device, not in it. `own`: the user's or the company's
   * address, never looked up. `name-only`: nothing to check. `unchecked`: no lead set yet.
   */
  known: 'lead' | 'stranger' | 'own' | 'name-only' | 'unchecked';
  /** For leads, once it is here; its `asOf` says how old it is. */
  card?: Card;
  /** The card is asked for and not here yet (`waiting`), or could not be had (`failed`). */
  cardState?: 'here' | 'waiting' | 'failed';
}

/** The card's last line is made from this and from the card's own `crm` and `asOf`. Always true. */
export interface Connection {
  state: 'live' | 'cached' | 'offline' | 'signed-out' | 'not-connected' | 'paused';
  /** When the backend last answered. */
  syncedAt?: string;
  offlineSince?: string;
  /** Addresses and profiles of leads in the set on this device: a lead may have several. */
  leads?: number;
  backend?: string;
  /** Entries that a newer backend has sent and this version cannot read: they are shown nowhere. */
  leftOut?: number;
  /** In words, when something is wrong that the user can do something about. */
  sentence?: string;
}

export type ActStatus = 'held' | 'queued' | 'sending' | 'done' | 'refused' | 'undone' | 'old';
export interface ActState {
  id: string;
  act: Act;
  status: ActStatus;
  /** Whom it is about, for the popup. */
  name: string;
  at: string;
  /** `held` only: until when it can be undone (ms since epoch, device clock). */
  heldUntil?: number;
  attempts: number;
  /** Made anew from a refused act, which it replaces: that one's id. */
  renews?: string;
  /** The server's words, on a refusal; and the same as data, for words in the screen's language. */
  sentence?: string;
  refusal?: WireRefusal;
  /** On a conflict: how the lead stands now. */
  conflict?: Card;
  /** On a conflict of decisions: who moved the lead. */
  movedBy?: string;
}

export interface QueueItem {
  lead: string;
  kind: 'handoff' | 'own' | 'feedback' | 'waking' | 'breach' | 'agreement' | 'rejects' | 'at_once' | 'reply' | 'digest';
  title: string;
  /** `feedback`: what was said with it, or nothing; otherwise why now, or else title and company. */
  subtitle: string;
  company?: string;
  stage?: Card['stage'];
  clock?: Card['clock'];
  dueAt?: string;
  feedback?: { id: string; by: string; verdict?: Verdict; campaign?: string };
  /** `handoff`: how often it was returned before; absent or nobody's `holder` means the team's pool. */
  returned?: number;
  holder?: string;
  team?: string;
  /** `waking`, `at_once`: code of the reason it was returned for, and its date; without one it is awake. */
  reason?: string;
  wakesOn?: string;
  /** `agreement`: the version to sign. `rejects`: how many rows were refused in the last seven days. */
  agreement?: number;
  count?: number;
  /** `reply`: what marketing answered last to my feedback. */
  reply?: Reply;
  /** `digest`: the period whose report is out and not read. */
  period?: string;
}
