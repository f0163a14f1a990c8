import type { CrmCode } from '../../lib/funnel/sentences/crms.ts';
import { inEnglish, says } from '../../lib/funnel/sentences/index.ts';
import type { Said } from '../../lib/funnel/sentences/sentence.ts';
import type { Stage } from '../../lib/funnel/words.ts';
import type { Arrival, PersonIn } from '../ingest/arrival.ts';
import { type Outgoing, OutgoingError } from '../outgoing/request.ts';
import type { Own } from './stage-rule.ts';

/**
 * A CRM, seen from Baton. One folder a CRM; each is a plain object of this shape and knows nothing of the store,
 * of jobs or of other CRMs. The engine beside this file does the scheduling, storing, retrying and reporting.
 */
export interface Source {
  readonly id: string;
  readonly name: string;
  describe(): Description;
  /** Whether the credentials work and allow what is needed, in words. Never throws for a refusal. */
  check(link: Link): Promise<Finding[]>;
  /** Whose account the credentials open. @throws SourceError */
  account(link: Link): Promise<Account>;
  /** What the CRM itself calls its stages, reasons, fields and owners, to be mapped by people. @throws SourceError */
  shape(link: Link): Promise<Shape>;
  /** Some hundred people as they stand there now, for a dry run: nothing of it is kept. @throws SourceError */
  sample(link: Link): Promise<Sample>;
  /**
   * Everything that changed since `cursor`, a page at a time; without a cursor, everything there is. When the caller
   * stored a page it may keep that page's cursor and resume there at any later time; pages may repeat what came before.
   * @throws SourceError
   */
  pull(link: Link, cursor: string | undefined): AsyncGenerator<Pulled, void>;
  /**
   * Reads these records as they are this moment, past any index that lags behind: what a webhook named, and what seems
   * to be missing. @throws SourceError
   */
  read(link: Link, records: readonly string[]): Promise<Page>;
  /** The ids of all records, to find out which are gone. Absent when `pull` tells that itself. @throws SourceError */
  ids?(link: Link): AsyncGenerator<string[], void>;
  /**
   * Writes one decision or feedback. Safe to repeat: finds what an earlier, unanswered attempt left behind.
   * @throws SourceError with `refused` when the CRM says no, in the CRM's words.
   */
  push(link: Link, write: Write): Promise<Pushed>;
  /** What `push` changes under this mapping, in the names that `Pushed.changed` uses. */
  written(mapping: Mapping): string[];
  /** Where people open a record in the CRM; `undefined` when its address is not known. */
  recordUrl(address: string, record: string): string | undefined;
  /** Absent when one cannot sign in there. */
  signIn?: SignIn;
  /** Absent when the CRM has none. */
  webhook?: Webhook;
}

/** In codes of `lib/funnel/sentences/crms.ts`, which say it in words. */
export interface Description {
  reads: CrmCode[];
  writes: CrmCode[];
  ways: Way[];
}
/** How one can connect, with the fields a person fills in. */
export interface Way {
  id: string;
  name: CrmCode;
  help: CrmCode;
  fields: Field[];
  /** The fields alone do not open it: the admin signs in at the CRM. */
  signIn?: true;
}
export interface Field {
  name: string;
  label: CrmCode;
  secret?: true;
  optional?: true;
  /** What it looks like. */
  example?: string;
}

export interface Account {
  /** Names it for good: records of two accounts may have the same ids. */
  id: string;
  /** What the admin knows it by. */
  name: string;
  /** What `recordUrl` is given. */
  address: string;
}

/** OAuth 2 with a code, a redirect and PKCE. */
export interface SignIn {
  /** Where the admin's browser is sent. */
  authorize(credentials: Readonly<Record<string, string>>, ask: { redirect: string; state: string; challenge: string }): string;
  /** What is kept in addition to what the admin filled in. @throws SourceError */
  exchange(link: Link, answer: { code: string; redirect: string; verifier: string }): Promise<Record<string, string>>;
}

/** What a source works with; made by the engine for one connection and one run. */
export interface Link {
  /** Names the connection. */
  id: string;
  call: Outgoing;
  /** As the person filled them in, and as `renew` left them. Secrets are decrypted for the length of one run. */
  readonly credentials: Readonly<Record<string, string>>;
  /**
   * Asks the CRM for a new token and keeps it, encrypted. Of all runs at once one asks; the others get what it got.
   * @param stale the `accessToken` that is no longer accepted
   */
  renew(stale: string | undefined, ask: () => Promise<Record<string, string>>): Promise<void>;
  /** Told before fields of a record are set: whatever becomes of it, they are known for Baton's own from then on. */
  setting(fields: Wrote[]): Promise<void>;
  /**
   * Told what is about to be overwritten, where the CRM would forget it: it is kept as if a pull had found it.
   * @returns when the newest touch of `readOff` happened, by our clock; `undefined` where Baton set what stands there
   */
  found(page: Page): Promise<string | undefined>;
  mapping: Mapping;
  clock: Clock;
  /** Now by the CRM's clock, as its answers tell it; epoch ms. */
  time(): number;
  /** An instant of ours by the CRM's clock. */
  theirs(at: string): string;
  signal: AbortSignal;
}

