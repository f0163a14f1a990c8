import type { Stage } from '../../lib/funnel/words.ts';
import type { Arrival } from '../ingest/arrival.ts';
import type { Outgoing } from '../outgoing/request.ts';

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
  /** Names the account behind the credentials for good: records of two accounts may have the same ids. @throws SourceError */
  account(link: Link): Promise<string>;
  /** What the CRM itself calls its stages, reasons, fields and owners, to be mapped by people. */
  shape(link: Link): Promise<Shape>;
  /**
   * Everything that changed since `cursor`, a page at a time; without a cursor, everything there is. When the caller
   * stored a page it may keep that page's cursor and resume there at any later time; pages may repeat what came before.
   * @throws SourceError
   */
  pull(link: Link, cursor: string | undefined): AsyncGenerator<Pulled, void>;
  /**
   * Writes one decision or feedback. Safe to repeat: finds what an earlier, unanswered attempt left behind.
   * @throws SourceError with `refused` when the CRM says no, in the CRM's words.
   */
  push(link: Link, write: Write): Promise<Pushed>;
  /** Where people open a record in the CRM; `undefined` when its address is not known. */
  recordUrl(address: string, record: string): string | undefined;
  /** Absent when the CRM has none. */
  webhook?: Webhook;
}

export interface Description {
  /** In words, for the options page. */
  reads: string[];
  writes: string[];
  /** How one can connect, each with the fields a person fills in. */
  ways: { id: string; name: string; help: string; fields: Field[] }[];
}
export interface Field {
  name: string;
  label: string;
  secret?: true;
  optional?: true;
  /** What it looks like. */
  example?: string;
}

/** What a source works with; made by the engine for one connection. */
export interface Link {
  call: Outgoing;
  /** As the person filled them in, and as `renew` left them. Secrets are decrypted for the length of one run. */
  credentials: Readonly<Record<string, string>>;
  /** Keeps renewed credentials (a refreshed token), encrypted. */
  renew(changed: Record<string, string>): Promise<void>;
  mapping: Mapping;
  clock: Clock;
  signal: AbortSignal;
}

/** Time as a source sees it, so that a year can be tested in a second. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface Finding {
  what: string;
  ok: boolean;
  sentence: string;
}

/** Values are the CRM's internal ones; labels are what its users see. */
export interface Shape {
  stages: Choice[];
  /** Fields that can carry a lead's stage or status when the CRM has more than one. */
  statuses: Choice[];
  reasons: Choice[];
  fields: (Choice & { type: string })[];
  owners: { id: string; name: string; email: string }[];
}
export interface Choice {
  value: string;
  label: string;
}

/** What people agreed a CRM's words mean. Empty until they did; nothing is written before. */
export interface Mapping {
  /** CRM stage value to Baton's. */
  stageIn: Record<string, Stage>;
  /** Baton's stage to what is written: absent means the stage is not written. */
  stageOut: Partial<Record<Stage, StageOut>>;
  reasonOut: Record<string, string>;
  /** Baton's name of a thing to the CRM's field: `linkedin`, `reason`, `operation`. */
  fields: Record<string, string>;
  writeFeedback: boolean;
  agreed: boolean;
}
export interface StageOut {
  stage?: string;
  status?: string;
}

export interface Pulled {
  /** People and touches. Stages come apart, because who is believed about them is a rule of its own. */
  arrivals: Arrival[];
  stages: StageSeen[];
  /** Records that are gone from the CRM, by its own id. */
  gone: string[];
  cursor: string;
  /** How far the first import is, where the CRM tells. */
  done?: number;
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
  campaign?: string;
  /** One or more lines in plain words; becomes a note. */
  note: string;
  /** E-mail address of who did it. */
  by?: string;
  at: string;
}

export interface Pushed {
  record: string;
  /** What was changed, in words. */
  changed: string[];
  /** Something newer stood there and was left alone. */
  kept?: string[];
  /** The stage as it was written, in the terms of `StageSeen`; absent when it was not changed. */
  wrote?: WrittenStage;
}
export interface WrittenStage {
  record: string;
  field: string;
  value: string;
}

export interface Webhook {
  /**
   * Checks the raw request and tells which records changed; they are then pulled. `undefined` = refuse it.
   * @param uri the full public address that was called, query included.
   */
  receive(
    request: { method: string; uri: string; headers: Record<string, string>; body: Buffer },
    secret: string,
    now: number,
  ): Received | undefined;
}
export interface Received {
  /** Names each event for good, so that a replay is recognised. */
  ids: string[];
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

/** `sentence` is for the admin or rep; for `refused` it carries the CRM's own words. Never holds credentials. */
export class SourceError extends Error {
  readonly trouble: SourceTrouble;
  /** Epoch ms, for `limit` and `away` where the CRM said when. */
  readonly retryAt?: number;
  /** A stage whose writing was not answered: it may have arrived. */
  tried?: WrittenStage;
  constructor(trouble: SourceTrouble, sentence: string, retryAt?: number) {
    super(sentence);
    this.trouble = trouble;
    this.retryAt = retryAt;
  }
}

/** For a CRM that every customer reaches at an address of its own. */
export const hostOf = async ({ credentials }: Pick<Link, 'credentials'>): Promise<string> => {
  const host = URL.parse(credentials.address ?? '')?.host;
  if (!host) throw new SourceError('unexpected', `“${credentials.address ?? ''}” is not an address. Enter one like https://crm.example.`);
  return host;
};

/** Runs the call that writes a stage; when its answer is lost, the error says what may have arrived. */
export async function writing<T>(stage: WrittenStage | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (stage && error instanceof SourceError && error.trouble === 'away') error.tried = stage;
    throw error;
  }
}
