import type { TouchKind } from '../../../lib/funnel/words.ts';
import type { Arrival } from '../../ingest/arrival.ts';
import { type Link, SourceError } from '../source.ts';
import { call } from './api.ts';
import type { CampaignOf } from './campaigns.ts';

/** Marketing mails: an endpoint of the first version of HubSpot's API, for which there is no later one. */
export interface MailEvent {
  id: string;
  created: number;
  type: string;
  recipient: string;
  emailCampaignId?: number;
  url?: string;
  /** Opened or clicked by a machine. */
  filteredEvent?: boolean;
}
interface Mail {
  name?: string;
  subject?: string;
  /** Of the mail as an asset of a campaign. */
  contentId?: number;
}

const mailKinds: Record<string, TouchKind> = { SENT: 'sent', OPEN: 'opened', CLICK: 'click', BOUNCE: 'bounced' };

export const mailPage = 1_000;
export const mailEvents = (link: Link, query: URLSearchParams): Promise<{ events: MailEvent[]; hasMore: boolean; offset: string }> =>
  call(link, 'GET', `/email/public/v1/events?${query}`);

/** Names of the mails that events are about; `known` grows with them. */
export async function readMails(link: Link, events: readonly MailEvent[], known: Map<number, Mail>): Promise<void> {
  for (const id of new Set(events.flatMap((e) => e.emailCampaignId ?? []))) {
    if (known.has(id)) continue;
    try {
      known.set(id, await call<Mail>(link, 'GET', `/email/public/v1/campaigns/${id}`));
    } catch (error) {
      // A deleted mail has no name any more; its events still count.
      if (!(error instanceof SourceError && error.trouble === 'not-found')) throw error;
      known.set(id, {});
    }
  }
}

export function mailArrival(event: MailEvent, mails: ReadonlyMap<number, Mail>, campaignOf: CampaignOf): Arrival | undefined {
  const kind = mailKinds[event.type];
  if (kind === undefined || event.filteredEvent) return undefined;
  const id = event.emailCampaignId;
  const mail = id === undefined ? undefined : mails.get(id);
  const name = mail?.name || mail?.subject;
  const campaign = mail?.contentId === undefined ? undefined : campaignOf('MARKETING_EMAIL', String(mail.contentId));
  return {
    person: { keys: [{ kind: 'email', value: event.recipient }] },
    touch: {
      kind,
      channel: 'email',
      ...(campaign
        ? { campaign, ...(name && { asset: name }) }
        : id !== undefined && { campaign: { ...(name && { name }), ref: `hubspot:mail:${id}`, channel: 'email' as const } }),
      ...(event.url && { link: event.url }),
    },
    source: 'hubspot',
    // HubSpot names an event by both.
    sourceId: `mail:${event.id}:${event.created}`,
    at: new Date(event.created).toISOString(),
  };
}
