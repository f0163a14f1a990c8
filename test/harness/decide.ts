import type { decision } from '../../lib/contract/act.ts';
import type { z } from '../../lib/contract/z.ts';
import type { Caller } from './backend.ts';

/** What a rep decides, as the card sends it. */
export async function decide(asRep: Caller, name: string, act: z.infer<typeof decision>): Promise<void> {
  const { items } = await asRep<{ items: { id: string }[] }>('GET', `/v1/leads/search?q=${encodeURIComponent(name)}`);
  const lead = items[0]!.id;
  const { funnelVersion: basis, agreement } = await asRep<{ funnelVersion: number; agreement: number }>('GET', `/v1/leads/${lead}`);
  await asRep('POST', `/v1/leads/${lead}/decisions`, { ...act, basis, agreement, actedAt: new Date().toISOString() });
}
