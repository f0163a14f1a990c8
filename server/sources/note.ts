import type { FeedbackBody } from '../../lib/contract/act.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import type { Language } from '../../lib/funnel/language.ts';
import type { Decision, Lead, Money } from '../../lib/funnel/lead.ts';
import { inUnits } from '../../lib/funnel/money.ts';
import { praisesIn, reasonsIn, touchIn } from '../../lib/funnel/names.ts';
import { reasonOf } from '../../lib/funnel/reasons.ts';
import { localeOf, sayIn } from '../../lib/funnel/sentences/say.ts';
import { readWhy } from '../../lib/funnel/why.ts';
import { wordsIn } from './note-words.ts';

/**
 * What stands in the CRM about an act: who did what and why in the first line, which is all that lists there show; then
 * what it was decided upon, and what was noted. In plain words of the workspace's language: nobody there knows Baton's
 * codes. What people wrote themselves stays as they wrote it.
 */
export interface Decided {
  language: Language;
  decision: Decision;
  /** Somebody's name, or a rule's. */
  who?: string;
  rule?: string;
  /** The lead afterwards: when it is back is for the rules to say. */
  lead: Pick<Lead, 'wakesOn' | 'wakesOnStrongTouch' | 'stage'>;
  agreement: Agreement;
  /** The name of whom the lead was given to. */
  to?: string | undefined;
}
export function noteOfDecision(decided: Decided): string {
  const { language, decision, who, rule, lead, agreement } = decided;
  const w = wordsIn[language];
  const why = decision.kind === 'pause' ? decision.reason : 'reason' in decision ? reasonWords(language, agreement, decision.reason) : '';
  const back = decision.kind === 'recycle' || decision.kind === 'lose' ? `, ${backWhen(language, lead)}` : '';
  const did = `${rule === undefined ? who : w.rule(rule)} ${didOf(decided)}${why && `: ${why.trim()}`}${back}`;
  const note = 'note' in decision ? decision.note?.trim() : undefined;
  return [/[.!?]$/.test(did) ? did : `${did}.`, ...factsOf(language, decision, agreement), note].filter(Boolean).join('\n');
}

function didOf({ language, decision, agreement: { calendar }, to }: Decided): string {
  const w = wordsIn[language];
  switch (decision.kind) {
    case 'hand_over':
      return w.handedOver(to);
    case 'accept':
      return w.accepted;
    case 'qualify':
      return w.qualified;
    case 'open_opportunity':
      return w.opened(moneyOf(language, decision.amount));
    case 'win':
      return w.won(moneyOf(language, decision.amount));
    case 'lose':
      return w.lost;
    case 'recycle':
      return w.returned;
    case 'disqualify':
      return w.closed;
    case 'assign':
      return w.gave(to);
    case 'pause':
      return w.paused(momentOf(language, decision.until, calendar.zone));
    case 'resume':
      return w.resumed;
    case 'attempt':
      return w.tried[decision.channel]!;
    case 'reopen':
      return w.reopened;
  }
}

function factsOf(language: Language, decision: Decision, agreement: Agreement): string[] {
  if (decision.kind !== 'hand_over' && decision.kind !== 'qualify') return [];
  const w = wordsIn[language];
  const all = Object.values(agreement.stages).flatMap(({ criteria }) => criteria);
  const met = decision.criteria.map((id) => all.find((one) => one.id === id)?.text ?? id);
  const why = decision.kind === 'hand_over' ? decision.why.map((line) => whyWords(language, line)) : [];
  return [...(met.length > 0 ? [w.met(met.join('; '))] : []), ...(why.length > 0 ? [w.why(why.join('; '))] : [])];
}

/** A line that Baton found, in the workspace's language. */
function whyWords(language: Language, line: string): string {
  const read = readWhy(line);
  if (!read) return line;
  const words = touchIn[language][read.kind](read.of);
  return read.times > 1 ? wordsIn[language].times(words, read.times) : words;
}

function reasonWords(language: Language, agreement: Agreement | undefined, code: string): string {
  const label = agreement && reasonOf(agreement, code)?.label;
  return label === undefined ? (reasonsIn[language][code] ?? code) : sayIn(language).reason(code, label);
}

function backWhen(language: Language, { stage, wakesOn, wakesOnStrongTouch }: Decided['lead']): string {
  const w = wordsIn[language];
  if (stage !== 'recycled') return w.notBack;
  if (wakesOn !== undefined) return w.backOn(sayIn(language).day(wakesOn));
  return wakesOnStrongTouch ? w.backUponInterest : w.backNow;
}

/** With the currency's code: whose dollars they are is not to be guessed. */
function moneyOf(language: Language, amount: Money | undefined): string | undefined {
  if (!amount) return undefined;
  const { value, currency } = amount;
  const how = { style: 'currency', currency, currencyDisplay: 'code' } as const;
  return new Intl.NumberFormat(localeOf[language], how).format(inUnits(value, currency)).replaceAll('\u00a0', ' ');
}
const momentOf = (language: Language, at: string, timeZone: string): string =>
  new Intl.DateTimeFormat(localeOf[language], { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(Date.parse(at));

export interface Given {
  language: Language;
  feedback: FeedbackBody;
  who: string;
  agreement: Agreement | undefined;
  /** The name of the campaign that it is about, where it is about one. */
  campaign?: string | undefined;
}
export function noteOfFeedback({ language, feedback, who, agreement, campaign }: Given): string {
  const w = wordsIn[language];
  const praises: Readonly<Record<string, string>> = praisesIn[language];
  const reasons = (feedback.reasons ?? []).map((code) => praises[code] ?? reasonWords(language, agreement, code)).join('; ');
  const did = feedback.kind === 'verdict' && feedback.verdict ? w.found[feedback.verdict] : w.heard;
  const first = `${who} ${did}${campaign === undefined ? '' : w.about(campaign)}${reasons && `: ${reasons}`}.`;
  return [first, feedback.note?.trim()].filter(Boolean).join('\n');
}
