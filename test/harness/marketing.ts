import { Analytics } from '@segment/analytics-node';
import type { Card } from '../../lib/contract/card.ts';
import type { Decision } from '../../lib/funnel/lead.ts';
import type { Backend } from './backend.ts';
import { admin, marketer, otherRep, rep } from './people.ts';

export interface Prospect {
  email: string;
  name: string;
  title?: string;
  company?: string;
}

/** Something a prospect did, as a website tells Segment. */
export interface Engagement {
  event: string;
  properties?: Record<string, unknown>;
  campaign?: string;
  daysAgo?: number;
}

/** The marketing side of a test: events arrive through Segment's own SDK, leads are handed over as a marketer does. */
export interface Marketing {
  /** Delivers who somebody is and what they did; they are a lead from then on. Answers the lead's id. */
  touch(prospect: Prospect, engagements?: readonly Engagement[]): Promise<string>;
  /** Hands a lead over to a rep. */
  handOver(lead: string, to?: string, why?: readonly string[]): Promise<void>;
  /** Gives an open hand-off to somebody else, as a marketer does. */
  assign(lead: string, to?: string): Promise<void>;
  card(lead: string): Promise<Card>;
  /** The id of the lead with exactly this name. */
  find(name: string): Promise<string | undefined>;
  /** Everything that happened to a lead, oldest first: kinds of events and, for stages, where they led. */
  history(lead: string): Promise<{ kind: string; data: Record<string, unknown>; by: { name?: string } }[]>;
}

export async function marketing(backend: Backend): Promise<Marketing> {
  const asAdmin = await backend.as(admin);
  const asMarketer = await backend.as(marketer);
  const { key } = await asAdmin<{ key: string }>('POST', '/v1/write-keys', { name: 'Website' });

  const card = (lead: string) => asMarketer<Card>('GET', `/v1/leads/${lead}`);
  const find = async (name: string) => {
    const { items } = await asMarketer<{ items: { id: string; name: string }[] }>('GET', `/v1/leads/search?q=${encodeURIComponent(name)}`);
    const found = items.filter((item) => item.name === name);
    if (found.length > 1) throw new Error(`There are ${found.length} leads called ${name}.`);
    return found[0]?.id;
  };
  const userId = async (email: string) => {
    const { items } = await asMarketer<{ items: { id: string; email: string }[] }>('GET', '/v1/users');
    return items.find((user) => user.email === email)!.id;
  };
  const decide = async (lead: string, decision: Decision) => {
    const { funnelVersion: basis, agreement } = await card(lead);
    await asMarketer('POST', `/v1/leads/${lead}/decisions`, { ...decision, basis, agreement, actedAt: new Date().toISOString() });
  };
  return {
    find,
    async touch(prospect, engagements = []) {
      const segment = new Analytics({ writeKey: key, host: backend.url, flushAt: 20 });
      const failures: unknown[] = [];
      segment.on('error', (error) => failures.push(error));
      const { email, company, ...traits } = prospect;
      const userId = email;
      segment.identify({ userId, traits: { ...traits, email, ...(company && { company: { name: company } }) } });
      for (const { event, properties = {}, campaign, daysAgo = 1 } of engagements)
        segment.track({
          userId,
          event,
          properties: { ...properties },
          timestamp: new Date(Date.now() - daysAgo * 86_400_000),
          ...(campaign && { context: { campaign: { name: campaign, source: 'test', medium: 'email' } } }),
        });
      await segment.closeAndFlush();
      if (failures.length > 0) throw new Error(`Segment could not deliver: ${JSON.stringify(failures)}\n${backend.output()}`);
      const found = await find(prospect.name);
      if (!found) throw new Error(`${prospect.name} did not become a lead.`);
      return found;
    },
    async handOver(lead, to = rep, why = ['Asked for a demo']) {
      const { criteria } = await card(lead);
      await decide(lead, { kind: 'hand_over', to: await userId(to), criteria: criteria.of.slice(0, 1), why: [...why] });
    },
    async assign(lead, to = otherRep) {
      await decide(lead, { kind: 'assign', to: await userId(to) });
    },
    card,
    async history(lead) {
      const { items } = await asMarketer<{ items: { kind: string; data: Record<string, unknown>; by: { name?: string } }[] }>(
        'GET',
        `/v1/leads/${lead}/history?limit=200`,
      );
      return items.reverse();
    },
  };
}
