import type { Channel, KeyKind, Origin, Stage, TouchKind } from '../../lib/funnel/words.ts';

/**
 * What every source's data becomes before it is stored. One arrival is one row of a file, one call of an SDK, one
 * record of a CRM. All instants are RFC 3339 in UTC.
 */
export interface Arrival {
  person?: PersonIn;
  touch?: TouchIn;
  stage?: StageIn;
  /** A second name under which the same person is known from now on (Segment's identify and alias). */
  ties?: Tie[];
  /** Which source says so: `segment:<write key>`, `csv`, `hubspot`. Together with `sourceId` it names the event for good. */
  source: string;
  sourceId: string;
  /** When it happened; orders what is said about a person. */
  at: string;
}

export interface PersonIn {
  /** In the order in which they are believed. Values as the source has them; they are canonicalised here. */
  keys: { kind: KeyKind; value: string }[];
  /** Names of the person inside the source, believed after the keys: `{kind:'user', value:'4711'}`. */
  aliases?: Alias[];
  name?: string;
  title?: string;
  company?: string;
  /** What kind of customer, in the company's own words. Empty: the source has a place for it, and nothing stands there. */
  segment?: string;
  /** E-mail address of a user here. */
  owner?: string;
}

export interface Alias {
  kind: 'user' | 'anonymous' | 'record';
  value: string;
}
/** `from` is `to`: what waits for the one waits for the other. */
export interface Tie {
  from: Alias;
  to: Alias;
}

export interface TouchIn {
  kind: TouchKind;
  /** Absent: the campaign's, or `other`. */
  channel?: Channel;
  campaign?: CampaignIn;
  asset?: string;
  link?: string;
}

export interface CampaignIn {
  name?: string;
  /** The source's own id of it. */
  ref?: string;
  channel?: Channel;
}

export interface StageIn {
  to: Stage;
  /** The day it counts from, where it became known later than it happened. What is the newest word goes by `at`. */
  on?: string;
  reason?: string;
  amount?: { value: number; currency: string };
  /** Only believed for people who are new. */
  origin?: Origin;
  intent?: 'standard' | 'high';
  criteria?: string[];
  why?: string[];
}

/** Whether there is anything to keep of an event whose person is not known. */
export const says = ({ touch, stage, person }: Arrival): boolean =>
  touch !== undefined ||
  stage !== undefined ||
  Boolean(person?.name || person?.title || person?.company || person?.segment || person?.owner);
