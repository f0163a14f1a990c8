import type { Card } from '../../lib/contract/card.ts';
import type { Route } from '../../lib/contract/route.ts';
import type { Actor, Lead } from '../../lib/funnel/lead.ts';
import { assembleCard } from '../cards/assemble.ts';
import { Problematic } from '../http/problem.ts';
import type { User } from '../http/user.ts';
import type { Trx } from '../store/db.ts';
import { readLeads } from '../store/leads.ts';
import { elsewhere } from '../store/merged.ts';
import type { By } from '../store/tables.ts';

/** Who acts, for the rules and for history. */
export const actorOf = (user: User): Actor => ({ id: user.id, kind: 'user', role: user.role, name: user.name });
export const byOf = (user: User): By => ({ kind: 'user', id: user.id, name: user.name });

/** What a handler knows of its caller. */
export interface Caller {
  trx: Trx;
  workspace: string;
  user: User;
  receivedAt: string;
}

/**
 * The lead, kept from others until the transaction ends.
 * @throws `not-found`, `gone`, and 308 to the one it was merged into. That is no final answer: the same act is sent
 *   again to another address.
 */
export async function lockLead({ trx, workspace }: Caller, id: string, route: Route): Promise<Lead> {
  const lead = (await readLeads(trx, workspace, [id], { lock: true })).get(id);
  if (lead) return lead;
  const { status, headers } = await elsewhere(trx, workspace, id, route);
  throw new Problematic(
    { type: 'urn:baton:problem:merged', title: 'This person is known by another id now.', status, detail: 'Ask there.' },
    headers,
  );
}

/** The card as it stands in this transaction, for whoever asked. The lead must exist. */
export async function cardOf({ trx, workspace, user, receivedAt }: Caller, id: string): Promise<Card> {
  const card = await assembleCard(trx, workspace, id, { user: user.id, now: receivedAt });
  if (!card) throw new Error('A lead that was just written is not there.');
  return card;
}

/** Files an operation under the lead it turned out to be about, so that erasing the person finds its answer. */
export async function fileUnder({ trx, workspace, user }: Caller, operation: string, lead: string): Promise<void> {
  await trx
    .updateTable('operation')
    .set({ lead })
    .where('workspace', '=', workspace)
    .where('by_user', '=', user.id)
    .where('id', '=', operation)
    .execute();
}
