import type { Intent, Stage, Team } from './words.ts';

/**
 * What both teams wrote down and signed. Plain data: stored as JSON per version, shown in the options,
 * read by `decide`, the clock and the reports.
 */
export interface Agreement {
  /** Counts up; every decision names the version it was made under. */
  version: number;
  /** A plain sentence and a few criteria for each stage. Stages without an entry have none. */
  stages: Partial<Record<Stage, StageDefinition>>;
  /** Words the teams use, and the stage or reason each one means. */
  terms: Term[];
  reasons: Reason[];
  /** Business hours allowed at a stage. Absent = nothing is owed there. */
  allowed: Partial<Record<Stage, Allowed>>;
  calendar: Calendar;
  escalation: Escalation;
  commitments: Commitment[];
  /** Calls or mails without an answer before "unresponsive" may be chosen. */
  attemptsBeforeUnresponsive: number;
  /** How far back attribution looks, in months. */
  lookBackMonths: number;
}

export interface StageDefinition {
  sentence: string;
  criteria: Criterion[];
}
export interface Criterion {
  id: string;
  text: string;
}
export interface Term {
  term: string;
  means: string;
  synonyms: { marketing: string[]; sales: string[] };
}

/** Business hours, by intent. */
export interface Allowed {
  standard: number;
  high: number;
}
export type AllowedByIntent = Record<Intent, number>;

export interface Calendar {
  /** IANA zone, for example `Europe/Vienna`. */
  zone: string;
  /** ISO weekday (1 = Monday) to opening spans of local wall-clock times `HH:MM`. */
  hours: Record<string, [from: string, to: string][]>;
  /** Local dates `YYYY-MM-DD` without business hours. */
  holidays: string[];
  /** ISO weekday on which a report's week starts. */
  weekStart: number;
  /** Month (1 to 12) in which the fiscal year starts. */
  fiscalYearStart: number;
}

export interface Escalation {
  /** Business hours after the breach until marketing's queue shows it. */
  graceHours: number;
  /** Business hours after the grace until it goes back to the team's pool. */
  poolHours: number;
}

export interface Commitment {
  id: string;
  team: Team;
  text: string;
  measure: string;
  target: number;
  unit: 'count' | 'share';
  /** Business hours within which it must happen, where the promise names a time. */
  hours?: number;
  /** Only what is about people of this segment, in the company's own word for it. */
  segment?: string;
}

export type Outcome = 'recycled' | 'disqualified';
/** When a returned lead comes back: after days, when a strong touch arrives, at once to marketing's queue, or never. */
export type Wake = { days: number } | 'strong_touch' | 'at_once' | 'never';
export type ReasonGroup = 'timing' | 'interest' | 'fit' | 'invalid' | 'data' | 'other';

export interface Reason {
  /** Stable and never used again for another meaning. */
  code: string;
  group: ReasonGroup;
  label: string;
  outcome: Outcome;
  wake: Wake;
  /** Who at marketing can do something about it. */
  actor: 'nurture' | 'scoring' | 'targeting' | 'product' | 'suppression' | 'enrichment' | 'operations' | 'review';
  /** Needs the agreed number of attempts before it may be chosen. */
  needsAttempts?: true;
  /** The note is mandatory. */
  needsNote?: true;
  /** Can no longer be chosen. It stays, because what was decided names it. */
  retired?: true;
}