/** Time as a source sees it, so that a year can be tested in a second. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Does something again and again until the answer is called. What fails is tried at the next time. */
  every(ms: number, act: () => Promise<void>): () => void;
}

export interface Can {
  right: string;
  /** What the right is to. */
  what: CrmCode;
  ok: true;
  /** What there is to know of it. */
  said?: Said;
}
export interface Cannot {
  right: string;
  what: CrmCode;
  ok: false;
  /** Why not. */
  said: Said;
  /** What is missing, where the CRM itself said no. */
  without?: CrmCode;
}
export type Finding = Can | Cannot;

/** Values are the CRM's internal ones; labels are what its users see. */
export interface Shape {
  stages: Choice[];
  /** Fields that can carry a lead's stage or status when the CRM has more than one. */
  statuses: Choice[];
  /** Stages of deals. One that is not mapped counts as open, won or lost. */
  deals: Choice[];
  /** Statuses that people can have in a campaign. */
  members: Choice[];
  reasons: Choice[];
  /** Of a person; where people are of two kinds, of those who come first. */
  fields: ShapeField[];
  /** Of people of the second kind, where there is one. */
  contactFields?: ShapeField[];
  /** Of the company that a person belongs to, by names that are none of a person's fields. */
  companyFields?: ShapeField[];
  owners: { id: string; name: string; email: string }[];
}
export interface Choice {
  value: string;
  label: string;
}
/** With what can be chosen in it, where that is a list. */
export type ShapeField = Choice & { type: string; choices?: Choice[] };

/** What people agreed a CRM's words mean. Empty until they did; nothing is written before. */
export interface Mapping {
  /** CRM stage value to Baton's. */
  stageIn: Record<string, Stage>;
  /** Baton's stage to what is written: absent means the stage is not written. */
  stageOut: Partial<Record<Stage, StageOut>>;
  reasonOut: Record<string, string>;
  /** Baton's stage to the status of the person in the campaign that engaged them last. */
  memberOut?: Partial<Record<Stage, string>>;
  /**
   * Baton's name of a thing to the CRM's field: `linkedin`, `segment`, `reason`; of people of the second kind
   * `contactStage`, `contactSegment`. And `currency`, which is none.
   */
  fields: Record<string, string>;
  writeFeedback: boolean;
  agreed: boolean;
}
/** Those of `Mapping.fields` that reading goes by: when one is another, everything is read again. */
export const readFields = ['linkedin', 'segment', 'contactStage', 'contactSegment', 'currency'] as const;
/** Whether a mapping writes a stage, a status, and into which field a reason. */
export const writesOf = ({ stageOut, fields }: Mapping) => ({
  stage: Object.values(stageOut).some((out) => out.stage !== undefined),
  status: Object.values(stageOut).some((out) => out.status !== undefined),
  reason: fields.reason ? [fields.reason] : [],
});
export interface StageOut {
  stage?: string;
  status?: string;
}

/** What was found in the CRM. */
export interface Page {
  /** People and touches. Stages come apart, because who is believed about them is a rule of its own. */
  arrivals: Arrival[];
  stages: StageSeen[];
  /** Touches, by `sourceId`, that are read off a field which Baton may have set itself: what stands there since when. */
  readOff?: { sourceId: string; field: string; value: string; at: string }[];
  /** Records that are no longer in the CRM, by its own id. */
  gone: string[];
  /** Records that went up in another one there. */
  merged: { from: string; into: string }[];
  /** Deals, by field, that are no longer those of a person: of `record`, or of everybody but `except`. Since when, where the CRM tells. */
  left?: { field: string; record?: string; except?: string[]; at?: string }[];
}
export interface Pulled extends Page {
  cursor: string;
  /** How far the first import is, where the CRM tells. */
  done?: number;
  of?: number;
}

export interface Sample {
  /** Each with what its fields say of its stage, in the CRM's own values: the newest counts, of one instant the last. */
  people: { keys: PersonIn['keys']; owner?: string; says: { value: string; at?: string }[]; segment?: string }[];
  /** How many there are in all, where the CRM tells. */
  of?: number;
}

/** A stage as it stood in the CRM from an instant on, in the CRM's own value. */
export interface StageSeen {
  /** The person's alias: `hubspot:4711`. */
  record: string;
  /** Which of the record's fields: one record may say it in two places. */
  field: string;
  value: string;
  at: string;
  amount?: { value: number; currency: string };
  /** The day it counts from, where the CRM was told of it later. */
  on?: string;
  /** Of a deal: what it said before. */
  was?: string;
  /** Since when it did, where that was told before. */
  wasSince?: string;
}

