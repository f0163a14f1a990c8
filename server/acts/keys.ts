import { tie, untie } from '../../lib/contract/routes/leads.ts';
import { countedAt } from '../../lib/funnel/actedAt.ts';
import { canonical } from '../../lib/funnel/keys.ts';
import type { KeyKind } from '../../lib/funnel/words.ts';
import type { App } from '../http/app.ts';
import { problem, refused } from '../http/problem.ts';
import { recordAudit } from '../store/audit.ts';
import { recordChange } from '../store/change.ts';
import { recordEvents } from '../store/history.ts';
import { erasedAmong, findByKeys, type Key, keyText, tieKeys, untieKey } from '../store/people.ts';
import { byOf, cardOf, lockLead } from './common.ts';

const what: Record<KeyKind, string> = {
  email: 'an e-mail address',
  linkedin: 'the name or address of a LinkedIn profile',
  'linkedin-member': 'a LinkedIn member id (ACoAA…)',
  'sales-navigator': 'a Sales Navigator id (ACwAA…)',
};

/** The one form of each key. @throws `invalid`, naming the one that is none */
export function canonicalKeys(given: readonly { kind: KeyKind; value: string }[], pointer = (i: number) => `/keys/${i}/value`): Key[] {
  return given.map(({ kind, value }, i) => {
    const form = canonical(kind, value);
    if (form === null)
      throw problem('invalid', `This is not ${what[kind]}.`, { errors: [{ pointer: pointer(i), detail: `Write ${what[kind]}.` }] });
    return { kind, value: form };
  });
}

export function routes(app: App): void {
  app.handle(tie, async (call) => {
    const { trx, workspace, user, params, body, operation, receivedAt } = call;
    const [key] = canonicalKeys([body], () => '/value') as [Key];
    const lead = await lockLead(call, params.id, tie);
    if ((await erasedAmong(trx, workspace, [key])).size > 0)
      throw refused('key-forgotten', 'Whoever had this asked to be forgotten, so it may not be tied to anybody.');
    const { tied, taken } = await tieKeys(trx, workspace, lead.id, [key], 'user');
    if (taken[0]) {
      const { person } = await cardOf(call, taken[0].person);
      throw problem('conflict', `This belongs to ${person.name || 'somebody'}${person.company ? ` of ${person.company}` : ''} already.`, {
        refusal: { code: 'key-taken', facts: { name: person.name, ...(person.company && { company: person.company }) } },
        person: { id: taken[0].person, name: person.name, ...(person.company && { company: person.company }) },
      });
    }
    if (tied.length > 0) {
      const when = {
        at: countedAt(body.actedAt, receivedAt, undefined),
        actedAt: new Date(body.actedAt).toISOString(),
        receivedAt,
        operation,
      };
      await recordEvents(trx, workspace, byOf(user), when, [{ person: lead.id, kind: 'tie', data: { kind: key.kind, key: tied[0]!.id } }]);
      await recordAudit(trx, workspace, byOf(user), {
        at: receivedAt,
        action: 'key.tie',
        subject: lead.id,
        detail: { kind: key.kind, key: tied[0]!.id },
      });
      await recordChange(trx, workspace, [lead.id]);
    }
    const id = tied[0]?.id ?? (await findByKeys(trx, workspace, [key])).get(keyText(key))!.key;
    return { card: await cardOf(call, lead.id), key: { id, ...key } };
  });

  app.handle(untie, async (call) => {
    const { trx, workspace, user, params, receivedAt } = call;
    const lead = await lockLead(call, params.id, { ...untie, path: untie.path.replace('{keyId}', params.keyId) as `/${string}` });
    const keys = await trx.selectFrom('person_key').select('id').where('workspace', '=', workspace).where('person', '=', lead.id).execute();
    // Gone already is what was wanted.
    if (keys.some(({ id }) => id === params.keyId)) {
      if (keys.length === 1)
        throw refused('last-key', 'This is the last address or profile by which the person is known. Tie another one first.');
      const key = await untieKey(trx, workspace, lead.id, params.keyId);
      await recordEvents(trx, workspace, byOf(user), { at: receivedAt, receivedAt }, [
        { person: lead.id, kind: 'untie', data: { kind: key?.kind, key: params.keyId } },
      ]);
      await recordAudit(trx, workspace, byOf(user), {
        at: receivedAt,
        action: 'key.untie',
        subject: lead.id,
        detail: { kind: key?.kind, key: params.keyId },
      });
      await recordChange(trx, workspace, [lead.id]);
    }
    return { card: await cardOf(call, lead.id) };
  });
}
