/**
 * The words of the funnel: every enumeration that code, tables, routes and screens share.
 * Nothing here has behaviour; the rules that use these words stand in the files beside this one.
 */

export const stages = ['subscriber', 'lead', 'mql', 'sal', 'sql', 'opportunity', 'customer', 'recycled', 'disqualified'] as const;
export type Stage = (typeof stages)[number];
/** In English. */
export const stageNames: Readonly<Record<Stage, string>> = {
  subscriber: 'Subscriber',
  lead: 'Lead',
  mql: 'MQL',
  sal: 'SAL',
  sql: 'SQL',
  opportunity: 'Opportunity',
  customer: 'Customer',
  recycled: 'Recycled',
  disqualified: 'Disqualified',
};

/** The order a lead moves through; `recycled` and `disqualified` stand aside. */
export const ladder = ['subscriber', 'lead', 'mql', 'sal', 'sql', 'opportunity', 'customer'] as const satisfies readonly Stage[];

export type Part = 'top' | 'middle' | 'bottom' | 'aside';
export const partOf: Readonly<Record<Stage, Part>> = {
  subscriber: 'top',
  lead: 'top',
  mql: 'middle',
  sal: 'middle',
  sql: 'middle',
  opportunity: 'bottom',
  customer: 'bottom',
  recycled: 'aside',
  disqualified: 'aside',
};

export const teams = ['marketing', 'sales'] as const;
export type Team = (typeof teams)[number];
/** Which team owns a lead at a stage. At `mql` marketing owns the lead while sales owes the answer. */
export const teamOf: Readonly<Record<Stage, Team>> = {
  subscriber: 'marketing',
  lead: 'marketing',
  mql: 'marketing',
  sal: 'sales',
  sql: 'sales',
  opportunity: 'sales',
  customer: 'sales',
  recycled: 'marketing',
  disqualified: 'marketing',
};

export const roles = ['rep', 'marketer', 'manager', 'admin'] as const;
export type Role = (typeof roles)[number];

export const origins = ['marketing', 'sales'] as const;
export type Origin = (typeof origins)[number];

export const handoffStates = ['waiting', 'accepted', 'qualified', 'returned'] as const;
export type HandoffState = (typeof handoffStates)[number];

export const clockStates = ['none', 'on_track', 'at_risk', 'breached', 'met', 'paused'] as const;
export type ClockState = (typeof clockStates)[number];

export const keyKinds = ['email', 'linkedin', 'linkedin-member', 'sales-navigator'] as const;
export type KeyKind = (typeof keyKinds)[number];

export const activeKinds = ['form', 'reply', 'click', 'attended', 'downloaded', 'read', 'visited'] as const;
export const passiveKinds = ['sent', 'opened', 'bounced'] as const;
export const touchKinds = [...activeKinds, ...passiveKinds] as const;
export type TouchKind = (typeof touchKinds)[number];
export const isActive = (kind: TouchKind): boolean => (activeKinds as readonly string[]).includes(kind);

export const channels = [
  'email',
  'webinar',
  'event',
  'content',
  'search',
  'paid_search',
  'social',
  'paid_social',
  'referral',
  'direct',
  'partner',
  'other',
] as const;
export type Channel = (typeof channels)[number];

export const decisionKinds = [
  'hand_over',
  'accept',
  'qualify',
  'open_opportunity',
  'win',
  'lose',
  'recycle',
  'disqualify',
  'assign',
  'pause',
  'resume',
  'attempt',
  'reopen',
] as const;
export type DecisionKind = (typeof decisionKinds)[number];

export const verdicts = ['strong', 'fair', 'poor'] as const;
export type Verdict = (typeof verdicts)[number];

export const replyStates = ['seen', 'acting', 'done', 'declined'] as const;
export type ReplyState = (typeof replyStates)[number];

export const intents = ['standard', 'high'] as const;
/** How strongly the person asked: `high` (demo, pricing, contact request) has a shorter time to answer. */
export type Intent = (typeof intents)[number];

export const attributionModels = ['first', 'last', 'linear', 'position', 'u_shaped', 'w_shaped', 'time_decay'] as const;
export type AttributionModel = (typeof attributionModels)[number];