export interface Write {
  /** The operation's id: written along, so that a repeated write is recognised. */
  id: string;
  /** The person inside the CRM, and the addresses that find them there. */
  record?: string;
  emails: string[];
  what: 'decision' | 'feedback';
  stage?: Stage;
  reason?: string;
  /** The CRM's own id of the campaign that engaged the person last. */
  campaign?: string;
  /** One or more lines in plain words; becomes a note. */
  note: string;
  /** E-mail address of who did it. */
  by?: string;
  at: string;
  /** What Baton itself wrote into the person's records before, by field. */
  own?: (Own & { field: string })[];
}

export interface Pushed {
  record: string;
  /** What was changed: the CRM's names of fields, or a word. */
  changed: string[];
  /** Something newer stood there and was left alone: in words, and where it is a stage, what it is. */
  kept?: string[];
  stands?: { record: string; field: string; value: string; at: string };
  /** What was written into fields whose newest word counts, in the terms of `StageSeen`. */
  wrote: Wrote[];
  /** Such fields that had the value already, and were left alone. */
  already?: { record: string; field: string; value: string }[];
}
/** A field of a record (the CRM's own id), and the span of time in which it got the value, by the CRM's clock. */
export type Wrote = Own & { record: string; field: string };

export interface Webhook {
  /**
   * Checks the raw request and tells which records changed; they are then pulled. `undefined` = refuse it.
   * @param uri the full public address that was called, query included.
   */
  receive(
    request: { method: string; uri: string; headers: Record<string, string>; body: Buffer },
    secret: string,
    now: number,
    account: string,
  ): Received | undefined;
}
export interface Received {
  /** Names each event for good, so that a replay is recognised. */
  ids: string[];
  /** What is to be read again. */
  records: string[];
}

export type SourceTrouble =
  /** Credentials are wrong or were withdrawn: a person must connect again. */
  | 'signed-out'
  /** A permission is missing. */
  | 'forbidden'
  /** The CRM refused what was written. */
  | 'refused'
  /** The person is not in the CRM. */
  | 'not-found'
  /** The CRM's limit is reached: go on at `retryAt`. */
  | 'limit'
  /** The CRM is not to be reached or is in trouble itself: try again. */
  | 'away'
  /** It answered something that this version does not understand. */
  | 'unexpected';

/** `message` is for the admin or rep, in English; `said` is the same as data. The CRM's own words are in both. Never holds credentials. */
export class SourceError extends Error {
  readonly trouble: SourceTrouble;
  readonly said: Said;
  /** Epoch ms, for `limit` and `away` where the CRM said when. */
  readonly retryAt?: number;
  /** The CRM's own name of the trouble. */
  readonly code?: string;
  constructor(trouble: SourceTrouble, said: Said, retryAt?: number, code?: string) {
    super(inEnglish(said));
    this.trouble = trouble;
    this.said = said;
    this.retryAt = retryAt;
    this.code = code;
  }
}

/** What became of a call that never got an answer. */
export function unanswered(error: unknown): unknown {
  if (!(error instanceof OutgoingError)) return error;
  return new SourceError(error.transient ? 'away' : 'unexpected', error.said);
}

/** For a CRM that every customer reaches at an address of its own: that address, without a slash at its end. */
export function addressOf({ credentials }: Pick<Link, 'credentials'>): URL {
  const url = URL.parse(credentials.address ?? '');
  if (!url?.host) throw new SourceError('unexpected', says('crm-no-address', { address: credentials.address ?? '' }));
  return url;
}

/** Before everything: in a span that ends here nothing lies. */
const never = new Date(0).toISOString();
/** A write whose process died has arrived by then, or never will. */
export const arrivesWithinMs = 5 * 60_000;

/**
 * Runs the calls that set fields of a record, which are told to the engine before.
 * @param isNothing whether a failure means that nothing was set: what stands there afterwards is somebody else's
 */
export async function writing(
  link: Link,
  record: string,
  fields: Readonly<Record<string, string>>,
  work: () => Promise<unknown>,
  isNothing: (error: unknown) => boolean = () => false,
): Promise<Wrote[]> {
  const instant = (ms: number): string => new Date(ms).toISOString();
  const from = link.time();
  const wrote = Object.entries(fields).map(([field, value]): Wrote => {
    return { record, field, value, from: instant(from), to: instant(from + arrivesWithinMs) };
  });
  await link.setting(wrote);
  try {
    await work();
  } catch (error) {
    for (const one of wrote) one.to = isNothing(error) ? never : instant(link.time());
    if (isNothing(error)) await link.setting(wrote);
    throw error;
  }
  for (const one of wrote) one.to = instant(link.time());
  return wrote;
}

/** What may not be read is `otherwise`; every other trouble stays one. @throws SourceError */
export async function permitted<T, O>(ask: () => Promise<T>, otherwise: O): Promise<T | O> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof SourceError && error.trouble === 'forbidden') return otherwise;
    throw error;
  }
}

/** The answer as JSON. @throws SourceError when it is something else, as of a proxy in between */
export function jsonOf<T>(body: Buffer, crm: string): T {
  if (body.length === 0) return undefined as T;
  try {
    return JSON.parse(body.toString()) as T;
  } catch {
    throw new SourceError('unexpected', says('crm-not-understood', { crm }));
  }
}
