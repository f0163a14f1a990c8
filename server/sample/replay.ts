import { addBySales, decide, isRefusal } from '../../lib/funnel/decide.ts';
import type { Actor, Applied, Lead, Refusal } from '../../lib/funnel/lead.ts';
import { wakeByDate, wakeByTouch } from '../../lib/funnel/wake.ts';
import { beginning, promoted } from '../ingest/promote.ts';
import type { Sample, SampleLead } from './generate.ts';
import type { SampleTouch } from './journeys.ts';
import { iso } from './times.ts';

/** One change of a lead, as it is written: what it was, what the rules made of it, who did it and when. */
export interface Step {
  before: Lead | undefined;
  applied: Applied;
  actor: Actor;
  at: string;
  criteria?: readonly string[];
}

const rule: Actor = { id: 'score', kind: 'rule', name: 'Score of 14 days' };
const crm: Actor = { id: 'crm', kind: 'source', name: 'CRM' };
const marketing: Actor = { id: 'sample', kind: 'source', name: 'Marketing automation' };

/**
 * Plays one lead's life through the rules. `actors` by the users' keys; `touches` are the lead's, in order.
 * @throws when the rules refuse a step: the generator wrote something that cannot happen
 */
export function replay(
  id: string,
  lead: SampleLead,
  touches: readonly SampleTouch[],
  sample: Sample,
  actors: ReadonlyMap<string, Actor>,
  now: number,
  newId: () => string,
): Step[] {
  const steps: Step[] = [];
  let current: Lead | undefined;
  const take = (result: Applied | Refusal | undefined, actor: Actor, at: string, criteria?: readonly string[]) => {
    if (result === undefined) return;
    if (isRefusal(result)) throw new Error(`${lead.name}, ${at}: ${result.sentence}`);
    steps.push({ before: current, applied: result, actor, at, ...(criteria && { criteria }) });
    current = result.lead;
  };
  const byKey = (key: string): Actor => (key === 'rule' ? rule : key === 'source' ? crm : actors.get(key)!);

  const from = iso(lead.from);
  if (lead.addedBy) take(addBySales(id, byKey(lead.addedBy), from), byKey(lead.addedBy), from);
  else take(beginning(id, touches[0]?.kind, from), marketing, from);

  const moments = [
    ...touches.map((touch) => ({ at: touch.at, touch, act: undefined })),
    ...lead.acts.map((act) => ({ at: act.at, act, touch: undefined })),
  ].sort((a, b) => a.at - b.at);
  for (const { at, touch, act } of moments) {
    const when = iso(at);
    if (touch) {
      take(promoted(current!, { kind: touch.kind, at: when }, marketing.id), marketing, when);
      take(wakeByTouch(current!, { kind: touch.kind, at: when }, when), marketing, when);
    } else {
      const actor = byKey(act.by);
      const decision =
        act.decision.kind === 'hand_over' && act.decision.to
          ? { ...act.decision, to: byKey(act.decision.to).id }
          : act.decision.kind === 'assign'
            ? { ...act.decision, to: byKey(act.decision.to).id }
            : act.decision;
      // Its date may have come before it was handed over again.
      take(wakeByDate(current!, sample.agreement, when), marketing, current!.clockFrom ?? when);
      take(
        decide(current!, decision, actor, sample.agreement, when, newId),
        actor,
        when,
        'criteria' in decision ? decision.criteria : undefined,
      );
    }
  }
  take(wakeByDate(current!, sample.agreement, iso(now)), marketing, current!.clockFrom ?? iso(now));
  return steps;
}

export function touchesByPerson(sample: Sample): Map<number, SampleTouch[]> {
  const found = new Map<number, SampleTouch[]>();
  for (const touch of sample.touches) found.set(touch.person, [...(found.get(touch.person) ?? []), touch]);
  return found;
}
