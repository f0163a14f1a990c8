import { createContext, useContext, useEffect } from 'react';
import type { Card } from '../../lib/contract/card.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import type { DecisionKind } from '../../lib/funnel/words.ts';

/** What the keys of a list do to a lead: the same acts as its card's buttons, and only those on offer. */
export interface Triage {
  lead: string;
  /** A panel is open: what is typed belongs to it. */
  busy: boolean;
  accept?: () => void;
  qualify?: () => void;
  return?: () => void;
  /** Gives the keyboard to the card. */
  focus: () => void;
}
export type TriageAct = 'accept' | 'qualify' | 'return';

/** Takes what can be done to a lead now; what it answers takes that back. */
export type Told = (triage: Triage) => () => void;
const Context = createContext<Told | null>(null);
export const TriageProvider = Context.Provider;

/** Tells the list around the card, if there is one, what can be done to this lead now. */
export function useTriage(triage: Triage): void {
  const tell = useContext(Context);
  useEffect(() => tell?.(triage));
}

export interface TriageWays {
  accept: () => void;
  /** Without criteria in the agreement there is nothing to ask. */
  qualify: () => void;
  askCriteria: () => void;
  askReason: () => void;
}

/** Which of the three a lead offers, and what each does. */
export function triageActs(
  can: ReadonlySet<DecisionKind>,
  { clock }: Pick<Card, 'clock'>,
  agreement: Agreement | undefined,
  ways: TriageWays,
): Pick<Triage, TriageAct> {
  return {
    ...(can.has('accept') && clock.state !== 'paused' && { accept: ways.accept }),
    ...(can.has('qualify') && { qualify: agreement?.stages.sql?.criteria.length ? ways.askCriteria : ways.qualify }),
    ...((can.has('recycle') || can.has('disqualify') || can.has('lose')) && { return: ways.askReason }),
  };
}
