import { createContext, useContext, useEffect } from 'react';
import type { Me } from '../../lib/bridge/scene.ts';
import type { Card } from '../../lib/contract/card.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { offers } from './acts.tsx';

/** The card of a lead in or beside a list that has keys. */
export interface TriageCard {
  lead: string;
  /** A panel is open: what is typed belongs to it. */
  busy: boolean;
  /** Asks what an act has to know first. */
  open: (panel: TriagePanel) => void;
  /** Gives the keyboard to the card. */
  focus: () => void;
}
export type TriageAct = 'accept' | 'qualify' | 'return';
export type TriagePanel = 'qualify' | 'return';

/** Takes the card that is on screen; what it answers takes that back. */
export type Told = (card: TriageCard) => () => void;
const Context = createContext<Told | null>(null);
export const TriageProvider = Context.Provider;

/** Tells the list around the card, if there is one, that this card is on screen. */
export function useTriage(card: TriageCard): void {
  const tell = useContext(Context);
  useEffect(() => tell?.(card));
}

/** Done at once, or asked for in a panel. */
export type Triaged = { decision: { kind: 'accept' } | { kind: 'qualify'; criteria: [] } } | { panel: TriagePanel };

/** What each of the three keys does to a lead: the same as the buttons of its card, and only what is on offer. `now` in ms. */
export function triageActs(
  card: Card,
  me: Me | undefined,
  agreement: Agreement | undefined,
  now: number,
): Partial<Record<TriageAct, Triaged>> {
  const can = offers(card, me, agreement, now);
  // Without criteria in the agreement there is nothing to ask.
  const asks = (agreement?.stages.sql?.criteria.length ?? 0) > 0;
  return {
    ...(can.has('accept') && card.clock.state !== 'paused' && { accept: { decision: { kind: 'accept' } } }),
    ...(can.has('qualify') && { qualify: asks ? { panel: 'qualify' } : { decision: { kind: 'qualify', criteria: [] } } }),
    ...((can.has('recycle') || can.has('disqualify') || can.has('lose')) && { return: { panel: 'return' } }),
  };
}
