import type { Agreement, Reason } from '../../lib/funnel/agreement.ts';
import { reasonOf, shippedReasons } from '../../lib/funnel/reasons.ts';
import type { Words } from '../words/words.tsx';

/** What the team calls a reason: its own wording where it changed the shipped one, else this language's. */
export function reasonLabel(reason: Reason, w: Words): string {
  const shipped = shippedReasons.find((r) => r.code === reason.code);
  return shipped?.label === reason.label ? (w.reason[reason.code] ?? reason.label) : reason.label;
}

/** A reason's code in words, whatever version of the agreement it was chosen under. */
export function reasonWords(code: string, agreement: Agreement | undefined, w: Words): string {
  const reason = agreement && reasonOf(agreement, code);
  return reason ? reasonLabel(reason, w) : (w.reason[code] ?? code);
}

/** Why a verdict is what it is: a reason of the agreement, or a praise. In the middle of a sentence. */
export const saidReason = (code: string, agreement: Agreement | undefined, w: Words): string =>
  w.card.praise[code] ?? w.inSentence(reasonWords(code, agreement, w));
