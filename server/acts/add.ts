import { addLead as route } from '../../lib/contract/routes/leads.ts';
import { countedAt } from '../../lib/funnel/actedAt.ts';
import { addBySales, isRefusal } from '../../lib/funnel/decide.ts';
import type { App } from '../http/app.ts';
import { refused, refusedBy, worded } from '../http/problem.ts';
import { agreementInForce } from '../store/agreements.ts';
import { isTaken } from '../store/db.ts';
import { recordEvents } from '../store/history.ts';
import { saveLead } from '../store/leads.ts';
import { createPerson, erasedAmong, findByKeys, tieKeys } from '../store/people.ts';
import { actorOf, byOf, type Caller, cardOf, fileUnder } from './common.ts';
import { canonicalKeys } from './keys.ts';

export function routes(app: App): void {
  app.handle(route, async (call) => {
    const { trx, workspace, user, body, operation, receivedAt } = call;
    const keys = canonicalKeys(body.keys);
    const known = await findByKeys(trx, workspace, keys);
    for (const { person } of known.values()) throw await knownAlready(call, person);
    if ((await erasedAmong(trx, workspace, keys)).size > 0) throw refused('forgotten');

    const at = countedAt(body.actedAt, receivedAt, undefined);
    const added = addBySales(body.id, actorOf(user), at);
    if (isRefusal(added)) throw refusedBy(added);
    const terms = await agreementInForce(trx, workspace);
    try {
      await createPerson(trx, workspace, { name: body.name, title: body.title, company: body.company }, body.id);
    } catch (error) {
      if (isTaken(error, 'person_pkey')) throw refused('id-taken');
      throw error;
    }
    const { taken } = await tieKeys(trx, workspace, body.id, keys, 'user');
    // Somebody else added the same person a moment ago.
    if (taken[0]) throw await knownAlready(call, taken[0].person);
    await fileUnder(call, operation, body.id);
    const when = { at, actedAt: new Date(body.actedAt).toISOString(), receivedAt, agreement: terms.version, operation };
    await saveLead(trx, workspace, undefined, added, { by: byOf(user), terms, ...when });
    await recordEvents(trx, workspace, byOf(user), when, [{ person: body.id, kind: 'added' }]);
    return { card: await cardOf(call, body.id) };
  });
}

async function knownAlready(call: Caller, person: string) {
  const card = await cardOf(call, person);
  const { name, company } = card.person;
  return worded('conflict', 'known-already', { name }, { card, person: { id: card.id, name, ...(company && { company }) } });
}
