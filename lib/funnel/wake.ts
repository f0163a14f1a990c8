import type { Agreement } from './agreement.ts';
import { businessCalendar } from './calendar.ts';
import type { Applied, Lead, TouchForRules } from './lead.ts';
import type { TouchKind } from './words.ts';

/** Touches that show the person wants something, not only that they read: these wake a lead that waits for one. */
export const strongKinds: readonly TouchKind[] = ['form', 'reply', 'attended'];
export const isStrong = (touch: TouchForRules): boolean => strongKinds.includes(touch.kind);

/** Whether a recycled lead is on marketing's desk: it waits for nothing, or its date has come. */
export function isAwake(lead: Lead, agreement: Agreement, now: string): boolean {
  if (lead.stage !== 'recycled' || lead.wakesOnStrongTouch) return false;
  return lead.wakesOn === undefined || lead.wakesOn <= businessCalendar(agreement.calendar).dayOf(Date.parse(now));
}

/**
 * A touch arrives: wakes a lead that waits for a strong one, when it happened after the lead was returned.
 * `undefined` when nothing changes. Touches never change `funnelVersion`.
 */
export function wakeByTouch(lead: Lead, touch: TouchForRules, now: string): Applied | undefined {
  if (lead.stage !== 'recycled' || !lead.wakesOnStrongTouch || !isStrong(touch)) return undefined;
  if (Date.parse(touch.at) <= Date.parse(lead.since)) return undefined;
  return woken(lead, now, 'touch');
}

/** Its date has come. `undefined` when it has not, or the lead is not asleep by date. */
export function wakeByDate(lead: Lead, agreement: Agreement, now: string): Applied | undefined {
  return lead.wakesOn !== undefined && isAwake(lead, agreement, now) ? woken(lead, lead.clockFrom ?? now, 'date') : undefined;
}

function woken(lead: Lead, clockFrom: string, cause: 'date' | 'touch'): Applied {
  const next: Lead = { ...lead, clockFrom };
  delete next.wakesOn;
  delete next.wakesOnStrongTouch;
  return { lead: next, events: [{ kind: 'woke', cause }] };
}
