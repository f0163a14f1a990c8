import type { Me } from '../../lib/bridge/scene.ts';
import type { Card } from '../../lib/contract/card.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { businessCalendar } from '../../lib/funnel/calendar.ts';
import { type Clock, clockAt } from '../../lib/funnel/clock.ts';
import { businessDay, type Format, lengthOf } from '../format.ts';
import type { Words } from '../words/words.tsx';

/** The clock as it stands now; the business time left is exact where the agreement is here. */
export const clockNow = (card: Card, agreement: Agreement | undefined, now: number): Clock =>
  clockAt(card.clock, new Date(now).toISOString(), agreement?.calendar);

/** The words beside the ring. */
export function clockWords(clock: Clock, agreement: Agreement | undefined, now: number, w: Words, f: Format): string {
  if (clock.leftMinutes === undefined) return clock.dueAt ? w.card.dueBy(f.moment(clock.dueAt, now)) : w.card.noClock;
  const time = w.length(lengthOf(Math.abs(clock.leftMinutes), businessDay(agreement?.calendar)));
  if (clock.state === 'paused') return w.card.kept(time);
  return clock.state === 'breached' ? w.card.over(time) : w.card.left(time);
}

/** Who owes what: a sentence, perhaps with `{name}` in it, and what stands at its right. */
export interface Owing {
  text: string;
  name?: string;
  /** Words at the right where no clock runs. */
  right?: string;
  clock?: Clock;
}

export function owing(card: Card, me: Me | undefined, agreement: Agreement | undefined, now: number, w: Words, f: Format): Owing {
  const c = w.card;
  const clock = clockNow(card, agreement, now);
  const today = f.day(card.since, now) === f.day(now, now);
  const since = c.since(today ? f.time(card.since) : f.day(card.since, now));
  const marketer = me?.role === 'marketer';
  switch (card.stage) {
    case 'subscriber':
    case 'lead':
      return {
        text: card.owner.team === 'sales' ? c.withSales : c.withMarketing,
        right: card.owner.team === 'sales' ? since : c.inNurture,
      };
    case 'mql':
    case 'sal': {
      const holder = card.handoff ? { id: card.handoff.toId, name: card.handoff.to } : card.owner;
      const mine = holder.id !== undefined && holder.id === me?.id;
      const runs = clock.state === 'none' ? { right: since } : { clock };
      if (clock.state === 'paused')
        return { text: c.pausedUntil(f.dayOfWeek(clock.pause?.until ?? clock.dueAt ?? card.since, now)), clock };
      if (clock.state === 'breached' && clock.dueAt) {
        const at = f.moment(clock.dueAt, now);
        return mine || !holder.name ? { text: c.overdueSince(at), clock } : { text: c.overdueFor(at), name: holder.name, clock };
      }
      if (!holder.id && !holder.name) return { text: card.stage === 'mql' ? c.waitingInPool : c.inPool, ...runs };
      if (card.stage === 'mql') return mine ? { text: c.waitingForYou, ...runs } : { text: c.waitingFor, name: holder.name, ...runs };
      return mine ? { text: c.yoursSal, ...runs } : { text: c.worksOnIt, name: holder.name, ...runs };
    }
    case 'sql':
    case 'opportunity':
    case 'customer': {
      const mine = card.owner.id !== undefined && card.owner.id === me?.id;
      const right = card.amount ? f.money(card.amount) : card.stage === 'sql' ? c.noClock : since;
      if (mine) return { text: card.stage === 'sql' ? c.yoursSql : card.stage === 'opportunity' ? c.yoursOpportunity : c.yours, right };
      return card.owner.name ? { text: c.worksOnIt, name: card.owner.name, right } : { text: c.withSales, right };
    }
    case 'recycled': {
      if (card.wakesOnStrongTouch)
        return { text: marketer ? c.asleepUntilTouch : c.withMarketing, right: marketer ? since : c.strongTouch };
      const date = agreement ? businessCalendar(agreement.calendar).dayOf(now) : new Date(now).toISOString().slice(0, 10);
      if (card.wakesOn && card.wakesOn > date) {
        const day = f.date(card.wakesOn, now);
        return marketer ? { text: c.asleepUntil(day), right: since } : { text: c.withMarketing, right: c.backOn(day) };
      }
      return { text: marketer ? c.wakesToday : c.withMarketing, right: since };
    }
    case 'disqualified':
      return { text: c.closed, right: since };
  }
}
