import type { DecisionBody } from '../../lib/contract/act.ts';
import type { Card } from '../../lib/contract/card.ts';
import { decide as decideRoute } from '../../lib/contract/routes/leads.ts';
import { lead as leadRoute } from '../../lib/contract/routes/leads-read.ts';
import type { Decision } from '../../lib/funnel/lead.ts';
import type { Channel, TouchKind } from '../../lib/funnel/words.ts';
import type { User } from '../../server/http/user.ts';
import { newId } from '../../server/store/id.ts';
import { addTouches } from '../../server/store/touches.ts';
import type { TestServer } from '../server/harness.ts';

/** What the tests of acts do again and again. */
export function helpers(server: TestServer) {
  const now = (): string => new Date(server.clock.now).toISOString();
  const card = async (user: User, id: string): Promise<Card> => {
    const { status, body } = await server.call(user, leadRoute, { params: { id } });
    if (status !== 200) throw new Error(`No card: ${status} ${JSON.stringify(body)}`);
    return body as Card;
  };
  return {
    now,
    card,
    /** Decides on what the card shows now. */
    async decide(user: User, id: string, decision: Decision, key?: string) {
      const { funnelVersion, agreement } = await card(user, id);
      const body = { ...decision, basis: funnelVersion, actedAt: now(), agreement } as DecisionBody;
      return server.call(user, decideRoute, { params: { id }, body, ...(key && { key }) });
    },
    async campaign(name: string, workspace = server.workspace): Promise<string> {
      const id = newId();
      await server.in(
        (trx) => trx.insertInto('campaign').values({ workspace, id, name, key: name.toLowerCase(), channel: 'webinar' }).execute(),
        workspace,
      );
      return id;
    },
    async touch(person: string, campaign: string | undefined, kind: TouchKind = 'attended', channel: Channel = 'webinar'): Promise<string> {
      const [touch] = await server.in((trx) =>
        addTouches(trx, server.workspace, [
          { person, at: now(), kind, channel, source: 'test', sourceId: newId(), ...(campaign && { campaign }) },
        ]),
      );
      return touch!.id;
    },
  };
}
