import type { Agreement } from './agreement.ts';
import { businessCalendar } from './calendar.ts';
import type { Applied, Lead, TouchForRules } from './lead.ts';
import { isActive, type TouchKind } from './words.ts';

/** Touches that show the person wants something, not only that they read: these wake a lead that waits for one. */
export const strongKinds: readonly TouchKind[] = ['form', 'reply', 'attended'];
export const isStrong = (touch: TouchForRules): boolean => strongKinds.includes(touch.kind);

/** Whether a recycled lead is on marketing's desk: it waits for nothing, or its date has come. */
export function isAwake(lead: Lead, agreement: Agreement, now: string): boolean {
  if (lead.stage !== 'recycled' || lead.wakesOnStrongTouch) return false;
  return lead.wakesOn === undefined || lead.wakesOn <= businessCalendar(agreement.calendar).dayOf(Date.parse(now));
}

/**
 * A touch arrives, of something the person did after the lead was returned. A strong one wakes a lead that waits for
 * it; an active one of a high-intent campaign wakes any that sleeps, also before its date.
 * `undefined` when nothing changes. Touches never change `funnelVersion`.
 */
export function wakeByTouch(lead: Lead, touch: TouchForRules, now: string): Applied | undefined {
  if (lead.stage !== 'recycled' || !(lead.wakesOnStrongTouch || lead.wakesOn !== undefined)) return undefined;
  if (Date.parse(touch.at) <= Date.parse(lead.since)) return undefined;
  if (touch.high && isActive(touch.kind)) return woken(lead, now, 'campaign');
  return lead.wakesOnStrongTouch && isStrong(touch) ? woken(lead, now, 'touch') : undefined;
}

/** Its date has come. `undefined` when it has not, or the lead is not asleep by date. */
export function wakeByDate(lead: Lead, agreement: Agreement, now: string): Applied | undefined {
  return lead.wakesOn !== undefined && isAwake(lead, agreement, now) ? woken(lead, lead.clockFrom ?? now, 'date') : undefined;
}

function woken(lead: Lead, clockFrom: string, cause: 'date' | 'touch' | 'campaign'): Applied {
  const next: Lead = { ...lead, clockFrom };
  delete next.wakesOn;
  delete next.wakesOnStrongTouch;
  return { lead: next, events: [{ kind: 'woke', cause }] };
}
