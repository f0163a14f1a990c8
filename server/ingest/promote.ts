import { newcomer, stageFromSource } from '../../lib/funnel/arrive.ts';
import { isRefusal } from '../../lib/funnel/decide.ts';
import type { Applied, Lead } from '../../lib/funnel/lead.ts';
import { strongKinds } from '../../lib/funnel/wake.ts';
import type { TouchKind } from '../../lib/funnel/words.ts';

/** Touches by which people say who they are. */
export const tellsWho = (kind: TouchKind): boolean => kind === 'downloaded' || strongKinds.includes(kind);

/** At which stage somebody begins whom nobody named a stage for. */
export const beginning = (id: string, kind: TouchKind | undefined, at: string): Applied =>
  newcomer(id, kind !== undefined && tellsWho(kind) ? 'lead' : 'subscriber', at);

/** A subscriber who says who it is has become a lead; `undefined` when nothing changes. */
export function promoted(lead: Lead, touch: { kind: TouchKind; at: string }, source: string): Applied | undefined {
  if (lead.stage !== 'subscriber' || !tellsWho(touch.kind)) return undefined;
  const at = Date.parse(touch.at) < Date.parse(lead.since) ? lead.since : touch.at;
  const result = stageFromSource(lead, { stage: 'lead', at, source }, 'event', () => '');
  return isRefusal(result) ? undefined : result;
}
