import type { Card } from '../contract/card.ts';
import type { Lead } from '../funnel/lead.ts';

/** The lead that the rules need, as a card shows it: what may be offered on a screen is asked of `decide` with this. */
export function leadOf(card: Card): Lead {
  const { handoff, clock } = card;
  return {
    id: card.id,
    stage: card.stage,
    since: card.since,
    origin: card.origin,
    owner: card.owner.id,
    handoff: handoff && {
      id: handoff.id,
      state: handoff.state,
      holder: handoff.toId,
      openedAt: handoff.openedAt,
      criteria: handoff.criteria,
      why: handoff.why,
    },
    clockFrom: clock.from,
    // Who paused and until when is what the rules look at; the card does not say since when.
    pause: clock.pause && { from: card.asOf, until: clock.pause.until, reason: clock.pause.reason, by: clock.pause.by },
    paused: [],
    attempts: card.attempts,
    intent: card.intent,
    wakesOn: card.wakesOn,
    wakesOnStrongTouch: card.wakesOnStrongTouch || undefined,
    returned: card.returned,
    funnelVersion: card.funnelVersion,
  };
}
